"""Acts on folders of scans: opened, sent, checked, chosen, confirmed, cancelled and undone by the member.

The worker binds scan by scan in the member's name, each in a transaction of its own: killed anywhere, it goes on with
the next one, nothing is doubled and nothing is lost. Until `confirm` nothing leaves the staging, whose key dies with
the folder. What cannot be taken in is an outcome of its scan with a code, not an error of the folder.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.timezone import localtime
from procrastinate.contrib.django import app as queue

from fengni.apps.accounts.queries import member_names
from fengni.apps.acts.acting import Outcome, act, acting
from fengni.apps.common import display
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.language import said
from fengni.apps.imports import opening, proposing, sealing, staging
from fengni.apps.imports.models import Folder, Scan
from fengni.apps.imports.opening import Announced
from fengni.apps.imports.queries.folders import LIVING, find_folder, find_scan, path_of
from fengni.apps.imports.queries.workbooks import LIFE, UNDO
from fengni.apps.ledger.inbox import Seen
from fengni.apps.matters import items
from fengni.apps.matters.models import Item
from fengni.apps.matters.resources import step
from fengni.apps.parties import queries as parties
from fengni.apps.vault.queries.lists import refuse_outside, scope
from fengni.apps.vault.store import materials
from fengni.apps.vault.store.house import house
from fengni.apps.vault.store.materials import Kept
from fengni.core.access.actor import Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import BadInput, UnreadableFile
from fengni.core.intake.scans import Named, read, together
from fengni.core.pictures.kinds import recognise
from fengni.core.pictures.render import Watermark, display_copy
from fengni.core.pictures.strip import strip
from fengni.core.vault.envelope import seal_display

STAFF: Final = ("owner", "lead", "agent")
_TO_LOOK: Final = "purpose.verify_identity"
_LONGEST_NAME: Final = 120
_OPEN: Final = frozenset({Folder.State.RECEIVING, Folder.State.PLANNED})
_UNDECIDED: Final = frozenset({Scan.State.ARRIVED, Scan.State.FRESH, Scan.State.CHOICE})
_CHOOSABLE: Final = _UNDECIDED | {Scan.State.LEFT}


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder that was opened or is continued: per number of a wanted file, how many bytes are here, and its path."""

    folder_id: UUID
    wants: dict[int, int]
    paths: dict[int, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a scan so far: bytes here, its state, and the code of why it was refused."""

    received: int
    state: str
    code: str = ""
    params: dict[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody says of one scan: what it is and whose, or that it stays out.

    `propose`: where no item is named, the one that wants it is proposed, as the check does.
    """

    number: int
    kind: str = ""
    client_id: UUID | None = None
    subject_id: UUID | None = None
    item_id: UUID | None = None
    leave: bool = False
    propose: bool = False


def _folder(actor: Actor, folder_id: UUID) -> Resource:
    folder = find_folder(actor, folder_id)
    return Resource("imports:folder", folder.id, folder.tenant_id)


def _scan(actor: Actor, folder_id: UUID, number: int) -> Resource:
    """A scan about to be bound: of the client it was confirmed for."""
    scan = find_scan(find_folder(actor, folder_id), number)
    clients = frozenset({scan.client_id}) if scan.client_id else frozenset[UUID]()
    persons = (scan.subject_id,) if scan.subject_id else ()
    return Resource("imports:scan", scan.id, scan.tenant_id, clients, persons=persons)


@act("imports:folder:open", roles=STAFF)
def open_folder(*, actor: Actor, at: datetime, name: str, place: str, files: Sequence[Announced]) -> Outcome[Opened]:
    """Say which files a folder has. The same place again continues what is under way; what the house holds is not sent.

    `place` tells one folder from another; only a keyed tag of it is stored. Raises BadInput for none or too many files.
    """
    opening.check(files)
    tag = opening.place_tag(place or name)
    folder = Folder.objects.select_for_update().filter(member_id=actor.id, place=tag, state__in=_OPEN).first()
    if folder is None or folder.expires_at <= at:
        made = sealing.new_key(actor.tenant_id, folder_id := uuid7())
        key = display.sealing(actor.tenant_id)
        folder = Folder.objects.create(
            tenant_id=actor.tenant_id, id=folder_id, member_id=actor.id, entry_id=acting().entry_id, place=tag,
            key_epoch=made.epoch, key_wrapped=made.wrapped[0], key_commitment=made.commitments[0], created_at=at,
            title=seal_display(key, actor.tenant_id, folder_id, 0, {"name": name.strip()[:_LONGEST_NAME]}),
            expires_at=at + LIFE,
        )  # fmt: skip
    fresh = opening.announce(folder, files, scope(actor, at))
    Folder.objects.filter(id=folder.id).update(state=Folder.State.RECEIVING)
    waiting = list(Scan.objects.filter(folder_id=folder.id, state=Scan.State.WAITING).order_by("number"))
    there = staging.received([one.id for one in waiting])
    wants = {one.number: there.get(one.id, 0) for one in waiting}
    paths = dict(zip(wants, path_of(folder, waiting), strict=True))
    facts: dict[str, int | str] = {"files": len(files), "new": fresh, "wanted": len(wants)}
    return Outcome(
        Opened(folder.id, wants, paths), resource=Resource("imports:folder", folder.id, actor.tenant_id), facts=facts
    )


@act("imports:scan:send", roles=STAFF, resource=_folder)
def send_scan(
    *, actor: Actor, at: datetime, folder_id: UUID, number: int, position: int, content: bytes
) -> Outcome[Sent]:
    """The bytes of a file from offset `position` on, sealed as they come; with the last it is looked into.

    A file that is no document is refused with its first bytes. Raises BadInput when bytes before are missing.
    """
    folder = _living(actor, folder_id, _OPEN)
    scan = find_scan(folder, number, lock=True)
    if scan.state != Scan.State.WAITING:
        return Outcome(Sent(scan.size, scan.state, scan.code, scan.params))
    if not content:
        raise BadInput("imports.piece-empty")
    key = staging.key_of(folder)
    try:
        if position == 0:
            recognise(content)
        there = staging.put(key, scan, position, content)
        if there < scan.size:
            return Outcome(Sent(there, scan.state), facts={"bytes": there})
        whole, digest = staging.whole(key, scan)
        (source,) = materials.sources(house(), [digest])
        if scan.source is not None and bytes(scan.source) != source:
            raise UnreadableFile("vault.upload-other-file")
        scan.source = source
        if not opening.known_already(folder, [scan], scope(actor, at)):
            staging.replace(key, scan, strip(whole))
            scan.state = Scan.State.ARRIVED
    except UnreadableFile as refused:
        scan.state, scan.code, scan.params = Scan.State.REFUSED, refused.code, dict(refused.params)
    if scan.state != Scan.State.ARRIVED:
        staging.clear([scan.id])
    scan.save()
    Folder.objects.filter(id=folder_id).update(state=Folder.State.RECEIVING)
    sent = Sent(scan.size, scan.state, scan.code, scan.params)
    facts: dict[str, int | str] = {"state": scan.state, "pages": scan.pages}
    return Outcome(sent, facts=facts | ({"removed": scan.removed} if scan.removed else {}))


@act("imports:folder:check", roles=STAFF, resource=_folder)
def check_folder(*, actor: Actor, at: datetime, folder_id: UUID) -> Outcome[None]:
    """Propose what each file is and whose, by its name. What somebody said before stays as it was said."""
    folder = _living(actor, folder_id, _OPEN)
    rows = list(Scan.objects.filter(folder_id=folder_id, state__in=_UNDECIDED, decided=False).order_by("number"))
    named = _named(folder, rows)
    by_word = proposing.known(actor, at, (word for one in named for word in one.words))
    proposals = [proposing.propose(one, by_word) for one in named]
    given = Scan.objects.filter(folder_id=folder_id, decided=True).exclude(item_id=None).exclude(state=Scan.State.LEFT)
    proposing.with_items(proposals, [one for one in given.values_list("item_id", flat=True) if one])
    for row, proposal in zip(rows, proposals, strict=True):
        proposing.put(row, proposal)
    Scan.objects.bulk_update(
        rows, ["kind", "client_id", "subject_id", "item_id", "asks", "options", "state"], batch_size=200
    )
    Folder.objects.filter(id=folder_id).update(state=Folder.State.PLANNED)
    return Outcome(None, facts=dict(_counts(folder_id)))


@act("imports:scan:choose", roles=STAFF, resource=_folder)
def choose_scans(*, actor: Actor, at: datetime, folder_id: UUID, choices: Sequence[Choice]) -> Outcome[None]:
    """Say of scans what they are and whose, or leave them out. Raises BadInput for what does not fit together."""
    folder = _living(actor, folder_id, _OPEN)
    for choice in choices:
        scan = find_scan(folder, choice.number, lock=True)
        if scan.state not in _CHOOSABLE:
            raise BadInput("imports.scan-settled")
        if choice.leave:
            scan.state, scan.decided, scan.asks, scan.item_id = Scan.State.LEFT, True, [], None
        else:
            _settle(actor, at, scan, choice)
        scan.save()
    return Outcome(None, facts={"scans": len(choices)})


@act("imports:scan:look", roles=STAFF, resource=_folder, purposes=(_TO_LOOK,), protected=True)
def look_at_scan(*, actor: Actor, at: datetime, folder_id: UUID, number: int, page: int = 0) -> Outcome[bytes]:
    """A page of a file that waits, as JPEG with the reader's name and time across it: its name alone may say nothing.

    Counted for the person it is proposed for. Raises BadInput for a file that has not come whole or is settled.
    """
    folder = _living(actor, folder_id, _OPEN)
    scan = find_scan(folder, number)
    if scan.state not in _CHOOSABLE:
        raise BadInput("imports.scan-settled")
    plain = staging.document(staging.key_of(folder), scan)
    mark = Watermark((f"{member_names().get(actor.id, '')} {localtime(at):%Y-%m-%d %H:%M}", said(_TO_LOOK)))
    image = display_copy(plain.content, plain.media_type, page, mark)
    seen = tuple(replace(one, clear=1) for one in _seen(scan))
    return Outcome(image, seen=seen, facts={"scan": number, "page": page})


@act("imports:folder:confirm", roles=STAFF, resource=_folder)
def confirm_folder(*, actor: Actor, at: datetime, folder_id: UUID) -> Outcome[int]:
    """Have the plan carried out as it stands; what is still asked about stays out. Returns how many are taken in."""
    folder = _living(actor, folder_id, _OPEN, lock=True)
    if folder.state != Folder.State.PLANNED:
        raise BadInput("imports.folder-not-checked")
    fresh = Scan.objects.filter(folder_id=folder_id, state=Scan.State.FRESH).count()
    if not fresh:
        raise BadInput("imports.folder-nothing-to-bind")
    folder.state, folder.entry_id = Folder.State.STORING, acting().entry_id
    folder.save()
    _enqueue(folder)
    return Outcome(fresh, facts={"scans": fresh})


@act("imports:scan:bind", roles=STAFF, resource=_scan, scoped=True)
def bind_scan(*, actor: Actor, at: datetime, folder_id: UUID, number: int) -> Outcome[str]:
    """Seal one confirmed scan into its client's file and hand it in where a matter wants it. Returns its state.

    Everything of it or nothing, in this one transaction; what was staged of it goes. An item that was handed in
    meanwhile is left alone, and the document lies in the file.
    """
    folder = _living(actor, folder_id, frozenset({Folder.State.STORING}), lock=True)
    scan = find_scan(folder, number, lock=True)
    if scan.state != Scan.State.FRESH or scan.client_id is None:
        raise BadInput("imports.overtaken")
    item = items.locked(scan.item_id) if scan.item_id else None
    open_ = item is not None and items.takes(item.id)
    kept = materials.lay(
        client_id=scan.client_id, subject_id=scan.subject_id, kind=scan.kind, import_id=folder_id, at=at,
        matter_id=item.matter_id if item is not None and open_ else None, source=bytes(scan.source or b""),
        plain=staging.document(staging.key_of(folder), scan),
    )  # fmt: skip
    if item is not None and open_ and not Item.objects.filter(material_id=kept.material_id).exists():
        items.receive(item.id, at, kept.material_id)
        step(item.matter_id, at, item.code)
    elif item is not None:
        scan.code = "imports.scan-item-gone"
    scan.state = Scan.State.HELD if kept.duplicate_of else Scan.State.BOUND
    scan.material_id, scan.twin_id = kept.material_id, kept.duplicate_of
    staging.clear([scan.id])
    scan.save()
    _end_when_done(folder, at)
    return Outcome(scan.state, seen=_seen(scan), facts=_bound(scan, kept))


@act("imports:scan:refuse", roles=STAFF, resource=_folder)
def refuse_scan(*, actor: Actor, at: datetime, folder_id: UUID, number: int, code: str) -> Outcome[None]:
    """A confirmed scan cannot be bound after all: keep the cause; the others go on."""
    folder = _living(actor, folder_id, frozenset({Folder.State.STORING}), lock=True)
    scan = find_scan(folder, number, lock=True)
    if scan.state != Scan.State.FRESH:
        raise BadInput("imports.overtaken")
    scan.state, scan.code = Scan.State.REFUSED, code
    staging.clear([scan.id])
    scan.save()
    _end_when_done(folder, at)
    return Outcome(None, facts={"cause": code})


@act("imports:folder:cancel", roles=STAFF, resource=_folder)
def cancel_folder(*, actor: Actor, at: datetime, folder_id: UUID) -> Outcome[None]:
    """Stop. What is staged goes with its key; what was bound already stays and can be undone."""
    folder = _living(actor, folder_id, LIVING, lock=True)
    _end(folder, Folder.State.CANCELLED, at)
    return Outcome(None, facts=dict(_counts(folder_id)))


@act("imports:folder:undo", roles=STAFF, resource=_folder)
def undo_folder(*, actor: Actor, at: datetime, folder_id: UUID) -> Outcome[int]:
    """Take a folder back within seven days: its documents are destroyed, what they were handed in for is open again.

    Raises BadInput when an item was decided meanwhile, Denied when a client lies outside the scope by now. Returns how
    many documents are gone.
    """
    folder = find_folder(actor, folder_id, lock=True)
    if folder.state != Folder.State.DONE or folder.finished_at is None:
        raise BadInput("imports.nothing-to-undo")
    if at > folder.finished_at + UNDO:
        raise BadInput("imports.undo-over")
    brought = list(Scan.objects.filter(folder_id=folder_id, state=Scan.State.BOUND))
    items.reopen([one.material_id for one in brought if one.material_id])
    gone, facts = materials.take_back_folder(folder_id, at)
    Scan.objects.filter(folder_id=folder_id, state=Scan.State.BOUND).update(state=Scan.State.UNDONE, material_id=None)
    folder.state, folder.result = Folder.State.UNDONE, dict(_counts(folder_id))
    folder.save()
    persons = sorted({one.subject_id for one in brought if one.subject_id})
    return Outcome(gone, seen=tuple(Seen(one) for one in persons), facts={**facts, "materials": gone})


@act("imports:folder:expire", roles=(), resource=_folder)
def expire_folder(*, actor: Actor, at: datetime, folder_id: UUID) -> Outcome[None]:
    """End the key of a folder that nobody finished in 24 hours; after the undo window, forget names of its files."""
    folder = find_folder(actor, folder_id, lock=True)
    if folder.state in LIVING and folder.expires_at <= at:
        _end(folder, Folder.State.EXPIRED, at)
    elif folder.title and folder.finished_at is not None and at > folder.finished_at + UNDO:
        Scan.objects.filter(folder_id=folder_id).delete()
        folder.title = b""
        folder.save()
    else:
        raise BadInput("imports.overtaken")
    return Outcome(None)


# ---- parts ------------------------------------------------------------------------------------------------------


def _living(actor: Actor, folder_id: UUID, states: frozenset[Folder.State], *, lock: bool = False) -> Folder:
    """The folder in one of these states. Raises BadInput when it has moved on."""
    folder = find_folder(actor, folder_id, lock=lock)
    if folder.state not in LIVING:
        raise BadInput("imports.folder-over")
    if folder.state not in states:
        raise BadInput("imports.overtaken")
    return folder


def _named(folder: Folder, rows: Sequence[Scan]) -> list[Named]:
    """What names say of scans; a file that lies in several places is called by all of them."""
    twins = list(Scan.objects.filter(folder_id=folder.id, state=Scan.State.TWIN).order_by("number"))
    others: dict[UUID | None, list[Named]] = {}
    for path, twin in zip(path_of(folder, twins), twins, strict=True):
        others.setdefault(twin.twin_id, []).append(read(path))
    return [together(read(path), others.get(row.id, ())) for path, row in zip(path_of(folder, rows), rows, strict=True)]


def _settle(actor: Actor, at: datetime, scan: Scan, choice: Choice) -> None:
    """Write a choice into a scan; what is still missing is asked on."""
    if choice.kind not in ("", *materials.KINDS) or choice.kind == "embedded":
        raise BadInput("vault.material-kind-unknown")
    subject = choice.subject_id
    if choice.client_id is not None:
        refuse_outside(scope(actor, at), choice.client_id)
        if subject and not parties.is_in_file(client_id=choice.client_id, person_id=subject):
            raise BadInput("imports.person-elsewhere")
    if choice.item_id is not None and choice.client_id is not None:
        wanted = {row.id: row for row in proposing.wanting(choice.client_id)}.get(choice.item_id)
        if wanted is None or wanted.asked.material != choice.kind or subject not in (None, wanted.person_id):
            raise BadInput("imports.item-elsewhere")
        others = Scan.objects.filter(folder_id=scan.folder_id, item_id=choice.item_id).exclude(id=scan.id)
        if others.filter(state__in=_UNDECIDED, decided=True).exists():
            raise BadInput("imports.item-taken")
        others.filter(decided=False).update(item_id=None, asks=["item"], state=Scan.State.CHOICE)
        subject = subject or wanted.person_id
    scan.kind, scan.client_id, scan.subject_id, scan.decided = choice.kind, choice.client_id, subject, True
    scan.item_id = choice.item_id if choice.client_id else None
    scan.asks = proposing.missing(choice.kind, choice.client_id, subject)
    if choice.propose and scan.item_id is None:
        _propose_item(scan)
    scan.state = Scan.State.CHOICE if scan.asks else Scan.State.FRESH


def _propose_item(scan: Scan) -> None:
    """The one item that wants a scan as it was chosen, unless another scan goes there."""
    given = Scan.objects.filter(folder_id=scan.folder_id).exclude(id=scan.id).exclude(item_id=None)
    one = proposing.Proposal(scan.kind, scan.client_id, scan.subject_id)
    proposing.with_items([one], [item for item in given.values_list("item_id", flat=True) if item])
    scan.item_id, scan.asks = one.item_id, one.asks


def _enqueue(folder: Folder) -> None:
    task = queue.configure_task("imports.bind", queue="imports")
    task.defer(folder_id=str(folder.id), tenant_id=str(folder.tenant_id))


def _counts(folder_id: UUID) -> Counter[str]:
    """How many scans are in each state, and how many carried a place."""
    rows = Scan.objects.filter(folder_id=folder_id).values_list("state", "removed")
    counts = Counter(state for state, _ in rows)
    counts["places"] = sum("gps" in removed.split(".") for _, removed in rows)
    return counts


def _end_when_done(folder: Folder, at: datetime) -> None:
    if not Scan.objects.filter(folder_id=folder.id, state=Scan.State.FRESH).exists():
        _end(folder, Folder.State.DONE, at)


def _end(folder: Folder, state: Folder.State, at: datetime) -> None:
    """The key dies and what is staged with it. A folder of which something was bound is done, whatever ended it."""
    bound = Scan.objects.filter(folder_id=folder.id, state=Scan.State.BOUND).exists()
    folder.state = Folder.State.DONE if bound else state
    folder.result, folder.finished_at, folder.key_wrapped = dict(_counts(folder.id)), at, None
    staging.clear(list(Scan.objects.filter(folder_id=folder.id).values_list("id", flat=True)))
    folder.save()


def _seen(scan: Scan) -> tuple[Seen, ...]:
    return (Seen(scan.subject_id, (f"material_{scan.kind}",)),) if scan.subject_id else ()


def _bound(scan: Scan, kept: Kept) -> dict[str, int | str]:
    facts: dict[str, int | str] = {**kept.facts, "kind": scan.kind, "pages": kept.pages}
    facts |= {"removed": scan.removed} if scan.removed else {}
    return facts | ({"duplicate": 1} if kept.duplicate_of else {})
