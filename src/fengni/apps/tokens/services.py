"""Acts on tokens: make and resolve them, write a workbook of them, name the export a list came from, other numbers.

Rules: making opens no value. Resolving is a clear view: purpose, reason, counted for every person, few at a time. What
a member does not hold is refused as a whole, so that nobody learns what a single token stands for by asking.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from fengni.apps.acts.acting import Outcome, act, acting
from fengni.apps.agreements import queries as agreements
from fengni.apps.ledger.inbox import Seen
from fengni.apps.tokens import sheets, spaces, tracing
from fengni.apps.tokens.sheets import Sheet
from fengni.apps.tokens.spaces import Field, Standing
from fengni.apps.tokens.tracing import Traced
from fengni.apps.vault.services import EXPORTED_ALONE, PURPOSES
from fengni.apps.vault.store.house import house
from fengni.apps.vault.store.records import Writing, refuse_sealed, stored
from fengni.core.access.actor import Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import BadInput, Denied
from fengni.core.vault.catalogue import element

HANDLERS: Final = ("owner", "lead", "agent")
MOST_MADE: Final = 5_000
MOST_RESOLVED: Final = 100


@dataclass(frozen=True, slots=True)
class Resolved:
    """One token and what became of it: its value in clear where `state` is stands. Not part of `repr`."""

    state: str
    about: Field | None
    value: str = field(default="", repr=False)


def _space_of(actor: Actor, at: datetime, partner_id: UUID | None) -> UUID:
    """The space of a partner, or the house's. Raises Denied for a partner who is not or no longer one."""
    if partner_id is None:
        return actor.tenant_id
    if agreements.partner(actor=actor, at=at, partner_id=partner_id).ended_at is not None:
        raise Denied("agreements.no-such-partner")
    return partner_id


def _about(actor: Actor, fields: Sequence[Field]) -> Resource:
    return Resource(
        "tokens:token",
        None,
        actor.tenant_id,
        clients=frozenset(one.client for one in fields),
        persons=tuple(sorted({one.subject for one in fields if one.subject != one.client})),
        fields=frozenset(one.kind for one in fields),
    )


def _fields(actor: Actor, fields: Sequence[Field]) -> Resource:
    return _about(actor, fields)


def _tokens(actor: Actor, tokens: Sequence[str]) -> Resource:
    """Everything that living tokens among these stand for."""
    found = spaces.standing(house(), tokens)
    return _about(actor, [one.field for one in found if one.field and one.state == spaces.STANDS])


@act("tokens:token:make", roles=HANDLERS, resource=_fields, scoped=True)
def make_tokens(
    *, actor: Actor, at: datetime, fields: Sequence[Field], partner_id: UUID | None = None
) -> Outcome[list[str | None]]:
    """A token for each field, the same one each time, in the house's space or a partner's. None where nothing stands.

    Raises BadInput for more than MOST_MADE or a kind that gets none, Denied for a partner that is none.
    """
    if len(fields) > MOST_MADE:
        raise BadInput("tokens.too-many", most=MOST_MADE)
    made = spaces.make(house(), _space_of(actor, at, partner_id), fields, at)
    return Outcome(
        made, facts={"tokens": sum(one is not None for one in made), "for_partner": int(partner_id is not None)}
    )


@act("tokens:token:resolve", roles=(*HANDLERS, "dpo"), resource=_tokens, purposes=PURPOSES, scoped=True, protected=True)
def resolve_tokens(
    *, actor: Actor, at: datetime, tokens: Sequence[str], purpose: str, reason: str
) -> Outcome[list[Resolved]]:
    """What tokens stand for, in clear, for a purpose and a reason. Says gone, unknown or mistyped of the others.

    Raises BadInput for more than MOST_RESOLVED tokens, or for those of more persons than one exports alone.
    """
    if len(reason.strip()) < 2:
        raise BadInput("vault.reason-missing")
    if len(tokens) > MOST_RESOLVED:
        raise BadInput("tokens.too-many", most=MOST_RESOLVED)
    home = house()
    found = spaces.standing(home, tokens)
    about = _about(actor, [one.field for one in found if one.field and one.state == spaces.STANDS])
    if len(about.persons) > EXPORTED_ALONE:
        raise BadInput("tokens.too-many-persons", most=EXPORTED_ALONE)
    values = _opened(at, [one.field for one in found if one.field and one.state == spaces.STANDS])
    rows = [_resolved(one, values) for one in found]
    kinds: dict[UUID, set[str]] = {}
    for one in rows:
        if one.about and one.value and one.about.subject != one.about.client:
            kinds.setdefault(one.about.subject, set()).add(one.about.kind)
    seen = tuple(Seen(person, tuple(sorted(of)), clear=len(of)) for person, of in sorted(kinds.items()))
    opened = sum(bool(one.value) for one in rows)
    return Outcome(rows, seen=seen, facts={"tokens": len(tokens), "resolved": opened})


def _resolved(one: Standing, values: dict[Field, str]) -> Resolved:
    if one.state != spaces.STANDS or one.field is None:
        return Resolved(one.state, one.field)
    value = values.get(one.field, "")
    return Resolved(spaces.STANDS if value else spaces.GONE, one.field, value)


def _opened(at: datetime, fields: Sequence[Field]) -> dict[Field, str]:
    """The values of fields, opened record by record under the running act."""
    classes = {element(one.kind).record_class for one in fields}
    rows = [row for of in sorted(classes) for row in stored([one[:2] for one in fields], of, lock="SHARE")]
    wanted = {(one.client, one.subject, element(one.kind).record_class) for one in fields}
    rows = [row for row in rows if row.place in wanted]
    refuse_sealed({row.unit_id for row in rows})
    opened = dict(zip([row.place for row in rows], Writing(house(), at).open(rows), strict=True))
    return {
        one: opened.get((one.client, one.subject, element(one.kind).record_class), {}).get(one.kind, "")
        for one in fields
    }


@act("tokens:sheet:export", roles=HANDLERS)
def export_sheet(*, actor: Actor, at: datetime, partner_id: UUID | None = None) -> Outcome[Sheet]:
    """The client list of one's scope as a workbook of tokens, in the house's space or a partner's, marked as this job.

    It shows nothing of anybody, so it needs no second person. Raises Denied for a partner that is none.
    """
    sheet = sheets.write(actor, house(), _space_of(actor, at, partner_id), acting().entry_id, at)
    facts: dict[str, int | str] = {"list": "sheet", "form": "xlsx", "rows": sheet.rows, "tokens": sheet.tokens}
    facts |= {"canaries": sheet.canaries} if sheet.canaries else {}
    return Outcome(sheet, facts=facts | {"for_partner": int(partner_id is not None)})


@act("tokens:export:trace", roles=("owner", "lead", "dpo", "auditor", "security"))
def trace_export(*, actor: Actor, at: datetime, content: bytes) -> Outcome[Traced]:
    """Name the export that a sample of rows came from, or say that none fits. Nothing of the sample is kept.

    Raises UnreadableFile for what is no workbook or text table.
    """
    from fengni.core.intake.reading import read_workbook  # here, so that the web process loads no reader for lists

    found = tracing.trace(house(), tracing.jobs(), read_workbook(content))
    resource = Resource("tokens:export", found.named[0].job.id if found.named else None, actor.tenant_id)
    return Outcome(found, resource=resource, facts={"rows": found.rows, "jobs": found.jobs, "named": len(found.named)})
