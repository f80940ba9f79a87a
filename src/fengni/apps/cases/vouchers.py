"""What a client information protection voucher states of one person in one closed matter, read from rows and ledger.

Rules: kinds, counts and days, never a value. What was seen is counted from the ledger as the person's own page counts
it: every entry about the person from the opening to the closing that names this matter or none; what names another
matter is left out. The receipt beside it proves the entries themselves.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from fengni.apps.agreements.queries import ShareAbout, matter_of_share, shares_about
from fengni.apps.cases.queries import viewers_for
from fengni.apps.cases.wording import Viewer, role_of
from fengni.apps.common.language import lang
from fengni.apps.consents import register
from fengni.apps.disposals import files
from fengni.apps.disposals.retention import rule
from fengni.apps.ledger import queries as ledger
from fengni.apps.ledger.queries import HistoryRow
from fengni.apps.matters import checklist
from fengni.apps.matters.items import ItemRow, items_of, sealed_already
from fengni.apps.matters.models import Item, Matter
from fengni.apps.vault.queries.lists import displays
from fengni.core.errors import BadInput
from fengni.core.vault.catalogue import ELEMENTS

CLOSING: Final = "matters:matter:close"
_PAGE: Final = 200
_SEEN_BY: Final = ("staff", "partner", "other")


@dataclass(frozen=True, slots=True)
class Watcher:
    """Somebody who saw something of the person: how often, how many values in clear, which kinds, when last."""

    viewer: Viewer
    role: str
    times: int
    clear: int
    kinds: tuple[str, ...]
    last: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """Units of one kind and what becomes of them; `state`, `fate`, `on`, `until` as in disposals.retention.Fate."""

    subject: str
    kinds: tuple[str, ...]
    units: int
    law: str
    state: str
    fate: str
    on: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Voucher:
    """One person in one closed matter. `person` is masked; `closing` the number of the closing in the receipt."""

    number: str
    company: str
    person: str
    types: tuple[str, ...]
    opened_at: datetime
    closed_at: datetime
    approved: bool
    items: tuple[ItemRow, ...]
    spared: int
    scopes: tuple[tuple[str, str, datetime | None], ...]
    watchers: tuple[Watcher, ...]
    folded: dict[str, int]
    refused: int
    shares: tuple[ShareAbout, ...]
    kept: tuple[Kept, ...]
    closing: int
    last: int
    receipt: bytes


def voucher_of(person_id: UUID, matter: Matter, at: datetime) -> Voucher:
    """The statement. Raises BadInput for a matter that is not closed, and before its closing is sealed."""
    if matter.state != Matter.State.CLOSED or matter.closed_at is None:
        raise BadInput("cases.voucher-not-closed")
    receipt = ledger.person_receipt_file(person_id)
    rows = [row for row in _history(person_id, matter) if not _of_another(row, matter)]
    closings = [row.number for row in rows if row.entry.act == CLOSING and row.entry.resource_id == matter.id]
    last = json.loads(receipt)["last"]
    if not closings or closings[0] is None or closings[0] > last:
        raise BadInput("ledger.not-sealed-yet")
    places = displays([(matter.client_id, person_id, "identity"), (matter.client_id, matter.client_id, "enterprise")])
    masks = {subject: one.masks for (_, subject, _), one in places.items()}
    watchers, folded, refused = _watchers(person_id, rows)
    stands = register.standing(person_id, matter.id)
    asked = len(checklist.minimal(matter.types, matter.region))
    return Voucher(
        number=matter.number,
        company=masks.get(matter.client_id, {}).get("company_name", ""),
        person=masks.get(person_id, {}).get("name", ""),
        types=tuple(checklist.types()[code].names[lang() == "en"] for code in matter.types),
        opened_at=matter.opened_at,
        closed_at=matter.closed_at,
        approved=matter.approved_at is not None,
        items=tuple(items_of(matter.id, person_id)),
        spared=(checklist.usual_count(matter.types, matter.region) or asked) - asked,
        scopes=tuple((one, stands.scopes[one], stands.since.get(one)) for one in register.SCOPES),
        watchers=watchers,
        folded=folded,
        refused=refused,
        shares=shares_about(matter_id=matter.id, person_id=person_id, at=at),
        kept=_kept(person_id, matter.client_id, at),
        closing=closings[0],
        last=last,
        receipt=receipt,
    )


def _history(person_id: UUID, matter: Matter) -> list[HistoryRow]:
    """Sealed entries about the person from the opening to the closing, newest first."""
    found: list[HistoryRow] = []
    before: int | None = None
    while True:
        page = [
            row
            for row in ledger.person_history(person_id, before=before, limit=_PAGE)
            if row.number is not None
        ]  # fmt: skip
        found += [row for row in page if matter.opened_at <= row.entry.at <= (matter.closed_at or row.entry.at)]
        if len(page) < _PAGE or page[-1].entry.at < matter.opened_at:
            return found
        before = page[-1].number


def _of_another(row: HistoryRow, matter: Matter) -> bool:
    """Whether an entry names another matter, by itself or by its item or share."""
    entry = row.entry
    named = {str(entry.facts["matter"])} if "matter" in entry.facts else set()
    if entry.resource_id is not None:
        if entry.resource_kind == "matters:matter":
            named.add(entry.resource_id.hex)
        elif entry.resource_kind == "matters:item":
            named |= {one.hex for one in Item.objects.filter(id=entry.resource_id).values_list("matter_id", flat=True)}
        elif entry.resource_kind == "agreements:share":
            of = matter_of_share(share_id=entry.resource_id)
            named |= {of.hex} if of else set()
    return bool(named) and matter.id.hex not in named


def _watchers(person_id: UUID, rows: Collection[HistoryRow]) -> tuple[tuple[Watcher, ...], dict[str, int], int]:
    """Who saw, most in clear first; how many entries the system and the person made; how many were refused."""
    viewers = viewers_for(person_id, {row.entry.actor_id for row in rows})
    by_viewer: dict[UUID, list[HistoryRow]] = {}
    folded: Counter[str] = Counter()
    refused = 0
    for row in rows:
        if row.entry.refused:
            refused += 1
        elif viewers[row.entry.actor_id].kind in _SEEN_BY:
            by_viewer.setdefault(row.entry.actor_id, []).append(row)
        else:
            folded[viewers[row.entry.actor_id].kind] += 1
    found = [
        Watcher(
            viewer=viewers[actor],
            role=role_of(seen[0].entry.roles),
            times=len(seen),
            clear=sum(row.clear for row in seen),
            kinds=tuple(dict.fromkeys(kind for row in seen for kind in row.field_texts)),
            last=max(row.entry.at for row in seen),
        )
        for actor, seen in by_viewer.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.clear, -one.times))), dict(folded), refused


def _kept(person_id: UUID, client_id: UUID, at: datetime) -> tuple[Kept, ...]:
    """What of the person lies in the client file still, and what becomes of it when."""
    there = sealed_already(client_id, {person_id})[person_id]
    counted: Counter[tuple[str, str, str, str, date | None, date | None]] = Counter()
    for one in files.files([client_id], at)[client_id].fates:
        if one.unit.person == person_id:
            kept = one.unit
            counted[kept.subject_kind, kept.retention_class, one.state, one.fate, one.on, one.until] += 1
    found = []
    for (subject, class_, state, fate, on, until), units in sorted(counted.items(), key=str):
        kinds = tuple(k for k, e in ELEMENTS.items() if (e.subject, e.retention) == (subject, class_) and k in there)
        known = rule(class_)
        found.append(Kept(subject, kinds, units, known.law if known else "none", state, fate, on, until))
    return tuple(found)
