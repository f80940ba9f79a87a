"""Filters of the screens of matters: names of codes, lengths of bars, ages, addresses of filters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django import template
from django.http import QueryDict
from django.utils.translation import gettext as _

from fengni.apps.common.language import lang, said
from fengni.apps.matters import checklist, papers
from fengni.apps.matters.queries import MatterPage
from fengni.definitions import has_text

register = template.Library()


@register.filter
def change_names(types: Iterable[str]) -> str:
    """The names of changes, joined."""
    names = [checklist.types()[code].names[lang() == "en"] for code in types if code in checklist.types()]
    return (", " if lang() == "en" else "、").join(names)


@register.filter
def code_text(code: str) -> str:
    """The text of a code that is a whole one: an act, a purpose."""
    return said(code) if has_text(code) else code


@register.filter
def step_name(code: str) -> str:
    """What a step was about: an item, a paper, an original or a return code of the registry."""
    for family in ("matters.filing", "matters.original"):
        if has_text(f"{family}.{code}"):
            return said(f"{family}.{code}")
    return papers.name_of(code, lang()) if papers.is_paper(code) else checklist.asked(code).name(lang())


@register.filter
def part_names(parts: Iterable[str]) -> str:
    """The parts that somebody takes, joined."""
    return (", " if lang() == "en" else "、").join(said(f"matters.part.{part}") for part in parts)


@register.simple_tag
def person_of(matter: MatterPage, person_id: UUID) -> str:
    """The name of somebody who takes part, as the reader may see it."""
    return next((one.name for one in matter.people if one.person_id == person_id), "") or "—"


@register.filter
def block_kind(block: object) -> str:
    """What a block of a paper is: Heading, Text, Facts, Table, Points or Signature."""
    return type(block).__name__


@register.filter
def typed_by(kind: str) -> str:
    """Which keyboard a phone shows for a field: tel, email or text."""
    return {"mobile": "tel", "landline": "tel", "email": "email"}.get(kind, "text")


@register.filter
def field_hint(kind: str) -> str:
    """How a field is written, where that is not plain."""
    code = f"matters.hint.{kind}"
    return said(code) if has_text(code) else ""


@register.filter
def of(part: int, whole: int) -> int:
    """A part as a length of 96."""
    return round(96 * part / whole) if whole else 0


@register.filter
def part(asked: int, usual: int) -> int:
    """A part as a length of 230."""
    return round(230 * asked / usual) if usual else 230


@register.filter
def bar_top(number: int, most: int) -> int:
    """Where a bar of 40 begins."""
    return 40 - round(36 * number / most) if most else 40


@register.filter
def waited(minutes: int) -> str:
    """An age in the largest fitting unit."""
    if minutes < 60:
        return _("%(n)d min") % {"n": minutes}
    if minutes < 48 * 60:
        return _("%(n)d h") % {"n": minutes // 60}
    return _("%(n)d d") % {"n": minutes // 1440}


@register.simple_tag
def keep(filters: Mapping[str, str | bool], state: str = "", waiting: str = "", page: int = 1) -> str:
    """The address of the list with these filters; `mine` stays."""
    return _query(state, waiting, bool(filters["mine"]), page)


@register.simple_tag
def mine(filters: Mapping[str, str | bool]) -> str:
    """The address of the list with `mine` turned over."""
    return _query(str(filters["state"]), str(filters["waiting"]), not filters["mine"], 1)


def _query(state: str, waiting: str, only_mine: bool, page: int) -> str:
    query = QueryDict(mutable=True)
    for name, value in (("state", state), ("waiting", waiting), ("mine", "1" if only_mine else "")):
        if value:
            query[name] = value
    if page > 1:
        query["page"] = str(page)
    return "?" + query.urlencode()


@register.filter
def of_key(values: Mapping[str, object], key: str) -> object:
    """The value of a key, or nothing."""
    return values.get(key, "")
