"""Acts on sealed records: clients and persons, values viewed and replaced, search, export, passwords."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

from fengni.apps.accounts.models import Tenant
from fengni.apps.acts import second_person
from fengni.apps.acts.acting import Outcome, act, acting
from fengni.apps.common.identifiers import uuid7
from fengni.apps.ledger import queries as ledger
from fengni.apps.ledger.inbox import Seen
from fengni.apps.parties import queries as parties
from fengni.apps.parties import register
from fengni.apps.parties.models import RELATION_ROLES
from fengni.apps.parties.register import NewRelation
from fengni.apps.vault import queries
from fengni.apps.vault.resources import HANDLERS, LENT, PURPOSES
from fengni.apps.vault.resources import client_file as _client
from fengni.apps.vault.resources import person_in as _person
from fengni.apps.vault.resources import person_in_file as _person_in_file
from fengni.apps.vault.store import box, fitness, manifests
from fengni.apps.vault.store.house import House, house, one_writer
from fengni.apps.vault.store.plans import give_to_maker
from fengni.apps.vault.store.recognition import ClientTraits, PersonTraits, recognise_clients, recognise_persons
from fengni.apps.vault.store.records import Part, Writing, refuse_sealed, stored
from fengni.apps.vault.store.shown import STATE, kinds_in
from fengni.apps.vault.store.throttle import MOST, count_search
from fengni.core.access.actor import Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import BadInput, Denied, FengniError
from fengni.core.vault.catalogue import element

EXPORTED_ALONE = 20
EXPORTED = frozenset({"id_number", "mobile", "name"})
LISTS = {what: uuid5(NAMESPACE_OID, f"fengni/list/{what}") for what in ("clients", "persons")}
SHOWN_FOR = timedelta(seconds=30)
SEARCHES_AN_HOUR = MOST["number"]
SECRET_PURPOSES = ("purpose.change_registration", "purpose.contact_client", "purpose.incident_response")


@dataclass(frozen=True, slots=True)
class Revealed:
    """One clear value, its mark if it has one, and until when a screen may show it. Not part of `repr`."""

    kind: str
    value: str
    state: str
    until: datetime

    def __repr__(self) -> str:
        return f"Revealed(kind={self.kind!r})"


@dataclass(frozen=True, slots=True)
class Added:
    """A person in a client file; `known` says that the person was in the tenant before."""

    person_id: UUID
    relation_id: UUID
    known: bool


@dataclass(frozen=True, slots=True)
class NumberFound:
    """Masked rows inside the reader's scope. What lies outside is not told, only recorded."""

    rows: tuple[queries.FoundRow, ...]


def _field(actor: Actor, client_id: UUID, subject_id: UUID, kind: str) -> Resource:
    """One field of a client (`subject_id` equals `client_id`) or of a person in its file."""
    about_client = _client(actor, client_id)
    if box.is_secret(kind):
        raise BadInput("vault.kind-unknown")
    kinds = frozenset({kind})
    if subject_id == client_id:
        return Resource("parties:client", client_id, actor.tenant_id, about_client.clients, fields=kinds)
    return _person(actor, client_id, subject_id, kinds)


def _secret(actor: Actor, client_id: UUID, kind: str) -> Resource:
    """One login password in the box of a client file."""
    if not box.is_secret(kind):
        raise BadInput("vault.kind-unknown")
    clients = _client(actor, client_id).clients
    return Resource("vault:secret", client_id, actor.tenant_id, clients, fields=frozenset({kind}))


def _list(actor: Actor, at: datetime, what: str) -> Resource:
    """A list as the actor sees it: everybody in it. A list that does not exist is about nobody."""
    persons = queries.persons_in_scope(actor=actor, at=at) if what in LISTS else ()
    return Resource("vault:list", LISTS.get(what), actor.tenant_id, persons=persons, fields=EXPORTED)


@act("vault:client:create", roles=HANDLERS)
def create_client(*, actor: Actor, at: datetime, fields: Mapping[str, str]) -> Outcome[UUID]:
    """A new client file with its enterprise's fields; who sees assigned clients only gets it assigned.

    Raises BadInput without a company name, for a wrong value, or when the tenant has a client of this USCC or name
    (Denied for those who do not see every client).
    """
    home = house()
    values = _checked(home, "client", fields)
    if not values.get("company_name"):
        raise BadInput("vault.company-name-missing")
    one_writer(home)
    if recognise_clients(home, [ClientTraits(values.get("uscc", ""), (values["company_name"],))])[0]:
        raise _taken(actor, "vault.client-exists")
    client_id = uuid7()
    register.register(home.tenant_id, at, clients=[client_id])
    writing = Writing(home, at)
    writing.put(_parts(client_id, client_id, values), fresh={client_id})
    give_to_maker([client_id], at)
    resource = Resource("parties:client", client_id, actor.tenant_id, frozenset({client_id}))
    return Outcome(client_id, resource=resource, facts=writing.finish())


@act("vault:person:add", roles=HANDLERS, resource=_client, scoped=True)
def add_person(
    *, actor: Actor, at: datetime, client_id: UUID, roles: tuple[str, ...], fields: Mapping[str, str]
) -> Outcome[Added]:
    """A person in a client file. Whoever the tenant knows by ID number is the same person, in one more file.

    Raises BadInput without a name, for unknown roles or wrong values, or when the person is in this file already.
    """
    home = house()
    if not roles or not set(roles) <= set(RELATION_ROLES):
        raise BadInput("parties.role-unknown")
    values = _checked(home, "person", fields)
    if not values.get("name"):
        raise BadInput("vault.name-missing")
    one_writer(home)
    known = recognise_persons(home, [PersonTraits(values.get("id_number", ""), values["name"], (client_id,))])[0]
    if known and parties.is_in_file(client_id=client_id, person_id=known):
        raise BadInput("vault.person-in-file")
    person_id, relation_id = known or uuid7(), uuid7()
    register.register(
        home.tenant_id,
        at,
        persons={} if known else {person_id: fitness.is_fictitious(values)},
        relations=[NewRelation(relation_id, client_id, person_id, tuple(dict.fromkeys(roles)))],
    )
    writing = Writing(home, at)
    writing.put(_parts(client_id, person_id, values), fresh=set() if known else {person_id})
    resource = Resource("parties:person", person_id, actor.tenant_id, frozenset({client_id}), persons=(person_id,))
    seen = (Seen(person_id, kinds_in(values)),)
    return Outcome(Added(person_id, relation_id, bool(known)), resource=resource, seen=seen, facts=writing.finish())


@act(
    "vault:field:reveal", roles=(*HANDLERS, "dpo"), resource=_field, purposes=PURPOSES, scoped=True, protected=True,
    lent=LENT,
)  # fmt: skip
def reveal_field(
    *, actor: Actor, at: datetime, client_id: UUID, subject_id: UUID, kind: str, purpose: str, reason: str
) -> Outcome[Revealed]:
    """One clear value for a purpose and a reason, to be shown for 30 seconds. Opens the one record it lies in.

    Raises BadInput when no reason is given or there is no such value, SealRefused when it does not open.
    """
    revealed = _opened(at, client_id, subject_id, kind, reason)
    seen = () if subject_id == client_id else (Seen(subject_id, (kind,), clear=1),)
    facts = {"field": kind} if subject_id == client_id else {}
    return Outcome(revealed, seen=seen, facts=facts)


@act("vault:secret:reveal", roles=HANDLERS, resource=_secret, purposes=SECRET_PURPOSES, scoped=True, protected=True)
def reveal_secret(
    *, actor: Actor, at: datetime, client_id: UUID, kind: str, purpose: str, reason: str
) -> Outcome[Revealed]:
    """A login password of the client for a purpose and a reason, to be shown for 30 seconds. It is about no person.

    Raises BadInput when no reason is given or the box holds none of this kind, SealRefused when it does not open.
    """
    return Outcome(_opened(at, client_id, client_id, kind, reason), facts={"field": kind})


@act("vault:secret:discard", roles=HANDLERS, resource=_client, scoped=True)
def discard_secrets(*, actor: Actor, at: datetime, client_id: UUID) -> Outcome[None]:
    """Destroy the password box of a client file: its key, then what it opened. Raises BadInput for an empty one."""
    home = house()
    one_writer(home)
    lines = box.destroy(client_id)
    if not lines:
        raise BadInput("vault.box-empty")
    return Outcome(None, facts=manifests.write(home, lines, import_id=None, former_roles={}))


@act("accounts:tenant:keep_passwords", roles=("owner",))
def keep_passwords(*, actor: Actor, at: datetime, keep: bool, reason: str) -> Outcome[int]:
    """Whether imports lock login passwords into a box. Turning on needs a reason; turning off destroys every box.

    Returns the number of client files whose box was destroyed.
    """
    if keep and len(reason.strip()) < 2:
        raise BadInput("vault.box-reason-missing")
    home = house()
    one_writer(home)
    Tenant.objects.filter(id=home.tenant_id).update(keeps_passwords=keep)
    lines = [] if keep else box.destroy()
    facts = {**manifests.write(home, lines, import_id=None, former_roles={}), "keep": int(keep)}
    resource = Resource("accounts:tenant", home.tenant_id, home.tenant_id)
    return Outcome(len(lines), resource=resource, facts=facts)


@act("vault:field:replace", roles=HANDLERS, resource=_field, scoped=True)
def replace_field(
    *, actor: Actor, at: datetime, client_id: UUID, subject_id: UUID, kind: str, value: str, revision: int
) -> Outcome[int]:
    """Another value in place of the old one, which is never shown. `revision` is the record's as read, 0 for none.

    Returns the new revision. A changed company name stays as former name. Raises BadInput for a wrong value or a mask,
    when the record was changed meanwhile, or when the number is somebody else's (Denied for those who do not see every
    client).
    """
    home = house()
    subject_kind = "client" if subject_id == client_id else "person"
    values = _checked(home, subject_kind, {kind: value})
    if kind in ("id_number", "uscc", "company_name"):
        one_writer(home)
    rows = stored([(client_id, subject_id)], element(kind).record_class)
    if not rows:  # nothing to lock: look again as the only writer
        one_writer(home)
        rows = stored([(client_id, subject_id)], element(kind).record_class)
    now = rows[0].revision if rows else 0
    if now != revision:
        raise BadInput("vault.changed-meanwhile")
    _refuse_taken(home, actor, client_id, subject_id, kind, values[kind])
    writing = Writing(home, at)
    written = writing.put([Part(client_id, subject_id, element(kind).record_class, values)])
    seen = () if subject_kind == "client" else (Seen(subject_id, (kind,)),)
    facts = {**writing.finish(), "field": kind}
    return Outcome(now if written.unchanged else now + 1, seen=seen, facts=facts)


@act("vault:number:search", roles=(*HANDLERS, "dpo"))
def search_number(*, actor: Actor, at: datetime, number: str) -> Outcome[NumberFound]:
    """Who has this full ID number, mobile or passport number, inside the reader's scope; counted for whoever it hits.

    A hit outside the scope is not told, only recorded for that person. Raises Denied after 30 searches in an hour,
    BadInput for what is no full number.
    """
    indexes = queries.number_indexes(number)
    if not indexes:
        raise BadInput("vault.not-a-full-number")
    count_search(actor, at, "number")
    found, outside = queries.number_hits(actor=actor, at=at, number=number, indexes=indexes)
    shown = {row.person_id for row in found if row.person_id}
    seen = [Seen(person, (indexes[0],)) for person in sorted(shown)]
    seen += [Seen(person) for person in sorted(outside - shown)]
    facts = {"hits": len(shown), "outside": len(outside - shown)}
    return Outcome(NumberFound(tuple(found)), seen=tuple(seen), facts=facts)


@act("vault:list:export", roles=(*HANDLERS, "dpo"), resource=_list, second_person_above=EXPORTED_ALONE)
def export_list(*, actor: Actor, at: datetime, what: str, form: str) -> Outcome[queries.ListFile]:
    """The masked list of clients or persons inside the reader's scope, as xlsx or csv, marked as this job.

    About more than EXPORTED_ALONE persons it needs a second person, whose yes is good for one file.
    """
    file = queries.list_file(actor=actor, at=at, what=what, form=form, job=acting().entry_id)
    seen = tuple(Seen(person, tuple(sorted(EXPORTED))) for person in sorted(file.persons))
    second_person.spend(LISTS[what], at)
    facts: dict[str, int | str] = {"list": what, "form": form, "rows": file.rows}
    facts |= {"canaries": file.canaries} if file.canaries else {}
    return Outcome(file, seen=seen, facts=facts)


@act("vault:receipt:issue", roles=(*HANDLERS, "dpo"), resource=_person_in_file, scoped=True)
def issue_receipt(*, actor: Actor, at: datetime, client_id: UUID, person_id: UUID) -> Outcome[bytes]:
    """The person's own receipt: every sealed entry about the person, with proofs, as one file for `fengni verify`."""
    return Outcome(ledger.person_receipt_file(person_id), seen=(Seen(person_id),))


def _opened(at: datetime, client_id: UUID, subject_id: UUID, kind: str, reason: str) -> Revealed:
    """The value of one record, in clear, by a key released for the running act."""
    if len(reason.strip()) < 2:
        raise BadInput("vault.reason-missing")
    rows = stored([(client_id, subject_id)], element(kind).record_class, lock="SHARE")
    if not rows:
        raise BadInput("vault.no-value")
    refuse_sealed({row.unit_id for row in rows})
    fields = Writing(house(), at).open(rows)[0]
    if kind not in fields:
        raise BadInput("vault.no-value")
    return Revealed(kind, fields[kind], fields.get(kind + STATE, ""), at + SHOWN_FOR)


def _checked(home: House, subject_kind: str, fields: Mapping[str, str]) -> dict[str, str]:
    if any(box.is_secret(kind) for kind in fields):
        raise BadInput("vault.kind-unknown")
    values = {kind: fitness.checked(subject_kind, kind, value) for kind, value in fields.items() if value.strip()}
    if not values:
        raise BadInput("vault.value-missing")
    fitness.refuse_unfit(home, values.items())
    return values


def _parts(client_id: UUID, subject_id: UUID, values: Mapping[str, str]) -> list[Part]:
    classes: dict[str, dict[str, str]] = {}
    for kind, value in values.items():
        classes.setdefault(element(kind).record_class, {})[kind] = value
    return [Part(client_id, subject_id, record_class, fields) for record_class, fields in classes.items()]


def _refuse_taken(home: House, actor: Actor, client_id: UUID, subject_id: UUID, kind: str, value: str) -> None:
    """Two clients cannot have one USCC, nor two persons one ID number. Asked last: the answer tells who is known."""
    if kind == "uscc" and recognise_clients(home, [ClientTraits(value)])[0] not in (None, client_id):
        raise _taken(actor, "vault.client-exists")
    if kind == "id_number" and recognise_persons(home, [PersonTraits(value)])[0] not in (None, subject_id):
        raise _taken(actor, "vault.person-exists")


def _taken(actor: Actor, code: str) -> FengniError:
    """To those who do not see every client it is a refusal, which stands in the ledger: nobody asks in silence who is
    known here."""
    return BadInput(code) if actor.sees_all_clients else Denied(code)
