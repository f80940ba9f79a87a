"""Reads of disposals: client files on the way to their end, one disposal with its three lists, its certificate."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from fengni.apps.accounts.queries import house_name
from fengni.apps.acts import reasons
from fengni.apps.approvals import asking
from fengni.apps.common.language import said
from fengni.apps.common.queries import query
from fengni.apps.disposals import asked, certificates, files, papers, stopping
from fengni.apps.disposals.calendar import Calendar, Counting
from fengni.apps.disposals.holding import kinds_of
from fengni.apps.disposals.models import Certificate, Disposal, Hold, Part
from fengni.apps.disposals.retention import DESTROY, SEAL, Fate, rule
from fengni.apps.parties import queries as parties
from fengni.apps.vault.queries.lists import company_names
from fengni.apps.vault.store import sealing
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from fengni.core.printing import pdf
from fengni.core.vault.catalogue import element
from fengni.definitions import Lang

READERS: Final = frozenset({"owner", "lead", "dpo", "auditor"})  # the pages name clients
_MOST: Final = 200
_AT_ONCE: Final = 500  # client files whose units are in memory together
_OBJECTIONS: Final = 30  # days


@dataclass(frozen=True, slots=True)
class FileRow:
    """A client file in the list. `state` is the most urgent of its units': due, held, running, sealed, used, destroyed.

    `counts`: units by state. `next`: the next day on which something happens. `disposal`: the one that is open.
    `objections` and `elapsed`: hundredths of the bar for the time of objections, and for what is over.
    """

    client_id: UUID
    name: str
    number: str
    closed: date | None
    state: str
    counts: dict[str, int]
    next: date | None
    until: date | None
    objections: int
    elapsed: int
    disposal: UUID | None
    stopped: str = ""  # why an approved one does not go on


@dataclass(frozen=True, slots=True)
class Line:
    """Units of one kind in one of the three lists: what they hold, why, until when."""

    subject: str
    kept: str
    kinds: tuple[str, ...]
    units: int
    law: str
    until: date | None
    destroyed: bool


@dataclass(frozen=True, slots=True)
class FilePage:
    """A client file before its destruction: what is due, what is held or runs, and why it cannot go yet."""

    row: FileRow
    destroys: tuple[Line, ...]
    seals: tuple[Line, ...]
    recalled: dict[str, int]
    open_numbers: tuple[str, ...]
    hold_reason: str
    hold_at: datetime | None
    may: tuple[str, ...]
    over: tuple[tuple[UUID, datetime | None], ...] = ()  # disposals carried out, newest first, and when


@dataclass(frozen=True, slots=True)
class DisposalPage:
    """A disposal with its three lists. `may`: approve, run, withdraw, certify. `sample`: a destroyed unit to try.

    `stopped`: the sentence that says why an approved one does not go on; `alone_from`: from when the proposer may agree
    because nobody else can.
    """

    id: UUID
    client_id: UUID
    name: str
    number: str
    state: str
    proposed_by: UUID
    proposed_at: datetime
    approved_by: UUID | None
    approved_at: datetime | None
    finished_at: datetime | None
    alone: bool
    destroys: tuple[Line, ...]
    seals: tuple[Line, ...]
    recalled: dict[str, int]
    done: int
    units: int
    may: tuple[str, ...]
    statement: dict[str, Any]  # Any: a JSON object that we wrote
    sample: UUID | None
    sample_digest: str
    case_id: UUID | None
    stopped: str
    alone_from: datetime | None


@dataclass(frozen=True, slots=True)
class DisposalRow:
    """A disposal in a list; `stopped` as on its page."""

    id: UUID
    client_id: UUID
    number: str
    state: str
    proposed_at: datetime
    stopped: str


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A legal hold that stands; `name` is the client's, empty once its own record is gone."""

    client_id: UUID
    name: str
    set_by: UUID
    set_at: datetime
    reason: str


@query
def holds(*, actor: Actor) -> tuple[HoldRow, ...]:
    """The legal holds that stand, the oldest first, with what was typed as their reason. Denied for another role."""
    _refuse(actor)
    rows = list(Hold.objects.filter(lifted_at=None).order_by("set_at"))
    why = reasons.read_all(actor.tenant_id, [row.entry_id for row in rows])
    names = _names([row.client_id for row in rows]) if rows else {}
    return tuple(
        HoldRow(row.client_id, names.get(row.client_id, ""), row.set_by, row.set_at, why.get(row.entry_id, ""))
        for row in rows
    )


@query
def retention_page(*, actor: Actor, at: datetime) -> tuple[FileRow, ...]:
    """Client files of which a matter was closed: what is due first, then the rest by the day it is next due."""
    _refuse(actor)
    clients = files.closed_files()[:_MOST]
    found, names, opened = files.files(clients, at), _names(clients), _open_disposals(clients)
    rows = [_file_row(found[client], names.get(client, ""), opened.get(client), at) for client in clients]
    order = ("due", "held", "running", "sealed", "used", "destroyed")
    return tuple(
        sorted(rows, key=lambda row: (not row.stopped, order.index(row.state), row.next or date.max, row.number))
    )


@query
def retention_calendar(*, actor: Actor, at: datetime) -> Calendar:
    """How many units become due in the months and years to come, over all client files of which a matter was closed.
    Denied for another role."""
    _refuse(actor)
    counting, clients = Counting(timezone.localdate(at)), files.closed_files()
    for first in range(0, len(clients), _AT_ONCE):
        for file in files.files(clients[first : first + _AT_ONCE], at).values():
            counting.add(file.fates)
    return counting.done()


@query
def file_page(*, actor: Actor, at: datetime, client_id: UUID) -> FilePage:
    """One client file. Raises Denied when the tenant has none of this id, or for another role."""
    _refuse(actor)
    if not parties.client_exists(client_id=client_id):
        raise Denied("parties.no-such-client")
    file = files.files([client_id], at)[client_id]
    opened = _open_disposals([client_id]).get(client_id)
    hold = Hold.objects.filter(client_id=client_id, lifted_at=None).first()
    over = Disposal.objects.filter(client_id=client_id, state=Disposal.State.DONE)
    due = file.due()
    may = []
    if actor.roles & {"owner", "lead", "dpo"}:
        if due and not file.hold and opened is None:
            may.append("propose")
        may.append("lift" if hold else "hold")
    return FilePage(
        _file_row(file, _names([client_id]).get(client_id, ""), opened, at),
        _lines(due, DESTROY), _lines(due, SEAL), files.recalled(client_id), file.open_numbers,
        (reasons.read(actor.tenant_id, hold.entry_id) or "") if hold else "", hold.set_at if hold else None,
        tuple(may), tuple(over.order_by("-finished_at").values_list("id", "finished_at")),
    )  # fmt: skip


@query
def disposal_page(*, actor: Actor, at: datetime, disposal_id: UUID) -> DisposalPage:
    """One disposal. Raises Denied when there is none, or for another role."""
    _refuse(actor)
    one = _found(disposal_id)
    alone_from = asking.alone_since(act=asked.RUN, resource_id=one.id, at=at)
    parts = list(Part.objects.filter(disposal_id=disposal_id).order_by("unit_id"))
    certificate = Certificate.objects.filter(disposal_id=disposal_id).first()
    gone = [part for part in parts if part.fate == DESTROY and part.done_at is not None]
    sample = max(gone, key=lambda part: (part.subject_kind == "person", part.records), default=None)
    return DisposalPage(
        one.id, one.client_id, _names([one.client_id]).get(one.client_id, ""), one.number, one.state, one.proposed_by,
        one.proposed_at, one.approved_by, one.approved_at, one.finished_at, one.alone,
        _part_lines(parts, DESTROY), _part_lines(parts, SEAL), dict(one.recalled),
        len(gone), sum(part.fate == DESTROY for part in parts),
        _may(actor, one, certificate, begun=bool(gone), alone=alone_from is not None and at >= alone_from),
        json.loads(bytes(certificate.statement)) if certificate else {},
        sample.unit_id if sample else None, bytes(sample.digest).hex() if sample else "", one.case_id,
        _stopped(one, at), alone_from,
    )  # fmt: skip


@query
def disposals(*, actor: Actor, at: datetime) -> tuple[DisposalRow, ...]:
    """The newest disposals."""
    _refuse(actor)
    rows = Disposal.objects.order_by("-proposed_at")[:_MOST]
    return tuple(
        DisposalRow(one.id, one.client_id, one.number, one.state, one.proposed_at, _stopped(one, at)) for one in rows
    )


@query
def unattended(*, at: datetime) -> tuple[tuple[UUID, bool], ...]:
    """Open disposals that go on without anybody: (id, False) for one that was approved and nothing stops, (id, True)
    for a proposed one that nobody can agree to any more. For the worker."""
    found = []
    for one in Disposal.objects.filter(state__in=asked.OPEN).order_by("proposed_at"):
        if asked.has_lapsed(one, at):
            found.append((one.id, True))
        elif one.state == Disposal.State.APPROVED:
            file = files.files([one.client_id], at)[one.client_id]
            if stopping.hindrance(one, file) is None:
                found.append((one.id, False))
    return tuple(found)


def _stopped(one: Disposal, at: datetime) -> str:
    """Why an approved disposal does not go on, as a sentence; empty for every other one."""
    if one.state != Disposal.State.APPROVED:
        return ""
    return _why(one, files.files([one.client_id], at)[one.client_id])


def _why(one: Disposal, file: files.File) -> str:
    stop = stopping.stop_of(one, file)
    return said(stop.code, **stop.params) if stop else ""


@query
def certificate_file(*, actor: Actor, disposal_id: UUID) -> bytes:
    """The certificate as a file. Raises BadInput before it is issued, and in the first seconds afterwards."""
    _refuse(actor)
    one = _found(disposal_id)
    certificate = Certificate.objects.filter(disposal_id=disposal_id).first()
    if certificate is None:
        raise BadInput("disposals.no-certificate")
    return certificates.file_of(certificate, one)


@query
def certificate_paper(*, actor: Actor, disposal_id: UUID, lang: Lang) -> bytes:
    """The certificate as PDF/A with its file inside. Raises BadInput as `certificate_file`."""
    file = certificate_file(actor=actor, disposal_id=disposal_id)
    return pdf(papers.certificate(file, house=house_name(), lang=lang))


@query
def refuse_unsealed(*, actor: Actor, client_id: UUID, subject_id: UUID, kind: str) -> None:
    """Raise Denied for who may not open sealed values or another tenant's client, BadInput for what is not sealed."""
    if not actor.roles & {"owner", "lead", "dpo"}:
        raise Denied("access.role")
    if not parties.client_exists(client_id=client_id):
        raise Denied("parties.no-such-client")
    class_ = element(kind).record_class
    if sealing.sealed_unit(client_id=client_id, subject_id=subject_id, record_class=class_) is None:
        raise BadInput("disposals.not-sealed")


def _refuse(actor: Actor) -> None:
    if not actor.roles & READERS:
        raise Denied("access.role")


def _found(disposal_id: UUID) -> Disposal:
    one = Disposal.objects.filter(id=disposal_id).first()
    if one is None:
        raise Denied("disposals.no-such-disposal")
    return one


def _names(clients: list[UUID]) -> dict[UUID, str]:
    """Names of companies; a file whose own record is gone says so."""
    return company_names(clients)


def _open_disposals(clients: list[UUID]) -> dict[UUID, Disposal]:
    return {one.client_id: one for one in Disposal.objects.filter(client_id__in=clients, state__in=asked.OPEN)}


def _file_row(file: files.File, name: str, disposal: Disposal | None, at: datetime) -> FileRow:
    counts = Counter(one.state for one in file.fates)
    order = ("due", "held", "running", "used", "sealed", "destroyed")
    state = next((one for one in order if counts[one]), "destroyed")
    days = [one.on for one in file.fates if one.on is not None and one.state in ("running", "sealed")]
    until = max((day for one in file.fates for day in (one.until, one.unit.sealed_until) if day), default=None)
    elapsed, objections, today = 0, 0, timezone.localdate(at)
    if file.closed:
        past, rest = (today - file.closed).days, (until - file.closed).days - _OBJECTIONS if until else 0
        objections = 25 if until else 100  # drawn apart: thirty days of ten years would be a hair
        elapsed = objections * min(past, _OBJECTIONS) // _OBJECTIONS
        if until and past > _OBJECTIONS:
            elapsed = min(100, 26 + 74 * (past - _OBJECTIONS) // max(rest, 1))
    return FileRow(
        file.client_id, name, file.number, file.closed, state, dict(counts), min(days, default=None), until, objections,
        elapsed, disposal.id if disposal else None, _why(disposal, file) if disposal else "",
    )  # fmt: skip


def _lines(fates: list[Fate], fate: str) -> tuple[Line, ...]:
    going = [one for one in fates if one.fate == fate]
    held = kinds_of([one.unit for one in going])
    rows = [
        (one.unit.subject_kind, one.unit.retention_class, one.until, False, held[one.unit.id]) for one in going
    ]  # fmt: skip
    return _together(rows)


def _part_lines(parts: list[Part], fate: str) -> tuple[Line, ...]:
    return _together(
        [
            (part.subject_kind, part.retention_class, part.until, part.done_at is not None, tuple(part.kinds))
            for part in parts
            if part.fate == fate
        ]
    )


def _together(rows: list[tuple[str, str, date | None, bool, tuple[str, ...]]]) -> tuple[Line, ...]:
    """Units of one kind, class, day and state as one line, with all that they hold."""
    found: dict[tuple[str, str, date | None, bool], list[tuple[str, ...]]] = {}
    for subject, kept, until, done, kinds in rows:
        found.setdefault((subject, kept, until, done), []).append(kinds)
    lines = []
    for (subject, kept, until, done), held in sorted(found.items(), key=str):
        together, known = tuple(dict.fromkeys(kind for one in held for kind in one)), rule(kept)
        lines.append(Line(subject, kept, together, len(held), known.law if known else "none", until, done))
    return tuple(lines)


def _may(actor: Actor, one: Disposal, certificate: Certificate | None, *, begun: bool, alone: bool) -> tuple[str, ...]:
    may = []
    decides = bool(actor.roles & {"owner", "lead", "dpo"})
    if decides and one.state == Disposal.State.PROPOSED:
        may += ["approve" if alone or actor.id != one.proposed_by else "wait", "withdraw"]
    if decides and one.state == Disposal.State.APPROVED:
        may += ["run"] if begun else ["run", "withdraw"]
    if one.state == Disposal.State.DONE and certificate is None and (decides or "auditor" in actor.roles):
        may.append("certify")
    return tuple(may)
