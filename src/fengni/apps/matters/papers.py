"""The papers of a matter, composed from `definitions/papers.yml` and values that the caller brings.

Rules: a paper has a rest that can be sent on and, where numbers of documents are needed, a page apart. What a paper
needs is known before anything is opened (`needed`); a value that is not there leaves a line to fill in and is named
(`lacks`). The same paper is previewed with masks and made with values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any, Final
from uuid import UUID

from fengni.core.errors import BadInput
from fengni.core.printing import Block, Facts, Heading, Paper, Points, Signature, Table, Text
from fengni.definitions import Lang, load, text

REST: Final = "rest"
SENSITIVE: Final = "sensitive"
LINE: Final = "＿＿＿＿＿＿"
LONGEST_INPUT: Final = 200
_SOURCE: Final = re.compile(r"\{([a-z_]+)\.([a-z_]+)\}")
_OUTSIDE: Final = ("given", "house", "lead", "matter")  # what lies in no client file
Values = Mapping[tuple[UUID, str], str]


@dataclass(frozen=True, slots=True)
class Case:
    """What a paper is about. `people`: who takes which part, `former` among them. `given`: what was typed."""

    client_id: UUID
    number: str
    types: tuple[str, ...]
    day: date
    house: str
    lead: str
    people: Mapping[str, tuple[UUID, ...]]
    given: Mapping[str, str] = field(default_factory=dict)


@cache
def _all() -> dict[str, Any]:  # Any: YAML
    loaded: dict[str, Any] = load("papers")
    return loaded


def offered(types: Sequence[str]) -> tuple[str, ...]:
    """The papers of a matter of these types; none where one of them is not written out."""
    return tuple(_all()["papers"]) if types and set(types) <= set(_all()["changes"]) else ()


def parts_of(paper: str) -> tuple[str, ...]:
    """rest, and sensitive where the paper has a page apart. Raises BadInput for an unknown paper."""
    return tuple(part for part in (REST, SENSITIVE) if part in _one(paper))


def name_of(paper: str, lang: Lang, *, single: bool = False) -> str:
    """What people call it; a resolution of a sole shareholder has a name of its own."""
    one = _one(paper)
    return str((one.get("single", one["name"]) if single else one["name"])[lang])


def is_paper(code: str) -> bool:
    """Whether there is a paper of this code."""
    return code in _all()["papers"]


def is_part(paper: str, part: str) -> bool:
    """Whether there is such a paper with such a part."""
    return is_paper(paper) and part in parts_of(paper)


def inputs(types: Sequence[str], lang: Lang) -> tuple[tuple[str, str], ...]:
    """(code, name) of what is typed for a matter of these types."""
    found = _all()["inputs"].items()
    return tuple((code, str(row["name"][lang])) for code, row in found if set(row["types"]) & set(types))


def checked(given: Mapping[str, str], types: Sequence[str]) -> dict[str, str]:
    """What was typed, in one line each. Raises BadInput for an unknown input or one that is too long."""
    known = {code for code, _ in inputs(types, "zh")}
    if not set(given) <= known:
        raise BadInput("matters.paper-input-unknown")
    lines = {code: " ".join(value.split()) for code, value in given.items()}
    if any(len(value) > LONGEST_INPUT for value in lines.values()):
        raise BadInput("matters.paper-input-long", most=LONGEST_INPUT)
    return {code: value for code, value in lines.items() if value}


def needed(paper: str, part: str, case: Case) -> tuple[tuple[UUID, str], ...]:
    """(subject, kind) of every value of a client file that the paper takes. Raises BadInput for a part it lacks."""
    found: list[tuple[UUID, str]] = []

    def take(own: Case, whose: str, kind: str) -> str:
        found.extend((subject, kind) for subject in _subjects(whose, own))
        return ""

    for block in _blocks(paper, part):
        _drawn(block, case, "zh", take)
    return tuple(dict.fromkeys(found))


def lacks(paper: str, part: str, case: Case, there: Values, lang: Lang) -> tuple[str, ...]:
    """What is missing, in words: a part that nobody takes, a field that is not in the file."""
    found: list[str] = []

    def take(own: Case, whose: str, kind: str) -> str:
        subjects = _subjects(whose, own)
        if not subjects and whose not in _OUTSIDE:
            found.append(text(f"matters.paper-part.{whose}", lang))
        for subject in subjects:
            if not there.get((subject, kind)):
                whose_text = text(f"matters.paper-part.{whose}", lang)
                found.append(text("matters.paper-lack", lang, whose=whose_text, field=text(f"field.{kind}", lang)))
        return ""

    for block in _blocks(paper, part):
        _drawn(block, case, lang, take)
    return tuple(dict.fromkeys(found))


def compose(paper: str, part: str, case: Case, values: Values, lang: Lang) -> Paper:
    """The paper. What is missing is a line to fill in."""

    def take(own: Case, whose: str, kind: str) -> str:
        if whose in _OUTSIDE:
            return _outside(whose, kind, own) or LINE
        found = [values.get((subject, kind), "") for subject in _subjects(whose, own)]
        return text("printing.list-mark", lang).join(one.replace("\n", " / ") or LINE for one in found) or LINE

    title = name_of(paper, lang, single=len(case.people.get("shareholder", ())) == 1)
    apart = text("matters.paper-apart", lang)
    return Paper(
        title=title if part == REST else f"{title} · {apart}",
        lang=lang,
        made_on=case.day,
        kicker=f"{case.house} · {case.number}",
        foot=case.number if part == REST else f"{case.number} · {apart}",
        blocks=tuple(one for block in _blocks(paper, part) for one in _drawn(block, case, lang, take)),
    )


def _one(paper: str) -> dict[str, Any]:
    found: dict[str, Any] | None = _all()["papers"].get(paper)
    if found is None:
        raise BadInput("matters.paper-unknown")
    return found


def _blocks(paper: str, part: str) -> list[dict[str, Any]]:
    one = _one(paper)
    if part not in (REST, SENSITIVE) or part not in one:
        raise BadInput("matters.paper-part-unknown")
    blocks: list[dict[str, Any]] = one[part]
    return blocks


def _subjects(whose: str, case: Case) -> tuple[UUID, ...]:
    return (case.client_id,) if whose == "client" else case.people.get(whose, ())


def _outside(whose: str, kind: str, case: Case) -> str:
    if whose == "given":
        return case.given.get(kind, "")
    known = {"house.name": case.house, "lead.name": case.lead, "matter.number": case.number}
    return known.get(f"{whose}.{kind}", case.day.isoformat())


_Take = Callable[[Case, str, str], str]


def _filled(written: str, case: Case, take: _Take) -> str:
    return _SOURCE.sub(lambda found: take(case, found.group(1), found.group(2)), written)


def _drawn(block: dict[str, Any], case: Case, lang: Lang, take: _Take) -> list[Block]:
    """One block of a definition as blocks of a paper."""
    if "heading" in block:
        return [Heading(block["heading"][lang])]
    if "text" in block:
        return [Text(_filled(block["text"][lang], case, take))]
    if "facts" in block:
        return [Facts(tuple((name[lang], _filled(value, case, take)) for name, value in block["facts"]))]
    if "changes" in block:
        heads = tuple(text(f"matters.paper-head.{one}", lang) for one in ("item", "before", "after"))
        lines = [_all()["changes"][one] for one in case.types]
        rows = tuple(
            (one["item"][lang], _filled(one["before"], case, take), _filled(one["after"], case, take)) for one in lines
        )
        return [Table(heads, rows, (2, 5, 5))]
    if "clauses" in block:
        clauses = [clause for one in case.types for clause in _all()["clauses"][one]]
        return [Points(tuple(_filled(clause[lang], case, take) for clause in clauses), numbered=True)]
    if "sign" in block:
        lines = [(_alone(case, one.get("each")), one[lang]) for one in block["sign"]]
        return [Signature(tuple(_filled(written, own, take) for cases, written in lines for own in cases))]
    return _persons(block["persons"], case, lang, take)


def _alone(case: Case, whose: str | None) -> list[Case]:
    """The case as it is for each who takes a part; as it is where nobody is named, or where nobody takes it."""
    people = case.people.get(whose, ()) if whose else ()
    return [replace(case, people={**case.people, str(whose): (one,)}) for one in people] or [case]


def _persons(wanted: dict[str, Any], case: Case, lang: Lang, take: _Take) -> list[Block]:
    """A list of fields of each person who takes a part."""
    whose = wanted["part"]
    found: list[Block] = []
    for own in _alone(case, whose):
        rows = tuple((text(f"field.{kind}", lang), take(own, whose, kind)) for kind in wanted["kinds"])
        found += [Heading(text(f"matters.paper-part.{whose}", lang)), Facts(rows)]
    return found
