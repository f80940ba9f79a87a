"""The Merkle tree of the ledger: RFC 6962 §2.1 (the same tree as RFC 9162 §2.1), stored in C2SP tlog-tiles.

Rules:
- A leaf hash is SHA-256(0x00 ‖ data), an inner node SHA-256(0x01 ‖ left ‖ right). The root of no leaves is SHA-256("").
- A tile holds up to 256 neighbouring hashes of one level; level 1 stands 8 tree levels above level 0. Full tiles never
  change. Only the right edge (one partial tile per level, perhaps empty) is rewritten.
- A tile may be wider than the size asked for: a proof at an older size reads the prefix, which is the same for ever.
- Checks raise VerificationFailed. Nothing here returns whether something holds.

Degenerate cases are decided in docs/spec/ledger.md §8: an old size of 0 proves nothing and is refused; an inclusion
proof whose leaf or root is not 32 bytes is refused.

>>> growth = RightEdge.empty().grow([leaf_hash(b""), leaf_hash(b"\\x00")])
>>> growth.edge.root().hex()[:8]
'fac54203'
>>> tiles = {(t.level, t.index): t.hashes for t in growth.tiles}
>>> tree = TiledTree(growth.edge.size, lambda level, index: tiles[level, index])
>>> verify_inclusion(0, size=2, leaf=leaf_hash(b""), path=tree.inclusion(0), root=tree.root())
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from fengni.core.errors import VerificationFailed

HASH_BYTES = 32
TILE_WIDTH = 256
TILE_HEIGHT = 8
MAX_SIZE = 2**63 - 1
EMPTY_ROOT = hashlib.sha256(b"").digest()

ReadTile = Callable[[int, int], bytes]
"""`read_tile(level, index)`: the stored bytes of a tile, 32 per hash. May raise whatever its store raises."""


def leaf_hash(data: bytes) -> bytes:
    """The 32-byte hash of one leaf (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The 32-byte hash of an inner node (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root over leaf hashes in order, without tiles."""
    return RightEdge.empty().grow(list(leaf_hashes)).edge.root()


@dataclass(frozen=True, slots=True)
class Tile:
    """One stored tile: `hashes` is 32 to 8192 bytes. `level` and `index` as in C2SP tlog-tiles."""

    level: int
    index: int
    hashes: bytes

    @property
    def width(self) -> int:
        """Number of hashes, 1 to 256; 256 is a full tile that never changes again."""
        return len(self.hashes) // HASH_BYTES

    @property
    def path(self) -> str:
        """The path under which C2SP tlog-tiles serves this tile: `tile/<level>/<index>[.p/<width>]`."""
        digits = f"{self.index:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{self.level}/{'/'.join(['x' + g for g in groups[:-1]] + groups[-1:])}{partial}"


@dataclass(frozen=True, slots=True)
class Growth:
    """What appending a batch gives: the new right edge, and every tile to write (new or rewritten)."""

    edge: RightEdge
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class RightEdge:
    """Everything needed to append: the size, and per level the bytes of its partial tile (empty where there is none).

    `partial[l]` holds floor(size / 256**l) mod 256 hashes. A sealer keeps this in memory between batches, or loads it.
    """

    size: int
    partial: tuple[bytes, ...]

    @classmethod
    def empty(cls) -> RightEdge:
        """The edge of the empty tree."""
        return cls(0, ())

    @classmethod
    def load(cls, size: int, read_tile: ReadTile) -> RightEdge:
        """The edge of a stored tree of `size` leaves. Raises VerificationFailed when a tile is too short."""
        partial, level, complete = [], 0, size
        while complete:
            complete, width = divmod(complete, TILE_WIDTH)
            partial.append(_read(read_tile, level, complete, width) if width else b"")
            level += 1
        return cls(size, tuple(partial))

    def grow(self, leaf_hashes: Sequence[bytes]) -> Growth:
        """Append leaf hashes of 32 bytes each. Returns the new edge and the changed tiles; `self` stays as it was."""
        if self.size + len(leaf_hashes) > MAX_SIZE:
            raise ValueError("a tree holds at most 2**63 - 1 leaves")
        tiles: list[Tile] = []
        partial: list[bytes] = []
        arriving, level = list(leaf_hashes), 0
        while arriving or level < len(self.partial):
            before = self.partial[level] if level < len(self.partial) else b""
            hashes = before + b"".join(arriving)
            index = (self.size // TILE_WIDTH**level) // TILE_WIDTH
            full, width = divmod(len(hashes) // HASH_BYTES, TILE_WIDTH)
            cut = full * TILE_WIDTH * HASH_BYTES
            whole = [hashes[at : at + TILE_WIDTH * HASH_BYTES] for at in range(0, cut, TILE_WIDTH * HASH_BYTES)]
            tiles += [Tile(level, index + place, tile) for place, tile in enumerate(whole)]
            if width and arriving:
                tiles.append(Tile(level, index + full, hashes[cut:]))
            partial.append(hashes[cut:])
            arriving = [_fold(_split(tile)) for tile in whole]
            level += 1
        return Growth(RightEdge(self.size + len(leaf_hashes), tuple(partial)), tuple(tiles))

    def root(self) -> bytes:
        """The root of the tree, from the edge alone."""
        if not self.size:
            return EMPTY_ROOT
        found: bytes | None = None
        for tile in self.partial:
            for subtree in reversed(_perfect_subtrees(_split(tile))):
                found = subtree if found is None else node_hash(subtree, found)
        assert found is not None  # noqa: S101  # a size above 0 has a bit set, so some tile is not empty
        return found


class TiledTree:
    """Reads a tree of `size` leaves out of tiles and makes its proofs. Keeps what it read: use one per checkpoint.

    `read_tile` is asked once per tile. Every method raises VerificationFailed when a tile is missing hashes.
    """

    __slots__ = ("_nodes", "_read_tile", "_tiles", "size")

    def __init__(self, size: int, read_tile: ReadTile) -> None:
        self.size = size
        self._read_tile = read_tile
        self._tiles: dict[tuple[int, int], bytes] = {}
        self._nodes: dict[tuple[int, int], bytes] = {}

    def root(self) -> bytes:
        """The root at this size."""
        return self._range(0, self.size) if self.size else EMPTY_ROOT

    def leaf(self, index: int) -> bytes:
        """The stored leaf hash at `index`. Raises ValueError outside the tree."""
        if not 0 <= index < self.size:
            raise ValueError("no such leaf in this tree")
        return self._range(index, index + 1)

    def inclusion(self, index: int) -> tuple[bytes, ...]:
        """The path of leaf `index`, from the leaf upward (RFC 6962 §2.1.1). Raises ValueError outside the tree."""
        if not 0 <= index < self.size:
            raise ValueError("no such leaf in this tree")
        path: list[bytes] = []
        start, end = 0, self.size
        while end - start > 1:
            middle = start + _split_point(end - start)
            if index < middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        return tuple(reversed(path))

    def consistency(self, old_size: int) -> tuple[bytes, ...]:
        """The proof that the tree of `old_size` is a prefix of this one (RFC 6962 §2.1.2).

        Raises ValueError unless 0 < old_size ≤ size: nothing can be proved about an empty tree.
        """
        if not 0 < old_size <= self.size:
            raise ValueError("a consistency proof starts from a tree of 1 to size leaves")
        path: list[bytes] = []
        start, end, old_is_root = 0, self.size, True
        while end != old_size:
            middle = start + _split_point(end - start)
            if old_size <= middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start, old_is_root = middle, False
        if not old_is_root:
            path.append(self._range(start, end))
        return tuple(reversed(path))

    def _range(self, start: int, end: int) -> bytes:
        """The hash over leaves start to end, a range that the recursion of RFC 6962 can reach."""
        known = self._nodes.get((start, end))
        if known is not None:
            return known
        width = end - start
        level = (width.bit_length() - 1) // TILE_HEIGHT
        unit = 1 << (level * TILE_HEIGHT)
        if width == unit:
            index, place = divmod(start // unit, TILE_WIDTH)
            found = self._tile(level, index)[place * HASH_BYTES : (place + 1) * HASH_BYTES]
        else:
            middle = start + _split_point(width)
            found = node_hash(self._range(start, middle), self._range(middle, end))
        self._nodes[start, end] = found
        return found

    def _tile(self, level: int, index: int) -> bytes:
        tile = self._tiles.get((level, index))
        if tile is None:
            width = min(TILE_WIDTH, (self.size >> (level * TILE_HEIGHT)) - index * TILE_WIDTH)
            tile = _read(self._read_tile, level, index, width)
            self._tiles[level, index] = tile
        return tile


def verify_inclusion(index: int, *, size: int, leaf: bytes, path: Sequence[bytes], root: bytes) -> None:
    """Check that `leaf` stands at `index` in the tree of `size` with `root` (RFC 9162 §2.1.3.2).

    Raises VerificationFailed; also when a hash is not 32 bytes or the index lies outside the tree.
    """
    if not 0 <= index < size <= MAX_SIZE or any(len(h) != HASH_BYTES for h in (leaf, root, *path)):
        raise VerificationFailed("ledger.inclusion-refused")
    place, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise VerificationFailed("ledger.inclusion-refused")
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    if last != 0 or found != root:
        raise VerificationFailed("ledger.inclusion-refused")


def verify_consistency(
    old_size: int, *, new_size: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Check that the tree of `old_size` is a prefix of the tree of `new_size` (RFC 9162 §2.1.4.2).

    Raises VerificationFailed; also for an old size of 0, which would prove nothing. Two heads of one size are
    consistent when they are the same and the path is empty; nothing is hashed then.
    """
    if not 0 < old_size <= new_size <= MAX_SIZE:
        raise VerificationFailed("ledger.consistency-refused")
    if old_size == new_size:
        if path or old_root != new_root:
            raise VerificationFailed("ledger.consistency-refused")
        return
    steps = [old_root, *path] if old_size & (old_size - 1) == 0 else list(path)
    if len(steps) < 2 or any(len(h) != HASH_BYTES for h in (old_root, new_root, *steps)):
        raise VerificationFailed("ledger.consistency-refused")
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_found = new_found = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            raise VerificationFailed("ledger.consistency-refused")
        if place & 1 or place == last:
            old_found, new_found = node_hash(sibling, old_found), node_hash(sibling, new_found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new_found = node_hash(new_found, sibling)
        place, last = place >> 1, last >> 1
    if last != 0 or old_found != old_root or new_found != new_root:
        raise VerificationFailed("ledger.consistency-refused")


def _read(read_tile: ReadTile, level: int, index: int, width: int) -> bytes:
    """The first `width` hashes of a stored tile; VerificationFailed when it holds fewer."""
    tile = bytes(read_tile(level, index))
    if len(tile) < width * HASH_BYTES or len(tile) % HASH_BYTES or len(tile) > TILE_WIDTH * HASH_BYTES:
        raise VerificationFailed("ledger.tile-damaged", level=level, index=index)
    return tile[: width * HASH_BYTES]


def _split(tile: bytes) -> list[bytes]:
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]


def _split_point(width: int) -> int:
    """The largest power of two smaller than `width` (RFC 6962 §2.1)."""
    return 1 << ((width - 1).bit_length() - 1)


def _fold(hashes: list[bytes]) -> bytes:
    """The root of a perfect subtree: `hashes` has a power of two."""
    sha256 = hashlib.sha256
    while len(hashes) > 1:
        pairs = iter(hashes)
        hashes = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
    return hashes[0]


def _perfect_subtrees(hashes: list[bytes]) -> list[bytes]:
    """The roots of the perfect subtrees that make up a partial tile, largest first."""
    found, start = [], 0
    for bit in range(TILE_HEIGHT - 1, -1, -1):
        if len(hashes) & (1 << bit):
            found.append(_fold(hashes[start : start + (1 << bit)]))
            start += 1 << bit
    return found
