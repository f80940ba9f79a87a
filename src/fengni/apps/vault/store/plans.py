"""Storing an import's plan: recognise who exists, register who is new, seal what is new or changed.

Runs inside a running act; one act writes a tenant's store at a time (advisory lock), so that two imports cannot make
the same client twice. Values that wait for an answer are not stored; damaged ones leave a mark and no value. A person
who belongs to no enterprise has no file to lie in and is counted in `left_out`. Pictures and embedded files go into
their client's file; login passwords into its box where the organisation keeps one, else they stay out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection

from fengni.apps.acts.acting import acting
from fengni.apps.acts.models import Grant
from fengni.apps.common import bulk
from fengni.apps.common.identifiers import uuid7s
from fengni.apps.ledger.inbox import Seen
from fengni.apps.parties import register
from fengni.apps.parties.register import NewRelation
from fengni.apps.vault.store import box, materials
from fengni.apps.vault.store.fitness import is_fictitious, refuse_unfit
from fengni.apps.vault.store.house import House, house, one_writer
from fengni.apps.vault.store.recognition import ClientTraits, PersonTraits, recognise_clients, recognise_persons
from fengni.apps.vault.store.records import Part, Writing
from fengni.apps.vault.store.scope import refuse_outside_scope
from fengni.apps.vault.store.shown import DAMAGED, HINT, ORIGINAL, STATE, VERIFY, kinds_in
from fengni.core.intake.pausing import collection_paused
from fengni.core.intake.plan import FieldValue, Plan, State
from fengni.core.intake.workbook import Workbook
from fengni.core.vault.blind_index import normalise
from fengni.core.vault.catalogue import element

Progress = Callable[[int, int], None]
_PARTS_AT_A_TIME = 2_400
_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of clients or of persons."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Stored:
    """What an import wrote. `facts` belong into the act's ledger entry, `seen` into its outcome."""

    clients: Tally
    persons: Tally
    left_out: int = 0
    materials: int = 0  # new pictures and embedded files
    passwords: int = 0  # places whose text went into a box
    seen: tuple[Seen, ...] = ()
    facts: Mapping[str, int | str] = field(default_factory=dict)

    @property
    def created(self) -> int:
        """Clients and persons that are new."""
        return self.clients.created + self.persons.created

    @property
    def updated(self) -> int:
        """Clients and persons of whom something changed."""
        return self.clients.updated + self.persons.updated

    @property
    def unchanged(self) -> int:
        """Clients and persons who stay as they were."""
        return self.clients.unchanged + self.persons.unchanged


@dataclass(slots=True)
class _Subject:
    """An enterprise or a person of the plan: its fields by record class; for a person the roles by enterprise key."""

    fields: dict[str, dict[str, str]]
    roles: dict[str, list[str]] = field(default_factory=dict)
    id: UUID = _NOBODY

    def value(self, record_class: str, kind: str) -> str:
        """A value of the subject, or nothing."""
        return self.fields.get(record_class, {}).get(kind, "")


@dataclass(slots=True)
class _Filing:
    """The plan's subjects by its own keys, and who among them is new."""

    clients: dict[str, _Subject]
    persons: dict[str, _Subject]
    fresh: set[UUID] = field(default_factory=set)
    named: Mapping[str, UUID] = field(default_factory=dict)
    former_roles: dict[str, list[str] | None] = field(default_factory=dict)

    def parts(self) -> list[Part]:
        """Everything to write, once per record: of two mentions of one subject the first wins."""
        parts = list(self._all())
        subjects = (*self.clients.values(), *self.persons.values())
        if len({one.id.int for one in subjects}) == len(subjects):
            return parts
        found: dict[tuple[UUID, UUID, str], dict[str, str]] = {}
        for part in parts:
            there = found.setdefault(part[:3], {})
            known = kinds_in(there)
            there |= {key: value for key, value in part.fields.items() if key.partition("#")[0] not in known}
        return [Part(*place, fields) for place, fields in found.items()]

    def _all(self) -> Iterator[Part]:
        for client in self.clients.values():
            for record_class, fields in client.fields.items():
                yield Part(client.id, client.id, record_class, fields)
        for person in self.persons.values():
            for key in person.roles:
                client_id = self.clients[key].id
                for record_class, fields in person.fields.items():
                    yield Part(client_id, person.id, record_class, fields)


def store_plan(
    *, plan: Plan, workbook: Workbook | None = None, import_id: UUID, at: datetime, progress: Progress,
    named: Mapping[str, UUID] | None = None,
) -> Stored:  # fmt: skip
    """Write a plan. `progress(done, total)` may raise to cancel (then nothing is kept) and leaves our connection alone.

    `workbook` gives the bytes of pictures and the texts of passwords; a plan without either needs none.
    `named` says which clients and persons enterprises and persons of the plan are, by key, where that is known:
    they are not recognised by their words, and their roles stay.
    Raises BadInput for identifiers the tenant must not hold, Denied when a client lies outside the actor's scope.
    """
    with collection_paused():
        return _store(plan, workbook or Workbook((), ""), import_id, at, progress, named or {})


def _store(
    plan: Plan, workbook: Workbook, import_id: UUID, at: datetime, progress: Progress, named: Mapping[str, UUID]
) -> Stored:
    home = house()
    one_writer(home)
    filing, left_out = _file(plan)
    filing.named = named
    secrets = box.to_keep(plan, filing.clients) if box.is_open(home) else []
    for key, fields in box.fields_of(secrets, workbook).items():
        filing.clients[key].fields[box.RECORD_CLASS] = fields
    subjects = (*filing.clients.values(), *filing.persons.values())
    refuse_unfit(home, (item for one in subjects for fields in one.fields.values() for item in fields.items()))
    _recognise_clients(home, filing)
    refuse_outside_scope({one.id for one in filing.clients.values()} - filing.fresh, at)
    _recognise_persons(home, filing)
    with connection.cursor() as cursor:  # references are checked while we seal the next rows, not all at COMMIT
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    _register(home, filing, at)
    lines = materials.keep(home, plan, workbook, {k: one.id for k, one in filing.clients.items()}, import_id, at)
    kept = len(lines)
    changed: dict[UUID, set[str]] = {}
    with ThreadPoolExecutor(1, "tags") as aside, bulk.Lane() as lane:
        writing = Writing(home, at, import_id, lane, aside, lines=lines)
        parts = filing.parts()
        for start in range(0, len(parts), _PARTS_AT_A_TIME):
            batch = parts[start : start + _PARTS_AT_A_TIME]
            written = writing.put(batch, fresh=filing.fresh)
            for part in (*written.created, *written.updated):
                changed.setdefault(part.subject, set()).update(kinds_in(part.fields))
            progress(start + len(batch), len(parts))
        facts = writing.finish(filing.former_roles)
    clients, persons = _tally(filing.clients, filing.fresh, changed), _tally(filing.persons, filing.fresh, changed)
    people = {person.id for person in filing.persons.values()}
    seen = tuple(Seen(subject, tuple(sorted(kinds))) for subject, kinds in changed.items() if subject in people)
    facts |= {name: n for name, n in (("materials", kept), ("passwords", len(secrets))) if n}
    return Stored(clients, persons, left_out, kept, len(secrets), seen, facts)


def clients_named(plan: Plan) -> set[UUID]:
    """The existing clients that a plan speaks of."""
    filing, _ = _file(plan)
    _recognise_clients(house(), filing)
    return {one.id for one in filing.clients.values()} - filing.fresh


def fields_of(values: Iterable[FieldValue]) -> dict[str, dict[str, str]]:
    """The fields to seal, by record class; a kind that may be kept several times over has a line for each value."""
    found: dict[str, dict[str, str]] = {}
    for one in values:
        if one.state is State.HELD:
            continue
        about = element(one.kind)
        fields = found.setdefault(about.record_class, {})
        there = fields.get(one.kind)
        if one.state is State.DAMAGED:
            if there is None:
                fields[one.kind + STATE] = DAMAGED
                if one.hint:
                    fields[one.kind + HINT] = one.hint
            continue
        if there is None:
            for mark in (STATE, HINT):
                fields.pop(one.kind + mark, None)
            fields[one.kind] = one.value
        elif about.many and one.value not in there.splitlines():
            fields[one.kind] = f"{there}\n{one.value}"
        else:
            continue
        if one.state is State.VERIFY:
            fields[one.kind + STATE] = VERIFY
        if one.kind == "id_number" and one.original and normalise(one.kind, one.original) != one.value:
            fields[one.kind + ORIGINAL] = one.original
    return {record_class: fields for record_class, fields in found.items() if fields}


def _file(plan: Plan) -> tuple[_Filing, int]:
    """The subjects that may be stored, and how many persons have no file to lie in."""
    clients = {}
    for enterprise in plan.enterprises:
        if not enterprise.held:
            fields = fields_of(enterprise.fields)
            if enterprise.tags:
                service = fields.setdefault("service", {})
                service["tag"] = "\n".join(dict.fromkeys([*service.get("tag", "").splitlines(), *enterprise.tags]))
            clients[enterprise.key] = _Subject(fields)
    roles: dict[str, dict[str, list[str]]] = {}
    for relation in plan.relations:
        if relation.enterprise in clients:
            held = roles.setdefault(relation.person, {}).setdefault(relation.enterprise, [])
            if relation.role not in held:
                held.append(relation.role)
    ready = [person for person in plan.persons if not person.held]
    persons = {one.key: _Subject(fields_of(one.fields), roles[one.key]) for one in ready if one.key in roles}
    return _Filing(clients, persons), len(ready) - len(persons)


def _recognise_clients(home: House, filing: _Filing) -> None:
    traits = [
        ClientTraits(one.value("enterprise", "uscc"), tuple(name for name in names if name))
        for one in filing.clients.values()
        for names in ([one.value("enterprise", "company_name"), *one.value("enterprise", "former_name").split("\n")],)
    ]
    _name(filing, filing.clients, recognise_clients(home, traits))


def _recognise_persons(home: House, filing: _Filing) -> None:
    traits = [
        PersonTraits(
            one.value("identity", "id_number"),
            one.value("identity", "name"),
            tuple(client for key in one.roles if (client := filing.clients[key].id) not in filing.fresh),
        )
        for one in filing.persons.values()
    ]
    _name(filing, filing.persons, recognise_persons(home, traits))


def _name(filing: _Filing, subjects: Mapping[str, _Subject], known: Sequence[UUID | None]) -> None:
    """Give every subject the id it has, or a new one."""
    known = [filing.named.get(key, found) for key, found in zip(subjects, known, strict=True)]
    made = iter(uuid7s(known.count(None)))
    for one, found in zip(subjects.values(), known, strict=True):
        one.id = found or next(made)
        if found is None:
            filing.fresh.add(one.id)


def _register(home: House, filing: _Filing, at: datetime) -> None:
    """Rows of new clients, persons and relations; further roles of relations that exist; the maker's own scope."""
    clients = [one.id for one in filing.clients.values() if one.id in filing.fresh]
    persons = {
        one.id: is_fictitious(one.fields.get("identity", {}) | one.fields.get("contact", {}))
        for one in filing.persons.values()
        if one.id in filing.fresh
    }
    known = register.relations_of({one.id for one in filing.clients.values()} - filing.fresh)
    wanted: dict[tuple[UUID, UUID], list[str]] = {}
    for name, person in filing.persons.items():
        for key, roles in person.roles.items():
            if name in filing.named and (filing.clients[key].id, person.id) in known:
                continue
            wanted.setdefault((filing.clients[key].id, person.id), []).extend(roles)
    new, changed, ids = [], {}, iter(uuid7s(len(wanted)))
    for place, roles in wanted.items():
        if place not in known:
            relation = NewRelation(next(ids), *place, tuple(dict.fromkeys(roles)))
            new.append(relation)
            filing.former_roles[relation.id.hex] = None
        elif not set(roles) <= set(known[place][1]):
            relation_id, before = known[place]
            changed[relation_id] = tuple(dict.fromkeys([*before, *roles]))
            filing.former_roles[relation_id.hex] = before
    register.register(home.tenant_id, at, clients=clients, persons=persons, relations=new)
    register.set_roles(changed)
    give_to_maker(clients, at)


def give_to_maker(clients: Iterable[UUID], at: datetime) -> None:
    """Who makes a client and sees assigned ones only gets it assigned."""
    actor = acting().actor
    if not actor.sees_all_clients:
        Grant.objects.bulk_create(
            Grant(tenant_id=actor.tenant_id, member_id=actor.id, client_id=client, created_at=at) for client in clients
        )


def _tally(subjects: Mapping[str, _Subject], fresh: set[UUID], changed: Mapping[UUID, set[str]]) -> Tally:
    ids = {one.id for one in subjects.values()}
    created = len(ids & fresh)
    updated = len((ids & changed.keys()) - fresh)
    return Tally(created, updated, len(ids) - created - updated)
