"""REST of clients and persons. Masked by default; a clear value leaves only by `:reveal`, with purpose and reason."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpResponse
from ninja import Router, Schema

from fengni.apps.common.requests import ActorRequest
from fengni.apps.parties import services as parties
from fengni.apps.vault import queries, services
from fengni.core.vault.masking import mask

router = Router(tags=["clients"])


class EntryOut(Schema):
    """The ledger entry of the act."""

    entry_id: UUID


class ClientOut(Schema):
    """A client in a list."""

    id: UUID
    name: str
    uscc: str
    persons: int
    tags: list[str]
    service_until: str
    created_at: datetime


class ClientsOut(Schema):
    """One page of clients."""

    rows: list[ClientOut]
    total: int
    page: int
    pages: int


class PersonOut(Schema):
    """A person in a client file, in a list. `state` is damaged, verify or empty."""

    relation_id: UUID
    person_id: UUID
    client_id: UUID
    client_name: str
    name: str
    id_number: str
    mobile: str
    roles: list[str]
    state: str
    fictitious: bool


class PersonsOut(Schema):
    """One page of persons in client files."""

    rows: list[PersonOut]
    total: int
    page: int
    pages: int


class FieldOut(Schema):
    """One field: its mask and what the caller may do with it. `revision` is given back when replacing."""

    kind: str
    shown: str
    masked: bool
    grade: str
    basis: str
    retention: str
    state: str
    revision: int
    can: list[str]


class MissingOut(Schema):
    """A kind without a value, and the revision to give when one is entered."""

    kind: str
    revision: int


class MaterialsOut(Schema):
    """Sealed pictures and embedded files: how many, and bytes together."""

    pictures: int
    files: int
    size: int


class ClientPageOut(Schema):
    """One client. `secrets`: login passwords in its password box, never with their value."""

    id: UUID
    name: str
    fields: list[FieldOut]
    missing: list[MissingOut]
    persons: list[PersonOut]
    persons_total: int
    secrets: list[FieldOut]
    materials: MaterialsOut


class PersonPageOut(Schema):
    """One person in one client file."""

    id: UUID
    client_id: UUID
    client_name: str
    name: str
    roles: list[str]
    fictitious: bool
    fields: list[FieldOut]
    missing: list[MissingOut]
    other_clients: list[UUID]


class ClientIn(Schema):
    """A new client: values by field kind; company_name is needed."""

    fields: dict[str, str]


class PersonIn(Schema):
    """A person for a client file: roles there, and values by field kind; name is needed."""

    roles: list[str]
    fields: dict[str, str]


class MadeOut(EntryOut):
    """What was made."""

    id: UUID


class RevealIn(Schema):
    """Why a clear value is needed."""

    purpose: str
    reason: str


class KeepIn(Schema):
    """The switch of the password box; turning it on needs a reason."""

    keep: bool
    reason: str = ""


class KeptOut(EntryOut):
    """How many client files had a box that is destroyed now."""

    destroyed: int


class PersonRevealIn(RevealIn):
    """Why a clear value is needed, and in which client file."""

    client_id: UUID


class RevealedOut(EntryOut):
    """One clear value; a screen shows it no longer than until `until`."""

    kind: str
    value: str
    state: str
    until: datetime


class PersonAt(Schema):
    """A person in a client file."""

    client_id: UUID
    person_id: UUID


class ManyIn(RevealIn):
    """Whose values, which kinds, what for, and why."""

    persons: list[PersonAt]
    kinds: list[str]


class ReadOut(PersonAt):
    """A person's values in clear, by kind, and what a log may show of them; what is not there is left out."""

    values: dict[str, str]
    masks: dict[str, str]


class ManyOut(EntryOut):
    """Everybody asked for, in order."""

    persons: list[ReadOut]


class ReplaceIn(Schema):
    """The new value, and the revision of the record as it was read."""

    value: str
    revision: int


class PersonReplaceIn(ReplaceIn):
    """The new value, the revision as read, and the client file."""

    client_id: UUID


class ReplacedOut(EntryOut):
    """The record's new revision."""

    revision: int


class SearchIn(Schema):
    """What to look for. In the body, so that it stands in no log of addresses."""

    words: str


class FoundOut(Schema):
    """Something found; `by` names the index."""

    client_id: UUID
    client_name: str
    person_id: UUID | None
    name: str
    id_number: str
    mobile: str
    by: str


class SearchOut(Schema):
    """Masked results. `full_number`: ask POST /search/number instead."""

    rows: list[FoundOut]
    full_number: bool


class NumberIn(Schema):
    """A full number."""

    number: str


class NumberOut(EntryOut):
    """Masked results inside the caller's scope."""

    rows: list[FoundOut]


class ExportIn(Schema):
    """Which list (clients or persons), in which form (xlsx or csv)."""

    what: str
    form: str = "xlsx"


class AssignIn(Schema):
    """To whom, and until when."""

    member_id: UUID
    until: datetime | None = None


class UnassignIn(Schema):
    """From whom."""

    member_id: UUID


class ReceiptIn(Schema):
    """In which client file."""

    client_id: UUID


def _now() -> datetime:
    return datetime.now(UTC)


@router.get("/clients", response=ClientsOut, operation_id="clients")
def clients(request: ActorRequest, page: int = 1, size: int = 20) -> object:
    """Clients of the caller's scope, newest first."""
    return queries.clients_page(actor=request.actor, at=_now(), page=page, size=size)


@router.post("/clients", response=MadeOut, operation_id="vault:client:create")
def create_client(request: ActorRequest, body: ClientIn) -> dict[str, object]:
    """Make a client."""
    done = services.create_client(actor=request.actor, at=_now(), fields=body.fields)
    return {"id": done.value, "entry_id": done.entry_id}


@router.get("/clients/{uuid:client_id}", response=ClientPageOut, operation_id="client")
def client(request: ActorRequest, client_id: UUID) -> object:
    """One client, masked."""
    return queries.client_page(actor=request.actor, at=_now(), client_id=client_id)


@router.post("/clients/{uuid:client_id}/persons", response=MadeOut, operation_id="vault:person:add")
def add_person(request: ActorRequest, client_id: UUID, body: PersonIn) -> dict[str, object]:
    """Add a person to a client file."""
    done = services.add_person(
        actor=request.actor, at=_now(), client_id=client_id, roles=tuple(body.roles), fields=body.fields
    )
    return {"id": done.value.person_id, "entry_id": done.entry_id}


@router.post("/clients/{uuid:client_id}:assign", response=EntryOut, operation_id="parties:client:assign")
def assign(request: ActorRequest, client_id: UUID, body: AssignIn) -> dict[str, object]:
    """Make a client part of a colleague's scope."""
    done = parties.assign_client(
        actor=request.actor, at=_now(), client_id=client_id, member_id=body.member_id, until=body.until
    )
    return {"entry_id": done.entry_id}


@router.post("/clients/{uuid:client_id}:unassign", response=EntryOut, operation_id="parties:client:unassign")
def unassign(request: ActorRequest, client_id: UUID, body: UnassignIn) -> dict[str, object]:
    """Take a client out of a colleague's scope."""
    done = parties.unassign_client(actor=request.actor, at=_now(), client_id=client_id, member_id=body.member_id)
    return {"entry_id": done.entry_id}


@router.post("/clients/{uuid:client_id}/fields/{kind}:reveal", response=RevealedOut, operation_id="reveal_of_client")
def reveal_of_client(request: ActorRequest, client_id: UUID, kind: str, body: RevealIn) -> dict[str, object]:
    """A client's own value in clear (act vault:field:reveal)."""
    return _revealed(request, client_id, client_id, kind, body)


@router.post("/clients/{uuid:client_id}/fields/{kind}:replace", response=ReplacedOut, operation_id="replace_of_client")
def replace_of_client(request: ActorRequest, client_id: UUID, kind: str, body: ReplaceIn) -> dict[str, object]:
    """Replace a client's own value (act vault:field:replace)."""
    return _replaced(request, client_id, client_id, kind, body)


@router.post(
    "/clients/{uuid:client_id}/passwords/{kind}:reveal", response=RevealedOut, operation_id="vault:secret:reveal"
)
def reveal_secret(request: ActorRequest, client_id: UUID, kind: str, body: RevealIn) -> dict[str, object]:
    """A login password from the box of a client file, in clear."""
    done = services.reveal_secret(
        actor=request.actor, at=_now(), client_id=client_id, kind=kind, purpose=body.purpose, reason=body.reason
    )
    return _clear(done.value, done.entry_id)


@router.post("/clients/{uuid:client_id}/passwords:discard", response=EntryOut, operation_id="vault:secret:discard")
def discard_secrets(request: ActorRequest, client_id: UUID) -> dict[str, object]:
    """Destroy the password box of a client file, its key first."""
    return {"entry_id": services.discard_secrets(actor=request.actor, at=_now(), client_id=client_id).entry_id}


@router.post("/password-box", response=KeptOut, operation_id="accounts:tenant:keep_passwords")
def keep_passwords(request: ActorRequest, body: KeepIn) -> dict[str, object]:
    """Switch the password box on, or off: then every box is destroyed."""
    done = services.keep_passwords(actor=request.actor, at=_now(), keep=body.keep, reason=body.reason[:200])
    return {"destroyed": done.value, "entry_id": done.entry_id}


@router.get("/persons", response=PersonsOut, operation_id="persons")
def persons(
    request: ActorRequest,
    page: int = 1,
    size: int = 20,
    client_id: UUID | None = None,
) -> object:
    """Persons in client files of the caller's scope, newest first."""
    return queries.persons_page(actor=request.actor, at=_now(), page=page, size=size, client_id=client_id)


@router.get("/persons/{uuid:person_id}", response=PersonPageOut, operation_id="person")
def person(request: ActorRequest, person_id: UUID, client_id: UUID) -> object:
    """One person in a client file, masked."""
    return queries.person_page(actor=request.actor, at=_now(), client_id=client_id, person_id=person_id)


@router.post("/persons:reveal", response=ManyOut, operation_id="vault:fields:reveal")
def reveal_many(request: ActorRequest, body: ManyIn) -> dict[str, object]:
    """Values of several persons in clear. Of more than twenty, a second person agrees first."""
    done = services.reveal_fields(
        actor=request.actor,
        at=_now(),
        persons=[(one.client_id, one.person_id) for one in body.persons],
        kinds=body.kinds,
        purpose=body.purpose,
        reason=body.reason,
    )
    persons = [
        {**one._asdict(), "masks": {kind: mask(kind, value) for kind, value in one.values.items()}}
        for one in done.value
    ]
    return {"persons": persons, "entry_id": done.entry_id}


@router.post("/persons/{uuid:person_id}/fields/{kind}:reveal", response=RevealedOut, operation_id="vault:field:reveal")
def reveal(request: ActorRequest, person_id: UUID, kind: str, body: PersonRevealIn) -> dict[str, object]:
    """One clear value for a purpose and a reason; leaves after the entry is committed."""
    return _revealed(request, body.client_id, person_id, kind, body)


@router.post(
    "/persons/{uuid:person_id}/fields/{kind}:replace", response=ReplacedOut, operation_id="vault:field:replace"
)
def replace(request: ActorRequest, person_id: UUID, kind: str, body: PersonReplaceIn) -> dict[str, object]:
    """Put another value in place of the old one, which is not shown."""
    return _replaced(request, body.client_id, person_id, kind, body)


@router.post("/persons/{uuid:person_id}:receipt", operation_id="vault:receipt:issue")
def receipt(request: ActorRequest, person_id: UUID, body: ReceiptIn) -> HttpResponse:
    """The person's receipt, a file for `fengni verify`."""
    done = services.issue_receipt(actor=request.actor, at=_now(), client_id=body.client_id, person_id=person_id)
    return _file(f"fengni-receipt-{person_id}.json", "application/json", done.value, done.entry_id)


@router.post("/search", response=SearchOut, operation_id="search")
def search(request: ActorRequest, body: SearchIn) -> object:
    """By a name or company name or a part of one, initials, USCC, or surname with last four."""
    return queries.search(actor=request.actor, at=_now(), words=body.words)


@router.post("/search/number", response=NumberOut, operation_id="vault:number:search")
def search_number(request: ActorRequest, body: NumberIn) -> dict[str, object]:
    """By a full number: throttled, and counted for whoever it hits."""
    done = services.search_number(actor=request.actor, at=_now(), number=body.number)
    return {"rows": done.value.rows, "entry_id": done.entry_id}


@router.post("/exports", operation_id="vault:list:export")
def export(request: ActorRequest, body: ExportIn) -> HttpResponse:
    """A masked list as a file."""
    done = services.export_list(actor=request.actor, at=_now(), what=body.what, form=body.form)
    return _file(done.value.name, done.value.media_type, done.value.content, done.entry_id)


def _revealed(request: ActorRequest, client_id: UUID, subject_id: UUID, kind: str, body: RevealIn) -> dict[str, object]:
    done = services.reveal_field(
        actor=request.actor,
        at=_now(),
        client_id=client_id,
        subject_id=subject_id,
        kind=kind,
        purpose=body.purpose,
        reason=body.reason,
    )
    return _clear(done.value, done.entry_id)


def _clear(value: services.Revealed, entry_id: UUID) -> dict[str, object]:
    return {
        "kind": value.kind,
        "value": value.value,
        "state": value.state,
        "until": value.until,
        "entry_id": entry_id,
    }


def _replaced(
    request: ActorRequest, client_id: UUID, subject_id: UUID, kind: str, body: ReplaceIn
) -> dict[str, object]:
    done = services.replace_field(
        actor=request.actor,
        at=_now(),
        client_id=client_id,
        subject_id=subject_id,
        kind=kind,
        value=body.value,
        revision=body.revision,
    )
    return {"revision": done.value, "entry_id": done.entry_id}


def _file(name: str, media_type: str, content: bytes, entry_id: UUID) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Fengni-Entry"] = str(entry_id)
    return response
