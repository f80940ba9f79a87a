"""Acts of disposals: propose, approve, destroy unit by unit, finish; holds; certificates; sealed values."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from fengni.apps.accounts.models import Member
from fengni.apps.acts import second_person
from fengni.apps.acts.acting import Outcome, act, acting
from fengni.apps.acts.models import Approval
from fengni.apps.approvals import asking
from fengni.apps.approvals.askable import askable
from fengni.apps.disposals import asked, certificates, files
from fengni.apps.disposals.holding import kinds_of
from fengni.apps.disposals.horizon import horizon
from fengni.apps.disposals.models import Certificate, Disposal, Hold, Part
from fengni.apps.disposals.retention import DESTROY, SEAL
from fengni.apps.ledger.inbox import Seen
from fengni.apps.parties import queries as parties
from fengni.apps.vault.services import PURPOSES, SHOWN_FOR, Revealed
from fengni.apps.vault.store import destroying, sealing
from fengni.apps.vault.store.house import house, one_writer
from fengni.apps.vault.store.shown import STATE
from fengni.core.access.actor import Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import BadInput, Denied, VerificationFailed
from fengni.core.vault.catalogue import ELEMENTS, element

DECIDERS: Final = ("owner", "lead", "dpo")
RUN: Final = asked.RUN
_NUMBER: Final = re.compile(r"[\s\u2010-\u2015\uff0d]")


@dataclass(frozen=True, slots=True)
class Run:
    """How a disposal stands after it ran: destroyed and sealed units."""

    destroyed: int
    sealed: int


def _client(actor: Actor, client_id: UUID) -> Resource:
    if not parties.client_exists(client_id=client_id):
        raise Denied("parties.no-such-client")
    return Resource("parties:client", client_id, actor.tenant_id, clients=frozenset({client_id}))


def _disposal(actor: Actor, disposal_id: UUID) -> Resource:
    """A disposal, locked. Denied when the tenant has none of this id."""
    found = Disposal.objects.select_for_update().filter(id=disposal_id).first()
    if found is None:
        raise Denied("disposals.no-such-disposal")
    return Resource("disposals:disposal", disposal_id, actor.tenant_id, clients=frozenset({found.client_id}))


def _sealed(actor: Actor, client_id: UUID, subject_id: UUID, kind: str) -> Resource:
    """A field of a sealed unit."""
    clients = _client(actor, client_id).clients
    unit = sealing.sealed_unit(client_id=client_id, subject_id=subject_id, record_class=element(kind).record_class)
    if unit is None:
        raise BadInput("disposals.not-sealed")
    persons = () if subject_id == client_id else (subject_id,)
    return Resource("vault:unit", unit, actor.tenant_id, clients, persons=persons, fields=frozenset({kind}))


@act("disposals:hold:set", roles=(*DECIDERS, "security"), resource=_client)
def set_hold(*, actor: Actor, at: datetime, client_id: UUID, reason: str) -> Outcome[UUID]:
    """Stop every destruction in a client file: a dispute, an inquiry, an order.

    Raises BadInput without a reason or when one is set.
    """
    if len(reason.strip()) < 2:
        raise BadInput("disposals.reason-missing")
    if Hold.objects.filter(client_id=client_id, lifted_at=None).exists():
        raise BadInput("disposals.held-already")
    made = Hold.objects.create(
        tenant_id=actor.tenant_id, client_id=client_id, entry_id=acting().entry_id, set_by=actor.id, set_at=at
    )
    return Outcome(made.id)


@act("disposals:hold:lift", roles=DECIDERS, resource=_client)
def lift_hold(*, actor: Actor, at: datetime, client_id: UUID, reason: str) -> Outcome[None]:
    """Let retention go on. Raises BadInput without a reason or when there is no hold."""
    if len(reason.strip()) < 2:
        raise BadInput("disposals.reason-missing")
    lifted = Hold.objects.filter(client_id=client_id, lifted_at=None).update(lifted_at=at, lifted_by=actor.id)
    if not lifted:
        raise BadInput("disposals.not-held")
    return Outcome(None)


@act("disposals:disposal:propose", roles=("owner", "lead", "dpo"), resource=_client)
def propose_disposal(
    *, actor: Actor, at: datetime, client_id: UUID, number: str, reason: str, person_id: UUID | None = None
) -> Outcome[UUID]:
    """Propose to destroy what is due in a client file and to seal what the law keeps; a second person is asked.

    `number` is the file's matter closed last, typed. `person_id`: only what is about a person who asked for deletion.
    Raises BadInput when the number differs, when nothing is due, nobody asked, or a disposal of the file is open
    already; Denied while a matter is open or a hold is set.
    """
    one_writer(house())
    file = files.files([client_id], at)[client_id]
    if file.hold is not None:
        raise Denied("disposals.hold")
    former = Disposal.objects.select_for_update().filter(client_id=client_id, state__in=asked.OPEN).first()
    if former is not None and not asked.has_lapsed(former, at):
        raise BadInput("disposals.open-already")
    if former is not None:  # nobody can agree to it any more
        asked.withdraw(former, at)
    case_id = asked.case_of(client_id, person_id) if person_id is not None else None
    due = file.due(person_id)
    if not due and file.open_numbers:
        raise Denied("disposals.matter-open", number=file.open_numbers[0])
    if not due:
        raise BadInput("disposals.nothing-due")
    _check_number(number, file.number)
    made = Disposal.objects.create(
        tenant_id=actor.tenant_id, client_id=client_id, person_id=person_id, case_id=case_id, number=file.number,
        proposed_by=actor.id, proposed_at=at, recalled=files.recalled(client_id),
    )  # fmt: skip
    held = kinds_of([one.unit for one in due])
    Part.objects.bulk_create(
        [
            Part(
                tenant_id=actor.tenant_id, disposal_id=made.id, unit_id=one.unit.id, fate=one.fate,
                subject_kind=one.unit.subject_kind, subject_id=one.unit.subject_id,
                retention_class=one.unit.retention_class, until=one.until if one.fate == SEAL else None,
                person_id=one.unit.person, kinds=list(held[one.unit.id]), commitment=one.unit.commitment,
            )
            for one in due
        ]
    )  # fmt: skip
    persons = {one.unit.person for one in due if one.unit.person is not None}
    kinds = {kind for one in due for kind in held[one.unit.id] if kind in ELEMENTS}
    request = asking.ask(act=RUN, resource_id=made.id, persons=len(persons), fields=kinds, at=at)
    counts = {fate: sum(one.fate == fate for one in due) for fate in (DESTROY, SEAL)}
    facts: dict[str, int | str] = {"destroys": counts[DESTROY], "seals": counts[SEAL], "alone": int(request.alone)}
    return Outcome(made.id, resource=_of(made), seen=tuple(Seen(person) for person in sorted(persons)), facts=facts)


@act("disposals:disposal:approve", roles=DECIDERS, resource=_disposal)
def approve_disposal(*, actor: Actor, at: datetime, disposal_id: UUID, number: str) -> Outcome[None]:
    """The second person agrees, having typed the matter's number as well.

    Where nobody else may, the proposer agrees after the time of notice; the certificate says so. Raises Denied to the
    proposer otherwise, BadInput for another number, or when it is not open.
    """
    disposal = _in_state(disposal_id, Disposal.State.PROPOSED)
    _check_number(number, disposal.number)
    request = asking.request_for(act=RUN, resource_id=disposal_id, at=at)
    if request is None:
        raise BadInput("approvals.lapsed")
    if not request.alone:
        asking.say_yes(request, at)
    elif request.since is not None and at < request.since:
        raise Denied("disposals.notice-runs", until=request.since.date().isoformat())
    elif not _may_stand_alone(request.asked_by, actor):
        raise Denied("access.second-person-is-self")
    alone = request.alone and actor.id == disposal.proposed_by
    Disposal.objects.filter(id=disposal_id).update(
        state=Disposal.State.APPROVED, approved_by=actor.id, approved_at=at, alone=alone
    )
    return Outcome(None, facts={"alone": int(alone)})


@act("disposals:disposal:withdraw", roles=DECIDERS, resource=_disposal)
def withdraw_disposal(*, actor: Actor, at: datetime, disposal_id: UUID) -> Outcome[None]:
    """Take a disposal back, as long as no unit is destroyed. Raises BadInput afterwards."""
    asked.withdraw(_in_state(disposal_id, *asked.OPEN), at)
    return Outcome(None)


@act("disposals:unit:destroy", roles=DECIDERS, resource=_disposal)
def destroy_unit(*, actor: Actor, at: datetime, disposal_id: UUID, unit_id: UUID) -> Outcome[None]:
    """Destroy one unit of an approved disposal: key first, then everything that lies under it.

    Raises BadInput when it is not approved or not a part of it, Denied when a hold was set or a matter opened since,
    VerificationFailed when the unit still opens. Doing it again after a crash finishes it.
    """
    disposal = _in_state(disposal_id, Disposal.State.APPROVED)
    part = Part.objects.select_for_update().filter(disposal_id=disposal_id, unit_id=unit_id, fate=DESTROY).first()
    if part is None:
        raise BadInput("disposals.no-such-unit")
    if part.done_at is not None:
        raise BadInput("disposals.destroyed-already")
    home = house()
    one_writer(home)
    file = files.files([disposal.client_id], at)[disposal.client_id]
    files.refuse_not_due(file, [unit_id])
    person = next(one.unit.person for one in file.due() if one.unit.id == unit_id)
    gone, facts = destroying.destroy(home, unit_id)
    if destroying.remains(home, [unit_id]):
        raise VerificationFailed("vault.destroyed-unit-opens")
    part.records, part.tags, part.pieces, part.digest = gone.records, gone.tags, gone.pieces, gone.digest
    part.commitment = gone.commitment  # the unit may have got another key since it was proposed
    part.done_at, part.entry_id = at, acting().entry_id
    part.save()
    seen = (Seen(person),) if person else ()
    told = {**facts, "unit": unit_id.hex, "commitment": gone.commitment.hex(), "digest": gone.digest.hex()}
    return Outcome(None, seen=seen, facts=told)


@act("disposals:disposal:run", roles=DECIDERS, resource=_disposal)
def run_disposal(*, actor: Actor, at: datetime, disposal_id: UUID) -> Outcome[Run]:
    """Finish an approved disposal: seal what is kept, look at every destroyed unit again, say it in the ledger.

    Raises BadInput while a unit is not destroyed, VerificationFailed when anything of one is left.
    """
    disposal = _in_state(disposal_id, Disposal.State.APPROVED)
    home = house()
    one_writer(home)
    parts = list(Part.objects.select_for_update().filter(disposal_id=disposal_id).order_by("unit_id"))
    destroyed = [part for part in parts if part.fate == DESTROY]
    waiting = sum(part.done_at is None for part in destroyed)
    if waiting:
        raise BadInput("disposals.units-left", units=waiting)
    if destroying.remains(home, [part.unit_id for part in destroyed]):
        raise VerificationFailed("vault.destroyed-unit-opens")
    sealed = [part for part in parts if part.fate == SEAL]
    if sealed:
        file = files.files([disposal.client_id], at)[disposal.client_id]
        files.refuse_not_due(file, [part.unit_id for part in sealed])
    for day in {part.until for part in sealed if part.until is not None}:
        units = [part.unit_id for part in sealed if part.until == day]
        if sealing.seal(units, day) != len(units):
            raise BadInput("disposals.changed-meanwhile")
        Part.objects.filter(disposal_id=disposal_id, unit_id__in=units).update(done_at=at)
    Disposal.objects.filter(id=disposal_id).update(
        state=Disposal.State.DONE, finished_at=at, entry_id=acting().entry_id
    )
    Approval.objects.filter(act=RUN, resource_id=disposal_id, until__gt=at).update(until=at)
    persons = {part.subject_id for part in parts if part.subject_kind == "person"}
    facts: dict[str, int | str] = {
        "destroyed": len(destroyed), "sealed": len(sealed), "commits": certificates.units_hash(destroyed),
    }  # fmt: skip
    seen = tuple(Seen(person) for person in sorted(persons))
    return Outcome(Run(len(destroyed), len(sealed)), seen=seen, facts=facts)


@act("disposals:certificate:issue", roles=(*DECIDERS, "auditor"), resource=_disposal)
def issue_certificate(*, actor: Actor, at: datetime, disposal_id: UUID) -> Outcome[UUID]:
    """Say in the ledger what the certificate states, once. Raises BadInput while it is not done, when a unit was only
    sealed, or when nobody knows until when backups could bring something back."""
    disposal = _in_state(disposal_id, Disposal.State.DONE)
    if Certificate.objects.filter(disposal_id=disposal_id).exists():
        raise BadInput("disposals.issued-already")
    parts = list(Part.objects.filter(disposal_id=disposal_id).order_by("unit_id"))
    if not any(part.fate == DESTROY for part in parts):
        raise BadInput("disposals.nothing-destroyed")
    dies = horizon(disposal.finished_at or at)
    if dies is None:
        raise BadInput("disposals.horizon-unknown")
    statement = certificates.statement_of(disposal, parts, horizon=dies, at=at)
    made = Certificate.objects.create(
        tenant_id=actor.tenant_id, disposal_id=disposal_id, entry_id=acting().entry_id, statement=statement,
        issued_at=at,
    )  # fmt: skip
    return Outcome(made.id, facts={"commits": hashlib.sha256(statement).hexdigest()})


@act("disposals:unit:try", roles=(*DECIDERS, "auditor", "agent"), resource=_disposal)
def try_unit(*, actor: Actor, at: datetime, disposal_id: UUID, unit_id: UUID) -> Outcome[str]:
    """Try to open a destroyed unit with whatever is stored of it. Returns the code of the refusal; raises
    VerificationFailed when it opens."""
    part = Part.objects.filter(disposal_id=disposal_id, unit_id=unit_id, fate=DESTROY).exclude(done_at=None).first()
    if part is None:
        raise BadInput("disposals.no-such-unit")
    code = destroying.try_to_open(house(), unit_id)
    return Outcome(code, facts={"unit": unit_id.hex, "cause": code})


@act(
    "disposals:sealed:reveal", roles=DECIDERS, resource=_sealed, purposes=PURPOSES, second_person_above=-1,
    protected=True,
)  # fmt: skip
def reveal_sealed(
    *, actor: Actor, at: datetime, client_id: UUID, subject_id: UUID, kind: str, purpose: str, reason: str
) -> Outcome[Revealed]:
    """One clear value of a sealed unit, to which a second person agreed; one of the two is the DPO. Shown 30 seconds.

    Raises BadInput without a reason or where there is no such value.
    """
    if len(reason.strip()) < 2:
        raise BadInput("vault.reason-missing")
    class_ = element(kind).record_class
    fields = sealing.open_sealed(client_id=client_id, subject_id=subject_id, record_class=class_, at=at)
    if kind not in fields:
        raise BadInput("vault.no-value")
    unit = sealing.sealed_unit(client_id=client_id, subject_id=subject_id, record_class=class_)
    if unit is not None:
        second_person.spend(unit, at)
    seen = () if subject_id == client_id else (Seen(subject_id, (kind,), clear=1),)
    revealed = Revealed(kind, fields[kind], fields.get(kind + STATE, ""), at + SHOWN_FOR)
    return Outcome(revealed, seen=seen, facts={"field": kind})


@act("disposals:backup:rewind", roles=())
def rewind_backup(*, actor: Actor, at: datetime, to: datetime, kept: int, signed: int, head: str) -> Outcome[None]:
    """Say in the ledger that the house was brought back to an instant: the ledger goes on from `kept` entries, and a
    head of `signed` entries and the root `head` (hexadecimal) was given up; 0 and nothing where none was.
    """
    facts: dict[str, int | str] = {"to": int(to.timestamp()), "kept": kept}
    return Outcome(None, facts=facts | ({"signed": signed, "root": head} if signed else {}))


def _in_state(disposal_id: UUID, *states: str) -> Disposal:
    """The disposal, which the loader locked. Raises BadInput when it is in another state."""
    found = Disposal.objects.get(id=disposal_id)
    if found.state not in states:
        raise BadInput("disposals.not-now")
    return found


def _of(disposal: Disposal) -> Resource:
    clients = frozenset({disposal.client_id})
    return Resource("disposals:disposal", disposal.id, disposal.tenant_id, clients=clients)


def _check_number(typed: str, number: str) -> None:
    if _NUMBER.sub("-", typed.strip()).upper() != number.upper():
        raise BadInput("disposals.number-differs")


def _may_stand_alone(asked_by: UUID, actor: Actor) -> bool:
    """The proposer, as long as there still is nobody else; or anybody else who may answer."""
    if asked_by != actor.id:
        return True
    roles = Member.objects.filter(id=asked_by).values_list("roles", flat=True).first() or []
    return not asking.others(askable(RUN), asked_by, frozenset(roles))
