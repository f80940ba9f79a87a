"""Reading the ledger: rows for people, and the files that leave the house.

Who reads: owner, lead, DPO, auditor and security officer everything; everybody else with a role what they did
themselves, without what the act did not tell them (persons a search hit outside their scope: `outside`).
`person_history` and `person_receipt_file` are about one person: whoever calls them has decided that the reader may see
that person. Rows carry member ids; names are the business of the area above.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from string import Formatter
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from fengni.apps.common.custodian import custodian
from fengni.apps.common.language import lang, said
from fengni.apps.common.queries import query
from fengni.apps.common.tenancy import current_tenant
from fengni.apps.ledger.inbox import unpack_subjects
from fengni.apps.ledger.models import Checkpoint, Entry, EntrySubject, InboxEntry, PersonHead
from fengni.apps.ledger.sealer import origin_of, tile_reader
from fengni.apps.ledger.verification import READERS
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from fengni.core.ledger import proof
from fengni.core.ledger.checkpoint import fingerprint
from fengni.core.ledger.entry import subject_path
from fengni.core.ledger.merkle import EMPTY_ROOT, TiledTree
from fengni.definitions import has_text, texts

_MOST_WAITING: Final = 200
_MOST_ROWS: Final = 200
_OUTSIDE: Final = "outside"


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry for a reader. `sequence` is None while it waits to be sealed. Texts are in the reader's language."""

    sequence: int | None
    id: UUID
    at: datetime
    act: str
    act_text: str
    actor_id: UUID
    roles: tuple[str, ...]
    role_texts: tuple[str, ...]
    channel: str
    refused: str  # the code of the refusal, empty when the act was done
    refused_text: str
    purpose: str
    purpose_text: str
    resource_kind: str
    resource_id: UUID | None
    persons: int
    clear: int
    fields: tuple[str, ...]
    field_texts: tuple[str, ...]
    facts: Mapping[str, int | str] = field(default_factory=dict)
    has_reason: bool = False


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One entry about a person: what of this person was seen. `number` is the person's own gapless count."""

    number: int | None
    entry: EntryRow
    fields: tuple[str, ...]
    field_texts: tuple[str, ...]
    clear: int


@dataclass(frozen=True, slots=True)
class EntryPage:
    """`waiting` stands on the first page only. `before` continues; None on the last page."""

    waiting: tuple[EntryRow, ...]
    rows: tuple[EntryRow, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class HeadRow:
    """The newest head. `signed` is the size of the newest signed one, `note` its signed text."""

    origin: str
    size: int
    root: str
    signed: int
    signed_at: datetime | None
    note: str
    waiting: int


@query
def entries(
    actor: Actor,
    *,
    before: int | None = None,
    limit: int = 50,
    act: str | None = None,
    member_id: UUID | None = None,
    person_id: UUID | None = None,
    refused: bool | None = None,
) -> EntryPage:
    """Entries the actor may read, newest first, narrowed by what is given. Raises Denied for an actor without role."""
    if not actor.roles:
        raise Denied("access.role")
    if not actor.roles & READERS:
        if member_id not in (None, actor.id):
            return EntryPage((), (), None)
        member_id = actor.id
    wanted: dict[str, object] = {"act": act, "actor_id": member_id, "refused": refused}
    found = Entry.objects.filter(**{name: value for name, value in wanted.items() if value is not None})
    if person_id is not None:
        found = found.filter(sequence__in=EntrySubject.objects.filter(person_id=person_id).values("sequence"))
    if before is not None:
        found = found.filter(sequence__lt=before)
    limit = max(1, min(limit, _MOST_ROWS))
    rows = [_entry_row(bytes(one.body), one.sequence) for one in found.order_by("-sequence")[: limit + 1]]
    waiting = _waiting(wanted, person_id) if before is None else ()
    if not actor.roles & READERS:
        rows, waiting = [_as_told(row) for row in rows], tuple(_as_told(row) for row in waiting)
    return EntryPage(waiting, tuple(rows[:limit]), rows[limit - 1].sequence if len(rows) > limit else None)


@query
def done(acts: Collection[str]) -> list[EntryRow]:
    """Every entry of these acts that was done, for the product's own comparisons; who shows one asks for a role."""
    rows = [_entry_row(bytes(one.body), one.sequence) for one in Entry.objects.filter(act__in=acts, refused=False)]
    known = {row.id for row in rows}
    waiting = (_entry_row(bytes(one.body), None) for one in InboxEntry.objects.all())
    return rows + [row for row in waiting if row.act in acts and not row.refused and row.id not in known]


@query
def under(lent_id: UUID, *, member_id: UUID, since: datetime) -> tuple[EntryRow, ...]:
    """What a member did by a lent grant, oldest first; the newest _MOST_ROWS of them, those that wait at the end."""
    found = Entry.objects.filter(actor_id=member_id, sealed_at__gte=since, refused=False).order_by("-sequence")
    rows = [_entry_row(bytes(one.body), one.sequence) for one in found[: 4 * _MOST_ROWS]]
    known = {row.id for row in rows}
    waiting = [row for row in _waiting({"actor_id": member_id, "refused": False}, None) if row.id not in known]
    mine = [one for one in (*waiting, *rows) if one.facts.get("under") == lent_id.hex and "basis" in one.facts]
    return tuple(reversed(mine[:_MOST_ROWS]))


@query
def person_history(person_id: UUID, *, before: int | None = None, limit: int = 50) -> tuple[HistoryRow, ...]:
    """Who saw a person, when, what for and which fields, newest first; waiting entries first of all.

    `before` continues from the number of the last row.
    """
    subjects = EntrySubject.objects.filter(person_id=person_id)
    if before is not None:
        subjects = subjects.filter(number__lt=before)
    page = list(subjects.order_by("-number")[:limit])
    bodies = dict(Entry.objects.filter(sequence__in=[one.sequence for one in page]).values_list("sequence", "body"))
    rows = [_history_row(bytes(bodies[one.sequence]), bytes(one.seen), one.sequence, one.number) for one in page]
    if before is None:
        rows = _waiting_history(person_id) + rows
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class Stroke:
    """One sealed entry about a person, as little as a strip of days and the gap check need."""

    number: int
    sealed_at: datetime
    act: str
    actor_id: UUID
    refused: bool
    clear: int


@query
def person_strokes(person_id: UUID) -> tuple[tuple[Stroke, ...], int]:
    """Every sealed entry about a person, oldest first, and the last number the sealer gave to this person."""
    own = list(
        EntrySubject.objects.filter(person_id=person_id).order_by("number").values_list("sequence", "number", "seen")
    )
    columns = ("sequence", "sealed_at", "act", "actor_id", "refused")
    found = {row[0]: row[1:] for row in Entry.objects.filter(sequence__in=[o[0] for o in own]).values_list(*columns)}
    strokes = []
    for sequence, number, seen in own:
        sealed_at, act, actor_id, refused = found[sequence]
        strokes.append(Stroke(number, sealed_at, act, actor_id, refused, json.loads(bytes(seen))["clear"]))
    last = PersonHead.objects.filter(person_id=person_id).values_list("last_number", flat=True).first()
    return tuple(strokes), last or 0


@query
def entry_about(entry_id: UUID, person_id: UUID) -> HistoryRow | None:
    """One entry as a person's history shows it, or None when it is not about this person."""
    found = Entry.objects.filter(id=entry_id).first()
    if found is None:
        return next((row for row in _waiting_history(person_id) if row.entry.id == entry_id), None)
    own = EntrySubject.objects.filter(sequence=found.sequence, person_id=person_id).first()
    return _history_row(bytes(found.body), bytes(own.seen), found.sequence, own.number) if own else None


@query
def entry_place(entry_id: UUID) -> int | None:
    """The sequence of an entry, None while it waits. Raises BadInput ("ledger.no-entry")."""
    found = Entry.objects.filter(id=entry_id).values_list("sequence", flat=True).first()
    if found is None and not InboxEntry.objects.filter(entry_id=entry_id).exists():
        raise BadInput("ledger.no-entry")
    return found


@query
def checkpoint() -> HeadRow:
    """The newest head of the ledger and the newest signed one."""
    newest = Checkpoint.objects.order_by("-size").first()
    signed = _signed_heads().first()
    return HeadRow(
        origin=origin_of(_tenant()),
        size=newest.size if newest else 0,
        root=bytes(newest.root).hex() if newest else EMPTY_ROOT.hex(),
        signed=signed.size if signed else 0,
        signed_at=signed.created_at if signed else None,
        note=signed.note if signed else "",
        waiting=InboxEntry.objects.count(),
    )


@query
def log_fingerprint() -> str:
    """The fingerprint that people compare. Raises KeysUnavailable."""
    tenant_id = _tenant()
    return fingerprint(origin_of(tenant_id), custodian().public_key(tenant_id))


@query
def entry_proof_file(
    actor: Actor, *, sequence: int | None = None, entry_id: UUID | None = None, since: int | None = None
) -> bytes:
    """The file that proves one entry, by its sequence or its id; `since` is the size of a head held already.

    Raises BadInput: no such entry (or not the reader's), not sealed yet, no such head, or one whose bytes tell the
    reader more than the act did.
    """
    found = Entry.objects.filter(Q(sequence=sequence) if entry_id is None else Q(id=entry_id))
    if not actor.roles & READERS:
        found = found.filter(actor_id=actor.id)
    entry = found.first()
    if entry is None:
        mine = InboxEntry.objects.filter(entry_id=entry_id).first() if entry_id else None
        raise BadInput("ledger.not-sealed-yet" if mine else "ledger.no-entry")
    if not actor.roles & READERS and _OUTSIDE in json.loads(bytes(entry.body))["facts"]:
        raise BadInput("ledger.proof-tells-more")
    signed, tree = _signed_tree(above=entry.sequence)
    proved = proof.ProvedEntry(
        sequence=entry.sequence,
        body=bytes(entry.body),
        subjects_root=bytes(entry.subjects_root),
        path=tree.inclusion(entry.sequence),
    )
    return proof.entry_proof(proved, head=_head(signed), earlier=_earlier(tree, since))


@query
def proved_entries(entries: Sequence[UUID]) -> tuple[list[proof.ProvedEntry], proof.Head]:
    """Sealed entries by their ids, in this order, and the newest signed head they stand under.

    Raises BadInput ("ledger.not-sealed-yet") when one is not under it.
    """
    found = {one.id: one for one in Entry.objects.filter(id__in=entries)}
    if len(found) < len(set(entries)):
        raise BadInput("ledger.not-sealed-yet")
    signed, tree = _signed_tree(above=max(one.sequence for one in found.values()))
    proved = [
        proof.ProvedEntry(one.sequence, bytes(one.body), bytes(one.subjects_root), tree.inclusion(one.sequence))
        for one in (found[entry] for entry in entries)
    ]
    return proved, _head(signed)


@query
def person_receipt_file(person_id: UUID, *, since: int | None = None) -> bytes:
    """The file that shows a person every sealed entry about it, opening this person's sub-leaves and no other's."""
    signed, tree = _signed_tree(above=-1)
    own = list(EntrySubject.objects.filter(person_id=person_id, sequence__lt=signed.size).order_by("number"))
    sequences = [one.sequence for one in own]
    bodies = dict(Entry.objects.filter(sequence__in=sequences).values_list("sequence", "body"))
    leaves: dict[int, list[bytes]] = {}
    for sequence, leaf in EntrySubject.objects.filter(sequence__in=sequences).values_list("sequence", "leaf_hash"):
        leaves.setdefault(sequence, []).append(bytes(leaf))
    opened = []
    for one in own:
        position, path = subject_path(leaves[one.sequence], bytes(one.leaf_hash))
        opened.append(
            proof.OpenedEntry(
                number=one.number,
                sequence=one.sequence,
                body=bytes(bodies[one.sequence]),
                salt=bytes(one.salt),
                seen=bytes(one.seen),
                position=position,
                subject_path=path,
                path=tree.inclusion(one.sequence),
            )
        )
    return proof.person_receipt(person_id, entries=opened, head=_head(signed), earlier=_earlier(tree, since))


@query
def checkpoint_file(*, since: int | None = None) -> bytes:
    """The file of the newest signed head, with the proof that it continues the one of size `since`."""
    signed, tree = _signed_tree(above=-1)
    return proof.checkpoint_file(head=_head(signed), earlier=_earlier(tree, since))


def _tenant() -> UUID:
    tenant_id = current_tenant()
    assert tenant_id is not None  # noqa: S101  # @query refuses to run without one
    return tenant_id


def _signed_heads() -> QuerySet[Checkpoint]:
    return Checkpoint.objects.exclude(note="").order_by("-size")


def _signed_tree(*, above: int) -> tuple[Checkpoint, TiledTree]:
    """The newest signed head, which must cover the entry `above`, and its tree."""
    signed = _signed_heads().first()
    if signed is None or signed.size <= above:
        raise BadInput("ledger.not-sealed-yet")
    return signed, TiledTree(signed.size, tile_reader(_tenant(), "default"))


def _head(signed: Checkpoint) -> proof.Head:
    return proof.Head(signed.note, custodian().public_key(_tenant()))


def _earlier(tree: TiledTree, since: int | None) -> proof.EarlierHead | None:
    if since is None:
        return None
    held = _signed_heads().filter(size=since).first()
    if held is None or not 0 < since <= tree.size:
        raise BadInput("ledger.no-such-head", size=since)
    return proof.EarlierHead(held.note, tree.consistency(since))


def _waiting(wanted: Mapping[str, object], person_id: UUID | None) -> tuple[EntryRow, ...]:
    rows = []
    for one in InboxEntry.objects.order_by("-tenant_id", "-id")[:_MOST_WAITING]:
        if person_id is not None and person_id not in {person for _, person, _ in _subjects(one)}:
            continue
        row = _entry_row(bytes(one.body), None)
        is_said = {"act": row.act, "actor_id": row.actor_id, "refused": bool(row.refused)}
        if all(value is None or is_said[name] == value for name, value in wanted.items()):
            rows.append(row)
    return tuple(rows)


def _waiting_history(person_id: UUID) -> list[HistoryRow]:
    return [
        _history_row(bytes(one.body), seen, None, None)
        for one in InboxEntry.objects.exclude(subjects=None).order_by("-tenant_id", "-id")[:_MOST_WAITING]
        for _, person, seen in _subjects(one)
        if person == person_id
    ]


def _subjects(waiting: InboxEntry) -> list[tuple[bytes, UUID, bytes]]:
    return unpack_subjects(bytes(waiting.subjects)) if waiting.subjects else []


def _history_row(body: bytes, seen: bytes, sequence: int | None, number: int | None) -> HistoryRow:
    opened = json.loads(seen)
    kinds = tuple(opened["fields"])
    return HistoryRow(number, _entry_row(body, sequence), kinds, _texts("field.", kinds), opened["clear"])


def _entry_row(body: bytes, sequence: int | None) -> EntryRow:
    told: dict[str, Any] = json.loads(body)
    actor, resource = told["actor"], told["resource"]
    refused = told["outcome"].removeprefix("refused:") if told["outcome"] != "done" else ""
    roles, kinds = tuple(actor["roles"]), tuple(told["fields"])
    return EntryRow(
        sequence=sequence,
        id=UUID(told["id"]),
        at=datetime.fromisoformat(told["at"]),
        act=told["act"],
        act_text=_text(told["act"]),
        actor_id=UUID(actor["id"]),
        roles=roles,
        role_texts=_texts("role.", roles),
        channel=actor["channel"],
        refused=refused,
        refused_text=_text(refused, told["facts"]),
        purpose=told["purpose"] or "",
        purpose_text=_text(told["purpose"] or ""),
        resource_kind=resource["kind"] if resource else "",
        resource_id=UUID(resource["id"]) if resource else None,
        persons=told["count"],
        clear=told["clear"],
        fields=kinds,
        field_texts=_texts("field.", kinds),
        facts=told["facts"],
        has_reason=told["reason"] is not None,
    )


def _as_told(row: EntryRow) -> EntryRow:
    """The row for whoever did it, whether or not anybody was hit outside the scope."""
    if _OUTSIDE not in row.facts:
        return row
    facts = {name: value for name, value in row.facts.items() if name != _OUTSIDE}
    return replace(row, persons=row.persons - int(row.facts[_OUTSIDE]), facts=facts)


def _text(code: str, facts: Mapping[str, int | str] | None = None) -> str:
    """The sentence of a code; the code itself when an older version wrote one that has none any more. What was counted
    stands in it where the entry's facts kept it."""
    if not has_text(code):
        return code
    names = {name for _text, name, _form, _turn in Formatter().parse(texts()[code][lang()]) if name}
    kept = {name: value for name, value in (facts or {}).items() if name in names}
    return said(code, **(dict.fromkeys(names, said("ledger.not-kept")) | kept))


def _texts(prefix: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple([said(prefix + code) if has_text(prefix + code) else code for code in codes])
