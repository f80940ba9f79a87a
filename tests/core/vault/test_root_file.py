"""The root at rest: a file under a passphrase and four lines on paper."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fengni.core.errors import BadInput, KeysUnavailable
from fengni.core.vault.keyring import Root
from fengni.core.vault.root_file import (
    FILE_SIZE,
    MAGIC,
    Cost,
    create_root_file,
    open_root_file,
    recovery_sheet,
    restore_root,
)

CHEAP = Cost(passes=1, memory_kib=32, lanes=1)
ROOT = Root(bytes(range(32)))
PASSPHRASE = "eight fictitious words"
FILE = create_root_file(ROOT, passphrase=PASSPHRASE, cost=CHEAP)


def test_the_file_opens_with_its_passphrase() -> None:
    assert open_root_file(FILE, passphrase=PASSPHRASE).export() == ROOT.export()
    assert len(FILE) == FILE_SIZE == 126
    assert ROOT.export() not in FILE
    assert create_root_file(ROOT, passphrase=PASSPHRASE, cost=CHEAP) != FILE


@pytest.mark.parametrize("typed", [f"  {PASSPHRASE}\n", "ｅｉｇｈｔ fictitious words"])
def test_how_an_input_method_writes_it_does_not_matter(typed: str) -> None:
    assert open_root_file(FILE, passphrase=typed).export() == ROOT.export()


@pytest.mark.parametrize("typed", ["", "eight fictitious word", "Eight fictitious words", PASSPHRASE + " x"])
def test_a_wrong_passphrase_is_refused(typed: str) -> None:
    with pytest.raises(KeysUnavailable, match=r"^vault\.root-not-opened$"):
        open_root_file(FILE, passphrase=typed)


def test_every_damaged_byte_is_refused() -> None:
    for at in range(len(FILE)):
        damaged = bytearray(FILE)
        damaged[at] ^= 1
        with pytest.raises((KeysUnavailable, BadInput)):
            open_root_file(bytes(damaged), passphrase=PASSPHRASE)


@pytest.mark.parametrize(
    "cost", [Cost(2, 32, 1), Cost(1, 64, 1), Cost(1, 32, 2), Cost(0, 32, 1), Cost(1, 0, 1), Cost(1, 32, 0)]
)
def test_a_changed_cost_is_refused(cost: Cost) -> None:
    costs = cost.passes.to_bytes(4, "big") + cost.memory_kib.to_bytes(4, "big") + bytes([cost.lanes])
    with pytest.raises(KeysUnavailable, match=r"^vault\.root-not-opened$"):
        open_root_file(FILE[:9] + costs + FILE[18:], passphrase=PASSPHRASE)


@pytest.mark.parametrize("cost", [Cost(2**32 - 1, 32, 1), Cost(1, 2**32 - 1, 1), Cost(1, 32, 255)])
def test_a_planted_file_cannot_ask_for_any_cost(cost: Cost) -> None:
    costs = cost.passes.to_bytes(4, "big") + cost.memory_kib.to_bytes(4, "big") + bytes([cost.lanes])
    with pytest.raises(KeysUnavailable):
        open_root_file(FILE[:9] + costs + FILE[18:], passphrase=PASSPHRASE)


def test_other_files_and_later_versions_say_what_they_are() -> None:
    for other in (b"", b"x" * 126, FILE[:-1], FILE + b"\n", b"FNGROOX" + FILE[7:]):
        with pytest.raises(BadInput, match=r"^vault\.not-a-root-file$"):
            open_root_file(other, passphrase=PASSPHRASE)
    for later in (MAGIC + b"\x02" + FILE[8:], MAGIC + b"\x01\x04" + FILE[9:]):
        with pytest.raises(BadInput, match=r"^vault\.root-file-newer$"):
            open_root_file(later, passphrase=PASSPHRASE)


@pytest.mark.parametrize("passphrase", ["", "short", "elevenchars", "           ", " elevenchars "])
def test_a_short_passphrase_is_refused(passphrase: str) -> None:
    with pytest.raises(BadInput, match=r"^vault\.passphrase-too-short"):
        create_root_file(ROOT, passphrase=passphrase, cost=CHEAP)


@given(st.binary(min_size=32, max_size=32))
def test_paper_restores_the_root(secret: bytes) -> None:
    sheet = recovery_sheet(Root(secret))
    assert restore_root(sheet).export() == secret
    without_title_and_numbers = "\n".join(line[3:] for line in sheet.splitlines()[1:])
    assert restore_root(without_title_and_numbers).export() == secret


@given(
    st.binary(min_size=32, max_size=32),
    st.sampled_from([str.lower, lambda s: s.replace(" ", "-"), lambda s: s.replace(" ", "")]),
)
def test_how_the_letters_are_typed_does_not_matter(secret: bytes, typing: object) -> None:
    assert callable(typing)
    lines = [typing(line[3:]) for line in recovery_sheet(Root(secret)).splitlines()[1:]]
    typed = "\n\n".join(lines).replace("O", "0").replace("I", "1")
    assert restore_root(typed.translate({ord(c): ord(c) + 0xFEE0 for c in "ABC234"})).export() == secret


@settings(max_examples=300)
@given(
    st.binary(min_size=32, max_size=32),
    st.integers(1, 4),
    st.integers(0, 15),
    st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
)
def test_a_mistyped_letter_names_its_line(secret: bytes, line: int, at: int, letter: str) -> None:
    lines = recovery_sheet(Root(secret)).splitlines()
    letters = lines[line][3:].replace(" ", "")
    typed = letters[:at] + letter + letters[at + 1 :]
    if typed == letters:
        return
    lines[line] = f"{line}  {typed}"
    with pytest.raises(BadInput, match=r"^vault\.recovery-line-wrong") as refused:
        restore_root("\n".join(lines))
    assert refused.value.params["line"] in (line, 0)  # two bytes of check miss one in 65,536; the title then speaks


def test_lines_in_another_order_or_of_another_sheet_are_refused() -> None:
    title, one, two, three, four = recovery_sheet(ROOT).splitlines()
    other = recovery_sheet(Root(bytes(32))).splitlines()
    for sheet, line in (
        ([title, two[3:], one[3:], three, four], 1),
        ([title, one, other[2], three, four], 0),
        ([other[0], one, two, three, four], 0),
        ([title, one, two, three, four[:-2]], 4),
        ([title, one, two, three, "4  " + "1" * 15 + "!"], 4),
    ):
        with pytest.raises(BadInput, match=r"^vault\.recovery-line-wrong") as refused:
            restore_root("\n".join(sheet))
        assert refused.value.params == {"line": line}
    for sheet in ([], [title], [title, one, two, three], [one, two, three, four, four]):
        with pytest.raises(BadInput, match=r"^vault\.recovery-sheet-incomplete$"):
            restore_root("\n".join(sheet))
