"""REST of partners, agreements and shares. A guest has no REST: the room is its own door."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Field, Router, Schema

from fengni.apps.agreements import queries, services, sharing
from fengni.apps.common import typesetting
from fengni.apps.common.requests import ActorRequest

router = Router(tags=["agreements"])


class AgreementOut(Schema):
    """An agreement as it stands."""

    id: UUID
    party_kind: str
    party_id: UUID
    matter_id: UUID | None
    template: str
    version: str
    text_hash: str
    state: str
    assurance: str
    accepted_at: datetime | None
    until: datetime | None


class PartnerOut(Schema):
    """A partner; mobile and address are masked."""

    id: UUID
    name: str
    contact: str
    mobile: str
    email: str
    agreement: AgreementOut | None
    shares: int
    ended_at: datetime | None


class PartnerIn(Schema):
    """A partner and how to reach it."""

    name: str
    contact: str = ""
    mobile: str = ""
    email: str = ""


class ShareOut(Schema):
    """A share: counts and states, no value."""

    id: UUID
    client_id: UUID
    matter_id: UUID
    partner_id: UUID
    client: str
    partner: str
    purpose: str
    fields: int
    pages: int
    until: datetime
    most_views: int
    views: int
    last_view: datetime | None
    state: str
    sent_at: datetime | None


class AskOut(Schema):
    """Somebody whose yes a share rests on: given, unproved, withdrawn or none."""

    person_id: UUID
    state: str


class SubjectOut(Schema):
    """One subject of a share. Kinds of `sensitive_kinds` are shown one at a time; `closed`: the yes is missing."""

    subject_id: UUID
    name: str
    open_kinds: list[str]
    sensitive_kinds: list[str]
    closed: bool


class PageOut(Schema):
    """One document of a share, shown page by page with a watermark; `numbers`: its pages, from zero."""

    id: UUID
    kind: str
    numbers: list[int]
    closed: bool


class ViewOut(Schema):
    """One look: when, at whom, which fields."""

    at: datetime
    name: str
    kinds: list[str]


class PreviewOut(Schema):
    """A share as its partner sees it; nothing is opened. `seen`: what was opened, the newest first."""

    share: ShareOut
    subjects: list[SubjectOut]
    pages: list[PageOut]
    asks: list[AskOut]
    seen: list[ViewOut]


class FieldIn(Schema):
    """One field: of a person, or of the client where `subject_id` is the client's."""

    subject_id: UUID
    kind: str


class ShareIn(Schema):
    """What to share with whom, for what, for how long."""

    client_id: UUID
    matter_id: UUID
    partner_id: UUID
    purpose: str
    fields: list[FieldIn] = []
    pages: list[UUID] = []
    days: int = Field(sharing.LASTS.days, ge=1, le=sharing.LONGEST.days)
    most_views: int = Field(sharing.VIEWS, ge=1, le=200)


class MadeOut(Schema):
    """What was made."""

    id: UUID
    entry_id: UUID


class CountOut(Schema):
    """How many shares ended."""

    shares: int
    entry_id: UUID


class LinkOut(Schema):
    """A link. `path` holds its secret and is told this once."""

    link_id: UUID
    path: str
    expires_at: datetime
    entry_id: UUID


class RecalledOut(Schema):
    """Whether the link had been opened."""

    opened: bool
    opens: int
    previews: int
    entry_id: UUID


class AssessIn(Schema):
    """Answers by the code of the question, and the day on which the partner's people were trained."""

    answers: dict[str, bool]
    trained_on: date | None = None


class AssessedOut(Schema):
    """Whether the answers suffice."""

    suffices: bool
    entry_id: UUID


class EndIn(Schema):
    """A yes to an end that cannot be undone."""

    confirm: Literal[True]


def _now() -> datetime:
    return datetime.now(UTC)


@router.get("/partners", response=list[PartnerOut], operation_id="agreements_partners", summary="Partners")
def partners(request: ActorRequest) -> list[queries.PartnerRow]:
    """Every partner with its agreement and the number of living shares."""
    return list(queries.partners_page(actor=request.actor, at=_now()))


@router.post("/partners", response=MadeOut, operation_id="agreements_partner_add", summary="Register a partner")
def add_partner(request: ActorRequest, body: PartnerIn) -> MadeOut:
    """The agreement is offered at once; invite the partner to accept it."""
    done = services.add_partner(actor=request.actor, at=_now(), **body.dict())
    return MadeOut(id=done.value, entry_id=done.entry_id)


@router.put(
    "/partners/{uuid:partner_id}", response=MadeOut, operation_id="agreements_partner_edit", summary="Change a partner"
)
def edit_partner(request: ActorRequest, partner_id: UUID, body: PartnerIn) -> MadeOut:
    """Another name or way to reach it."""
    done = services.edit_partner(actor=request.actor, at=_now(), partner_id=partner_id, **body.dict())
    return MadeOut(id=partner_id, entry_id=done.entry_id)


@router.post(
    "/partners/{uuid:partner_id}/invite", response=LinkOut, operation_id="agreements_partner_invite",
    summary="Invite a partner to the agreement",
)  # fmt: skip
def invite_partner(request: ActorRequest, partner_id: UUID) -> LinkOut:
    """A link that lives seven days; its code goes another way."""
    at = _now()
    done = services.invite_partner(actor=request.actor, at=at, partner_id=partner_id, expires_at=at + timedelta(days=7))
    made = done.value
    return LinkOut(link_id=made.link_id, path=made.path, expires_at=made.expires_at, entry_id=done.entry_id)


@router.post(
    "/partners/{uuid:partner_id}/assess", response=AssessedOut, operation_id="agreements_partner_assess",
    summary="Assess a partner",
)  # fmt: skip
def assess_partner(request: ActorRequest, partner_id: UUID, body: AssessIn) -> AssessedOut:
    """Yes or no to each question of the newest questionnaire; it holds one year."""
    done = services.assess_partner(
        actor=request.actor, at=_now(), partner_id=partner_id, answers=body.answers, trained_on=body.trained_on
    )
    return AssessedOut(suffices=done.value, entry_id=done.entry_id)


@router.post(
    "/partners/{uuid:partner_id}/end", response=CountOut, operation_id="agreements_partner_end",
    summary="Stop working with a partner",
)  # fmt: skip
def end_partner(request: ActorRequest, partner_id: UUID, body: EndIn) -> CountOut:
    """Agreements end, shares and links die at once."""
    done = services.end_partner(actor=request.actor, at=_now(), partner_id=partner_id)
    return CountOut(shares=done.value, entry_id=done.entry_id)


@router.get(
    "/of/{uuid:matter_id}", response=list[AgreementOut], operation_id="agreements_of_matter",
    summary="Agreements of a matter",
)  # fmt: skip
def of_matter(request: ActorRequest, matter_id: UUID) -> list[queries.AgreementRow]:
    """The client's agreements for one matter, the newest first."""
    return list(queries.matter_agreements(actor=request.actor, matter_id=matter_id, at=_now()))


@router.post(
    "/offer/{uuid:client_id}/{uuid:matter_id}", response=MadeOut, operation_id="agreements_offer",
    summary="Offer the client the agreement",
)  # fmt: skip
def offer(request: ActorRequest, client_id: UUID, matter_id: UUID) -> MadeOut:
    """What waits or holds already, or a new offer."""
    done = services.offer_agreement(actor=request.actor, at=_now(), client_id=client_id, matter_id=matter_id)
    return MadeOut(id=done.value, entry_id=done.entry_id)


@router.get("/{uuid:agreement_id}/agreement.pdf", operation_id="agreements_pdf", summary="An agreement as PDF")
def agreement_pdf(request: ActorRequest, agreement_id: UUID, lang: str = "") -> HttpResponse:
    """Text by version, who accepted it, when and how, in `lang` (zh or en)."""
    spoken = typesetting.read_lang(lang)
    made = queries.agreement_paper(actor=request.actor, at=_now(), agreement_id=agreement_id, lang=spoken)
    return typesetting.handed_out(made, f"fengni-agreement-{spoken}.pdf")


@router.post("/{uuid:agreement_id}/end", response=CountOut, operation_id="agreements_end", summary="End an agreement")
def end_agreement(request: ActorRequest, agreement_id: UUID, body: EndIn) -> CountOut:
    """A partner's shares die with it."""
    done = services.end_agreement(actor=request.actor, at=_now(), agreement_id=agreement_id)
    return CountOut(shares=done.value, entry_id=done.entry_id)


@router.get("/shares", response=list[ShareOut], operation_id="agreements_shares", summary="Shares")
def shares(
    request: ActorRequest, matter_id: UUID | None = None, partner_id: UUID | None = None
) -> list[queries.ShareRow]:
    """Shares inside the caller's scope, the newest first."""
    return list(queries.shares_page(actor=request.actor, at=_now(), matter_id=matter_id, partner_id=partner_id))


@router.post("/shares", response=MadeOut, operation_id="agreements_share_prepare", summary="Prepare a share")
def prepare(request: ActorRequest, body: ShareIn) -> MadeOut:
    """It gives nothing before it is sent."""
    at = _now()
    done = services.prepare_share(
        actor=request.actor, at=at, client_id=body.client_id, matter_id=body.matter_id, partner_id=body.partner_id,
        purpose=body.purpose, selection=[(one.subject_id, one.kind) for one in body.fields], pages=body.pages,
        until=at + timedelta(days=body.days), most_views=body.most_views,
    )  # fmt: skip
    return MadeOut(id=done.value, entry_id=done.entry_id)


@router.get(
    "/shares/{uuid:share_id}", response=PreviewOut, operation_id="agreements_share",
    summary="A share as its partner sees it",
)  # fmt: skip
def share(request: ActorRequest, share_id: UUID) -> dict[str, object]:
    """Preview it before it is sent; afterwards it also says what was opened."""
    page = queries.share(actor=request.actor, at=_now(), share_id=share_id)
    return {"share": page.row, "subjects": page.subjects, "pages": page.pages, "asks": page.asks, "seen": page.seen}


@router.get("/shares/{uuid:share_id}/asks", response=list[AskOut], operation_id="asks_of_share", summary="Whom to ask")
def asks(request: ActorRequest, share_id: UUID) -> list[queries.Ask]:
    """Whose yes a share rests on and how each stands: without all of them it is not sent."""
    return list(queries.share(actor=request.actor, at=_now(), share_id=share_id).asks)


@router.post(
    "/shares/{uuid:share_id}/send", response=LinkOut, operation_id="agreements_share_send", summary="Send a share"
)
def send(request: ActorRequest, share_id: UUID) -> LinkOut:
    """Refused without an agreement in force. The link is told this once."""
    done = services.send_share(actor=request.actor, at=_now(), share_id=share_id)
    made = done.value
    return LinkOut(link_id=made.link_id, path=made.path, expires_at=made.expires_at, entry_id=done.entry_id)


@router.post(
    "/shares/{uuid:share_id}/recall", response=RecalledOut, operation_id="agreements_share_recall",
    summary="Recall a share",
)  # fmt: skip
def recall(request: ActorRequest, share_id: UUID) -> RecalledOut:
    """It ends at once; the answer says what had been opened."""
    done = services.recall_share(actor=request.actor, at=_now(), share_id=share_id)
    made = done.value
    return RecalledOut(opened=made.opened, opens=made.opens, previews=made.previews, entry_id=done.entry_id)
