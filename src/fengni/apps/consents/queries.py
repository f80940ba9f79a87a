"""Reads on consents: who was told what, since when, and whether it can be relied on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from fengni.apps.common.queries import query
from fengni.apps.consents import register, telling
from fengni.apps.consents.models import Consent, Reading
from fengni.apps.consents.register import Standing
from fengni.apps.consents.telling import Telling
from fengni.apps.guests.models import Guest
from fengni.apps.vault.queries.lists import refuse_outside, scope
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One scope of one person in a matter. `state`: given, unproved, withdrawn or none; `assurance`: "" for none."""

    person_id: UUID
    scope: str
    state: str
    since: datetime | None
    assurance: str

    @property
    def word(self) -> str:
        """The state as `consents.state.<word>`."""
        return register.word(self.scope, self.state)


@dataclass(frozen=True, slots=True)
class Yes:
    """A yes to a separate consent, from when and until when it stood."""

    scope: str
    given_at: datetime
    withdrawn_at: datetime | None

    def stood(self, at: datetime) -> bool:
        """Whether it could be relied on at an instant."""
        return self.given_at <= at and (self.withdrawn_at is None or at < self.withdrawn_at)


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """Something a person was told, and when it was confirmed as read; the text where one reading was asked for."""

    id: UUID
    person_id: UUID
    matter_id: UUID
    version: str
    text_hash: str
    language: str
    assurance: str
    read_at: datetime
    text: str = field(default="", repr=False)


@query
def telling_of(*, person_id: UUID, matter_id: UUID, at: datetime) -> Telling:
    """What a person of a matter is told now."""
    return telling.of(person_id, matter_id, at)


@query
def readings(*, actor: Actor, at: datetime, matter_id: UUID) -> tuple[ReadingRow, ...]:
    """What everybody in a matter was told, the newest first; no text. Raises Denied outside the reader's scope."""
    _refuse_outside(actor, at, matter_id)
    return tuple(_row(one) for one in Reading.objects.filter(matter_id=matter_id).order_by("-read_at"))


@query
def reading(*, actor: Actor, at: datetime, matter_id: UUID, reading_id: UUID) -> ReadingRow:
    """One of them with its text, for who handles clients: contacts of partners stand in it. Raises Denied else."""
    _refuse_outside(actor, at, matter_id)
    found = Reading.objects.filter(id=reading_id, matter_id=matter_id).first()
    if found is None or not actor.sees_names:
        raise Denied("consents.no-such-reading")
    return _row(found, register.text_of(found))


@query
def own_readings(*, guest: Guest) -> tuple[ReadingRow, ...]:
    """What the guest's person was told in the own matter, the newest first; no text."""
    return tuple(_row(one) for one in _own(guest).order_by("-read_at"))


@query
def own_reading(*, guest: Guest, reading_id: UUID) -> ReadingRow:
    """One of them with its text. Raises Denied for somebody else's."""
    found = _own(guest).filter(id=reading_id).first()
    if found is None:
        raise Denied("consents.no-such-reading")
    return _row(found, register.text_of(found))


def _own(guest: Guest) -> QuerySet[Reading]:
    if guest.matter_id is None:
        raise Denied("consents.no-matter")
    return Reading.objects.filter(person_id=guest.subject_id, matter_id=guest.matter_id)


def _row(one: Reading, text: str = "") -> ReadingRow:
    return ReadingRow(
        one.id, one.person_id, one.matter_id, one.version, one.text_hash, one.language, one.assurance, one.read_at, text
    )


@query
def standing(*, person_id: UUID, matter_id: UUID) -> Standing:
    """How a person stands in a matter."""
    return register.standing(person_id, matter_id)


@query
def yeses(*, person_id: UUID) -> tuple[Yes, ...]:
    """Every yes of a person to a separate consent, the oldest first: the ground of what was seen while it stood."""
    rows = Consent.objects.filter(person_id=person_id).exclude(scope=register.NOTICE).order_by("given_at")
    return tuple(Yes(*row) for row in rows.values_list("scope", "given_at", "withdrawn_at"))


@query
def of_matter(*, actor: Actor, at: datetime, matter_id: UUID) -> tuple[ConsentRow, ...]:
    """Every scope of everybody who was invited or ever answered. Raises Denied outside the reader's scope."""
    guests = _refuse_outside(actor, at, matter_id)
    persons = {one.subject_id for one in guests}
    asked = set(Consent.objects.filter(matter_id=matter_id).values_list("person_id", flat=True))
    rows = []
    for person_id in sorted(asked | persons):
        stands = register.standing(person_id, matter_id)
        rows += [
            ConsentRow(person_id, one, stands.scopes[one], stands.since.get(one), stands.assurance.get(one, ""))
            for one in register.SCOPES
        ]
    return tuple(rows)


def _refuse_outside(actor: Actor, at: datetime, matter_id: UUID) -> list[Guest]:
    """The clients' guests of a matter. Raises Denied outside the reader's scope."""
    guests = list(Guest.objects.filter(matter_id=matter_id, kind=Guest.Kind.CLIENT))
    clients = scope(actor, at)
    for client_id in {one.client_id for one in guests if one.client_id}:
        refuse_outside(clients, client_id)
    return guests
