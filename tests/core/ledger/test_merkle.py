"""The tree against RFC 6962, the vectors of others, and a naive tree written from the RFC's definition."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fengni.core.errors import VerificationFailed
from fengni.core.ledger import verifier
from fengni.core.ledger.merkle import (
    EMPTY_ROOT,
    MAX_SIZE,
    RightEdge,
    Tile,
    TiledTree,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# The leaves and roots of the first implementation of RFC 6962 (certificate-transparency, Apache-2.0).
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@cache
def _leaf(index: int) -> bytes:
    return leaf_hash(index.to_bytes(8, "big"))


@lru_cache(maxsize=200_000)
def _naive(start: int, end: int) -> bytes:
    """MTH(D[start:end]) of RFC 6962 section 2.1, as it stands there."""
    if end - start == 0:
        return hashlib.sha256(b"").digest()
    if end - start == 1:
        return _leaf(start)
    split = 1
    while split * 2 < end - start:
        split *= 2
    return node_hash(_naive(start, start + split), _naive(start + split, end))


class _Stored:
    """A tree grown in batches, and its tiles as a store holds them."""

    def __init__(self, batches: Sequence[int]) -> None:
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.edge = RightEdge.empty()
        for batch in batches:
            growth = self.edge.grow([_leaf(self.edge.size + n) for n in range(batch)])
            for tile in growth.tiles:
                before = self.tiles.get((tile.level, tile.index), b"")
                assert tile.hashes.startswith(before)
                assert len(before) < 8192
                self.tiles[tile.level, tile.index] = tile.hashes
            self.edge = growth.edge

    def read(self, level: int, index: int) -> bytes:
        return self.tiles[level, index]

    def tree(self, size: int | None = None) -> TiledTree:
        return TiledTree(self.edge.size if size is None else size, self.read)


BATCHES = st.lists(st.integers(0, 300), min_size=1, max_size=6).filter(any)


@pytest.mark.parametrize("size", range(9))
def test_the_roots_of_the_first_eight_sizes(size: int) -> None:
    hashes = [leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES[:size]]
    wanted = bytes.fromhex(ROOTS[size - 1]) if size else EMPTY_ROOT
    assert root_of(hashes) == wanted
    stored = {(t.level, t.index): t.hashes for t in RightEdge.empty().grow(hashes).tiles}
    assert TiledTree(size, lambda level, index: stored[level, index]).root() == wanted


@given(BATCHES)
def test_however_it_grows_the_root_is_that_of_the_definition(batches: list[int]) -> None:
    stored = _Stored(batches)
    size = sum(batches)
    assert stored.edge.size == size
    assert stored.edge.root() == stored.tree().root() == _naive(0, size) == root_of(map(_leaf, range(size)))
    assert RightEdge.load(size, stored.read) == stored.edge


@given(BATCHES, st.data())
def test_inclusion_of_any_leaf_at_any_size(batches: list[int], data: st.DataObject) -> None:
    stored = _Stored(batches)
    size = data.draw(st.integers(1, stored.edge.size))
    index = data.draw(st.integers(0, size - 1))
    tree = stored.tree(size)
    path = tree.inclusion(index)
    assert tree.leaf(index) == _leaf(index)
    assert tree.root() == _naive(0, size)
    verify_inclusion(index, size=size, leaf=_leaf(index), path=path, root=tree.root())
    assert verifier.is_included(index, size, _leaf(index), path, tree.root())


@given(BATCHES, st.data())
def test_consistency_of_any_two_sizes(batches: list[int], data: st.DataObject) -> None:
    stored = _Stored(batches)
    new = data.draw(st.integers(1, stored.edge.size))
    old = data.draw(st.integers(1, new))
    path = stored.tree(new).consistency(old)
    roots = {"old_root": _naive(0, old), "new_root": _naive(0, new)}
    verify_consistency(old, new_size=new, path=path, **roots)
    assert verifier.is_consistent(old, new, roots["old_root"], roots["new_root"], path)


@given(BATCHES, st.data())
def test_a_proof_holds_for_nothing_else(batches: list[int], data: st.DataObject) -> None:
    stored = _Stored(batches)
    size = stored.edge.size
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    path, root = stored.tree().inclusion(index), stored.edge.root()
    wrong: list[tuple[int, int, bytes, Sequence[bytes], bytes]] = [
        (other, size, _leaf(index), path, root) if other != index else (size, size, _leaf(index), path, root),
        (-1, size, _leaf(index), path, root),
        (index, size, _leaf(index + 1), path, root),
        (index, size, _leaf(index), [*path, root], root),
        (index, size, _leaf(index), [root, *path], root),
        (index, size, _leaf(index), path, _leaf(index + 1) if size > 1 else EMPTY_ROOT),
    ]
    if path:
        bit = data.draw(st.integers(0, len(path) * 256 - 1))
        changed = [bytearray(step) for step in path]
        changed[bit // 256][bit % 256 // 8] ^= 1 << bit % 8
        wrong += [
            (index, size, _leaf(index), list(map(bytes, changed)), root),
            (index, size, _leaf(index), path[1:], root),
        ]
    for place, of, leaf, steps, head in wrong:
        with pytest.raises(VerificationFailed, match=r"^ledger\.inclusion-refused$"):
            verify_inclusion(place, size=of, leaf=leaf, path=steps, root=head)
        assert not verifier.is_included(place, of, leaf, steps, head)


@given(BATCHES, st.data())
def test_a_rewritten_past_is_not_consistent(batches: list[int], data: st.DataObject) -> None:
    stored = _Stored(batches)
    new = stored.edge.size
    old = data.draw(st.integers(1, new))
    path = list(stored.tree().consistency(old))
    forged = _leaf(new + 7)
    wrong = [(forged, _naive(0, new), path), (_naive(0, old), forged, path)]
    wrong += [(_naive(0, old), _naive(0, new), [*path, forged])]
    if path:
        wrong += [(_naive(0, old), _naive(0, new), path[:-1]), (_naive(0, old), _naive(0, new), [forged, *path[1:]])]
    for old_root, new_root, steps in wrong:
        with pytest.raises(VerificationFailed, match=r"^ledger\.consistency-refused$"):
            verify_consistency(old, new_size=new, old_root=old_root, new_root=new_root, path=steps)
        assert not verifier.is_consistent(old, new, old_root, new_root, steps)


@settings(max_examples=10)
@given(st.integers(65_530, 66_100), st.integers(0, 60_000))
def test_a_tree_of_three_levels_of_tiles(size: int, index: int) -> None:
    stored = _Stored([65_000, size - 65_000])
    tree = stored.tree()
    assert stored.edge.root() == tree.root() == _naive(0, size)
    assert {level for level, _ in stored.tiles} == ({0, 1, 2} if size >= 65_536 else {0, 1})
    verify_inclusion(index, size=size, leaf=_leaf(index), path=tree.inclusion(index), root=tree.root())
    old = index + 1
    verify_consistency(old, new_size=size, old_root=_naive(0, old), new_root=tree.root(), path=tree.consistency(old))


def test_full_tiles_never_change_and_only_the_edge_is_written_again() -> None:
    stored = _Stored([256])
    growth = stored.edge.grow([_leaf(256)])
    assert [(t.level, t.index, t.width) for t in growth.tiles] == [(0, 1, 1)]
    assert [(t.level, t.index, t.width) for t in stored.edge.grow([]).tiles] == []
    assert sorted(stored.tiles) == [(0, 0), (1, 0)]


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0, bytes(8192)), "tile/0/000"),
        (Tile(0, 5, bytes(32)), "tile/0/005.p/1"),
        (Tile(1, 1234067, bytes(8192)), "tile/1/x001/x234/067"),
        (Tile(2, 999999, bytes(64)), "tile/2/x999/999.p/2"),
    ],
)
def test_tiles_have_the_paths_of_c2sp(tile: Tile, path: str) -> None:
    assert tile.path == path


@pytest.mark.parametrize("damage", [lambda t: t[:-32], lambda t: t[:-1], lambda t: b"", lambda t: t + bytes(8192)])
def test_a_damaged_tile_is_named(damage: object) -> None:
    assert callable(damage)
    stored = _Stored([300])
    stored.tiles[0, 1] = damage(stored.tiles[0, 1])
    for attempt in (lambda: stored.tree().root(), lambda: RightEdge.load(300, stored.read)):
        with pytest.raises(VerificationFailed, match=r"^ledger\.tile-damaged \(level=0, index=1\)$"):
            attempt()


def test_what_lies_outside_the_tree_has_no_proof() -> None:
    tree = _Stored([5]).tree()
    for attempt in (
        lambda: tree.leaf(5),
        lambda: tree.inclusion(5),
        lambda: tree.inclusion(-1),
        lambda: tree.consistency(0),
        lambda: tree.consistency(6),
        lambda: RightEdge(MAX_SIZE, ()).grow([_leaf(0)]),
    ):
        with pytest.raises(ValueError):
            attempt()


# ---- the vectors of transparency-dev/merkle: test data beside the repository, read in place (its README.md)

VECTORS = next(
    (found for up in Path(__file__).resolve().parents if (found := up.parent / "shared/data/vectors/merkle").is_dir()),
    None,
)
CASES = sorted(VECTORS.rglob("*.json")) if VECTORS else []


@pytest.mark.skipif(VECTORS is None, reason="the vectors do not lie beside this checkout")
@pytest.mark.parametrize("case", CASES, ids=lambda case: "/".join(case.parts[-3:]))
def test_the_vectors_of_others_agree(case: Path) -> None:
    vector = json.loads(case.read_text("utf-8"))
    proof = [base64.b64decode(step) for step in vector["proof"] or []]
    given_bytes = {n: base64.b64decode(vector[n]) for n in ("root", "leafHash", "root1", "root2") if n in vector}
    if "leafIdx" in vector:
        leaf, root = given_bytes["leafHash"], given_bytes["root"]
        index, size = vector["leafIdx"], vector["treeSize"]
        alone = verifier.is_included(index, size, leaf, proof, root)
        holds = _passes(lambda: verify_inclusion(index, size=size, leaf=leaf, path=proof, root=root))
    else:
        old, new, old_root, new_root = vector["size1"], vector["size2"], given_bytes["root1"], given_bytes["root2"]
        alone = verifier.is_consistent(old, new, old_root, new_root, proof)
        holds = _passes(lambda: verify_consistency(old, new_size=new, old_root=old_root, new_root=new_root, path=proof))
    assert holds is alone is not vector["wantErr"]


@pytest.mark.skipif(VECTORS is None, reason="the vectors do not lie beside this checkout")
def test_all_vectors_are_there() -> None:
    assert len(CASES) == 196


def _passes(check: object) -> bool:
    assert callable(check)
    try:
        check()
    except VerificationFailed:
        return False
    return True
