"""What a change needs and nothing more, read from `definitions/change_types.yml`.

Rules: the checklist of several types is the union of theirs, each thing once; what stands only for a move to another
district is left out within one. What is not on the list cannot be asked: items are made from it alone. `usual` counts
what agencies commonly collect for the same change; it is None where one of the types was not compared yet.

>>> asked = minimal(["LEGAL", "ADDR"], "cross")
>>> len(asked), usual_count(["LEGAL", "ADDR"], "cross")
(11, 23)
>>> minimal(["NAME"], "same")[0].subject
'company'
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from fengni.core.errors import BadInput
from fengni.definitions import Lang, load

REGIONS: Final = ("same", "cross")
COMPANY: Final = "company"
RETURN_CODES: Final = (
    "unreadable", "cut_off", "wrong_document", "expired", "mismatch", "not_signed", "more_than_asked", "other",
)  # fmt: skip
_OF_TYPED: Final = ("expired", "mismatch", "other")
CONTACT: Final = "contact"  # who speaks for the enterprise: in any matter, somebody of its own; nothing is asked


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing asked for, and everything people are told about it.

    `subject` is company or a part a person takes; either `fields` or `material` is given. `names`, `laws`: by language.
    """

    code: str
    subject: str
    fields: tuple[str, ...]
    material: str
    purpose: str
    basis: str
    retention: str
    readers: tuple[str, ...]
    signs: str
    names: tuple[str, str]
    laws: tuple[str, str]

    def name(self, lang: Lang) -> str:
        """What people call it."""
        return self.names[lang == "en"]

    def law(self, lang: Lang) -> str:
        """The articles it rests on."""
        return self.laws[lang == "en"]


def return_codes(asked: Asked) -> tuple[str, ...]:
    """The reasons for which an item may go back, as they fit it: what was typed was never photographed."""
    return RETURN_CODES if asked.material else _OF_TYPED


@dataclass(frozen=True, slots=True)
class Unasked:
    """Something agencies usually collect for this change, and why it is not asked."""

    code: str
    names: tuple[str, str]
    reasons: tuple[str, str]


@dataclass(frozen=True, slots=True)
class ChangeType:
    """A kind of change. `clock`: days within which to file, or "before" the planned day. `compared`: its list was held
    against usual practice."""

    code: str
    names: tuple[str, str]
    terms: tuple[str, str]
    laws: tuple[str, str]
    clock: str
    cross_clock: str
    items: tuple[str, ...]
    unasked: tuple[str, ...]
    elements: tuple[str, ...]
    compared: bool


def _both(row: Any) -> tuple[str, str]:  # Any: YAML
    return row["zh"], row["en"]


@cache
def types() -> dict[str, ChangeType]:
    """The kinds of change by code; those whose lists were compared stand first."""
    read = {
        code: ChangeType(
            code=code,
            names=_both(row["name"]),
            terms=_both(row["term"]),
            laws=_both(row["law"]),
            clock=str(row["clock"]),
            cross_clock=str(row.get("cross_clock", row["clock"])),
            items=tuple(row["items"]),
            unasked=tuple(row.get("unasked", ())),
            elements=tuple(row["elements"]),
            compared="unasked" in row,
        )
        for code, row in load("change_types")["types"].items()
    }
    return dict(sorted(read.items(), key=lambda pair: not pair[1].compared))


@cache
def _items() -> dict[str, tuple[Asked, str]]:
    """Every item by code, and the region it is limited to, if any; in the order people are asked."""
    return {
        code: (
            Asked(
                code=code,
                subject=row["subject"],
                fields=tuple(row.get("fields", ())),
                material=row.get("material", ""),
                purpose=row["purpose"],
                basis=row["basis"],
                retention=row["retention"],
                readers=tuple(row["readers"]),
                signs=row.get("signs", ""),
                names=_both(row["name"]),
                laws=_both(row["law"]),
            ),
            row.get("only", ""),
        )
        for code, row in load("change_types")["items"].items()
    }


def asked(code: str) -> Asked:
    """The definition of an item. Raises BadInput ("matters.item-unknown")."""
    found = _items().get(code)
    if found is None:
        raise BadInput("matters.item-unknown")
    return found[0]


def checked(chosen: Sequence[str], region: str) -> tuple[ChangeType, ...]:
    """The types of a matter. Raises BadInput for none, an unknown one or an unknown region."""
    if not chosen or not set(chosen) <= types().keys():
        raise BadInput("matters.type-unknown")
    if region not in REGIONS:
        raise BadInput("matters.region-unknown")
    return tuple(types()[code] for code in dict.fromkeys(chosen))


def minimal(chosen: Sequence[str], region: str) -> list[Asked]:
    """What these changes need, in the order people are asked."""
    wanted = {code for one in checked(chosen, region) for code in one.items}
    return [item for code, (item, only) in _items().items() if code in wanted and only in ("", region)]


def unasked(chosen: Sequence[str], region: str) -> list[Unasked]:
    """What agencies usually collect for these changes and we do not."""
    wanted = {code for one in checked(chosen, region) for code in one.unasked}
    rows = load("change_types")["unasked"].items()
    return [Unasked(code, _both(row["name"]), _both(row["why"])) for code, row in rows if code in wanted]


def usual_count(chosen: Sequence[str], region: str) -> int | None:
    """How many things are usually collected for these changes; None where a type was not compared yet."""
    if not all(one.compared for one in checked(chosen, region)):
        return None
    return len(minimal(chosen, region)) + len(unasked(chosen, region))


def deadline(chosen: Sequence[str], region: str, counted_from: date) -> date:
    """The last day to file: the earliest of the types' clocks, counted from the resolution or the planned move.

    >>> deadline(["LEGAL"], "same", date(2026, 11, 16))
    datetime.date(2026, 12, 16)
    >>> deadline(["LEGAL", "ADDR"], "cross", date(2026, 11, 16))
    datetime.date(2026, 11, 16)
    """
    clocks = [one.cross_clock if region == "cross" else one.clock for one in checked(chosen, region)]
    return min(counted_from + timedelta(days=0 if clock == "before" else int(clock)) for clock in clocks)


def parts(chosen: Sequence[str], region: str) -> tuple[str, ...]:
    """The parts that persons take in these changes: whose items are asked, and who signs besides.

    >>> parts(["LEGAL"], "same")
    ('new_legal_representative', 'shareholder')
    """
    items = minimal(chosen, region)
    found = [item.subject for item in items if item.subject != COMPANY]
    found += [item.signs for item in items if item.signs and item.signs != "representative"]
    return tuple(dict.fromkeys(found))


def takeable(chosen: Sequence[str], region: str) -> tuple[str, ...]:
    """Every part that a person may take: those of these changes, and who speaks for the enterprise.

    >>> takeable(["NAME"], "same")
    ('shareholder', 'contact')
    """
    return (*parts(chosen, region), CONTACT)


def asks_of_persons(chosen: Sequence[str], region: str) -> bool:
    """Whether these changes ask anything of a person; who only signs is asked for nothing.

    >>> asks_of_persons(["NAME"], "same"), asks_of_persons(["LEGAL"], "same")
    (False, True)
    """
    return any(item.subject != COMPANY for item in minimal(chosen, region))
