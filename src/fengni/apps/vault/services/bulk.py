"""Acts on many records at once, for programs: one entry, one release of keys, however many persons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import connection

from fengni.apps.acts import second_person
from fengni.apps.acts.acting import Outcome, act
from fengni.apps.ledger.inbox import Seen
from fengni.apps.vault.resources import HANDLERS, PURPOSES
from fengni.apps.vault.services.records import EXPORTED_ALONE
from fengni.apps.vault.store import box
from fengni.apps.vault.store.house import house
from fengni.apps.vault.store.records import Writing, refuse_sealed, stored
from fengni.core.access.actor import Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import BadInput, Denied
from fengni.core.vault.catalogue import element

MOST_READ: Final = 2_000


class Read(NamedTuple):
    """A person's values by kind, those that there are, as asked for."""

    client_id: UUID
    person_id: UUID
    values: dict[str, str]

    def __repr__(self) -> str:
        return f"<Read {sorted(self.values)}>"


def _many(actor: Actor, persons: Sequence[tuple[UUID, UUID]], kinds: Sequence[str]) -> Resource:
    """Fields of persons, each in a client file. Denied when one is not in its file: whose it is, is not told.

    The id is of exactly these persons and kinds, so a second person's yes to them is none to others.
    """
    if not persons or not kinds or len(persons) > MOST_READ:
        raise BadInput("vault.too-many-at-once", most=MOST_READ)
    for kind in kinds:
        if box.is_secret(kind) or element(kind).subject != "person":
            raise BadInput("vault.kind-unknown")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM parties_relation JOIN unnest(%s::uuid[], %s::uuid[]) n (client_id, person_id) "
            "USING (client_id, person_id)",
            [[client for client, _ in set(persons)], [person for _, person in set(persons)]],
        )
        if cursor.fetchone()[0] != len(set(persons)):
            raise Denied("parties.no-such-person")
    return Resource(
        "vault:selection", _name(actor, persons, kinds), actor.tenant_id,
        frozenset(client for client, _ in persons), persons=tuple(sorted({person for _, person in persons})),
        fields=frozenset(kinds),
    )  # fmt: skip


def _name(actor: Actor, persons: Sequence[tuple[UUID, UUID]], kinds: Sequence[str]) -> UUID:
    named = ",".join(sorted(f"{client.hex}{person.hex}" for client, person in set(persons)) + sorted(set(kinds)))
    return uuid5(NAMESPACE_OID, f"fengni/selection/{actor.tenant_id.hex}/{named}")


@act(
    "vault:fields:reveal", roles=(*HANDLERS, "dpo"), resource=_many, purposes=PURPOSES, scoped=True, protected=True,
    second_person_above=EXPORTED_ALONE,
)  # fmt: skip
def reveal_fields(
    *, actor: Actor, at: datetime, persons: Sequence[tuple[UUID, UUID]], kinds: Sequence[str], purpose: str, reason: str
) -> Outcome[list[Read]]:
    """Fields of up to MOST_READ persons, each given as (client file, person), in clear for a purpose and a reason.

    Of more than EXPORTED_ALONE persons it needs a second person's yes, good for one time. Every person's history says
    so. A value that is not there is left out. Raises BadInput without a reason, for a kind that persons do not have or
    a login password, Denied for what the law keeps sealed, SealRefused when one does not open.
    """
    if len(reason.strip()) < 2:
        raise BadInput("vault.reason-missing")
    classes = {element(kind).record_class for kind in kinds}
    rows = [row for of in sorted(classes) for row in stored(persons, of, lock="SHARE")]
    refuse_sealed({row.unit_id for row in rows})
    fields: dict[tuple[UUID, UUID], dict[str, str]] = {place: {} for place in persons}
    for row, opened in zip(rows, Writing(house(), at).open(rows), strict=True):
        known = fields[row.client_id, row.subject_id]
        known.update({kind: opened[kind] for kind in kinds if kind in opened})
    seen: dict[UUID, dict[str, int]] = {}
    for (_, person), values in fields.items():
        of = seen.setdefault(person, {})
        for kind in values:
            of[kind] = of.get(kind, 0) + 1
    second_person.spend(_name(actor, persons, kinds), at)
    opened_of = tuple(Seen(one, tuple(sorted(of)), clear=sum(of.values())) for one, of in sorted(seen.items()) if of)
    facts = {"persons": len(seen), "values": sum(map(len, fields.values()))}
    return Outcome([Read(*place, values) for place, values in fields.items()], seen=opened_of, facts=facts)
