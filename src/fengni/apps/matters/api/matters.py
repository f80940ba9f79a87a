"""REST of matters: masked reads, and one operation per act. Nothing here carries a clear value."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from ninja import Router, Schema

from fengni.apps.common.language import lang
from fengni.apps.common.requests import ActorRequest
from fengni.apps.matters import checklist, queries, services
from fengni.apps.matters.queries import MatterRow

router = Router(tags=["matters"])


class EntryOut(Schema):
    """The ledger entry of the act."""

    entry_id: UUID


class AskedOut(Schema):
    """One thing asked: whose, for what, on what ground, how long kept, seen by whom."""

    code: str
    name: str
    subject: str
    fields: list[str]
    material: str
    purpose: str
    basis: str
    law: str
    retention: str
    readers: list[str]
    signs: str


class MinimalOut(Schema):
    """The least that changes need. `usual` is null where nobody compared the list with usual practice.

    `optional`: parts that may stay empty.
    """

    asked: list[AskedOut]
    usual: int | None
    unasked: list[str]
    parts: list[str]
    optional: list[str]
    deadline: date


class MatterOut(Schema):
    """A matter in a list. `waiting`: client, desk, filing, registry, closing or nobody."""

    id: UUID
    number: str
    client_id: UUID
    client_name: str
    types: list[str]
    state: str
    waiting: str
    deadline: date
    days_left: int | None
    lead_id: UUID
    opened_at: datetime
    closed_at: datetime | None
    total: int
    missing: int
    received: int


class MattersOut(Schema):
    """One page of matters; `states` counts the scope by state."""

    rows: list[MatterOut]
    total: int
    page: int
    pages: int
    states: dict[str, int]


class ItemOut(Schema):
    """An item: its state, whose it is, on whose desk it lies; why it is asked, how long it is kept and who sees it.

    `word`: what was written to the person beside `return_code`.
    """

    id: UUID
    code: str
    name: str
    person_id: UUID | None
    state: str
    return_code: str
    word: str
    purpose: str
    basis: str
    law: str
    retention: str
    readers: list[str]
    material_id: UUID | None
    held_by: UUID | None
    received_at: datetime | None
    decided_by: UUID | None
    decided_at: datetime | None


class PersonOut(Schema):
    """A person who takes part. `link` is held, live, opened, recalled, expired or empty."""

    person_id: UUID
    name: str
    parts: list[str]
    asked: int
    missing: int
    guest_id: UUID | None
    link_id: UUID | None
    link: str


class FilingOut(Schema):
    """One submission to the registry."""

    id: UUID
    receipt_number: str
    agent_id: UUID
    state: str
    return_code: str
    submitted_at: datetime
    decided_at: datetime | None


class MatterPageOut(MatterOut):
    """A matter whole: checklist, people, team, filings."""

    region: str
    counted_from: date
    asked: int
    usual: int | None
    items: list[ItemOut]
    people: list[PersonOut]
    team: list[UUID]
    filings: list[FilingOut]


class TodayOut(Schema):
    """What waits in the caller's matters, by id; `desk` counts items without a verdict."""

    due: list[UUID]
    client: list[UUID]
    registry: list[UUID]
    returned: list[UUID]
    ready: list[UUID]
    desk: int
    open: int
    right_at_first_filing: int
    answered_filings: int


class OpenIn(Schema):
    """A new matter. `people`: person ids by part; `number`: the one it had before, if any."""

    client_id: UUID
    types: list[str]
    region: str = "same"
    counted_from: date
    people: dict[str, list[UUID]] = {}
    lead_id: UUID | None = None
    team: list[UUID] = []
    number: str = ""


class OpenedOut(EntryOut):
    """The matter, and how many things are asked of how many that are usual."""

    id: UUID
    number: str
    asked: int
    usual: int | None


class InviteIn(Schema):
    """Where codes go: mobile, email, or empty when staff read them out."""

    contact: str = "mobile"


class InvitedOut(EntryOut):
    """A link. `path` holds its secret and is told this once."""

    guest_id: UUID
    link_id: UUID
    path: str
    held_until: datetime
    expires_at: datetime


class TeamIn(Schema):
    """Who joins, who leaves, who takes charge."""

    add: list[UUID] = []
    remove: list[UUID] = []
    lead_id: UUID | None = None


class ReceiveIn(Schema):
    """A document of the file, or paper that was seen and not copied; neither for fields."""

    material_id: UUID | None = None
    on_paper: bool = False


class ReturnIn(Schema):
    """A code of the closed list; the note is sealed."""

    code: str
    reason: str = ""


class ReasonIn(Schema):
    """A reason, which is sealed."""

    reason: str = ""


class CompareIn(Schema):
    """A number as read off the item, or another client file of the person."""

    person_id: UUID
    kind: str = "id_number"
    purpose: str
    given: str = ""
    other_client_id: UUID | None = None


class DifferenceOut(EntryOut):
    """Where the readings differ: first and last positions. `lengths` when they are not equally long."""

    same: bool
    digits: int
    spans: list[tuple[int, int]]
    lengths: tuple[int, int] | None


class LeaseOut(EntryOut):
    """Until when the item is on the caller's desk."""

    until: datetime


class SubmitIn(Schema):
    """The registry's receipt number; `agent_id` is the declared agent, the caller when empty."""

    receipt_number: str
    agent_id: UUID | None = None


class ClosedOut(EntryOut):
    """What ended with the matter."""

    shares: int
    links: int


def _now() -> datetime:
    return datetime.now(UTC)


def _row(row: MatterRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in MatterOut.model_fields}


@router.get("", response=MattersOut, operation_id="matters")
def matters(
    request: ActorRequest, page: int = 1, state: str = "", waiting: str = "", client_id: UUID | None = None
) -> dict[str, Any]:
    """Matters of the caller's scope: open ones by deadline, then closed ones."""
    found = queries.matters_page(
        actor=request.actor, at=_now(), page=page, state=state, waiting=waiting, client_id=client_id
    )
    return {
        "rows": [_row(row) for row in found.rows], "total": found.total, "page": found.page, "pages": found.pages,
        "states": found.states,
    }  # fmt: skip


@router.get("/minimal", response=MinimalOut, operation_id="matter_minimal")
def minimal(
    request: ActorRequest, types: str, region: str = "same", counted_from: date | None = None
) -> dict[str, Any]:
    """What changes need, before anything is opened. `types`: codes, joined by commas."""
    chosen = [code for code in types.split(",") if code]
    return {
        "asked": [
            {name: getattr(one, name) for name in AskedOut.model_fields if name not in ("name", "law")}
            | {"name": one.name(lang()), "law": one.law(lang())}
            for one in checklist.minimal(chosen, region)
        ],
        "usual": checklist.usual_count(chosen, region),
        "unasked": [one.code for one in checklist.unasked(chosen, region)],
        "parts": list(checklist.parts(chosen, region)),
        "optional": [checklist.CONTACT],
        "deadline": checklist.deadline(chosen, region, counted_from or _now().date()),
    }


@router.get("/today", response=TodayOut, operation_id="matters_today")
def today(request: ActorRequest) -> dict[str, Any]:
    """What waits: due within fourteen days, for the client, for the registry, returned, ready."""
    found = queries.today(actor=request.actor, at=_now())
    right, answered = queries.first_time_right(actor=request.actor, at=_now())
    names = ("due", "client", "registry", "returned", "ready")
    return {name: [row.id for row in getattr(found, name)] for name in names} | {
        "desk": found.desk, "open": found.open, "right_at_first_filing": right, "answered_filings": answered,
    }  # fmt: skip


@router.get("/desk", response=list[ItemOut], operation_id="matters_desk")
def desk(request: ActorRequest) -> list[dict[str, Any]]:
    """Items that wait for a verdict, oldest first."""
    return [_item(row.item) for row in queries.desk(actor=request.actor, at=_now()).rows]


def _item(one: queries.ItemShown) -> dict[str, Any]:
    names = (
        "id", "code", "person_id", "state", "return_code", "material_id", "received_at", "decided_by", "decided_at"
    )  # fmt: skip
    told = {name: getattr(one.asked, name) for name in ("purpose", "basis", "retention", "readers")}
    shown = {name: getattr(one, name) for name in ("name", "held_by", "word", "law")}
    return {name: getattr(one.row, name) for name in names} | told | shown


@router.post("", response=OpenedOut, operation_id="matters:matter:open")
def open_matter(request: ActorRequest, body: OpenIn) -> dict[str, Any]:
    """Open a matter with its minimal checklist."""
    done = services.open_matter(
        actor=request.actor,
        at=_now(),
        client_id=body.client_id,
        types=tuple(body.types),
        region=body.region,
        counted_from=body.counted_from,
        people={part: tuple(persons) for part, persons in body.people.items()},
        lead_id=body.lead_id,
        team=tuple(body.team),
        number=body.number,
    )
    made = done.value
    return {
        "id": made.matter_id, "number": made.number, "asked": made.asked, "usual": made.usual,
        "entry_id": done.entry_id,
    }  # fmt: skip


@router.get("/{uuid:matter_id}", response=MatterPageOut, operation_id="matter")
def matter(request: ActorRequest, matter_id: UUID) -> dict[str, Any]:
    """One matter."""
    page = queries.matter_page(actor=request.actor, at=_now(), matter_id=matter_id)
    people = [
        {name: getattr(one, name) for name in PersonOut.model_fields if name != "link"}
        | {"link": one.link.state if one.link else ""}
        for one in page.people
    ]
    return _row(page.row) | {
        "region": page.region,
        "counted_from": page.counted_from,
        "asked": page.asked,
        "usual": page.usual,
        "items": [_item(one) for one in page.items],
        "people": people,
        "team": list(page.team),
        "filings": [{name: getattr(one, name) for name in FilingOut.model_fields} for one in page.filings],
    }


@router.post("/{uuid:matter_id}/people/{uuid:person_id}:contact", response=EntryOut, operation_id="matters:contact:add")
def add_contact(request: ActorRequest, matter_id: UUID, person_id: UUID) -> dict[str, Any]:
    """Name somebody of the file who speaks for the enterprise."""
    done = services.add_contact(actor=request.actor, at=_now(), matter_id=matter_id, person_id=person_id)
    return {"entry_id": done.entry_id}


@router.post(
    "/{uuid:matter_id}/people/{uuid:person_id}:invite", response=InvitedOut, operation_id="matters:person:invite"
)
def invite(request: ActorRequest, matter_id: UUID, person_id: UUID, body: InviteIn) -> dict[str, Any]:
    """A link of the person's own, told this once."""
    done = services.invite_person(
        actor=request.actor, at=_now(), matter_id=matter_id, person_id=person_id, contact=body.contact
    )
    names = ("guest_id", "link_id", "path", "held_until", "expires_at")
    return {name: getattr(done.value, name) for name in names} | {"entry_id": done.entry_id}


@router.post("/{uuid:matter_id}/team", response=EntryOut, operation_id="matters:team:change")
def change_team(request: ActorRequest, matter_id: UUID, body: TeamIn) -> dict[str, object]:
    """Put colleagues on the team, take them off, hand the lead over."""
    done = services.change_team(
        actor=request.actor, at=_now(), matter_id=matter_id, add=tuple(body.add), remove=tuple(body.remove),
        lead_id=body.lead_id,
    )  # fmt: skip
    return {"entry_id": done.entry_id}


@router.post("/{uuid:matter_id}:close", response=ClosedOut, operation_id="matters:matter:close")
def close(request: ActorRequest, matter_id: UUID, body: ReasonIn) -> dict[str, object]:
    """Close a matter: shares die, clients' links only read and use rights for 90 days, retention counts from here."""
    done = services.close_matter(actor=request.actor, at=_now(), matter_id=matter_id, reason=body.reason)
    return {"shares": done.value.shares, "links": done.value.links, "entry_id": done.entry_id}


@router.post("/{uuid:matter_id}/filings", response=EntryOut, operation_id="matters:filing:submit")
def submit(request: ActorRequest, matter_id: UUID, body: SubmitIn) -> dict[str, object]:
    """Note that the registry has the papers."""
    done = services.submit_filing(
        actor=request.actor, at=_now(), matter_id=matter_id, receipt_number=body.receipt_number,
        agent_id=body.agent_id,
    )  # fmt: skip
    return {"entry_id": done.entry_id}


@router.post("/{uuid:matter_id}/filings:return", response=EntryOut, operation_id="matters:filing:return")
def return_filing(request: ActorRequest, matter_id: UUID, body: ReturnIn) -> dict[str, object]:
    """The registry gave the papers back."""
    done = services.return_filing(
        actor=request.actor, at=_now(), matter_id=matter_id, code=body.code, reason=body.reason
    )
    return {"entry_id": done.entry_id}


@router.post("/{uuid:matter_id}/filings:approve", response=EntryOut, operation_id="matters:filing:approve")
def approve(request: ActorRequest, matter_id: UUID) -> dict[str, object]:
    """The registry approved."""
    return {"entry_id": services.approve_filing(actor=request.actor, at=_now(), matter_id=matter_id).entry_id}


@router.post("/items/{uuid:item_id}:receive", response=EntryOut, operation_id="matters:item:receive")
def receive(request: ActorRequest, item_id: UUID, body: ReceiveIn) -> dict[str, object]:
    """Note an item as received."""
    done = services.receive_item(
        actor=request.actor, at=_now(), item_id=item_id, material_id=body.material_id, on_paper=body.on_paper
    )
    return {"entry_id": done.entry_id}


@router.post("/items/{uuid:item_id}:claim", response=LeaseOut, operation_id="matters:item:claim")
def claim(request: ActorRequest, item_id: UUID) -> dict[str, object]:
    """Take an item to one's desk for 15 minutes."""
    done = services.claim_item(actor=request.actor, at=_now(), item_id=item_id)
    return {"until": done.value, "entry_id": done.entry_id}


@router.post("/items/{uuid:item_id}:release", response=EntryOut, operation_id="matters:item:release")
def release(request: ActorRequest, item_id: UUID) -> dict[str, object]:
    """Put an item back."""
    return {"entry_id": services.release_item(actor=request.actor, at=_now(), item_id=item_id).entry_id}


@router.post("/items/{uuid:item_id}:accept", response=EntryOut, operation_id="matters:item:accept")
def accept(request: ActorRequest, item_id: UUID) -> dict[str, object]:
    """Accept the item on one's desk."""
    return {"entry_id": services.accept_item(actor=request.actor, at=_now(), item_id=item_id).entry_id}


@router.post("/items/{uuid:item_id}:return", response=EntryOut, operation_id="matters:item:return")
def return_item(request: ActorRequest, item_id: UUID, body: ReturnIn) -> dict[str, object]:
    """Return the item on one's desk."""
    done = services.return_item(actor=request.actor, at=_now(), item_id=item_id, code=body.code, reason=body.reason)
    return {"entry_id": done.entry_id}


@router.post("/items/{uuid:item_id}:waive", response=EntryOut, operation_id="matters:item:waive")
def waive(request: ActorRequest, item_id: UUID, body: ReasonIn) -> dict[str, object]:
    """Do without an item."""
    done = services.waive_item(actor=request.actor, at=_now(), item_id=item_id, reason=body.reason)
    return {"entry_id": done.entry_id}


@router.post("/items/{uuid:item_id}:compare", response=DifferenceOut, operation_id="matters:item:compare")
def compare(request: ActorRequest, item_id: UUID, body: CompareIn) -> dict[str, Any]:
    """Hold a number against what lies sealed; only positions are told."""
    done = services.compare_item(
        actor=request.actor, at=_now(), item_id=item_id, person_id=body.person_id, kind=body.kind,
        purpose=body.purpose, given=body.given, other_client_id=body.other_client_id,
    )  # fmt: skip
    found = done.value
    return {
        "same": found.same, "digits": found.digits, "spans": list(found.spans), "lengths": found.lengths,
        "entry_id": done.entry_id,
    }  # fmt: skip
