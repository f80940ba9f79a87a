"""What reaches the log: places and codes, nothing that looks like a person's number or address."""

from __future__ import annotations

import logging

import pytest

from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.logs import WithoutPersonalInformation, struck
from fengni.core import fictitious

ID = fictitious.id_number("19880229", 21)
MOBILE = fictitious.mobile(1)


@pytest.mark.parametrize(
    "value",
    [
        ID,
        f"{ID[:6]} {ID[6:14]} {ID[14:]}",
        MOBILE,
        f"{MOBILE[:3]}-{MOBILE[3:7]}-{MOBILE[7:]}",
        f"name{MOBILE}",
        MOBILE.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}),
        "someone@mail.example",
    ],
)
def test_what_looks_personal_is_struck(value: str) -> None:
    assert value not in struck(f"about {value} here")
    assert value[-6:] not in struck(f"about {value} here")


def test_ids_and_places_stay() -> None:
    said = f"/clients/{uuid7()}/ {uuid7().hex} at query.py:93 > compiler.py:1623"
    assert struck(said) == said


def test_the_text_of_an_exception_stays_out() -> None:
    try:
        raise ValueError(ID)
    except ValueError as error:
        seen = (ValueError, error, error.__traceback__)
    record = logging.LogRecord("fengni", logging.ERROR, __file__, 1, "broken %s", (MOBILE,), seen)
    assert WithoutPersonalInformation().filter(record)
    line = logging.Formatter("%(message)s").format(record)
    assert "ValueError at test_logs.py" in line
    assert ID not in line
    assert MOBILE not in line
