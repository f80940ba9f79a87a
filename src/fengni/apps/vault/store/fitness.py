"""Whether values may be stored at all: known kinds, right checksums, no masks, and fictitious ones in a demo only.

A demo's keys protect nobody, so a demo refuses every identifier that could belong to somebody; a real tenant refuses
the region 99, which belongs to nobody. Names cannot be told apart; the identifiers beside them can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from fengni.apps.vault.store.house import House
from fengni.core.errors import BadInput
from fengni.core.intake.dates import LONG_TERM, read_date, read_span
from fengni.core.vault.blind_index import normalise
from fengni.core.vault.catalogue import element
from fengni.core.vault.masking import contains_mask

LONGEST_VALUE: Final = 4_000
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def checked(subject_kind: str, kind: str, value: str) -> str:
    """A value somebody typed, without blanks around it. Raises BadInput with the code of what is wrong with it."""
    value = value.strip()
    if element(kind).subject != subject_kind:
        raise BadInput("vault.kind-unknown")
    if not value:
        raise BadInput("vault.value-missing")
    if len(value) > LONGEST_VALUE:
        raise BadInput("vault.value-too-long", most=LONGEST_VALUE)
    if contains_mask(value):
        raise BadInput("vault.value-is-masked")
    rule = _CHECKS.get(kind)
    if rule is None:
        return value
    lines = value.splitlines() if element(kind).many else [value]
    return "\n".join(rule(line) for line in lines if line.strip())


def refuse_unfit(house: House, values: Iterable[tuple[str, str]]) -> None:
    """Raise BadInput for a (kind, value) this tenant must not hold: real in a demo, fictitious elsewhere."""
    for kind, value in values:
        begins = _FICTITIOUS.get(kind)
        if begins is None:
            continue
        at, digits = begins
        if house.demo and value.isalnum() and value[at : at + len(digits)] == digits:
            continue
        for line in value.splitlines():
            text = line.replace(" ", "").replace("-", "").removeprefix("+86")
            if house.demo and text[at : at + len(digits)] != digits:
                raise BadInput("vault.demo-refuses-real-data")
            if not house.demo and kind in {"id_number", "uscc"} and text[at : at + len(digits)] == digits:
                raise BadInput("vault.fictitious-in-real-tenant")


def is_fictitious(values: Mapping[str, str]) -> bool:
    """Whether the fields of a person carry an identifier that can belong to nobody.

    >>> is_fictitious({"id_number": "990101198802290212"}), is_fictitious({"name": "示例"})
    (True, False)
    """
    return any(values.get(kind, "")[at : at + len(digits)] == digits for kind, (at, digits) in _FICTITIOUS.items())


def _id_number(value: str) -> str:
    number = normalise("id_number", value)
    body, check = number[:17], number[17:]
    if len(number) != 18 or not body.isdigit() or not body.isascii():
        raise BadInput("vault.id-number-wrong")
    if "10X98765432"[sum(int(a) * b for a, b in zip(body, _ID_WEIGHTS, strict=True)) % 11] != check:
        raise BadInput("vault.id-number-wrong")
    return number


def _uscc(value: str) -> str:
    code = normalise("uscc", value)
    if len(code) != 18 or any(c not in _USCC_ALPHABET for c in code):
        raise BadInput("vault.uscc-wrong")
    total = sum(_USCC_ALPHABET.index(c) * (3**i % 31) for i, c in enumerate(code[:17]))
    if _USCC_ALPHABET[(31 - total % 31) % 31] != code[17]:
        raise BadInput("vault.uscc-wrong")
    return code


def _mobile(value: str) -> str:
    number = normalise("mobile", value)
    if number.startswith("+"):
        return number
    if len(number) != 11 or number[0] != "1" or not number.isdigit():
        raise BadInput("vault.mobile-wrong")
    return number


def _last_day(value: str) -> str:
    """The last day of a card as YYYY-MM-DD or 长期; of a span, as cards print it, the second end.

    >>> _last_day("2016.05.01-2036.05.01"), _last_day("2036年5月1日"), _last_day("2016.05.01-长期")
    ('2036-05-01', '2036-05-01', '长期')
    """
    ends = [read_date(part) for part in value.replace("－", "-").split("-")]
    span = (ends[0], ends[1]) if len(ends) == 2 and all(ends) else read_span(value)
    day = span[1] if span else read_date(value)
    if len(day) != len("2036-05-01") and day != LONG_TERM:
        raise BadInput("vault.last-day-wrong")
    return day


_CHECKS: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {"id_number": _id_number, "uscc": _uscc, "mobile": _mobile, "id_valid_until": _last_day}
)
# Where in a value the digits stand that make it fictitious, and which they are.
_FICTITIOUS: Final = MappingProxyType(
    {
        "id_number": (0, "99"),
        "uscc": (2, "99"),
        "mobile": (0, "154"),
        "bank_account": (0, "99"),
        "corporate_account": (0, "99"),
    }
)
