"""One entry of the ledger as one sentence for the person it is about, in the reader's language.

Rules: who, when, what, why and on which basis, in plain words; a code without words is a failing test. Other persons
of the same entry are a number. Nothing of a resource, a fact or an id is said.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils import timezone

from fengni.apps.common.language import lang, said
from fengni.apps.ledger.queries import HistoryRow
from fengni.core.access.actor import SYSTEM
from fengni.definitions import has_text

_ROLE_ORDER: Final = ("partner", "client", "agent", "lead", "dpo", "security", "auditor", "owner", "admin", SYSTEM)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who stands in an entry, as a client may read it; `kind` is staff, partner, other (another guest), own, system."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Told:
    """One entry in words. `opening` is the number of this opening in clear among all of them, 0 for others. `step`: it
    was done and nothing of the person was seen."""

    entry_id: UUID
    number: int | None
    at: datetime
    kind: str
    who: str
    role: str
    channel: str
    what: str
    why: str
    basis: str
    others: str
    sentence: str
    clear: int
    opening: int
    refused: bool
    matter: str
    viewer_id: UUID
    step: bool


def tell(row: HistoryRow, viewer: Viewer, *, opening: int, ground: str, matter: str = "") -> Told:
    """The entry for the person it is about. `ground`: on which what was seen rests, empty where nothing was."""
    entry = row.entry
    role_text, channel = role_of(entry.roles), said(f"channel.{entry.channel}")
    what, why, basis = _what(row), why_of(entry.act, entry.purpose), ground or said("cases.basis.none")
    others = said("cases.others", n=entry.persons - 1) if entry.persons > 1 else ""
    parts: dict[str, str | int] = {
        "when": _when(entry.at), "who": viewer.name or role_text, "role": role_text, "channel": channel, "what": what,
        "why": why, "basis": basis, "matter": matter, "others": others, "act": entry.act_text,
    }  # fmt: skip
    if entry.refused:
        sentence = said("cases.sentence.refused", **_only("refused", parts))
    elif row.clear:
        sentence = said("cases.sentence.clear", n=row.clear, **_only("clear", parts))
    elif row.fields:
        sentence = said("cases.sentence.fields", **_only("fields", parts))
    elif entry.act == _RECALL:
        sentence = said("cases.sentence.recall", **_only("recall", parts))
    else:
        sentence = said("cases.sentence.act", **_only("act", parts))
    if others:
        sentence += others if lang() == "zh" else f" {others}"
    return Told(
        entry.id, row.number, entry.at, viewer.kind, viewer.name or role_text, role_text, channel, what, why, basis,
        others, sentence, row.clear, opening, bool(entry.refused), matter, entry.actor_id,
        not (entry.refused or row.clear or row.fields or entry.act == _RECALL),
    )  # fmt: skip


def role_of(roles: Collection[str]) -> str:
    """The role in which somebody acts on client information, in words; empty without one."""
    role = next((one for one in _ROLE_ORDER if one in roles), "")
    return said(f"role.{role}") if role else ""


def why_of(act: str, purpose: str) -> str:
    """What an act was for: the stated purpose, or what acts of its area are for."""
    return said(purpose) if purpose and has_text(purpose) else said(f"cases.why.{act.partition(':')[0]}")


def _what(row: HistoryRow) -> str:
    kinds = together(row.field_texts)
    if row.entry.refused:
        return said("cases.what.refused", act=row.entry.act_text)
    if row.entry.act == _RECALL and "opens" in row.entry.facts:
        opens = int(row.entry.facts["opens"])
        return said("cases.what.recalled-opened", n=opens) if opens else said("cases.what.recalled")
    if row.entry.act == _BROKEN:
        return said("cases.what.emergency")
    if row.entry.act == _REVIEWED:
        return said(f"cases.what.reviewed-{row.entry.facts.get('verdict', 'justified')}")
    if row.entry.act == _TAKEN:
        return said("cases.what.taken", fields=kinds)
    if row.clear:
        return said("cases.what.clear", fields=kinds, n=row.clear)
    if kinds:
        return said("cases.what.fields", fields=kinds, act=row.entry.act_text)
    return said("cases.what.act", act=row.entry.act_text)


_TAKEN: Final = "vault:material:open"  # a copy without a mark left the house
_BROKEN, _REVIEWED = "reach:emergency:break", "reach:emergency:review"  # the glass was broken, with nobody's yes
_RECALL: Final = "guests:link:recall"  # a link that may have gone astray: the person is told whether it was opened


def _when(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def together(words: tuple[str, ...]) -> str:
    """Words in a row, set apart as the reader's language does it."""
    return (", " if lang() == "en" else "\u3001").join(words)


_USED: Final[Mapping[str, tuple[str, ...]]] = {
    "refused": ("when", "who", "role", "channel", "act"),
    "clear": ("when", "who", "role", "channel", "what", "why", "basis"),
    "fields": ("when", "who", "role", "channel", "what", "why", "basis"),
    "recall": ("when", "who", "role", "channel", "what"),
    "act": ("when", "who", "role", "channel", "what", "why"),
}


def _only(form: str, parts: Mapping[str, str | int]) -> dict[str, str | int]:
    return {name: parts[name] for name in _USED[form]}
