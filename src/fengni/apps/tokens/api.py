"""REST of tokens: make and resolve them in batches, a workbook of them, whose a list is, other numbers for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpResponse
from ninja import File, Router, Schema
from ninja.files import UploadedFile

from fengni.apps.common.requests import ActorRequest
from fengni.apps.tokens import queries, services
from fengni.apps.tokens.spaces import Field
from fengni.apps.vault.queries.files import MEDIA

router = Router(tags=["tokens"])


class FieldIn(Schema):
    """One field: of a client where both ids are the client's, else of a person in its file."""

    client_id: UUID
    subject_id: UUID
    kind: str


class MakeIn(Schema):
    """Fields to stand in for, in the house's space or a partner's."""

    fields: list[FieldIn]
    partner_id: UUID | None = None


class MadeOut(Schema):
    """A token per field, in order; null where there is no value to stand for."""

    tokens: list[str | None]
    entry_id: UUID


class ResolveIn(Schema):
    """Tokens, what for, and why."""

    tokens: list[str]
    purpose: str
    reason: str


class ResolvedOut(Schema):
    """`state` is stands, gone (its value was destroyed), unknown or mistyped; `value` in clear where it stands."""

    state: str
    client_id: UUID | None
    subject_id: UUID | None
    kind: str
    value: str


class AllResolvedOut(Schema):
    """What each token is, in order."""

    rows: list[ResolvedOut]
    entry_id: UUID


class SheetIn(Schema):
    """For the house, or for a partner."""

    partner_id: UUID | None = None


class NamedOut(Schema):
    """An export that fits. `chance`: that any export of the house fits as well by accident. `exchanged`: pairs of the
    `compared` rows that stand the other way round; `canaries`: rows of nobody found in the sample."""

    export_id: UUID
    at: datetime
    member_id: UUID
    list: str
    form: str
    rows: int
    compared: int
    exchanged: int
    canaries: int
    chance: float


class TracedOut(Schema):
    """Exports that fit, best first; empty when none does."""

    named: list[NamedOut]
    rows: int
    jobs: int
    entry_id: UUID


class FakeIn(Schema):
    """`kind` is mobile, id_number or uscc."""

    kind: str
    values: list[str]


class FakeOut(Schema):
    """Another number for each, in order."""

    values: list[str]


def _now() -> datetime:
    return datetime.now(UTC)


@router.post("", response=MadeOut, operation_id="tokens:token:make")
def make(request: ActorRequest, body: MakeIn) -> dict[str, object]:
    """Tokens for fields: the same one each time, another in each space. Opens nothing."""
    fields = [Field(one.client_id, one.subject_id, one.kind) for one in body.fields]
    done = services.make_tokens(actor=request.actor, at=_now(), fields=fields, partner_id=body.partner_id)
    return {"tokens": done.value, "entry_id": done.entry_id}


@router.post("/resolve", response=AllResolvedOut, operation_id="tokens:token:resolve")
def resolve(request: ActorRequest, body: ResolveIn) -> dict[str, object]:
    """What tokens stand for, in clear: for a purpose and a reason, counted for every person."""
    done = services.resolve_tokens(
        actor=request.actor, at=_now(), tokens=body.tokens, purpose=body.purpose, reason=body.reason
    )
    return {"rows": [_row(one) for one in done.value], "entry_id": done.entry_id}


def _row(one: services.Resolved) -> dict[str, object]:
    about = one.about
    return {
        "state": one.state, "client_id": about and about.client, "subject_id": about and about.subject,
        "kind": about.kind if about else "", "value": one.value,
    }  # fmt: skip


@router.post("/sheet", operation_id="tokens:sheet:export")
def sheet(request: ActorRequest, body: SheetIn) -> HttpResponse:
    """The client list as a workbook of tokens; an import takes it back. It carries marks of this export."""
    done = services.export_sheet(actor=request.actor, at=_now(), partner_id=body.partner_id)
    response = HttpResponse(done.value.content, content_type=MEDIA["xlsx"])
    response["Content-Disposition"] = 'attachment; filename="fengni-stand-ins.xlsx"'
    response["Fengni-Entry"] = str(done.entry_id)
    return response


@router.post("/whose", response=TracedOut, operation_id="tokens:export:trace")
def whose(request: ActorRequest, file: File[UploadedFile]) -> dict[str, object]:
    """Name the export that rows of a list came from. The file is read once and kept nowhere."""
    done = services.trace_export(actor=request.actor, at=_now(), content=file.read())
    named = [
        {
            "export_id": one.job.id, "at": one.job.at, "member_id": one.job.member_id, "list": one.job.list,
            "form": one.job.form, "rows": one.job.rows, "compared": one.fit.rows, "exchanged": one.fit.exchanged,
            "canaries": one.fit.canaries, "chance": one.chance,
        }
        for one in done.value.named
    ]  # fmt: skip
    return {"named": named, "rows": done.value.rows, "jobs": done.value.jobs, "entry_id": done.entry_id}


@router.post("/fake", response=FakeOut, operation_id="tokens:fake")
def fake(request: ActorRequest, body: FakeIn) -> dict[str, object]:
    """Other numbers of the same form, for test data alone; never for hiding real ones from a partner."""
    return {"values": queries.fake_numbers(actor=request.actor, kind=body.kind, values=body.values)}
