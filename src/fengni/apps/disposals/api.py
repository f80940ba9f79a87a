"""REST of disposals: what is due, a destruction by two persons, its certificate, sealed values."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from django.http import HttpResponse
from ninja import Router, Schema, Status

from fengni.apps.common import typesetting
from fengni.apps.common.requests import ActorRequest
from fengni.apps.disposals import queries, running, services

router = Router(tags=["disposals"])


class FileOut(Schema):
    """A client file whose matter was closed; `counts` are units by state, `next` the day something happens."""

    client_id: UUID
    name: str
    number: str
    closed: date | None
    state: str
    counts: dict[str, int]
    next: date | None
    until: date | None
    disposal: UUID | None
    stopped: str


class PeriodOut(Schema):
    """Units by retention class that may be destroyed, or are to be sealed, in a month, a year, now or later."""

    name: str
    destroys: dict[str, int]
    seals: dict[str, int]
    destroyed: int
    sealed: int


class CalendarOut(Schema):
    """The retention calendar; `held`, `used` and `kept` (sealed today) are units by class that have no day, or a later
    one."""

    today: date
    files: int
    due: PeriodOut
    months: list[PeriodOut]
    years: list[PeriodOut]
    held: dict[str, int]
    used: dict[str, int]
    kept: dict[str, int]


class HoldOut(Schema):
    """A legal hold that stands, and why."""

    client_id: UUID
    name: str
    set_by: UUID
    set_at: datetime
    reason: str


class ProposeIn(Schema):
    """Which client file, its matter's number, and why; `person_id` for what one person asked to have deleted."""

    client_id: UUID
    number: str
    reason: str
    person_id: UUID | None = None


class NumberIn(Schema):
    """The matter's number, typed by the second person."""

    number: str


class ReasonIn(Schema):
    """Why."""

    reason: str


class DoneOut(Schema):
    """The ledger entry of the act."""

    entry_id: UUID


class ProposedOut(DoneOut):
    """A new disposal."""

    id: UUID


class LineOut(Schema):
    """Units of one kind in one of the lists."""

    subject: str
    kept: str
    kinds: list[str]
    units: int
    law: str
    until: date | None
    destroyed: bool


class DisposalOut(Schema):
    """A disposal with its three lists: destroyed, sealed, not to be called back."""

    id: UUID
    client_id: UUID
    number: str
    state: str
    proposed_by: UUID
    proposed_at: datetime
    approved_by: UUID | None
    approved_at: datetime | None
    finished_at: datetime | None
    alone: bool
    destroys: list[LineOut]
    seals: list[LineOut]
    recalled: dict[str, int]
    done: int
    units: int
    may: list[str]
    stopped: str


class DisposalRowOut(Schema):
    """A disposal in a list; `stopped` says why an approved one does not go on."""

    id: UUID
    client_id: UUID
    number: str
    state: str
    proposed_at: datetime
    stopped: str


class RunOut(DoneOut):
    """What was destroyed and sealed."""

    destroyed: int
    sealed: int


class TriedOut(DoneOut):
    """The code with which the key was refused."""

    refused: str


class SealedIn(Schema):
    """A purpose and a reason."""

    purpose: str
    reason: str


class SealedOut(DoneOut):
    """One clear value of a sealed unit."""

    kind: str
    value: str
    until: datetime


def _now() -> datetime:
    return datetime.now(UTC)


@router.get("/files", response=list[FileOut], operation_id="retention")
def retention(request: ActorRequest) -> list[queries.FileRow]:
    """Client files whose matter was closed, what is due first."""
    return list(queries.retention_page(actor=request.actor, at=_now()))


@router.get("/calendar", response=CalendarOut, operation_id="retention_calendar")
def retention_calendar(request: ActorRequest) -> object:
    """How many units become due in the months and years to come: counts only."""
    return queries.retention_calendar(actor=request.actor, at=_now())


@router.get("/holds", response=list[HoldOut], operation_id="holds")
def holds(request: ActorRequest) -> list[queries.HoldRow]:
    """The legal holds that stand, the oldest first."""
    return list(queries.holds(actor=request.actor))


@router.get("", response=list[DisposalRowOut], operation_id="disposals")
def disposals(request: ActorRequest) -> list[object]:
    """The newest disposals, and why an approved one does not go on."""
    return list(queries.disposals(actor=request.actor, at=_now()))


@router.post("", response={201: ProposedOut}, operation_id="disposals:disposal:propose")
def propose(request: ActorRequest, body: ProposeIn) -> Status[dict[str, object]]:
    """Propose what is due of a client file; another person approves."""
    done = services.propose_disposal(
        actor=request.actor, at=_now(), client_id=body.client_id, number=body.number, reason=body.reason,
        person_id=body.person_id,
    )  # fmt: skip
    return Status(201, {"id": done.value, "entry_id": done.entry_id})


@router.get("/{uuid:disposal_id}", response=DisposalOut, operation_id="disposal")
def one(request: ActorRequest, disposal_id: UUID) -> object:
    """How a disposal stands."""
    return queries.disposal_page(actor=request.actor, at=_now(), disposal_id=disposal_id)


@router.post("/{uuid:disposal_id}:approve", response=DoneOut, operation_id="disposals:disposal:approve")
def approve(request: ActorRequest, disposal_id: UUID, body: NumberIn) -> dict[str, object]:
    """Agree as the second person. Nothing is destroyed before it runs."""
    done = services.approve_disposal(actor=request.actor, at=_now(), disposal_id=disposal_id, number=body.number)
    return {"entry_id": done.entry_id}


@router.post("/{uuid:disposal_id}:run", response=RunOut, operation_id="disposals:disposal:run")
def run(request: ActorRequest, disposal_id: UUID) -> dict[str, object]:
    """Carry it out, or go on: every unit is an act of its own in the ledger."""
    running.destroy_waiting(actor=request.actor, disposal_id=disposal_id, clock=_now)
    done = services.run_disposal(actor=request.actor, at=_now(), disposal_id=disposal_id)
    return {"destroyed": done.value.destroyed, "sealed": done.value.sealed, "entry_id": done.entry_id}


@router.post(
    "/{uuid:disposal_id}/units/{uuid:unit_id}:destroy", response=DoneOut, operation_id="disposals:unit:destroy"
)
def destroy(request: ActorRequest, disposal_id: UUID, unit_id: UUID) -> dict[str, object]:
    """Destroy one unit of an approved disposal."""
    done = services.destroy_unit(actor=request.actor, at=_now(), disposal_id=disposal_id, unit_id=unit_id)
    return {"entry_id": done.entry_id}


@router.post("/{uuid:disposal_id}/units/{uuid:unit_id}:try", response=TriedOut, operation_id="disposals:unit:try")
def try_to_open(request: ActorRequest, disposal_id: UUID, unit_id: UUID) -> dict[str, object]:
    """Really try to open a destroyed unit."""
    done = services.try_unit(actor=request.actor, at=_now(), disposal_id=disposal_id, unit_id=unit_id)
    return {"refused": done.value, "entry_id": done.entry_id}


@router.post("/{uuid:disposal_id}:withdraw", response=DoneOut, operation_id="disposals:disposal:withdraw")
def withdraw(request: ActorRequest, disposal_id: UUID) -> dict[str, object]:
    """Take it back before anything is destroyed."""
    done = services.withdraw_disposal(actor=request.actor, at=_now(), disposal_id=disposal_id)
    return {"entry_id": done.entry_id}


@router.post("/{uuid:disposal_id}:certify", response=DoneOut, operation_id="disposals:certificate:issue")
def certify(request: ActorRequest, disposal_id: UUID) -> dict[str, object]:
    """Issue the certificate. Refused while nobody knows how long backups live."""
    done = services.issue_certificate(actor=request.actor, at=_now(), disposal_id=disposal_id)
    return {"entry_id": done.entry_id}


@router.get("/{uuid:disposal_id}/certificate", operation_id="certificate")
def certificate(request: ActorRequest, disposal_id: UUID) -> HttpResponse:
    """The certificate as a file for `fengni verify`."""
    content = queries.certificate_file(actor=request.actor, disposal_id=disposal_id)
    return HttpResponse(content, content_type="application/json")


@router.get("/{uuid:disposal_id}/certificate.pdf", operation_id="certificate_pdf")
def certificate_pdf(request: ActorRequest, disposal_id: UUID, lang: str = "") -> HttpResponse:
    """The certificate as PDF/A in `lang` (zh or en), with its file inside."""
    spoken = typesetting.read_lang(lang)
    content = queries.certificate_paper(actor=request.actor, disposal_id=disposal_id, lang=spoken)
    return typesetting.handed_out(content, f"fengni-certificate-{spoken}.pdf")


@router.post("/files/{uuid:client_id}:hold", response=DoneOut, operation_id="disposals:hold:set")
def set_hold(request: ActorRequest, client_id: UUID, body: ReasonIn) -> dict[str, object]:
    """Stop every destruction in a client file."""
    done = services.set_hold(actor=request.actor, at=_now(), client_id=client_id, reason=body.reason)
    return {"entry_id": done.entry_id}


@router.post("/files/{uuid:client_id}:lift", response=DoneOut, operation_id="disposals:hold:lift")
def lift_hold(request: ActorRequest, client_id: UUID, body: ReasonIn) -> dict[str, object]:
    """Let retention go on."""
    done = services.lift_hold(actor=request.actor, at=_now(), client_id=client_id, reason=body.reason)
    return {"entry_id": done.entry_id}


@router.post(
    "/files/{uuid:client_id}/{uuid:subject_id}/{kind}:open", response=SealedOut, operation_id="disposals:sealed:reveal"
)
def reveal_sealed(
    request: ActorRequest, client_id: UUID, subject_id: UUID, kind: str, body: SealedIn
) -> dict[str, object]:
    """One clear value of a sealed unit, once a second person agreed."""
    done = services.reveal_sealed(
        actor=request.actor, at=_now(), client_id=client_id, subject_id=subject_id, kind=kind, purpose=body.purpose,
        reason=body.reason,
    )  # fmt: skip
    return {"kind": done.value.kind, "value": done.value.value, "until": done.value.until, "entry_id": done.entry_id}
