"""Reading cases: who saw a person, for that person; the house's list of what clients asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from fengni.apps.accounts.models import Member
from fengni.apps.acts import reasons
from fengni.apps.agreements.queries import partner_names
from fengni.apps.cases import rights
from fengni.apps.cases.clocks import TAKEN_WITHIN
from fengni.apps.cases.effects import Consequences, Whose, foresee
from fengni.apps.cases.grounds import grounds
from fengni.apps.cases.models import ANSWERERS, RIGHTS, Case, Naming, SavedHead
from fengni.apps.cases.strips import Day, strip_of
from fengni.apps.cases.where import Where, where
from fengni.apps.cases.wording import Told, Viewer, tell
from fengni.apps.common.language import said
from fengni.apps.common.queries import query
from fengni.apps.disposals.asked import has_lapsed
from fengni.apps.disposals.certificates import file_of
from fengni.apps.disposals.files import files
from fengni.apps.disposals.models import Certificate, Disposal
from fengni.apps.guests.models import Guest
from fengni.apps.ledger import queries as ledger
from fengni.apps.ledger.queries import HistoryRow, Stroke
from fengni.apps.matters.models import Item, Matter, Participant
from fengni.apps.parties.queries import is_in_file
from fengni.apps.vault.queries.lists import displays, refuse_outside, scope
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied
from fengni.core.vault.catalogue import ELEMENTS, classes_of
from fengni.core.vault.surnames import surname

_PAGE: Final = 60  # on a phone some twelve screens; earlier ones are one tap away
_MOST: Final = 300


@dataclass(frozen=True, slots=True)
class Fold:
    """Entries nobody needs to read one by one: how many of which act. `kind` is system or own."""

    kind: str
    total: int
    acts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case with its clock. `state`: open, released (a freeze that ended by itself), frozen (kept), done, refused."""

    id: UUID
    kind: str
    state: str
    right: str
    field: str
    score: int | None
    about_entry: UUID | None
    viewer_id: UUID | None
    person_id: UUID
    client_id: UUID | None
    raised_at: datetime
    due_at: datetime
    elapsed: int  # per cent of the clock
    late: bool
    answered_at: datetime | None
    answered_by: UUID | None
    verdict: str
    asked: str
    answer: str
    can: tuple[str, ...]
    lists: Consequences | None = None  # of a deletion that was carried out, or a withdrawal
    ready: bool = False  # a copy that can be taken
    certified: bool = False  # a deletion whose certificate was issued
    way: str = "own"  # how it reached the house


@dataclass(frozen=True, slots=True)
class Deletion:
    """A request for deletion as who answers it sees it: the three lists and how far the deed is.

    `state`: waiting (nothing proposed), proposed, approved, done. `number`: the matter both must type. `hindered`: the
    sentence that says why nothing can be proposed now, empty otherwise. `may`: propose, answer.
    """

    lists: Consequences
    state: str
    number: str
    hindered: str
    disposal_id: UUID | None
    may: tuple[str, ...]

    @property
    def done(self) -> bool:
        """Whether the deed was done."""
        return self.state == "done"


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One kind that is held of a person. `goes`: the day it is due; None while a matter is open."""

    kind: str
    mask: str
    basis: str
    sealed_until: date | None
    goes: date | None


@dataclass(frozen=True, slots=True)
class SeenPage:
    """Who saw a person. `numbers` is the last number, `gapless` whether all below it stand here. `openings` counts what
    was opened in clear, `unseen` of these by the product itself or the reader, so that nobody else saw it."""

    told: tuple[Told, ...]
    folds: tuple[Fold, ...]
    strip: tuple[Day, ...]
    viewers: int
    views: int
    refused: int
    openings: int
    unseen: int
    numbers: int
    gapless: bool
    waiting: int
    before: int | None
    questions: dict[UUID, CaseRow]
    asked_viewers: frozenset[UUID]
    saved_at: datetime | None
    saved_size: int

    @property
    def steps(self) -> tuple[Told, ...]:
        """Entries in which nothing was seen and that nobody asked about: they stand together at the end."""
        return tuple(one for one in self.told if one.step and one.entry_id not in self.questions)

    @property
    def looks(self) -> tuple[Told, ...]:
        """The others."""
        return tuple(one for one in self.told if not one.step or one.entry_id in self.questions)


@dataclass(frozen=True, slots=True)
class ClosedMatter:
    """A closed matter of a client."""

    matter_id: UUID
    number: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class RightsPage:
    """What a client can ask for, with what it would do where that is known, and what was asked."""

    rights: tuple[tuple[str, Consequences | None], ...]
    cases: tuple[CaseRow, ...]


@query
def seen_page(*, actor: Actor, at: datetime, before: int | None = None) -> SeenPage:
    """The page of the guest's own person: the newest entries in words, and figures over everything."""
    guest = _guest(actor)
    rows = ledger.person_history(guest.subject_id, before=before, limit=_PAGE)
    strokes, last = ledger.person_strokes(guest.subject_id)
    openings = _openings(strokes)
    waiting = tuple(row for row in rows if row.number is None)
    viewers = viewers_for(guest.subject_id, {row.entry.actor_id for row in rows})
    matters, on = _matters(rows), grounds(rows, guest.subject_id)
    told: list[tuple[HistoryRow, Told]] = []
    folded: list[tuple[HistoryRow, Told]] = []
    for row in rows:
        viewer = viewers[row.entry.actor_id]
        one = tell(
            row, viewer, opening=openings.get(row.number or 0, 0), ground=on[row.entry.id],
            matter=matters.get(row.entry.resource_id, "") if row.entry.resource_id else "",
        )  # fmt: skip
        (told if viewer.kind in {"staff", "partner", "other"} else folded).append((row, one))
    cases = _cases_of(actor, guest.subject_id, at)
    saved = SavedHead.objects.filter(guest_id=guest.id).first()
    numbered = [row.number for row in rows if row.number is not None]
    strip, counted = strip_of(strokes, waiting, at, machine={UUID(int=0), guest.id})
    return SeenPage(
        told=tuple(one for _, one in told),
        folds=_folds([one for _, one in folded], [row for row, _ in folded]),
        strip=strip,
        viewers=counted["viewers"],
        views=counted["views"],
        refused=counted["refused"],
        openings=sum(1 for one in strokes if one.clear),
        unseen=sum(1 for one in strokes if one.clear and one.actor_id in {UUID(int=0), guest.id}),
        numbers=last,
        gapless=is_gapless(strokes, last),
        waiting=len(waiting),
        before=min(numbered) if len(numbered) == _PAGE and min(numbered) > 1 else None,
        questions={one.about_entry: one for one in cases if one.about_entry is not None},
        asked_viewers=frozenset(one.viewer_id for one in cases if one.viewer_id and one.state in {"open", "released"}),
        saved_at=saved.saved_at if saved else None,
        saved_size=saved.size if saved else 0,
    )


@query
def one_entry(*, actor: Actor, entry_id: UUID) -> Told:
    """One entry of the guest's own person, in words. Raises Denied for any other."""
    guest = _guest(actor)
    row = ledger.entry_about(entry_id, guest.subject_id)
    if row is None:
        raise Denied("cases.no-such-entry")
    viewer = viewers_for(guest.subject_id, {row.entry.actor_id})[row.entry.actor_id]
    return tell(row, viewer, opening=0, ground=grounds([row], guest.subject_id)[row.entry.id])


@query
def rights_page(*, actor: Actor, at: datetime) -> RightsPage:
    """What the guest can ask for, and what became of what was asked."""
    guest = _guest(actor)
    own = _cases_of(actor, guest.subject_id, at)
    cases = tuple(_with_lists(one, at) for one in own if one.kind == Case.Kind.RIGHT)
    whose = Whose(guest.subject_id, guest.client_id, guest.matter_id)
    return RightsPage(tuple((right, foresee(right, whose, at)) for right in RIGHTS), cases)


@query
def foreseen(*, actor: Actor, at: datetime, client_id: UUID, person_id: UUID, right: str) -> Consequences | None:
    """What a right would do, before a colleague notes it down. Raises Denied outside the reader's scope."""
    refuse_outside(scope(actor, at), client_id)
    if not is_in_file(client_id=client_id, person_id=person_id):
        raise Denied("parties.no-such-person")
    return foresee(right, Whose(person_id, client_id), at)


@query
def held_page(*, actor: Actor, at: datetime, case_id: UUID) -> tuple[HeldRow, ...]:
    """What is held of the guest's own person, masked, once access was granted. Raises Denied before, and for others."""
    guest = _guest(actor)
    granted = Case.objects.filter(id=case_id, person_id=guest.subject_id, right="access", state=Case.State.DONE)
    client_id = granted.values_list("client_id", flat=True).first()
    if client_id is None:
        raise Denied("cases.no-such-case")
    fates = [one for one in files([client_id], at)[client_id].of(guest.subject_id) if one.state != "destroyed"]
    goes = {one.unit.retention_class: one.on for one in fates if one.unit.subject_kind == "person"}
    shown = displays([(client_id, guest.subject_id, class_) for class_ in classes_of("person")])
    rows = []
    for place in shown:
        for kind, mask in shown[place].masks.items():
            about = ELEMENTS.get(kind)
            if about is not None:
                until = shown[place].sealed_until
                rows.append(HeldRow(kind, mask, about.basis, until, goes.get(about.retention)))
    return tuple(sorted(rows, key=lambda row: list(ELEMENTS).index(row.kind)))


@query
def where_page(*, actor: Actor, at: datetime) -> Where:
    """Where the information of the guest's own person is, and until when."""
    return where(_guest(actor), at)


@query
def own_certificate(*, actor: Actor, case_id: UUID) -> bytes:
    """The destruction certificate of the guest's own deletion, for `fengni verify`. Raises Denied where there is none,
    BadInput in the first seconds after it was issued."""
    found = _certificate(case_id, _guest(actor).subject_id)
    if found is None:
        raise Denied("cases.no-such-case")
    return file_of(*found)


@query
def viewers_for(person_id: UUID, ids: Collection[UUID]) -> dict[UUID, Viewer]:
    """Names as this house shows them to a client: a partner's organisation whole, other guests without one."""
    whole = naming()
    names = dict(Member.objects.filter(id__in=ids).values_list("id", "name"))
    guests = {one.id: one for one in Guest.objects.filter(id__in=ids)}
    partners = partner_names({one.subject_id for one in guests.values() if one.kind == Guest.Kind.PARTNER})
    found = {}
    for one in ids:
        if one == UUID(int=0):
            found[one] = Viewer("system", said("role.system"))
        elif one in guests and (guests[one].kind, guests[one].subject_id) == (Guest.Kind.CLIENT, person_id):
            found[one] = Viewer("own", said("cases.who.own"))
        elif one in guests and guests[one].kind == Guest.Kind.PARTNER:
            found[one] = Viewer("partner", partners.get(guests[one].subject_id) or said("cases.who.partner"))
        elif one in guests:
            found[one] = Viewer("other", said("cases.who.other"))
        else:
            name = names.get(one, "")
            found[one] = Viewer("staff", name if whole or not name else surname(name) + "**")
    return found


@query
def closed_matters(*, actor: Actor) -> tuple[ClosedMatter, ...]:
    """Closed matters that the guest's person took part in: each has its voucher."""
    person_id = _guest(actor).subject_id
    part_in = Participant.objects.filter(person_id=person_id).values_list("matter_id", flat=True)
    rows = Matter.objects.filter(id__in=list(part_in), state=Matter.State.CLOSED).order_by("-closed_at")
    return tuple(ClosedMatter(one.id, one.number, one.closed_at) for one in rows)


@query
def feedback_due(*, actor: Actor) -> tuple[ClosedMatter, ...]:
    """Closed matters of the guest's person without feedback: everybody is asked, until the answer is there."""
    guest = _guest(actor)
    part_in = Participant.objects.filter(person_id=guest.subject_id).values_list("matter_id", flat=True)
    given = Case.objects.filter(person_id=guest.subject_id, kind=Case.Kind.FEEDBACK).values_list("matter_id", flat=True)
    rows = Matter.objects.filter(id__in=list(part_in), state=Matter.State.CLOSED).exclude(id__in=list(given))
    return tuple(ClosedMatter(one.id, one.number, one.closed_at) for one in rows.order_by("-closed_at"))


@query
def cases_list(*, actor: Actor, at: datetime, kind: str = "") -> tuple[CaseRow, ...]:
    """What clients asked, the most urgent first; answered ones last. For who answers, and for the viewer in question.

    Whoever was asked about learns that and when it ends, not what was written.
    """
    found = Case.objects.filter(kind=kind) if kind else Case.objects.all()
    if not actor.roles & {*ANSWERERS, "auditor"}:
        found = found.filter(viewer_id=actor.id)
    rows = _rows(actor, list(found.order_by("-raised_at")[:_MOST]), at)
    return tuple(sorted(rows, key=lambda row: (row.answered_at is not None, row.due_at)))


@query
def waiting(*, actor: Actor, at: datetime) -> tuple[int, int] | None:
    """(cases that wait for this reader's answer, those of them whose time is over); None for who answers none."""
    if not actor.roles & set(ANSWERERS):
        return None
    mine = Case.objects.filter(state=Case.State.OPEN).exclude(viewer_id=actor.id)
    ends = list(mine.values_list("due_at", flat=True))
    return len(ends), sum(due < at for due in ends)


@query
def case(*, actor: Actor, at: datetime, case_id: UUID) -> CaseRow:
    """One case. Raises Denied for who may not read it."""
    found = Case.objects.filter(id=case_id).first()
    if found is None:
        raise Denied("cases.no-such-case")
    if not actor.roles & {*ANSWERERS, "auditor"} and found.viewer_id != actor.id:
        raise Denied("access.role")
    row = _rows(actor, [found], at)[0]
    return _with_lists(row, at) if row.right == "withdraw" else row


@query
def deletion(*, actor: Actor, at: datetime, row: CaseRow) -> Deletion | None:
    """How a request for deletion stands; None for a case of another kind or without a client file."""
    if row.right != "delete" or row.client_id is None:
        return None
    file = files([row.client_id], at)[row.client_id]
    disposal = rights.disposal_of(Case.objects.get(id=row.id))
    over = disposal is not None and disposal.state == Disposal.State.DONE
    if disposal is None or (over and rights.left_of(file.of(row.person_id))) or has_lapsed(disposal, at):
        state, over = "waiting", False
    else:
        state = disposal.state
    if over:
        lists = rights.deletion_done(row.person_id, row.client_id, at)
    else:
        lists = rights.deletion_foreseen(Whose(row.person_id, row.client_id), at)
    hindered = ""
    if state == "waiting" and file.hold is not None:
        hindered = said("disposals.hold")
    elif state == "waiting" and not file.due(row.person_id):
        numbers = file.open_numbers
        hindered = said("disposals.matter-open", number=numbers[0]) if numbers else said("cases.delete-not-due")
    may = tuple(
        one for one, free in (("propose", state == "waiting" and not hindered), ("answer", state == "done"))
        if free and "answer" in row.can
    )  # fmt: skip
    return Deletion(lists, state, file.number, hindered, disposal.id if disposal and state != "waiting" else None, may)


@query
def replacement(*, row: CaseRow) -> UUID | None:
    """The ledger entry by which staff replaced what was to be corrected; None before."""
    return rights.replaced_since(Case.objects.get(id=row.id)) if row.right == "correct" else None


@query
def naming() -> bool:
    """Whether clients read whole names."""
    return Naming.objects.filter(whole=True).exists()


def is_gapless(strokes: Collection[Stroke], last: int) -> bool:
    """Whether the numbers 1 to the last one given are all there."""
    return [one.number for one in strokes] == list(range(1, last + 1))


def _guest(actor: Actor) -> Guest:
    guest = Guest.objects.filter(id=actor.id, kind=Guest.Kind.CLIENT).first()
    if guest is None:
        raise Denied("access.role")
    return guest


def _openings(strokes: Collection[Stroke]) -> dict[int, int]:
    """Number of an entry to the number of its opening in clear: 1, 2, 3 … without a gap."""
    clear = [one.number for one in strokes if one.clear]
    return {number: place for place, number in enumerate(clear, 1)}


def _matters(rows: Collection[HistoryRow]) -> dict[UUID, str]:
    """The numbers of the matters that entries are about."""
    about = [(row.entry.resource_kind, row.entry.resource_id) for row in rows if row.entry.resource_id]
    ids = {one for kind, one in about if kind == "matters:matter" and one}
    items = {one for kind, one in about if kind == "matters:item" and one}
    of_item = dict(Item.objects.filter(id__in=items).values_list("id", "matter_id")) if items else {}
    wanted = ids | set(of_item.values())
    numbers = dict(Matter.objects.filter(id__in=wanted).values_list("id", "number")) if wanted else {}
    return numbers | {item: numbers[matter] for item, matter in of_item.items() if matter in numbers}


def _folds(told: Collection[Told], rows: Collection[HistoryRow]) -> tuple[Fold, ...]:
    found = []
    for kind in ("system", "own"):
        counted = Counter(row.entry.act_text for one, row in zip(told, rows, strict=True) if one.kind == kind)
        if counted:
            found.append(Fold(kind, counted.total(), tuple(counted.most_common())))
    return tuple(found)


def _cases_of(actor: Actor, person_id: UUID, at: datetime) -> list[CaseRow]:
    return _rows(actor, list(Case.objects.filter(person_id=person_id).order_by("-raised_at")[:_MOST]), at)


def _rows(actor: Actor, cases: Collection[Case], at: datetime) -> list[CaseRow]:
    """Cases with what was typed, for the client and for who answers."""
    read = [one for one in cases if _answers(actor, one) or "client" in actor.roles]
    words = reasons.read_all(
        actor.tenant_id, [entry for one in read for entry in (one.raised_entry, one.answered_entry) if entry]
    )
    return [_row(actor, one, at, words) for one in cases]


def _answers(actor: Actor, one: Case) -> bool:
    return bool(actor.roles & set(ANSWERERS)) and one.viewer_id != actor.id


def _row(actor: Actor, one: Case, at: datetime, words: Mapping[UUID, str]) -> CaseRow:
    whole = (one.due_at - one.raised_at).total_seconds()
    gone = ((one.answered_at or at) - one.raised_at).total_seconds()
    return CaseRow(
        one.id, one.kind, _state(one, at), one.right, one.field, one.score, one.about_entry, one.viewer_id,
        one.person_id, one.client_id, one.raised_at, one.due_at, max(0, min(100, round(100 * gone / whole))),
        (one.answered_at or at) > one.due_at, one.answered_at, one.answered_by, one.verdict,
        words.get(one.raised_entry, ""), words.get(one.answered_entry, "") if one.answered_entry else "",
        ("answer",) if _answers(actor, one) and one.state == Case.State.OPEN else (),
        way=one.way,
        ready=one.right == "copy" and one.state == Case.State.DONE and at < (one.answered_at or at) + TAKEN_WITHIN,
    )  # fmt: skip


def _with_lists(row: CaseRow, at: datetime) -> CaseRow:
    """A withdrawal that took effect, or a deletion that was carried out, with its three lists."""
    if row.right == "withdraw":
        return replace(row, lists=rights.withdrawal_done(row.id, at))
    if (row.right, row.state) != ("delete", Case.State.DONE):
        return row
    lists = rights.deletion_done(row.person_id, row.client_id, at)
    return replace(row, lists=lists, certified=_certificate(row.id, row.person_id) is not None)


def _certificate(case_id: UUID, person_id: UUID) -> tuple[Certificate, Disposal] | None:
    """The certificate of a deletion that was about this person alone."""
    deed = (
        Case.objects.filter(id=case_id, person_id=person_id, right="delete").values_list("deed_id", flat=True).first()
    )
    disposal = Disposal.objects.filter(id=deed, person_id=person_id).first() if deed else None
    issued = Certificate.objects.filter(disposal_id=disposal.id).first() if disposal else None
    return (issued, disposal) if issued and disposal else None


def _state(one: Case, at: datetime) -> str:
    if one.kind == Case.Kind.QUESTION:
        if one.state == Case.State.OPEN:
            return "open" if at < one.due_at else "released"
        return "frozen" if one.verdict == "not_in_order" else "done"
    return one.state
