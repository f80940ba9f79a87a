"""Acts of cases: a client asks, the house answers.

Rules: a client acts for the own person only. A question freezes the viewer's view of this person in the same
transaction, for 24 hours or until it is answered; whoever was asked about does not answer. What is typed is sealed
beside the entry and never stands in it. What is handed over as a paper is committed to by its hash.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils import translation

from fengni.apps.accounts.queries import house_name
from fengni.apps.acts.acting import Outcome, act, acting
from fengni.apps.acts.models import Block
from fengni.apps.cases import clocks, copies, effects, papers, rights
from fengni.apps.cases.effects import Whose
from fengni.apps.cases.models import ANSWERERS, RIGHTS, VERDICTS, WAYS, Case, Naming, SavedHead
from fengni.apps.cases.vouchers import voucher_of
from fengni.apps.disposals import asked
from fengni.apps.guests.links import INDEPENDENT, assurance_of
from fengni.apps.guests.models import Guest
from fengni.apps.ledger import queries as ledger
from fengni.apps.ledger.inbox import Seen
from fengni.apps.matters.models import Matter, Participant
from fengni.apps.matters.resources import of_participant
from fengni.apps.matters.services.running import HANDLERS
from fengni.apps.vault.resources import person_in_file
from fengni.core.access.actor import Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import BadInput, Denied
from fengni.core.printing import pdf
from fengni.core.vault.catalogue import ELEMENTS
from fengni.definitions import Lang

RECORDERS: Final = frozenset({*HANDLERS, "dpo"})
_FROZEN: Final = "cases.question"


def _own(actor: Actor) -> Resource:
    """The guest's own person. Somebody without one fails at the role."""
    guest = Guest.objects.filter(id=actor.id, kind=Guest.Kind.CLIENT).first()
    if guest is None:
        return Resource("cases:case", None, actor.tenant_id)
    clients = frozenset({guest.client_id}) if guest.client_id else frozenset()
    return Resource("cases:case", None, actor.tenant_id, clients=clients, persons=(guest.subject_id,))


def _case(actor: Actor, case_id: UUID) -> Resource:
    found = Case.objects.filter(id=case_id).first()
    if found is None:
        raise Denied("cases.no-such-case")
    return Resource("cases:case", found.id, actor.tenant_id)


@act("cases:question:raise", roles=("client",), resource=_own, scoped=True)
def raise_question(*, actor: Actor, at: datetime, entry_id: UUID, reason: str = "") -> Outcome[UUID]:
    """Ask about one entry. Whoever stands in it cannot see this person until the answer, 24 hours at most.

    Raises Denied for an entry that is not about the asker, BadInput when the asker or nobody stands in it, or when
    a question about the same viewer is open.
    """
    guest = Guest.objects.get(id=actor.id)
    row = ledger.entry_about(entry_id, guest.subject_id)
    if row is None:
        raise Denied("cases.no-such-entry")
    viewer = row.entry.actor_id
    if viewer.int == 0 or viewer == actor.id:
        raise BadInput("cases.nobody-to-ask")
    mine = Case.objects.filter(person_id=guest.subject_id, kind=Case.Kind.QUESTION)
    if mine.filter(viewer_id=viewer, state=Case.State.OPEN).exists():
        raise BadInput("cases.already-asked")
    until = at + clocks.FREEZE
    block = Block.objects.create(
        tenant_id=actor.tenant_id, kind="person_view", subject=f"{viewer.hex}:{guest.subject_id.hex}", code=_FROZEN,
        until=until, created_at=at,
    )  # fmt: skip
    made = _made(actor, guest, at, kind=Case.Kind.QUESTION, due_at=until, about_entry=entry_id, viewer_id=viewer)
    made.block_id = block.id
    made.save()
    return Outcome(made.id, resource=_resource(made), seen=(Seen(guest.subject_id),), facts={"viewer": viewer.hex})


@act("cases:question:answer", roles=ANSWERERS, resource=_case)
def answer_question(*, actor: Actor, at: datetime, case_id: UUID, verdict: str, reason: str) -> Outcome[UUID]:
    """Answer the client. `in_order` ends the freeze, `not_in_order` keeps it without an end.

    After 24 hours the freeze has ended by itself; the note is then still owed and given here. Raises Denied to the
    viewer in question.
    """
    case = _open(case_id, Case.Kind.QUESTION, reason)
    if case.viewer_id == actor.id:
        raise Denied("cases.own-view")
    if verdict not in VERDICTS:
        raise BadInput("cases.verdict-unknown")
    late = int(at >= case.due_at)
    blocks = Block.objects.filter(id__in=[case.block_id] if case.block_id else [])
    if verdict == "in_order":
        blocks.filter(lifted_at=None).update(lifted_at=at)
    else:
        blocks.update(until=None, lifted_at=None)
    _answer(case, actor, at, state=Case.State.DONE, verdict=verdict)
    return Outcome(case.id, seen=(Seen(case.person_id),), facts={"verdict": verdict, "late": late})


@act("cases:right:raise", roles=("client",), resource=_own, scoped=True)
def raise_right(*, actor: Actor, at: datetime, right: str, field: str = "", reason: str = "") -> Outcome[UUID]:
    """Ask to see, get a copy, have corrected or deleted, or withdraw a consent. No new proof of identity is asked.

    A withdrawal takes effect at once; the case stays open for the answer in words.
    """
    guest = Guest.objects.get(id=actor.id)
    whose = Whose(guest.subject_id, guest.client_id, guest.matter_id)
    return _asked(actor, whose, at, right=right, field=field, reason=reason, guest_id=guest.id)


@act("cases:right:record", roles=RECORDERS, resource=person_in_file, scoped=True)
def record_right(
    *, actor: Actor, at: datetime, client_id: UUID, person_id: UUID, right: str, way: str, reason: str,
    field: str = "", matter_id: UUID | None = None,
) -> Outcome[UUID]:  # fmt: skip
    """Note down what a person asked at the counter, by telephone or in a letter. It is the colleague's word, and the
    person reads it in the own history. A withdrawal takes effect at once, as the person's own does.

    `matter_id`: the one it is about, for a withdrawal; without one every matter of the file. Raises BadInput for an
    unknown way, without words, and as the person's own request does.
    """
    if way not in WAYS:
        raise BadInput("cases.way-unknown")
    if len(reason.strip()) < 2:
        raise BadInput("cases.record-words")
    if matter_id is not None:
        of_file = Participant.objects.filter(matter_id=matter_id, person_id=person_id)
        if not of_file.exists() or not Matter.objects.filter(id=matter_id, client_id=client_id).exists():
            raise BadInput("cases.no-such-matter")
    whose = Whose(person_id, client_id, matter_id)
    return _asked(actor, whose, at, right=right, field=field, reason=reason, way=way)


@act("cases:right:answer", roles=ANSWERERS, resource=_case)
def answer_right(*, actor: Actor, at: datetime, case_id: UUID, granted: bool, reason: str) -> Outcome[UUID]:
    """Answer a request. Granting carries out its effect first: what was not done cannot be closed as done. Refusing a
    deletion takes back the destruction proposed for it."""
    case = _open(case_id, Case.Kind.RIGHT, reason)
    facts: dict[str, int | str] = {"right": case.right, "granted": int(granted), "late": int(at >= case.due_at)}
    if granted:
        deed = effects.carry_out(case, at)
        case.deed_id = deed.id
        facts |= deed.facts
    elif case.right == "delete":
        facts["withdrawn"] = asked.refuse(case.id, at)
    _answer(case, actor, at, state=Case.State.DONE if granted else Case.State.REFUSED)
    return Outcome(case.id, seen=(Seen(case.person_id),), facts=facts)


@act(
    "cases:copy:take", roles=("client",), resource=_own, purposes=("purpose.answer_subject",), scoped=True,
    protected=True,
)  # fmt: skip
def take_copy(*, actor: Actor, at: datetime, case_id: UUID) -> Outcome[bytes]:
    """The copy that was granted, as a zip: for 30 days after the answer, to who proved to be the person.

    Raises Denied for another's case, BadInput before it was granted, after its time, and to somebody whose code staff
    read out. Everything in it counts as opened in clear.
    """
    guest = Guest.objects.get(id=actor.id)
    case = Case.objects.filter(id=case_id, person_id=guest.subject_id, right="copy").first()
    if case is None or case.client_id is None:
        raise Denied("cases.no-such-case")
    if case.state != Case.State.DONE or case.answered_at is None:
        raise BadInput("cases.copy-not-ready")
    if at >= case.answered_at + clocks.TAKEN_WITHIN:
        raise BadInput("cases.copy-over")
    if assurance_of(guest.id) != INDEPENDENT:
        raise BadInput("cases.copy-confirm-first")
    made = copies.make(person_id=case.person_id, client_id=case.client_id, only=case.field, at=at)
    seen = (Seen(guest.subject_id, made.kinds, clear=made.clear),)
    return Outcome(made.content, resource=_resource(case), seen=seen, facts={"size": len(made.content)})


@act("cases:feedback:give", roles=("client",), resource=_own, scoped=True)
def give_feedback(*, actor: Actor, at: datetime, matter_id: UUID, score: int, reason: str = "") -> Outcome[UUID]:
    """Say how a closed matter went, once: 1 to 5, and words if there are any."""
    guest = Guest.objects.get(id=actor.id)
    closed = Matter.objects.filter(id=matter_id, state=Matter.State.CLOSED).exists()
    if not closed or not Participant.objects.filter(matter_id=matter_id, person_id=guest.subject_id).exists():
        raise BadInput("cases.no-such-matter")
    if score not in range(1, 6):
        raise BadInput("cases.score-unknown")
    if Case.objects.filter(kind=Case.Kind.FEEDBACK, person_id=guest.subject_id, matter_id=matter_id).exists():
        raise BadInput("cases.already-given")
    made = _made(actor, guest, at, kind=Case.Kind.FEEDBACK, due_at=at + clocks.LOOP, score=score)
    made.matter_id = matter_id
    made.save()
    return Outcome(made.id, resource=_resource(made), seen=(Seen(guest.subject_id),), facts={"score": score})


@act("cases:feedback:answer", roles=(*ANSWERERS, "agent"), resource=_case)
def answer_feedback(*, actor: Actor, at: datetime, case_id: UUID, reason: str) -> Outcome[UUID]:
    """Close the loop: tell the client what came of it. An agent answers for matters in hand only."""
    case = _open(case_id, Case.Kind.FEEDBACK, reason)
    leads = case.matter_id is not None and Matter.objects.filter(id=case.matter_id, lead_id=actor.id).exists()
    if not actor.roles & set(ANSWERERS) and not leads:
        raise Denied("access.scope")
    _answer(case, actor, at, state=Case.State.DONE)
    facts = {"score": case.score or 0, "late": int(at >= case.due_at)}
    return Outcome(case.id, seen=(Seen(case.person_id),), facts=facts)


@act("cases:receipt:take", roles=("client",), resource=_own, scoped=True)
def take_receipt(*, actor: Actor, at: datetime) -> Outcome[bytes]:
    """The own receipt, with the proof that the ledger only grew since the head saved last; this head is saved now."""
    guest = Guest.objects.get(id=actor.id)
    former = SavedHead.objects.select_for_update().filter(guest_id=guest.id).first()
    head = ledger.checkpoint()
    since = former.size if former is not None and former.size > 0 else None
    file = ledger.person_receipt_file(guest.subject_id, since=since)
    SavedHead.objects.update_or_create(
        guest_id=guest.id, defaults={"tenant_id": actor.tenant_id, "size": head.signed, "saved_at": at}
    )
    return Outcome(file, seen=(Seen(guest.subject_id),), facts={"size": head.signed})


@act("cases:voucher:issue", roles=(*HANDLERS, "dpo"), resource=of_participant, scoped=True)
def issue_voucher(*, actor: Actor, at: datetime, matter_id: UUID, person_id: UUID, lang: Lang) -> Outcome[bytes]:
    """The voucher of one person for a closed matter, as PDF/A with the person's receipt inside, for handing over.

    The entry keeps the hash of the file. Raises BadInput for a matter that is not closed or not sealed yet.
    """
    return _voucher(person_id, matter_id, lang, at)


@act("cases:voucher:take", roles=("client",), resource=_own, scoped=True)
def take_voucher(*, actor: Actor, at: datetime, matter_id: UUID, lang: Lang) -> Outcome[bytes]:
    """The own voucher for a closed matter. Raises BadInput for a matter the person took no part in."""
    guest = Guest.objects.get(id=actor.id)
    if not Participant.objects.filter(matter_id=matter_id, person_id=guest.subject_id).exists():
        raise BadInput("cases.no-such-matter")
    return _voucher(guest.subject_id, matter_id, lang, at)


@act("cases:naming:choose", roles=("owner",))
def choose_naming(*, actor: Actor, at: datetime, whole: bool) -> Outcome[None]:
    """Whether clients read whole names of colleagues, or surname and role."""
    Naming.objects.update_or_create(tenant_id=actor.tenant_id, defaults={"whole": whole})
    return Outcome(None, facts={"whole": int(whole)})


def _voucher(person_id: UUID, matter_id: UUID, lang: Lang, at: datetime) -> Outcome[bytes]:
    """Written in one language from the first word to the last, whatever language the reader's screens have."""
    with translation.override("en" if lang == "en" else "zh-hans"):
        stated = voucher_of(person_id, Matter.objects.get(id=matter_id), at)
        made = pdf(papers.voucher(stated, house=house_name()))
    facts: dict[str, int | str] = {
        "matter": matter_id.hex, "last": stated.last, "commits": hashlib.sha256(made).hexdigest()
    }  # fmt: skip
    return Outcome(made, seen=(Seen(person_id),), facts=facts)


def _asked(
    actor: Actor, whose: Whose, at: datetime, *, right: str, field: str, reason: str, guest_id: UUID | None = None,
    way: str = "own",
) -> Outcome[UUID]:  # fmt: skip
    """A request for a right, and what it does at once."""
    if right not in RIGHTS:
        raise BadInput("cases.right-unknown")
    if field and (right in ("delete", "withdraw") or field not in ELEMENTS or ELEMENTS[field].subject != "person"):
        raise BadInput("cases.field-unknown")
    if right == "correct" and not (field and reason.strip()):
        raise BadInput("cases.correct-what")
    open_ones = Case.objects.filter(person_id=whose.person_id, kind=Case.Kind.RIGHT, state=Case.State.OPEN)
    if open_ones.filter(right=right, field=field).exists():
        raise BadInput("cases.already-asked")
    made = Case.objects.create(
        tenant_id=actor.tenant_id, kind=Case.Kind.RIGHT, person_id=whose.person_id, client_id=whose.client_id,
        matter_id=whose.matter_id, guest_id=guest_id, way=way, raised_at=at, raised_entry=acting().entry_id,
        due_at=clocks.working_days_after(at), right=right, field=field,
    )  # fmt: skip
    facts: dict[str, int | str] = {"right": right}
    if way != "own":
        facts["way"] = way
    if right == "delete" and whose.client_id is not None:
        asked.ask(client_id=whose.client_id, person_id=whose.person_id, case_id=made.id, at=at)
    if right == "withdraw":
        facts |= rights.withdraw_at_once(whose, at)
    seen = (Seen(whose.person_id, (field,) if field else ()),)
    return Outcome(made.id, resource=_resource(made), seen=seen, facts=facts)


def _made(actor: Actor, guest: Guest, at: datetime, *, kind: str, due_at: datetime, **more: object) -> Case:
    return Case(
        tenant_id=actor.tenant_id, kind=kind, person_id=guest.subject_id, client_id=guest.client_id,
        matter_id=guest.matter_id, guest_id=guest.id, raised_at=at, raised_entry=acting().entry_id, due_at=due_at,
        **more,
    )  # fmt: skip


def _open(case_id: UUID, kind: str, reason: str) -> Case:
    case = Case.objects.select_for_update().filter(id=case_id, kind=kind).first()
    if case is None:
        raise Denied("cases.no-such-case")
    if case.state != Case.State.OPEN:
        raise BadInput("cases.answered")
    if len(reason.strip()) < 2:
        raise BadInput("cases.answer-missing")
    return case


def _answer(case: Case, actor: Actor, at: datetime, *, state: str, verdict: str = "") -> None:
    case.state, case.verdict = state, verdict
    case.answered_at, case.answered_by, case.answered_entry = at, actor.id, acting().entry_id
    case.save()


def _resource(case: Case) -> Resource:
    return Resource("cases:case", case.id, case.tenant_id)
