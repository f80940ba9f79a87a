"""Tokens, marks of exports, and numbers of the same form."""

from __future__ import annotations

import random

import pytest
from ffx import FF1
from stdnum.cn import ric, uscc
from stdnum.iso7064 import mod_37_36

from fengni.core import fictitious
from fengni.core.errors import BadInput
from fengni.core.vault import marks
from fengni.core.vault.formats import Forms
from fengni.core.vault.tokens import looks_like_token, new_token, read_token

SEED, OTHER = bytes(range(16)), bytes(range(1, 17))


def test_a_token_is_checked_before_anything_is_looked_up() -> None:
    made = new_token("client")
    assert read_token(made) == made != new_token("client")
    assert mod_37_36.is_valid(made.replace("_", "").upper())
    assert read_token(f"' {made.lower()}"[1:]) == made
    assert read_token(made.replace("cli_", "per_")) is None
    assert all(
        read_token(made[:at] + other + made[at + 1 :]) in (None, made)
        for at in range(4, 31)
        for other in "0123456789AZ"
    )
    assert looks_like_token("cli_short")
    assert not looks_like_token("clip")
    assert read_token("cli_U" + made[5:]) is None


def test_an_order_names_its_job_and_no_other() -> None:
    names = [f"示例·{n}" for n in range(400)]
    rows = marks.in_order(SEED, names)
    assert sorted(rows) == sorted(names)
    assert rows != marks.in_order(OTHER, names)
    sample = rows[100:140:2]
    assert marks.fit(SEED, 0, sample, ()).chance < 1e-18  # 1 / 20!
    assert marks.fit(OTHER, 0, sample, ()).chance > 1e-4
    moved = [*sample[1:], sample[0]]
    assert marks.fit(SEED, 0, moved, ()).chance < 1e-8
    # among orders taken by chance the stated probability is what happens
    dice = random.Random(7)
    chances = [marks.fit(SEED, 0, dice.sample(names, 8), ()).chance for _ in range(2000)]
    for bound in (0.5, 0.1, 0.02):
        assert sum(c <= bound for c in chances) / 2000 <= bound * 1.3 + 0.005


def test_rows_of_nobody_name_the_job_of_a_shuffled_piece() -> None:
    rows = [f"示例·{n}" for n in range(200)]
    number = marks.number_of_canaries(len(rows))
    extra = marks.canaries(SEED, number)
    assert (number, marks.number_of_canaries(19)) == (20, 0)
    assert all(uscc.is_valid(one.uscc) and one.uscc.startswith("91990101") for one in extra)
    assert len({one.uscc for one in (*extra, *marks.canaries(OTHER, number))}) == 2 * number
    woven = marks.woven(SEED, rows, [one.uscc for one in extra])
    assert [row for row in woven if row in rows] == rows
    windows = [woven[at : at + 20] for at in range(len(woven) - 19)]
    assert all(any(cell.startswith("9199") for cell in window) for window in windows)
    dice = random.Random(3)
    for window in windows[::20]:
        shuffled = dice.sample(window, 20)
        found = marks.fit(SEED, number, [c for c in shuffled if not c.startswith("9199")], shuffled)
        assert found.canaries
        assert found.chance < 1e-9 or found.exchanged > 0
        assert marks.fit(OTHER, number, [], shuffled).canaries == 0


@pytest.mark.parametrize(
    ("key", "radix", "tweak", "plain", "sealed"),
    [  # NIST, SP 800-38G examples: FF1 samples 1 to 3 (AES-128), 7 to 9 (AES-256)
        ("2B7E151628AED2A6ABF7158809CF4F3C", 10, "", "0123456789", "2433477484"),
        ("2B7E151628AED2A6ABF7158809CF4F3C", 10, "39383736353433323130", "0123456789", "6124200773"),
        ("2B7E151628AED2A6ABF7158809CF4F3C", 36, "3737373770717273373737", "0123456789abcdefghi",
         "a9tv40mll9kdu509eum"),
        ("2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94", 10, "", "0123456789", "6657667009"),
        ("2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94", 10, "39383736353433323130", "0123456789",
         "1001623463"),
        ("2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94", 36, "3737373770717273373737",
         "0123456789abcdefghi", "xs8a0azh2avyalyzuwd"),
    ],
)  # fmt: skip
def test_the_library_is_ff1(key: str, radix: int, tweak: str, plain: str, sealed: str) -> None:
    form = FF1(bytes.fromhex(key), radix=radix)
    assert form.encrypt(plain, tweak=bytes.fromhex(tweak)) == sealed
    with pytest.raises(ValueError, match="domain"):
        form.encrypt("123", tweak=b"")


def test_numbers_keep_their_form_and_come_back() -> None:
    form, other = Forms(bytes(16), tweak=b"one"), Forms(bytes(16), tweak=b"two")
    values = {
        "mobile": [fictitious.mobile(n) for n in (0, 1, 99_999_999)],
        "id_number": [fictitious.id_number("19880229", 21), fictitious.id_number("19000101", 0)],
        "uscc": [fictitious.uscc(1), fictitious.nobodys_uscc(12345)],
    }
    for kind, given in values.items():
        for value in given:
            made = form.encrypt(kind, value)
            assert made != value
            assert len(made) == len(value)
            assert form.decrypt(kind, made) == value
            assert other.encrypt(kind, value) != made
    made = form.encrypt("id_number", values["id_number"][0])
    assert made[:6] == "990101"
    assert ric.calc_check_digit(made) == made[-1]
    assert form.encrypt("mobile", "15400000001")[:3] == "154"
    code = form.encrypt("uscc", fictitious.uscc(1))
    assert uscc.calc_check_digit(code[:17]) == code[-1]
    for kind, wrong in (("mobile", "1540000"), ("id_number", "990101198802300212"), ("uscc", "I" * 18)):
        with pytest.raises(BadInput, match="format-unfit"):
            form.encrypt(kind, wrong)
    with pytest.raises(BadInput, match="format-unknown"):
        form.encrypt("name", "示例")
    assert "15400000001" not in repr(form)
