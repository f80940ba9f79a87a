"""Reads on agreements, partners and shares: who holds what, until when. Nothing here opens a value."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from fengni.apps.accounts.queries import house_name
from fengni.apps.acts.models import Grant
from fengni.apps.agreements import assessing, papers, sharing, signing
from fengni.apps.agreements.models import Agreement, Partner, Share, ShareView
from fengni.apps.agreements.signing import Text
from fengni.apps.common.queries import query
from fengni.apps.guests import links
from fengni.apps.guests.links import LinkState
from fengni.apps.guests.models import Guest
from fengni.apps.ledger.queries import log_fingerprint
from fengni.apps.vault.queries.lists import Place, Shown, company_names, displays, refuse_outside, scope
from fengni.apps.vault.queries.materials import document_heads
from fengni.apps.vault.store.shown import name_shown
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied
from fengni.core.printing import pdf
from fengni.core.vault.catalogue import element
from fengni.definitions import Lang

_MOST_VIEWS = 200
_REMEMBERED = timedelta(days=30)
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement as it stands. `state`: offered, in_force, unproved, expired or ended."""

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


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A partner. Mobile and address are masked."""

    id: UUID
    name: str
    contact: str
    mobile: str
    email: str
    agreement: AgreementRow | None
    shares: int
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """A partner's assessment. `state`: holds, short (answers), untrained or over; `until` a year is over."""

    state: str
    yes: int
    asked: int
    assessed_at: datetime
    trained_on: datetime | None
    until: datetime


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A share as it stands. `client` and `partner` are names; `kinds` what is shown, by code."""

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
    made_by: UUID
    created_at: datetime
    sent_at: datetime | None
    link: LinkState | None

    @property
    def over_code(self) -> str:
        """The sentence that says why it ended."""
        return f"agreements.share-{self.state.replace('_', '-')}"


@dataclass(frozen=True, slots=True)
class Chosen:
    """One subject of a share: the client itself or a person, and the kinds named for it."""

    subject_id: UUID
    name: str
    is_client: bool
    open_kinds: tuple[str, ...]
    sensitive_kinds: tuple[str, ...]
    closed: bool


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a share; `numbers`: zero-based, one for each page. `closed`: the person's yes is missing."""

    id: UUID
    kind: str
    numbers: tuple[int, ...]
    closed: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """Somebody whose yes a share rests on, and how it stands: given, unproved, withdrawn or none."""

    person_id: UUID
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class View:
    """One look at a share: when, at whom, which fields."""

    at: datetime
    name: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SharePage:
    """A share, subject by subject. `closed` where the person's yes is missing. `asks`: whose yes it rests on; `seen`:
    what was opened, the newest first. Both are for its sender."""

    row: ShareRow
    subjects: tuple[Chosen, ...]
    pages: tuple[Document, ...]
    asks: tuple[Ask, ...] = ()
    seen: tuple[View, ...] = ()

    @property
    def missing(self) -> int:
        """How many persons have not said yes."""
        return sum(one.state != "given" for one in self.asks)


@dataclass(frozen=True, slots=True)
class ShareAbout:
    """What one share showed of one person: kinds of fields, how many documents, how often it was opened."""

    partner: str
    purpose: str
    kinds: tuple[str, ...]
    documents: int
    sent_at: datetime | None
    views: int
    state: str


@query
def partners_page(*, actor: Actor, at: datetime) -> tuple[PartnerRow, ...]:
    """All partners, those that ended last."""
    rows = list(Partner.objects.order_by("ended_at", "created_at"))
    return _partner_rows(rows, at)


@query
def partner(*, actor: Actor, at: datetime, partner_id: UUID) -> PartnerRow:
    """One partner. Raises Denied when there is none."""
    found = Partner.objects.filter(id=partner_id).first()
    if found is None:
        raise Denied("agreements.no-such-partner")
    return _partner_rows([found], at)[0]


@query
def assessment(*, partner_id: UUID, at: datetime) -> AssessmentRow | None:
    """The newest assessment of a partner, None while there is none."""
    found = assessing.newest([partner_id]).get(partner_id)
    if found is None:
        return None
    enough, until = assessing.suffices(found), found.holds_from + _YEAR
    state = "short" if not enough else "untrained" if found.trained_on is None else "over" if until <= at else "holds"
    asked = len(assessing.questions(found.version))
    return AssessmentRow(state, found.yes, asked, found.assessed_at, found.trained_on, until)


@query
def partner_names(ids: Collection[UUID]) -> dict[UUID, str]:
    """Names of partners' organisations, for the persons whose information they saw."""
    found = sharing.contacts(list(Partner.objects.filter(id__in=ids))) if ids else {}
    return {partner_id: one.name for partner_id, one in found.items()}


@query
def partners_who_saw(*, person_id: UUID, client_id: UUID) -> tuple[str, ...]:
    """Names of the partners who opened something of a person in a client file: it cannot be called back."""
    shares = ShareView.objects.filter(subject_id=person_id).values_list("share_id", flat=True)
    rows = Share.objects.filter(id__in=list(shares), client_id=client_id)
    return tuple(sorted(partner_names(set(rows.values_list("partner_id", flat=True))).values()))


@query
def agreements_of(*, party_kind: str, party_id: UUID, at: datetime) -> tuple[AgreementRow, ...]:
    """Every agreement of a party, the newest first."""
    return _agreement_rows(signing.of_party(party_kind, party_id), at)


@query
def matter_agreements(*, actor: Actor, matter_id: UUID, at: datetime) -> tuple[AgreementRow, ...]:
    """The client's agreements for one matter. Raises Denied outside the reader's scope."""
    found = list(Agreement.objects.filter(matter_id=matter_id, party_kind=signing.CLIENT).order_by("-created_at"))
    clients = scope(actor, at)
    for client_id in {one.party_id for one in found}:
        refuse_outside(clients, client_id)
    return _agreement_rows(found, at)


@query
def shares_page(
    *, actor: Actor, at: datetime, matter_id: UUID | None = None, partner_id: UUID | None = None
) -> tuple[ShareRow, ...]:
    """Shares inside the reader's scope, the newest first."""
    rows = Share.objects.order_by("-created_at")
    clients = scope(actor, at)
    if clients is not None:
        rows = rows.filter(client_id__in=clients)
    if matter_id is not None:
        rows = rows.filter(matter_id=matter_id)
    if partner_id is not None:
        rows = rows.filter(partner_id=partner_id)
    return _share_rows(list(rows[:200]), at)


@query
def shares_about(*, matter_id: UUID, person_id: UUID, at: datetime) -> tuple[ShareAbout, ...]:
    """What was shared of a person in a matter, the oldest first. The caller decided that the reader may know."""
    rows = list(Share.objects.filter(matter_id=matter_id).exclude(sent_at=None).order_by("sent_at"))
    heads = document_heads({UUID(page) for row in rows for page in row.pages})
    found = []
    for row, shown in zip(rows, _share_rows(rows, at), strict=True):
        kinds = tuple(kind for subject, kind in row.selection if UUID(subject) == person_id)
        documents = sum(UUID(page) in heads and heads[UUID(page)].subject_id == person_id for page in row.pages)
        if kinds or documents:
            views = ShareView.objects.filter(share_id=row.id, subject_id=person_id).count()
            found.append(ShareAbout(shown.partner, row.purpose, kinds, documents, row.sent_at, views, shown.state))
    return tuple(found)


@query
def shares_by_consent(*, share_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of some shares that rest on the consent of the persons they are about; the others on the law."""
    rows = Share.objects.filter(id__in=share_ids).values_list("id", "purpose")
    return frozenset(share_id for share_id, purpose in rows if sharing.by_consent(purpose))


@query
def matter_of_share(*, share_id: UUID) -> UUID | None:
    """The matter that a share belongs to."""
    return Share.objects.filter(id=share_id).values_list("matter_id", flat=True).first()


@query
def share(*, actor: Actor, at: datetime, share_id: UUID) -> SharePage:
    """One share as its sender sees it. Raises Denied outside the reader's scope."""
    found = Share.objects.filter(id=share_id).first()
    if found is None:
        raise Denied("agreements.no-such-share")
    refuse_outside(scope(actor, at), found.client_id)
    page = _page(found, at, whole=actor.sees_names)
    names = {one.subject_id: one.name for one in page.subjects} | {found.client_id: page.row.client}
    views = ShareView.objects.filter(share_id=found.id).order_by("-seen_at")[:_MOST_VIEWS]
    seen = tuple(View(one.seen_at, names.get(one.subject_id, ""), tuple(one.kinds)) for one in views)
    return replace(page, seen=seen)


@query
def room(*, guest: Guest, at: datetime) -> tuple[SharePage, ...]:
    """The living shares of a partner's guest: what is named, never a value."""
    rows = sharing.live(at).filter(guest_id=guest.id).order_by("created_at")
    return tuple(page for page in (_page(row, at, whole=True) for row in rows) if page.row.state == "live")


@query
def over(*, guest: Guest, at: datetime) -> tuple[ShareRow, ...]:
    """The guest's shares that ended within thirty days, the newest first; nothing of them is named."""
    rows = Share.objects.filter(guest_id=guest.id, until__gt=at - _REMEMBERED).order_by("-until")
    return tuple(row for row in _share_rows(list(rows), at) if row.state not in ("live", "prepared"))


@query
def own_agreements(*, guest: Guest, at: datetime) -> tuple[AgreementRow, ...]:
    """What a guest was offered or accepted."""
    if guest.kind == signing.PARTNER:
        return _agreement_rows(signing.of_party(signing.PARTNER, guest.subject_id), at)
    found = signing.of_party(signing.CLIENT, guest.client_id) if guest.client_id else Agreement.objects.none()
    return _agreement_rows((row for row in found if row.matter_id in (None, guest.matter_id)), at)


@query
def agreement_paper(*, actor: Actor, at: datetime, agreement_id: UUID, lang: Lang) -> bytes:
    """One agreement as PDF/A, for staff. Raises Denied when there is none, or for a client outside the scope."""
    row = Agreement.objects.filter(id=agreement_id).first()
    if row is None:
        raise Denied("agreements.no-such-agreement")
    if row.party_kind == signing.CLIENT:
        refuse_outside(scope(actor, at), row.party_id)
    return _paper(row, lang, at)


@query
def own_agreement_paper(*, guest: Guest, at: datetime, agreement_id: UUID, lang: Lang) -> bytes:
    """One of a guest's own agreements as PDF/A. Raises Denied for somebody else's."""
    own_agreement(guest=guest, at=at, agreement_id=agreement_id)
    return _paper(Agreement.objects.get(id=agreement_id), lang, at)


def _paper(row: Agreement, lang: Lang, at: datetime) -> bytes:
    state = _agreement_rows([row], at)[0].state
    key = log_fingerprint()
    return pdf(papers.agreement(row, state=state, house=house_name(), fingerprint=key, lang=lang, at=at))


@query
def own_agreement(*, guest: Guest, at: datetime, agreement_id: UUID) -> tuple[AgreementRow, Text]:
    """One of them with its text. Raises Denied for somebody else's."""
    row = next((one for one in own_agreements(guest=guest, at=at) if one.id == agreement_id), None)
    if row is None:
        raise Denied("agreements.no-such-agreement")
    return row, signing.text_of(row.template, row.version)


@query
def uncovered_shares(*, at: datetime) -> int:
    """How many live shares stand without an agreement in force: evidence of M06."""
    covered = set(signing.holding(at).filter(party_kind=signing.PARTNER).values_list("id", flat=True))
    return sum(row.agreement_id not in covered for row in sharing.live(at))


@query
def overdue_shares(*, at: datetime) -> int:
    """How many grants of shares outlive their share: evidence of M06."""
    over = {row.id.hex: row.recalled_at or row.until for row in Share.objects.exclude(sent_at=None)}
    living = Grant.objects.exclude(agreement="").filter(until__gt=at).values_list("agreement", flat=True)
    return sum(over.get(one[32:], at) <= at for one in living)


def _partner_rows(rows: Collection[Partner], at: datetime) -> tuple[PartnerRow, ...]:
    shown = sharing.contacts(rows)
    held = {one.party_id: one for one in reversed(agreements_of_all(at)) if one.state != "ended"}
    counts: dict[UUID, int] = {}
    for partner_id in sharing.live(at).values_list("partner_id", flat=True):
        counts[partner_id] = counts.get(partner_id, 0) + 1
    return tuple(
        PartnerRow(
            row.id, shown[row.id].name, shown[row.id].contact, _tail(shown[row.id].mobile), _tail(shown[row.id].email),
            held.get(row.id), counts.get(row.id, 0), row.ended_at,
        )
        for row in rows
    )  # fmt: skip


@query
def agreements_of_all(at: datetime) -> tuple[AgreementRow, ...]:
    """Agreements of all partners, the newest first."""
    return _agreement_rows(Agreement.objects.filter(party_kind=signing.PARTNER).order_by("-created_at"), at)


def _tail(value: str) -> str:
    """A way to reach somebody, masked for lists."""
    if "@" in value:
        return f"{value[0]}***@{value.partition('@')[2]}"
    return f"{value[:3]}****{value[-2:]}" if len(value) > 7 else value


def _agreement_rows(rows: Iterable[Agreement], at: datetime) -> tuple[AgreementRow, ...]:
    proved = set(signing.holding(at).values_list("id", flat=True))
    return tuple(
        AgreementRow(
            row.id, row.party_kind, row.party_id, row.matter_id, row.template, row.version, row.text_hash,
            _agreement_state(row, proved, at), row.assurance, row.accepted_at, row.until,
        )
        for row in rows
    )  # fmt: skip


def _agreement_state(row: Agreement, proved: Collection[UUID], at: datetime) -> str:
    if row.state != Agreement.State.IN_FORCE:
        return row.state
    if row.until is not None and row.until <= at:
        return "expired"
    return "in_force" if row.id in proved else "unproved"


def _share_rows(rows: Collection[Share], at: datetime) -> tuple[ShareRow, ...]:
    companies = company_names({row.client_id for row in rows})
    partners = sharing.contacts(list(Partner.objects.filter(id__in={row.partner_id for row in rows})))
    agreements = {one.id: one for one in Agreement.objects.filter(id__in=[row.agreement_id for row in rows])}
    states = links.states([row.link_id for row in rows if row.link_id], at)
    return tuple(
        ShareRow(
            row.id, row.client_id, row.matter_id, row.partner_id, companies.get(row.client_id, ""),
            partners[row.partner_id].name, row.purpose, len(row.selection), len(row.pages), row.until, row.most_views,
            row.views, row.last_view,
            sharing.state_of(row, agreements.get(row.agreement_id) if row.agreement_id else None, at),
            row.made_by, row.created_at, row.sent_at, states.get(row.link_id) if row.link_id else None,
        )
        for row in rows
    )  # fmt: skip


def _page(row: Share, at: datetime, *, whole: bool) -> SharePage:
    kinds: dict[UUID, list[str]] = {}
    for subject, kind in row.selection:
        kinds.setdefault(UUID(subject), []).append(kind)
    states = sharing.consents_of(row)
    persons = {subject for subject in kinds if subject != row.client_id} | set(states)
    shown = displays([(row.client_id, person, "identity") for person in sorted(persons)])
    head = _share_rows([row], at)[0]
    subjects = tuple(
        Chosen(
            subject_id=subject,
            name=head.client if subject == row.client_id else _name(shown, row.client_id, subject, whole),
            is_client=subject == row.client_id,
            open_kinds=tuple(kind for kind in named if not sharing.is_sensitive(kind)),
            sensitive_kinds=tuple(kind for kind in named if sharing.is_sensitive(kind)),
            closed=_closed(states, subject),
        )
        for subject, named in kinds.items()
    )
    heads = document_heads([UUID(one) for one in row.pages])
    pages = tuple(
        Document(one, about.kind, tuple(range(about.pages)), _closed(states, about.subject_id))
        for one, about in heads.items()
    )
    asks = tuple(Ask(one, _name(shown, row.client_id, one, whole), state) for one, state in states.items())
    return SharePage(head, subjects, pages, asks)


def _closed(states: Mapping[UUID, str], person_id: UUID | None) -> bool:
    return person_id is not None and states.get(person_id, "given") != "given"


def _name(shown: Mapping[Place, Shown], client_id: UUID, subject: UUID, whole: bool) -> str:
    found = shown.get((client_id, subject, element("name").record_class))
    return name_shown(found.masks, whole=whole) if found is not None else ""
