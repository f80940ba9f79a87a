"""REST of cases: the list and an answer. What was typed is read by who answers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from django.http import HttpResponse
from ninja import Router, Schema, Status

from fengni.apps.cases import queries, services
from fengni.apps.cases.answering import answer_case
from fengni.apps.common import typesetting
from fengni.apps.common.requests import ActorRequest
from fengni.core.errors import BadInput

router = Router(tags=["cases"])


class RecordIn(Schema):
    """What a person asked. `right`: access, copy, correct, delete or withdraw; `way`: counter, phone or letter.

    `field` is of a correction or copy, `matter_id` of a withdrawal, null for every matter of the file.
    """

    client_id: UUID
    person_id: UUID
    right: str
    way: str
    reason: str
    field: str = ""
    matter_id: UUID | None = None


class ListsOut(Schema):
    """The three lists: kinds destroyed, kinds sealed with their day, what cannot be recalled."""

    destroyed: list[str]
    sealed: list[tuple[str, date]]
    beyond: list[str]


class CaseOut(Schema):
    """A case. `state`: open, released (frozen for 24 hours, note owed), frozen, done, refused. `can`: answer. `lists`:
    what a withdrawal did; of a deletion they stand under /deletion."""

    id: UUID
    kind: str
    state: str
    right: str
    field: str
    score: int | None
    about_entry: UUID | None
    viewer_id: UUID | None
    raised_at: datetime
    due_at: datetime
    late: bool
    answered_at: datetime | None
    answered_by: UUID | None
    verdict: str
    asked: str
    answer: str
    way: str
    can: list[str]
    lists: ListsOut | None = None


class DeletionOut(Schema):
    """How a request for deletion stands. `state`: waiting, proposed, approved, done; `may`: propose, answer."""

    lists: ListsOut
    state: str
    number: str
    hindered: str
    disposal_id: UUID | None
    may: list[str]


class AnswerIn(Schema):
    """The answer. `verdict` (in_order, not_in_order) is of questions, `granted` of rights."""

    reason: str
    verdict: str = ""
    granted: bool = True


class VoucherIn(Schema):
    """Whose voucher for which matter, in zh or en."""

    matter_id: UUID
    person_id: UUID
    lang: str = ""


class AnsweredOut(Schema):
    """The case, and the ledger entry of the act."""

    id: UUID
    entry_id: UUID


def _now() -> datetime:
    return datetime.now(UTC)


@router.get("", response=list[CaseOut], operation_id="cases")
def cases(request: ActorRequest, kind: str = "") -> list[queries.CaseRow]:
    """What clients asked, the most urgent first."""
    return list(queries.cases_list(actor=request.actor, at=_now(), kind=kind))


@router.get("/{uuid:case_id}", response=CaseOut, operation_id="case")
def case(request: ActorRequest, case_id: UUID) -> object:
    """One case."""
    return queries.case(actor=request.actor, at=_now(), case_id=case_id)


@router.get("/{uuid:case_id}/deletion", response=DeletionOut, operation_id="deletion")
def deletion(request: ActorRequest, case_id: UUID) -> object:
    """What a deletion means and how far it is; propose it with POST /disposals and `person_id`."""
    at = _now()
    row = queries.case(actor=request.actor, at=at, case_id=case_id)
    found = queries.deletion(actor=request.actor, at=at, row=row)
    if found is None:
        raise BadInput("cases.no-effect-yet")
    return found


@router.post("", response={201: AnsweredOut}, operation_id="cases:right:record")
def record(request: ActorRequest, body: RecordIn) -> Status[dict[str, object]]:
    """Note down what a person asked at the counter, by telephone or in a letter. A withdrawal takes effect at once."""
    done = services.record_right(actor=request.actor, at=_now(), **body.dict())
    return Status(201, {"id": done.value, "entry_id": done.entry_id})


@router.get("/foreseen", response=ListsOut | None, operation_id="foreseen")
def foreseen(request: ActorRequest, client_id: UUID, person_id: UUID, right: str) -> object:
    """What a right would do to a person's information in a client file; null where nothing is destroyed."""
    return queries.foreseen(actor=request.actor, at=_now(), client_id=client_id, person_id=person_id, right=right)


@router.post("/vouchers", operation_id="cases:voucher:issue")
def voucher(request: ActorRequest, body: VoucherIn) -> HttpResponse:
    """A person's voucher for a closed matter, as PDF/A with the person's receipt inside."""
    lang = typesetting.read_lang(body.lang)
    done = services.issue_voucher(
        actor=request.actor, at=_now(), matter_id=body.matter_id, person_id=body.person_id, lang=lang
    )
    return typesetting.handed_out(done.value, f"fengni-voucher-{lang}.pdf")


@router.post("/{uuid:case_id}:answer", response=AnsweredOut, operation_id="cases:question:answer")
def answer(request: ActorRequest, case_id: UUID, body: AnswerIn) -> dict[str, object]:
    """Answer a question, a request for a right, or feedback."""
    done = answer_case(
        actor=request.actor, at=_now(), case_id=case_id, reason=body.reason, verdict=body.verdict, granted=body.granted
    )
    return {"id": done.value, "entry_id": done.entry_id}
