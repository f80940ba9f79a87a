"""What the vault's tests put into it: fictitious clients and persons, by single acts or as an import's plan."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

from django.db import transaction

from fengni.apps.acts.acting import FUNCTIONS, Done, Outcome, act
from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger.inbox import unpack_subjects
from fengni.apps.ledger.models import InboxEntry
from fengni.apps.vault import services
from fengni.apps.vault.store import Stored, Undone, store_plan, undo_import
from fengni.core import fictitious
from fengni.core.access.actor import Actor
from fengni.core.intake.plan import (
    Counts,
    EnterpriseRecord,
    FieldValue,
    Health,
    PersonRecord,
    Place,
    Plan,
    Relation,
    State,
)
from tests.cast import now

CANARY_NAME = "陆知衡"
CANARY_ID = fictitious.id_number("19880229", 21)
CANARY_MOBILE = fictitious.mobile(1)
ROW = Place("Sheet1", "A2")


def company(number: int) -> str:
    """The name of a client."""
    return f"示例·青禾{number}号智造有限公司"


def make_client(actor: Actor, number: int = 1, **fields: str) -> UUID:
    """A client by the act."""
    given = {"company_name": company(number), "uscc": fictitious.uscc(number), **fields}
    return services.create_client(actor=actor, at=now(), fields=given).value


def make_person(actor: Actor, client_id: UUID, **fields: str) -> UUID:
    """A person by the act."""
    given = {"name": CANARY_NAME, "id_number": CANARY_ID, "mobile": CANARY_MOBILE, **fields}
    done = services.add_person(
        actor=actor, at=now(), client_id=client_id, roles=("legal_representative",), fields=given
    )
    return done.value.person_id


def ready(**values: str) -> tuple[FieldValue, ...]:
    """Field values without a question."""
    return tuple(FieldValue(kind, State.READY, value) for kind, value in values.items())


def plan(
    enterprises: list[EnterpriseRecord],
    persons: list[PersonRecord] | None = None,
    relations: list[Relation] | None = None,
) -> Plan:
    """A plan of these records; the cells do not matter to the store."""
    counts = Counts(rows=0, cells=0, imported=0, asked=0, locked=0, skipped=0)
    empty = Plan((), counts, Health(), (), (), (), (), (), ())
    return replace(
        empty, enterprises=tuple(enterprises), persons=tuple(persons or ()), relations=tuple(relations or ())
    )


def sheet(rows: int, *, first: int = 0, mobile_from: int = 0) -> Plan:
    """One enterprise and its legal representative per row, as a workbook of `rows` rows gives them."""
    enterprises, persons, relations = [], [], []
    for at in range(first, first + rows):
        day = f"{1950 + at // 336 % 50}{at // 28 % 12 + 1:02d}{at % 28 + 1:02d}"
        uscc = {"uscc": fictitious.uscc(at)} if at < 20_000 else {}  # no more of them exist
        enterprises.append(
            EnterpriseRecord(f"e{at}", ready(company_name=company(at), registered_address="示例省示例市", **uscc))
        )
        persons.append(
            PersonRecord(
                f"p{at}",
                ready(
                    name=f"陆示{chr(0x4E00 + at % 5000)}",
                    id_number=fictitious.id_number(day, at // 16800),
                    mobile=fictitious.mobile(mobile_from + at),
                ),
            )
        )
        relations.append(Relation(f"e{at}", f"p{at}", "legal_representative", ROW))
    return plan(enterprises, persons, relations)


def entries(tenant_id: UUID) -> list[dict[str, Any]]:
    """The bodies of a tenant's entries that wait to be sealed, oldest first."""
    with tenant(tenant_id), transaction.atomic():
        return [json.loads(bytes(body)) for body in InboxEntry.objects.order_by("id").values_list("body", flat=True)]


def seen_of(tenant_id: UUID) -> dict[UUID, list[Any]]:
    """What the newest entry says of each person."""
    with tenant(tenant_id), transaction.atomic():
        packed = InboxEntry.objects.order_by("-id").values_list("subjects", flat=True)[0]
    return {person: json.loads(seen) for _, person, seen in unpack_subjects(bytes(packed or b""))}


def refusals(tenant_id: UUID, act_name: str) -> list[str]:
    """The codes with which an act was refused, by the ledger."""
    told = [(e["act"], e["outcome"]) for e in entries(tenant_id)]
    return [outcome.removeprefix("refused:") for name, outcome in told if name == act_name and outcome != "done"]


def store(actor: Actor, given: Plan, *, import_id: UUID | None = None) -> Stored:
    """A plan stored inside an act, as an import does it."""
    done = _act("test:plan:store", _store)(actor=actor, at=now(), given=given, import_id=import_id or uuid4())
    return cast(Stored, done.value)


def undo(actor: Actor, import_id: UUID) -> Undone:
    """An import taken back inside an act."""
    return cast(Undone, _act("test:plan:undo", _undo)(actor=actor, at=now(), import_id=import_id).value)


def _store(*, actor: Actor, at: datetime, given: Plan, import_id: UUID) -> Outcome[Stored]:
    done = store_plan(plan=given, import_id=import_id, at=at, progress=lambda *_: None)
    return Outcome(done, seen=done.seen, facts=done.facts)


def _undo(*, actor: Actor, at: datetime, import_id: UUID) -> Outcome[Undone]:
    done = undo_import(import_id=import_id, at=at)
    return Outcome(done, seen=done.seen, facts=done.facts)


def _act(name: str, function: Callable[..., Outcome[Any]]) -> Callable[..., Done[Any]]:
    """Declared when first used, so that no test of the registry meets it."""
    if name not in FUNCTIONS:
        act(name, roles=("owner", "lead", "agent"))(function)
    return FUNCTIONS[name]
