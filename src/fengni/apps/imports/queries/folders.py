"""Reads on folders of scans: the plan as its member's screens show it, page by page, and its report.

Names of clients and persons come out of display envelopes; a path is the member's own, sealed for display.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, Final
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Q

from fengni.apps.common import display
from fengni.apps.common.language import lang, said
from fengni.apps.common.logs import struck
from fengni.apps.common.queries import query
from fengni.apps.imports import proposing, staging
from fengni.apps.imports.models import Folder, Scan
from fengni.apps.imports.queries.workbooks import UNDO, member_actor
from fengni.apps.matters.checklist import asked
from fengni.apps.matters.models import Item, Matter
from fengni.apps.matters.queries import candidates
from fengni.apps.matters.queries.pages import person_names
from fengni.apps.vault.queries.files import as_csv
from fengni.apps.vault.queries.lists import displays, scope
from fengni.core.access.actor import SYSTEM, Actor
from fengni.core.errors import BadInput, Denied
from fengni.core.intake.scans import read
from fengni.core.vault.masking import mask

LIVING: Final = frozenset({Folder.State.RECEIVING, Folder.State.PLANNED, Folder.State.STORING})
STATES: Final = tuple(Scan.State.values)
PER_PAGE: Final = 30
_LISTED: Final = 30
_OPEN: Final = frozenset({Scan.State.CHOICE, Scan.State.FRESH, Scan.State.LEFT, Scan.State.ARRIVED})
COLUMNS: Final = ("number", "path", "state", "kind", "client", "person", "item", "removed", "pages")


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A folder as listed. `counts`: scans by state; `places` of them carried the place where they were taken."""

    id: UUID
    name: str = field(repr=False)
    state: str
    counts: Mapping[str, int]
    places: int
    bytes_here: int
    created_at: datetime
    expires_at: datetime
    finished_at: datetime | None

    @property
    def total(self) -> int:
        """How many files it has."""
        return sum(self.counts.values())

    @property
    def living(self) -> bool:
        """Whether it can still be cancelled."""
        return self.state in LIVING

    @property
    def open(self) -> bool:
        """Whether its plan can still be changed."""
        return self.state in (Folder.State.RECEIVING, Folder.State.PLANNED)

    @property
    def undo_until(self) -> datetime | None:
        """Until when it can be taken back; None when it cannot."""
        return self.finished_at + UNDO if self.finished_at and self.state == Folder.State.DONE else None


@dataclass(frozen=True, slots=True)
class ScanRow:
    """One file: what becomes of it. Pairs are (id, name); `twin` is the number of the scan that has the same bytes."""

    number: int
    path: str = field(repr=False)
    size: int
    state: str
    code: str
    params: Mapping[str, Any]
    media_type: str
    pages: int
    removed: tuple[str, ...]
    kind: str
    client_id: UUID | None
    client: str
    subject_id: UUID | None
    person: str
    item_id: UUID | None
    item: str
    asks: tuple[str, ...]
    twin: int | None
    kinds: tuple[str, ...] = ()
    clients: tuple[tuple[UUID, str], ...] = ()
    persons: tuple[tuple[UUID, str], ...] = ()
    items: tuple[tuple[UUID, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FolderPage:
    """A folder and one page of its scans."""

    row: FolderRow
    scans: Page[ScanRow] = field(repr=False)


def find_folder(actor: Actor, folder_id: UUID, *, lock: bool = False) -> Folder:
    """The folder, for its member or an owner. Raises BadInput when there is none, Denied when it is a colleague's."""
    rows = Folder.objects.select_for_update() if lock else Folder.objects.all()
    folder = rows.filter(id=folder_id).first()
    if folder is None:
        raise BadInput("imports.no-such-folder")
    if folder.member_id != actor.id and not actor.roles & {"owner", SYSTEM}:
        raise Denied("access.scope")
    return folder


def find_scan(folder: Folder, number: int, *, lock: bool = False) -> Scan:
    """A scan of a folder. Raises BadInput when there is none of this number."""
    rows = Scan.objects.select_for_update() if lock else Scan.objects.all()
    scan = rows.filter(folder_id=folder.id, number=number).first()
    if scan is None:
        raise BadInput("imports.no-such-scan")
    return scan


def path_of(folder: Folder, scans: Sequence[Scan]) -> list[str]:
    """The paths of scans inside their folder."""
    key = display.opening(folder.tenant_id)
    return [masks["path"] for masks in key.open_masks([(one.id, 0, bytes(one.path)) for one in scans])]


@query
def folders(*, actor: Actor) -> list[FolderRow]:
    """One's own folders, the newest first."""
    return [_row(one) for one in Folder.objects.filter(member_id=actor.id).order_by("-created_at")[:_LISTED]]


@query
def folder_progress(*, actor: Actor, folder_id: UUID) -> FolderRow:
    """How far a folder is."""
    return _row(find_folder(actor, folder_id))


@query
def folder(
    *, actor: Actor, at: datetime, folder_id: UUID, state: str = "", page: int = 1, number: int | None = None
) -> FolderPage:
    """A folder with a page of its scans, of one state or of all, or the one of a number."""
    found = find_folder(actor, folder_id)
    rows = Scan.objects.filter(folder_id=folder_id).order_by("number")
    rows = rows.filter(state=state) if state in STATES else rows
    rows = rows.filter(number=number) if number is not None else rows
    wanted: Any = Paginator(rows, PER_PAGE).get_page(page)  # Any: its rows are shown in place
    wanted.object_list = _shown(actor, at, found, list(wanted.object_list))
    return FolderPage(_row(found), wanted)


@query
def folder_report(*, actor: Actor, at: datetime, folder_id: UUID) -> bytes:
    """What became of every file, as CSV: masked, formulas escaped."""
    found = find_folder(actor, folder_id)
    rows = _shown(actor, at, found, list(Scan.objects.filter(folder_id=folder_id).order_by("number")))
    words = {word for row in rows for word in read(row.path).words}
    names = {*proposing.known(actor, at, words).persons, *(row.person for row in rows if row.person)}
    titles = [said(f"imports.folder.column.{name}") for name in COLUMNS]
    return as_csv([titles, *[_line(row, sorted(names, key=len, reverse=True)) for row in rows]])


@query
def client_named(*, actor: Actor, at: datetime, name: str) -> UUID:
    """The one client of the reader's scope that a name means. Raises BadInput when none is called that, or several."""
    words = unicodedata.normalize("NFKC", name.strip()).casefold()
    found = proposing.known(actor, at, [words]).clients.get(words, frozenset()) if words else frozenset[UUID]()
    if not found:
        raise BadInput("imports.client-unknown")
    if len(found) > 1:
        raise BadInput("imports.client-ambiguous", n=len(found))
    return next(iter(found))


@query
def beside(*, actor: Actor, folder_id: UUID, number: int) -> list[tuple[int, str]]:
    """(number, kind) of the other scans in the same folder that still ask for a client."""
    found = find_folder(actor, folder_id)
    rows = list(Scan.objects.filter(folder_id=folder_id).order_by("number"))
    inside = {row.number: PurePosixPath(path).parent for path, row in zip(path_of(found, rows), rows, strict=True)}
    here = inside.get(number)
    return [
        (row.number, row.kind)
        for row in rows
        if row.number != number and inside[row.number] == here and row.client_id is None and row.state in _OPEN
        and row.state != Scan.State.LEFT
    ]  # fmt: skip


@query
def is_folder(*, folder_id: UUID) -> bool:
    """Whether an import of this id is a folder of scans."""
    return Folder.objects.filter(id=folder_id).exists()


@query
def folder_to_bind(*, folder_id: UUID) -> list[int]:
    """The numbers of confirmed scans that are not bound yet, for the worker."""
    if not Folder.objects.filter(id=folder_id, state=Folder.State.STORING).exists():
        return []
    rows = Scan.objects.filter(folder_id=folder_id, state=Scan.State.FRESH).order_by("number")
    return list(rows.values_list("number", flat=True))


@query
def folder_actor(*, folder_id: UUID) -> Actor:
    """The member a folder is bound for, with the roles of this moment."""
    folder = Folder.objects.get(id=folder_id)
    return member_actor(folder.tenant_id, folder.member_id)


@query
def folders_due(*, at: datetime) -> list[UUID]:
    """Folders whose key has lived too long, and those whose undo window is over but still name files."""
    late = Q(state__in=LIVING, expires_at__lte=at)
    over = Q(finished_at__lte=at - UNDO) & ~Q(title=b"")
    return list(Folder.objects.filter(late | over).values_list("id", flat=True))


def why(row: ScanRow) -> str:
    """What becomes of a scan, in one sentence of the reader's language."""
    if row.code:
        return said(row.code, **row.params)
    if row.state == Scan.State.TWIN and row.twin is not None:
        return said("imports.scan-twin", number=row.twin)
    if row.asks:
        return (", " if lang() == "en" else "、").join(said(f"imports.scan-asks.{one}") for one in row.asks)
    return said(f"imports.scan-why.{row.state}")


def _line(row: ScanRow, names: Sequence[str]) -> list[str]:
    """A row of the report. `names` of persons are masked in paths as well, longer ones first."""
    removed = " ".join(said(f"pictures.removed.{code}") for code in row.removed)
    kind = said(f"matters.material.{row.kind}") if row.kind else ""
    person = mask("name", row.person) if row.person else ""
    path = row.path
    for name in names:
        path = path.replace(name, mask("name", name))
    path = struck(path)
    return [str(row.number), path, why(row), kind, row.client, person, row.item, removed, str(row.pages or "")]


def _row(folder: Folder) -> FolderRow:
    title = bytes(folder.title)
    key = display.opening(folder.tenant_id)
    name = key.open_masks([(folder.id, 0, title)])[0]["name"] if title else ""
    rows = list(Scan.objects.filter(folder_id=folder.id).values_list("id", "state", "removed", "size"))
    counts = Counter(state for _, state, *_ in rows)
    counts = counts or Counter({state: folder.result.get(state, 0) for state in STATES})
    places = sum("gps" in removed.split(".") for *_, removed, _ in rows)
    waiting = [id_ for id_, state, *_ in rows if state == Scan.State.WAITING]
    here = sum(staging.received(waiting).values()) if waiting else 0
    return FolderRow(
        folder.id, name, folder.state, counts, places or folder.result.get("places", 0), here, folder.created_at,
        folder.expires_at, folder.finished_at,
    )  # fmt: skip


def _shown(actor: Actor, at: datetime, folder: Folder, scans: Sequence[Scan]) -> list[ScanRow]:
    """Scans with names. What lies outside the reader's scope by now stays nameless."""
    offered = {UUID(one) for scan in scans for one in scan.options.get("clients", ())}
    clients = offered | {scan.client_id for scan in scans if scan.client_id}
    within = scope(actor, at)
    clients = clients if within is None else clients & within
    shown = displays([(client, client, "enterprise") for client in clients])
    names = {client: one.masks.get("company_name", "") for (client, *_), one in shown.items()}
    pairs = {(scan.client_id, scan.subject_id) for scan in scans if scan.client_id in names and scan.subject_id}
    people = person_names(actor, {(client, person) for client, person in pairs if client and person})
    numbers = dict(Scan.objects.filter(id__in=[s.twin_id for s in scans if s.twin_id]).values_list("id", "number"))
    open_ = {s.client_id for s in scans if s.client_id in names and s.state in _OPEN} if folder.key_wrapped else set()
    choices = {client: _choices(actor, at, client) for client in open_ if client}
    items = _items({scan.item_id for scan in scans if scan.item_id})
    return [
        ScanRow(
            number=scan.number, path=path, size=scan.size, state=scan.state, code=scan.code, params=scan.params,
            media_type=scan.media_type, pages=scan.pages, removed=tuple(filter(None, scan.removed.split("."))),
            kind=scan.kind, client_id=scan.client_id, client=names.get(scan.client_id, "") if scan.client_id else "",
            subject_id=scan.subject_id, person=_name(people, scan), item_id=scan.item_id,
            item=items.get(scan.item_id, "") if scan.item_id else "", asks=tuple(scan.asks),
            twin=numbers.get(scan.twin_id) if scan.twin_id else None, kinds=tuple(scan.options.get("kinds", ())),
            clients=tuple((id_, names[id_]) for id_ in map(UUID, scan.options.get("clients", ())) if id_ in names),
            persons=choices[scan.client_id][0] if scan.client_id in choices else (),
            items=_fitting(choices[scan.client_id][1], scan.kind) if scan.client_id in choices else (),
        )
        for scan, path in zip(scans, path_of(folder, scans), strict=True)
    ]  # fmt: skip


_Choices = tuple[tuple[tuple[UUID, str], ...], dict[UUID, str]]


def _choices(actor: Actor, at: datetime, client_id: UUID) -> _Choices:
    """The persons of a client, and what its matters under way want, by id with the kind of document."""
    people = candidates(actor=actor, at=at, client_id=client_id)
    wanted = {row.id: row.asked.material for row in proposing.wanting(client_id)}
    return tuple((one.person_id, one.name) for one in people), wanted


def _fitting(wanted: Mapping[UUID, str], kind: str) -> tuple[tuple[UUID, str], ...]:
    return tuple(_items({id_ for id_, material in wanted.items() if material == kind}).items())


def _name(people: Mapping[tuple[UUID, UUID], str], scan: Scan) -> str:
    return people.get((scan.client_id, scan.subject_id), "") if scan.client_id and scan.subject_id else ""


def _items(ids: set[UUID]) -> dict[UUID, str]:
    """Items as people call them, with the number of their matter."""
    rows = list(Item.objects.filter(id__in=ids).order_by("position").values_list("id", "code", "matter_id"))
    numbers = dict(Matter.objects.filter(id__in={matter for *_, matter in rows}).values_list("id", "number"))
    return {id_: f"{asked(code).name(lang())} · {numbers[matter]}" for id_, code, matter in rows}
