"""The root secret in shares: any `needed` of `count` sheets of paper give it back, fewer tell nothing.

    split / combine           root to shares and back (Shamir 1979, over GF(256) with x^8+x^4+x^3+x+1)
    share_sheet / read_share  a share as six checked lines to print and to type again

    head, 16 bytes    root fingerprint, 8 | set, 4 | 01, or 81 of a demo root | needed | count | number
    value, 32 bytes   the polynomial of this share's number; at 0 it is the root

Rules: each line carries a check bound to its share, so a mistyped line and a line of another sheet are named; the head
names root and set, so a sheet of another installation or of another splitting is named; the root's fingerprint tells
whether what came out is the root. With one share more than needed, a forged one is found and named too. Whoever holds
`needed` sheets holds every key. docs/spec/envelope.md, section 8a, gives the bytes.

>>> shares = split(Root(bytes(32)), needed=3, count=5)
>>> combine([read_share(share_sheet(one)) for one in shares[2:]]).root.fingerprint() == shares[0].root
True
>>> combine(shares[:2])
Traceback (most recent call last):
    ...
fengni.core.errors.BadInput: vault.shares-too-few (given=2, needed=3)
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from fengni.core.errors import BadInput
from fengni.core.vault import paper
from fengni.core.vault.keyring import ROOT_SIZE, Root
from fengni.core.vault.suites import Random, label

MOST: Final = 9
LINES: Final = 6
_VERSION: Final = 1
_DEMO: Final = 0x80
_HEAD: Final = 16
_TITLE: Final = "FENGNI-SHARE-1"


@dataclass(frozen=True, slots=True)
class Share:
    """One of `count` shares of the root with this fingerprint. `set` is the same for all shares of one splitting."""

    root: str
    set: str
    needed: int
    count: int
    number: int
    value: bytes = field(repr=False)
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Combined:
    """The root, whether a demo's, and the numbers of shares that look as if they belonged to it and do not."""

    root: Root
    demo: bool
    wrong: tuple[int, ...]


def split(
    root: Root, *, needed: int = 3, count: int = 5, demo: bool = False, random: Random = os.urandom
) -> list[Share]:
    """`count` new shares, `needed` of which give the root back; shares of a demo root say so, for ever.

    Raises BadInput for numbers that make no sense.
    """
    if not 2 <= needed <= count <= MOST:
        raise BadInput("vault.shares-impossible", most=MOST)
    name = random(4).hex()
    points = [(0, root.export())] + [(number, random(ROOT_SIZE)) for number in range(1, needed)]
    return [
        Share(root.fingerprint(), name, needed, count, number, interpolate(points, number), demo)
        for number in range(1, count + 1)
    ]


def combine(shares: Sequence[Share]) -> Combined:
    """The root from at least `needed` shares; more than that name a forged one among them.

    Raises BadInput: `vault.share-of-another-root`, `vault.share-of-another-set` (both name the share),
    `vault.shares-too-few`, `vault.shares-do-not-fit` (one is forged, and it takes another share to say which).
    """
    shares = list(dict.fromkeys(shares))
    _refuse_foreign(shares)
    needed = shares[0].needed if shares else 0
    if not shares or len({one.number for one in shares}) < needed:
        raise BadInput("vault.shares-too-few", given=len({one.number for one in shares}), needed=needed or 2)
    for chosen in combinations(shares, needed):
        if len({one.number for one in chosen}) < needed:
            continue
        points = [(one.number, one.value) for one in chosen]
        root = Root(interpolate(points, 0))
        if root.fingerprint() == shares[0].root:
            wrong = {one.number for one in shares if interpolate(points, one.number) != one.value}
            return Combined(root, shares[0].demo, tuple(sorted(wrong)))
    raise BadInput("vault.shares-do-not-fit", needed=needed)


def share_sheet(share: Share) -> str:
    """The share as a title and six numbered lines to print."""
    version = _VERSION | (_DEMO if share.demo else 0)
    head = bytes.fromhex(share.root + share.set) + bytes((version, share.needed, share.count, share.number))
    parts = _parts(head + share.value)
    lines = [paper.line(n, part, _check(n, head)(part)) for n, part in enumerate(parts, 1)]
    title = f"{_TITLE}  {share.root}  {share.number} / {share.count}"
    return "\n".join([title, *lines]) + "\n"


def share_code(share: Share) -> str:
    """The share for a QR code, in the letters its compact mode knows; `read_share` takes it as well."""
    return ":".join([_TITLE, *(line[3:].replace(" ", "") for line in share_sheet(share).splitlines()[1:])])


def read_share(text: str, *, place: int = 1) -> Share:
    """A share from its typed sheet or scanned code; the title may be left out. `place` names it in errors.

    Raises BadInput: `vault.share-line-wrong` names the first wrong line, `vault.share-incomplete` says that there are
    not six, `vault.share-newer` that a later version made it.
    """
    typed = paper.typed(text.replace(":", "\n"))
    lines = [one for one in typed if not one.replace("1", "I").startswith("FENGNISHARE")]
    if len(lines) != LINES:
        raise BadInput("vault.share-incomplete", place=place)
    read = b""
    for number, line in enumerate(lines, 1):
        part = paper.read(number, line, _check(number, read[:_HEAD]))
        if part is None:
            raise BadInput("vault.share-line-wrong", place=place, line=number)
        read += part
    version, needed, count, number = read[12:16]
    if version & ~_DEMO != _VERSION:
        raise BadInput("vault.share-newer", place=place)
    if not (2 <= needed <= count <= MOST and 1 <= number <= count):
        raise BadInput("vault.share-line-wrong", place=place, line=2)
    return Share(read[:8].hex(), read[8:12].hex(), needed, count, number, read[_HEAD:], bool(version & _DEMO))


def interpolate(points: Sequence[tuple[int, bytes]], at: int) -> bytes:
    """The value at `at` of the polynomial of lowest degree through the points, byte by byte (Lagrange)."""
    made = bytes(len(points[0][1]))
    for x, value in points:
        weight = 1
        for other, _ in points:
            if other != x:
                weight = _times(weight, _times(at ^ other, _inverse(x ^ other)))
        made = bytes([a ^ _times(weight, b) for a, b in zip(made, value, strict=True)])
    return made


def _times(one: int, other: int) -> int:
    """Product in GF(256); no branch and no table depends on the factors."""
    product = 0
    for bit in range(8):
        product ^= -(other >> bit & 1) & one
        one = (one << 1) ^ (-(one >> 7) & 0x11B)
    return product


def _inverse(number: int) -> int:
    inverse = 1
    for _ in range(7):  # number ** 254, since number ** 255 is 1: 254 = 2 + 4 + ... + 128
        number = _times(number, number)
        inverse = _times(inverse, number)
    return inverse


def _refuse_foreign(shares: Sequence[Share]) -> None:
    for code, kind in (("root", _root_of), ("set", _set_of)):
        found = Counter(map(kind, shares))
        if len(found) > 1:
            usual = found.most_common(1)[0][0]
            odd = next(one for one in shares if kind(one) != usual)
            raise BadInput(f"vault.share-of-another-{code}", number=odd.number, root=odd.root, set=odd.set)


def _root_of(share: Share) -> tuple[object, ...]:
    return (share.root,)


def _set_of(share: Share) -> tuple[object, ...]:
    return share.set, share.needed, share.count, share.demo


def _parts(data: bytes) -> list[bytes]:
    return [data[at : at + paper.PART] for at in range(0, len(data), paper.PART)]


def _check(number: int, head: bytes) -> Callable[[bytes], bytes]:
    """What a line's check is; lines of the value are bound to the head above them."""
    above = head if number > _HEAD // paper.PART else b""
    return lambda part: hashlib.sha256(label(b"fengni/v1", b"share", bytes((number,)), above, part)).digest()
