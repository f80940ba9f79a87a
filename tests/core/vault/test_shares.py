"""Shares of the root: enough of them give it back, fewer tell nothing, and whatever is wrong with one is named."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from fengni.core.errors import BadInput
from fengni.core.vault import shares
from fengni.core.vault.keyring import Root
from fengni.core.vault.shares import Share, combine, interpolate, read_share, share_code, share_sheet, split

ROOT = Root(bytes(range(32)))
MADE = split(ROOT, needed=3, count=5)
PUBLISHED = json.loads((Path(__file__).parents[2] / "vectors" / "shares.json").read_text("utf-8"))["groups"]


def _refused(code: str, **params: str | int) -> pytest.RaisesExc[BadInput]:
    return pytest.raises(BadInput, check=lambda e: e.code == code and params.items() <= e.params.items())


@pytest.mark.parametrize("group", PUBLISHED, ids=lambda g: " ".join(g["first_words"]))
def test_interpolation_gives_the_secrets_and_digests_of_slip_39(group: dict[str, list[list[object]]]) -> None:
    points = [(int(str(x)), bytes.fromhex(str(value))) for x, value in group["shares"]]
    secret, digest = interpolate(points, 255), interpolate(points, 254)
    assert secret.hex() == group["secret"]
    assert digest[:4] == hmac.digest(digest[4:], secret, hashlib.sha256)[:4]  # SLIP-0039, "Digest of the secret"
    assert all(interpolate(points, x) == value for x, value in points)


def test_every_three_of_five_give_the_root_and_every_two_say_that_they_are_too_few() -> None:
    assert len({one.value for one in MADE}) == 5
    for chosen in combinations(MADE, 3):
        found = combine(chosen)
        assert (found.root.export(), found.wrong) == (ROOT.export(), ())
    for chosen in combinations(MADE, 2):
        with _refused("vault.shares-too-few", given=2, needed=3):
            combine(chosen)
    with _refused("vault.shares-too-few", given=1, needed=3):
        combine([MADE[0]] * 3)
    with _refused("vault.shares-too-few", given=0):
        combine([])
    assert combine([*MADE, MADE[0]]).wrong == ()


def test_two_shares_leave_every_value_of_a_byte_of_the_root_possible() -> None:
    """For any two shares and any root there is exactly one third share that leads to it."""
    known = [(one.number, one.value[:1]) for one in MADE[:2]]
    assert len({interpolate([*known, (3, bytes((third,)))], 0) for third in range(256)}) == 256


def test_a_forged_share_is_named_where_one_more_is_there_and_noticed_where_not() -> None:
    forged = replace(MADE[1], value=bytes(32))
    with _refused("vault.shares-do-not-fit", needed=3):
        combine([MADE[0], forged, MADE[2]])
    for others in combinations([MADE[0], *MADE[2:]], 3):
        found = combine([forged, *others])
        assert (found.root.export(), found.wrong) == (ROOT.export(), (2,))
    assert combine([forged, *MADE]).wrong == (2,)
    two = [forged, replace(MADE[4], value=b"\x01" * 32)]
    assert combine([*two, MADE[0], MADE[2], MADE[3]]).wrong == (2, 5)
    with _refused("vault.shares-do-not-fit"):
        combine([*two, MADE[0], MADE[2]])


def test_a_share_of_another_root_or_of_another_set_is_named() -> None:
    stranger, again = split(Root(bytes(32)))[4], split(ROOT)[1]
    with _refused("vault.share-of-another-root", number=5, root=Root(bytes(32)).fingerprint()):
        combine([MADE[0], MADE[1], stranger, MADE[2]])
    with _refused("vault.share-of-another-set", number=2, set=again.set):
        combine([MADE[0], again, MADE[2]])


def test_what_is_printed_is_read_however_it_is_typed() -> None:
    for one in MADE:
        sheet = share_sheet(one)
        assert sheet.splitlines()[0] == f"FENGNI-SHARE-1  {ROOT.fingerprint()}  {one.number} / 5"
        lines = sheet.splitlines()[1:]
        for text in (
            sheet,
            sheet.lower(),
            "\n\n".join(lines),
            "\n".join(line[3:].replace(" ", "-") for line in lines),
            sheet.replace("O", "0").replace("I", "1"),
            "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in sheet),
            share_code(one),
        ):
            assert read_share(text) == one
        assert set(share_code(one)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:-")  # a QR code's compact mode


def test_every_mistyped_letter_and_every_foreign_line_is_named() -> None:
    lines = share_sheet(MADE[0]).splitlines()[1:]
    for at, line in enumerate(lines):
        for place in range(3, len(line)):
            if line[place] != " ":
                wrong = line[:place] + ("B" if line[place] != "B" else "C") + line[place + 1 :]
                with _refused("vault.share-line-wrong", place=4, line=at + 1):
                    read_share("\n".join([*lines[:at], wrong, *lines[at + 1 :]]), place=4)
    other = share_sheet(MADE[1]).splitlines()[1:]
    for at in range(2, 6):
        with _refused("vault.share-line-wrong", line=at + 1):
            read_share("\n".join([*lines[:at], other[at], *lines[at + 1 :]]))
    with _refused("vault.share-line-wrong", line=3):
        read_share("\n".join([*lines[:2], lines[3], lines[2], *lines[4:]]))
    for few in ([], lines[:5], [*lines, lines[0]]):
        with _refused("vault.share-incomplete", place=1):
            read_share("\n".join(few))


def test_a_share_of_a_later_version_and_numbers_that_make_no_sense_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as later_version:
        later_version.setattr(shares, "_VERSION", 2)
        later = share_sheet(MADE[0])
    with _refused("vault.share-newer"):
        read_share(later)
    for needed, count, number in ((1, 5, 1), (4, 3, 1), (3, 10, 1), (3, 5, 0), (3, 5, 6)):
        odd = Share(MADE[0].root, MADE[0].set, needed, count, number, MADE[0].value)
        with _refused("vault.share-line-wrong", line=2):
            read_share(share_sheet(odd))
    for needed, count in ((1, 5), (0, 0), (4, 3), (3, 10)):
        with _refused("vault.shares-impossible", most=9):
            split(ROOT, needed=needed, count=count)
    demo = split(ROOT, needed=2, count=2, demo=True)
    assert combine([read_share(share_sheet(one)) for one in demo]).demo
    assert not combine(MADE).demo
    with _refused("vault.share-of-another-set"):
        combine([demo[0], replace(demo[1], demo=False)])
    assert MADE[0].value.hex() not in repr(MADE[0])
    assert repr(MADE[0].value) not in repr(MADE[0])
