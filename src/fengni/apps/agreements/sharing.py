"""Shares: what lets a partner see named fields, and what ends that. Parts of acts.

Rules: a share is sent under an agreement in force or not at all. Sending writes one grant per subject, naming the
agreement, until the share's or the agreement's end, whichever comes first. Recalling ends grants and link in the same
transaction; a view that has not been decided by then is refused. What is a person's is given by that person's yes to
this partner, purpose and fields (PIPL art. 23, 29), weighed when it is sent and at each view; what the house must file
by law needs none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from fengni.apps.acts.acting import acting
from fengni.apps.acts.models import Block, Grant
from fengni.apps.agreements import signing
from fengni.apps.agreements.models import Agreement, Partner, Share
from fengni.apps.common import display
from fengni.apps.common.identifiers import uuid7
from fengni.apps.consents import register as consents
from fengni.apps.consents.telling import Giving
from fengni.apps.guests import links
from fengni.apps.guests.links import NewLink, Recalled
from fengni.apps.vault.queries.materials import document_heads
from fengni.apps.vault.store.house import house
from fengni.core.errors import BadInput, Denied
from fengni.core.vault.catalogue import ELEMENTS

LIES: Final = display.Lies("agreements_partner", "sealed", revision="t.revision")
LASTS: Final = timedelta(days=7)
LONGEST: Final = timedelta(days=90)
VIEWS: Final = 20
SENSITIVE: Final = frozenset({"L3", "L4"})
_WAYS: Final = ("mobile", "email")
_OF_MATTER, _OVER = "matter", "agreements.matter-over"
_BY_LAW: Final = frozenset({"purpose.change_registration"})  # filing is a legal duty: PIPL art. 13 (1) 3


@dataclass(frozen=True, slots=True)
class Contact:
    """A partner in clear, for one act or page."""

    name: str
    contact: str = ""
    mobile: str = ""
    email: str = ""

    @property
    def way(self) -> tuple[str, str]:
        """Where a code goes: (mobile or email, the address), or two empty strings."""
        return next(((kind, getattr(self, kind)) for kind in _WAYS if getattr(self, kind)), ("", ""))


def seal_contact(partner_id: UUID, revision: int, contact: Contact) -> bytes:
    """The sealed name and contact of a partner."""
    shown = {kind: value for kind in ("name", "contact", *_WAYS) if (value := getattr(contact, kind))}
    return display.sealing(house().tenant_id).seal_masks([(partner_id, revision, shown)])[0]


def contacts(partners: Collection[Partner]) -> dict[UUID, Contact]:
    """Partners in clear."""
    rows = [(one.id, one.revision, bytes(one.sealed)) for one in partners]
    opened = house().display_key.open_masks(rows) if rows else []
    return {one.id: Contact(**shown) for one, shown in zip(partners, opened, strict=True)}


def is_sensitive(kind: str) -> bool:
    """Whether a kind of field is shown one at a time."""
    return ELEMENTS[kind].grade in SENSITIVE


def page_field(material_id: UUID) -> str:
    """How a document is named among the fields of a grant."""
    return f"material:{material_id.hex}"


def state_of(share: Share, agreement: Agreement | None, at: datetime) -> str:
    """prepared, live, recalled, expired, used_up or uncovered."""
    if share.recalled_at is not None:
        return "recalled"
    if share.sent_at is None:
        return "prepared"
    if share.until <= at:
        return "expired"
    if share.views >= share.most_views:
        return "used_up"
    covered = agreement is not None and agreement.state == "in_force" and agreement.until and at < agreement.until
    return "live" if covered else "uncovered"


def refuse_ended(share: Share, at: datetime) -> None:
    """Raise Denied with the reason when a share is not live."""
    agreement = signing.holding(at).filter(id=share.agreement_id).first() if share.agreement_id else None
    state = state_of(share, agreement, at)
    if state != "live":
        raise Denied(f"agreements.share-{state.replace('_', '-')}")


def about(share: Share) -> dict[UUID, tuple[str, ...]]:
    """Whom a share is about, and which fields and documents it names."""
    named = [(UUID(subject), kind) for subject, kind in share.selection if UUID(subject) != share.client_id]
    heads = document_heads([UUID(page) for page in share.pages]).values()
    named += [(head.subject_id, f"material_{head.kind}") for head in heads if head.subject_id]
    found: dict[UUID, tuple[str, ...]] = {}
    for person, kind in dict.fromkeys(named):
        found[person] = (*found.get(person, ()), kind)
    return found


def by_consent(purpose: str) -> bool:
    """Whether giving for a purpose rests on the person's consent (PIPL art. 23, 29)."""
    return purpose not in _BY_LAW


def givings(person_id: UUID, matter_id: UUID, at: datetime) -> tuple[Giving, ...]:
    """Which partners see, or are about to see, what of a person in a matter: shares prepared or sent and not over."""
    found: dict[tuple[UUID, str], set[str]] = {}
    for row in Share.objects.filter(matter_id=matter_id, recalled_at=None, until__gt=at).order_by("id"):
        if kinds := about(row).get(person_id):
            found.setdefault((row.partner_id, row.purpose), set()).update(kinds)
    return tuple(
        Giving(partner_id, purpose, tuple(sorted(kinds)), by_consent(purpose))
        for (partner_id, purpose), kinds in found.items()
    )


def consents_of(share: Share, persons: Iterable[UUID] | None = None) -> dict[UUID, str]:
    """How each person's yes to a share stands: given, unproved, withdrawn or none; nobody where none is needed."""
    if not by_consent(share.purpose):
        return {}
    wanted, states = about(share), dict[UUID, str]()
    for person in wanted if persons is None else [one for one in persons if one in wanted]:
        stands = consents.standing(person, share.matter_id)
        covered = stands.covers_giving(share.partner_id, share.purpose, wanted[person])
        state = stands.scopes[consents.PARTNER]
        states[person] = consents.GIVEN if covered else consents.NONE if state == consents.GIVEN else state
    return states


def refuse_unconsented(share: Share, persons: Iterable[UUID]) -> None:
    """Raise Denied when the yes of one of these persons does not stand."""
    if set(consents_of(share, persons).values()) - {consents.GIVEN}:
        raise Denied("agreements.share-not-consented")


def end_of_matter(matter_id: UUID, at: datetime) -> int:
    """A matter is closed: what is shared of it dies, and nothing is shared of it any more. Returns how many died."""
    Block.objects.create(
        id=uuid7(), tenant_id=acting().actor.tenant_id, kind=_OF_MATTER, subject=matter_id.hex, code=_OVER,
        created_at=at,
    )  # fmt: skip
    return recall_shares(matter_id=matter_id, at=at)


def refuse_over(matter_id: UUID) -> None:
    """Raise BadInput for a matter that was closed."""
    if Block.objects.filter(kind=_OF_MATTER, subject=matter_id.hex, lifted_at=None).exists():
        raise BadInput(_OVER)


def send(share: Share, *, at: datetime) -> NewLink:
    """Grants and a link. Raises BadInput without an agreement in force, without the yes of everybody it is about, for
    a share that was sent or recalled, or of a matter that was closed."""
    refuse_over(share.matter_id)
    if share.sent_at is not None or share.recalled_at is not None:
        raise BadInput("agreements.share-sent-already")
    partner = Partner.objects.select_for_update().filter(id=share.partner_id, ended_at=None).first()
    agreement = signing.in_force(signing.PARTNER, share.partner_id, at)
    if partner is None or agreement is None or agreement.until is None:
        raise BadInput("agreements.no-agreement")
    missing = sum(state != consents.GIVEN for state in consents_of(share).values())
    if missing:
        raise BadInput("agreements.consent-missing", persons=missing)
    until = min(share.until, agreement.until)
    way, address = contacts([partner])[partner.id].way
    made = links.invite(
        kind=signing.PARTNER, subject_id=partner.id, client_id=share.client_id, matter_id=share.matter_id, at=at,
        expires_at=until, contact=way, address=address,
    )  # fmt: skip
    _grant(share, made.guest_id, agreement, until, at)
    share.agreement_id, share.guest_id, share.link_id, share.sent_at = agreement.id, made.guest_id, made.link_id, at
    share.until = until
    share.save()
    Share.objects.filter(guest_id=made.guest_id, recalled_at=None).update(link_id=made.link_id)  # earlier ones go on
    return made


def _grant(share: Share, guest_id: UUID, agreement: Agreement, until: datetime, at: datetime) -> None:
    kinds: dict[UUID, list[str]] = {}
    for subject, kind in share.selection:
        kinds.setdefault(UUID(subject), []).append(kind)
    for page in share.pages:
        kinds.setdefault(share.client_id, []).append(page_field(UUID(page)))
    Grant.objects.bulk_create(
        Grant(
            id=uuid7(), tenant_id=share.tenant_id, member_id=guest_id, client_id=share.client_id,
            person_id=None if subject == share.client_id else subject, fields=sorted(fields),
            purposes=[share.purpose], agreement=agreement.id.hex + share.id.hex, until=until, created_at=at,
        )
        for subject, fields in kinds.items()
    )  # fmt: skip


def recall(share: Share, at: datetime) -> Recalled:
    """End a share, its grants and, when it was the guest's last, the link. Tells whether the link was opened."""
    if share.recalled_at is None:
        share.recalled_at = at
        share.save(update_fields=["recalled_at"])
    if share.guest_id is None or share.link_id is None:
        return Recalled(False, 0, 0, 0)
    Grant.objects.filter(member_id=share.guest_id, agreement__endswith=share.id.hex, until__gt=at).update(until=at)
    if live(at).filter(guest_id=share.guest_id).exists():
        state = links.states([share.link_id], at)[share.link_id]
        return Recalled(state.opens > 0, state.opens, state.previews, state.asks)
    return links.recall(share.link_id, at)


def live(at: datetime) -> QuerySet[Share]:
    """Shares that are sent, not recalled and not expired."""
    return Share.objects.filter(recalled_at=None, until__gt=at).exclude(sent_at=None)


def live_shares(matter_id: UUID, at: datetime) -> list[Share]:
    """Live shares of a matter."""
    return list(live(at).filter(matter_id=matter_id))


def recall_shares(
    *, at: datetime, matter_id: UUID | None = None, person_id: UUID | None = None, partner_id: UUID | None = None
) -> int:
    """Recall every share of a matter, about a person or with a partner that is not over; returns how many."""
    wanted = Q(recalled_at=None)
    if matter_id is not None:
        wanted &= Q(matter_id=matter_id)
    if partner_id is not None:
        wanted &= Q(partner_id=partner_id)
    rows = list(Share.objects.select_for_update().filter(wanted).order_by("id"))
    if person_id is not None:
        heads = document_heads({UUID(page) for row in rows for page in row.pages})
        about = {one.hex for one, head in heads.items() if head.subject_id == person_id}
        rows = [
            row for row in rows
            if about & set(row.pages) or any(subject == person_id.hex for subject, _ in row.selection)
        ]  # fmt: skip
    for row in rows:
        recall(row, at)
    return len(rows)
