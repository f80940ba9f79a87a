"""Acts on agreements, partners and shares.

Rules: a partner sees what a share names and nothing else, one subject at a time and one sensitive value at a time; each
view is one entry about each person, with the fields. Whatever ended (share, agreement, link) refuses in the same
instant. Previewing opens nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from fengni.apps.acts.acting import Outcome, act, acting
from fengni.apps.agreements import assessing, sharing, signing
from fengni.apps.agreements.models import Agreement, Assessment, Partner, Share, ShareView
from fengni.apps.agreements.sharing import Contact
from fengni.apps.common.identifiers import uuid7
from fengni.apps.guests import links
from fengni.apps.guests.links import NewLink, Recalled
from fengni.apps.guests.models import Guest
from fengni.apps.ledger.inbox import Seen
from fengni.apps.parties import queries as parties
from fengni.apps.vault.queries.materials import document_heads, materials
from fengni.apps.vault.store import materials as pictures
from fengni.apps.vault.store.house import house
from fengni.apps.vault.store.records import Writing, refuse_sealed, stored
from fengni.core.access.actor import GUEST_ROLES, Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import BadInput, Denied
from fengni.core.pictures.render import Watermark
from fengni.core.vault.catalogue import DOCUMENT, ELEMENTS, purposes, recipients
from fengni.definitions import Lang

HANDLERS: Final = ("owner", "lead", "agent")
PURPOSES: Final = (
    "purpose.address_service", "purpose.accounting", "purpose.bank_visit", "purpose.notarise",
    "purpose.change_registration",
)  # fmt: skip
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """Values of one subject for the partner's screen. No part of `repr`."""

    subject_id: UUID
    values: tuple[tuple[str, str], ...] = field(repr=False)
    until: datetime


def _partner(actor: Actor, partner_id: UUID) -> Resource:
    if not Partner.objects.filter(id=partner_id, ended_at=None).exists():
        raise Denied("agreements.no-such-partner")
    return Resource("agreements:partner", partner_id, actor.tenant_id)


def _agreement(actor: Actor, agreement_id: UUID) -> Resource:
    """An agreement; a guest has only the own."""
    found = Agreement.objects.filter(id=agreement_id).first()
    if found is None or (actor.roles & GUEST_ROLES and not _is_of(found, actor)):
        raise Denied("agreements.no-such-agreement")
    return Resource("agreements:agreement", found.id, actor.tenant_id)


def _is_of(agreement: Agreement, actor: Actor) -> bool:
    guest = Guest.objects.filter(id=actor.id).first()
    if guest is None or guest.kind != agreement.party_kind:
        return False
    if guest.kind == signing.PARTNER:
        return guest.subject_id == agreement.party_id
    return guest.client_id == agreement.party_id and agreement.matter_id in (None, guest.matter_id)


def _client(actor: Actor, client_id: UUID) -> Resource:
    if not parties.client_exists(client_id=client_id):
        raise Denied("parties.no-such-client")
    return Resource("parties:client", client_id, actor.tenant_id, clients=frozenset({client_id}))


def _share(actor: Actor, share_id: UUID) -> Resource:
    found = Share.objects.filter(id=share_id).first()
    if found is None:
        raise Denied("agreements.no-such-share")
    return Resource("agreements:share", found.id, actor.tenant_id, clients=frozenset({found.client_id}))


def _own_share(actor: Actor, share_id: UUID, at: datetime) -> Share:
    """The guest's own share, alive. Raises Denied with the reason."""
    found = Share.objects.select_for_update().filter(id=share_id, guest_id=actor.id).first()
    if found is None or found.guest_id is None:
        raise Denied("agreements.no-such-share")
    sharing.refuse_ended(found, at)
    return found


def _viewed(actor: Actor, at: datetime, share_id: UUID, subject_id: UUID, kinds: tuple[str, ...]) -> Resource:
    share = _own_share(actor, share_id, at)
    if not kinds or any([subject_id.hex, kind] not in share.selection for kind in kinds):
        raise Denied("agreements.not-shared")
    persons = () if subject_id == share.client_id else (subject_id,)
    sharing.refuse_unconsented(share, persons)
    clients = frozenset({share.client_id})
    return Resource("agreements:share", share.id, actor.tenant_id, clients, persons, frozenset(kinds))


def _paged(actor: Actor, at: datetime, share_id: UUID, material_id: UUID) -> Resource:
    share = _own_share(actor, share_id, at)
    head = document_heads([material_id]).get(material_id)
    if material_id.hex not in share.pages or head is None:
        raise Denied("agreements.not-shared")
    clients, kinds = frozenset({share.client_id}), frozenset({sharing.page_field(material_id)})
    persons = (head.subject_id,) if head.subject_id else ()
    sharing.refuse_unconsented(share, persons)
    return Resource("agreements:share", share.id, actor.tenant_id, clients, persons, kinds)


@act("agreements:partner:add", roles=(*HANDLERS, "dpo"))
def add_partner(
    *, actor: Actor, at: datetime, name: str, contact: str = "", mobile: str = "", email: str = ""
) -> Outcome[UUID]:
    """A partner, sealed, and the offer of its agreement. Raises BadInput without a name, or for a wrong contact."""
    given = _contact(name, contact, mobile, email)
    partner_id = uuid7()
    sealed = sharing.seal_contact(partner_id, 1, given)
    Partner.objects.create(id=partner_id, tenant_id=actor.tenant_id, sealed=sealed, created_at=at)
    signing.offer(party_kind=signing.PARTNER, party_id=partner_id, at=at)
    return Outcome(partner_id, resource=Resource("agreements:partner", partner_id, actor.tenant_id))


@act("agreements:partner:edit", roles=(*HANDLERS, "dpo"), resource=_partner)
def edit_partner(
    *,
    actor: Actor,
    at: datetime,
    partner_id: UUID,
    name: str = "",
    contact: str = "",
    mobile: str = "",
    email: str = "",
) -> Outcome[None]:
    """Another name or way to reach a partner. What is left empty stays as it was: the old value is never shown."""
    partner = Partner.objects.select_for_update().get(id=partner_id)
    old = sharing.contacts([partner])[partner_id]
    given = _contact(name or old.name, contact or old.contact, mobile or old.mobile, email or old.email)
    partner.revision += 1
    partner.sealed = sharing.seal_contact(partner_id, partner.revision, given)
    partner.save(update_fields=["sealed", "revision"])
    return Outcome(None)


@act("agreements:partner:assess", roles=("owner", "lead", "dpo"), resource=_partner)
def assess_partner(
    *, actor: Actor, at: datetime, partner_id: UUID, answers: Mapping[str, bool], trained_on: date | None = None
) -> Outcome[bool]:
    """The yearly questionnaire about a partner. Returns whether the answers suffice.

    Raises BadInput unless each question has an answer, and for a day of training that is to come.
    """
    asked = assessing.questions()
    if set(answers) != {one.code for one in asked}:
        raise BadInput("agreements.answers-missing")
    if trained_on is not None and trained_on > at.date():
        raise BadInput("agreements.trained-in-future")
    Assessment.objects.create(
        tenant_id=actor.tenant_id, partner_id=partner_id, version=assessing.version(), answers=dict(answers),
        trained_on=trained_on, assessed_by=actor.id, assessed_at=at, entry_id=acting().entry_id,
    )  # fmt: skip
    enough = assessing.suffices(assessing.newest([partner_id])[partner_id])
    facts: dict[str, int | str] = {"yes": sum(answers.values()), "asked": len(asked), "suffices": int(enough)}
    return Outcome(enough, facts=facts | {"trained": int(trained_on is not None)})


@act("agreements:partner:end", roles=("owner", "lead", "dpo"), resource=_partner)
def end_partner(*, actor: Actor, at: datetime, partner_id: UUID) -> Outcome[int]:
    """Stop working with a partner: agreements end, shares and links die. Returns how many shares died."""
    Partner.objects.filter(id=partner_id).update(ended_at=at)
    standing = signing.of_party(signing.PARTNER, partner_id).exclude(state=Agreement.State.ENDED)
    standing.update(state=Agreement.State.ENDED, ended_at=at)
    died = sharing.recall_shares(partner_id=partner_id, at=at)
    guests = Guest.objects.filter(kind=signing.PARTNER, subject_id=partner_id).values_list("id", flat=True)
    links.recall_of(guest_ids=list(guests), at=at)
    return Outcome(died, facts={"shares": died})


@act("agreements:partner:invite", roles=(*HANDLERS, "dpo"), resource=_partner)
def invite_partner(*, actor: Actor, at: datetime, partner_id: UUID, expires_at: datetime) -> Outcome[NewLink]:
    """A link to read and accept the agreement, shown to the inviter once."""
    partner = Partner.objects.get(id=partner_id)
    signing.offer(party_kind=signing.PARTNER, party_id=partner_id, at=at)
    way, address = sharing.contacts([partner])[partner_id].way
    made = links.invite(
        kind=signing.PARTNER, subject_id=partner_id, client_id=None, matter_id=None, at=at, expires_at=expires_at,
        contact=way, address=address,
    )  # fmt: skip
    return Outcome(made, facts={"contact": way or "none"})


@act("agreements:agreement:offer", roles=HANDLERS, resource=_client, scoped=True)
def offer_agreement(*, actor: Actor, at: datetime, client_id: UUID, matter_id: UUID) -> Outcome[UUID]:
    """The client's agreement for one matter: what waits or holds already, or a new offer."""
    made = signing.offer(party_kind=signing.CLIENT, party_id=client_id, matter_id=matter_id, at=at)
    return Outcome(made.id, facts={"version": f"v{made.version}", "text": made.text_hash})


@act("agreements:agreement:accept", roles=GUEST_ROLES, resource=_agreement)
def accept_agreement(
    *, actor: Actor, at: datetime, agreement_id: UUID, text_hash: str, assurance: str, lang: Lang
) -> Outcome[UUID]:
    """A guest's word. `text_hash` is of the text on the screen. Raises BadInput when it is not the offered one."""
    agreement = Agreement.objects.select_for_update().get(id=agreement_id)
    if text_hash != agreement.text_hash:
        raise BadInput("agreements.text-changed")
    guest = Guest.objects.get(id=actor.id)
    signing.accept(agreement, guest=guest, assurance=assurance, lang=lang, at=at)
    seen = (Seen(guest.subject_id),) if guest.kind == signing.CLIENT else ()
    facts = {"version": f"v{agreement.version}", "text": agreement.text_hash, "assurance": assurance}
    return Outcome(agreement.id, seen=seen, facts=facts)


@act("agreements:agreement:end", roles=("owner", "lead", "dpo"), resource=_agreement)
def end_agreement(*, actor: Actor, at: datetime, agreement_id: UUID) -> Outcome[int]:
    """End an agreement before its time. What a partner was shown under it dies at once; returns how many shares."""
    agreement = Agreement.objects.select_for_update().get(id=agreement_id)
    agreement.state, agreement.ended_at = Agreement.State.ENDED, at
    agreement.save(update_fields=["state", "ended_at"])
    died = 0
    if agreement.party_kind == signing.PARTNER:
        died = sharing.recall_shares(partner_id=agreement.party_id, at=at)
    return Outcome(died, facts={"shares": died})


@act("agreements:share:prepare", roles=HANDLERS, resource=_client, scoped=True)
def prepare_share(
    *, actor: Actor, at: datetime, client_id: UUID, matter_id: UUID, partner_id: UUID, purpose: str,
    selection: Sequence[tuple[UUID, str]], pages: Sequence[UUID] = (), until: datetime | None = None,
    most_views: int = sharing.VIEWS,
) -> Outcome[UUID]:  # fmt: skip
    """A share that gives nothing yet: it is previewed first, then sent.

    Raises BadInput for an unknown purpose, partner or field, a field that is not kept for the purpose, for nothing
    selected, a wrong end or number of views, or for a matter that was closed.
    """
    sharing.refuse_over(matter_id)
    until = until or at + sharing.LASTS
    if purpose not in PURPOSES:
        raise BadInput("agreements.purpose-unknown")
    if not Partner.objects.filter(id=partner_id, ended_at=None).exists():
        raise BadInput("agreements.no-such-partner")
    if not at < until <= at + sharing.LONGEST or not 0 < most_views <= _LONGEST:
        raise BadInput("agreements.share-too-long", days=sharing.LONGEST.days, views=_LONGEST)
    chosen = _selected(client_id, selection, purpose)
    if not chosen and not pages:
        raise BadInput("agreements.nothing-selected")
    kept = {one.id: one.kind for one in materials(actor=actor, at=at, client_id=client_id)} if pages else {}
    if not set(pages) <= set(kept):
        raise BadInput("agreements.field-unknown")
    for page in pages:
        _refuse_beyond(f"{DOCUMENT}{kept[page]}", purpose)
    share = Share.objects.create(
        tenant_id=actor.tenant_id, client_id=client_id, matter_id=matter_id, partner_id=partner_id, purpose=purpose,
        selection=chosen, pages=[one.hex for one in pages], until=until, most_views=most_views, made_by=actor.id,
        created_at=at,
    )  # fmt: skip
    clients = frozenset({client_id})
    facts: dict[str, int | str] = {"partner": partner_id.hex, "fields": len(chosen), "pages": len(pages)}
    return Outcome(share.id, resource=Resource("agreements:share", share.id, actor.tenant_id, clients), facts=facts)


@act("agreements:share:send", roles=HANDLERS, resource=_share, scoped=True)
def send_share(*, actor: Actor, at: datetime, share_id: UUID) -> Outcome[NewLink]:
    """What was previewed goes into force: grants under the agreement, and a link that is shown once.

    Raises BadInput without an agreement in force, without the yes of everybody it is about where that is the ground, or
    when the share was sent already.
    """
    share = Share.objects.select_for_update().get(id=share_id)
    made = sharing.send(share, at=at)
    seen = tuple(Seen(person, kinds) for person, kinds in sharing.about(share).items())
    facts: dict[str, int | str] = {"partner": share.partner_id.hex, "until": int(share.until.timestamp())}
    facts["agreement"] = _hex(share.agreement_id)
    return Outcome(made, seen=seen, facts=facts)


@act("agreements:share:recall", roles=HANDLERS, resource=_share, scoped=True)
def recall_share(*, actor: Actor, at: datetime, share_id: UUID) -> Outcome[Recalled]:
    """End a share at once, and tell what had been opened."""
    share = Share.objects.select_for_update().get(id=share_id)
    done = sharing.recall(share, at)
    seen = tuple(Seen(person) for person in sharing.about(share))
    return Outcome(done, seen=seen, facts={"views": share.views, "opened": int(done.opened)})


@act("agreements:share:view", roles=("partner",), resource=_viewed, purposes=PURPOSES, scoped=True, protected=True)
def view_share(
    *, actor: Actor, at: datetime, share_id: UUID, subject_id: UUID, kinds: tuple[str, ...], purpose: str
) -> Outcome[Shown]:
    """Values of one subject that a share names. Raises Denied with the reason when it is over or the person's yes does
    not stand, BadInput when more than one sensitive value is asked for."""
    if sum(sharing.is_sensitive(kind) for kind in kinds) > 1 or len(set(kinds)) != len(kinds):
        raise BadInput("agreements.one-at-a-time")
    share = Share.objects.select_for_update().get(id=share_id)
    _count(share, at, subject_id, kinds)
    wanted = {ELEMENTS[kind].record_class for kind in kinds}
    fields: dict[str, str] = {}
    for record_class in sorted(wanted):
        rows = stored([(share.client_id, subject_id)], record_class, lock="SHARE")
        refuse_sealed({row.unit_id for row in rows})
        if rows:
            fields |= Writing(house(), at).open(rows)[0]
    values = tuple((kind, fields.get(kind, "")) for kind in kinds)
    seen = (
        ()
        if subject_id == share.client_id
        else (Seen(subject_id, kinds, clear=int(any(value for _, value in values))),)
    )
    return Outcome(Shown(subject_id, values, share.until), seen=seen, facts={"view": share.views})


@act("agreements:share:page", roles=("partner",), resource=_paged, purposes=PURPOSES, scoped=True, protected=True)
def view_page(
    *, actor: Actor, at: datetime, share_id: UUID, material_id: UUID, page: int, purpose: str, watermark: Watermark
) -> Outcome[bytes]:
    """One page of a shared document as a watermarked picture."""
    share = Share.objects.select_for_update().get(id=share_id)
    head = document_heads([material_id])[material_id]
    refuse_sealed({head.unit_id})
    kinds = (f"material_{head.kind}",)
    _count(share, at, head.subject_id or share.client_id, kinds)
    image = pictures.page_image(material_id, page, watermark)
    seen = (Seen(head.subject_id, kinds, clear=1),) if head.subject_id else ()
    return Outcome(image, seen=seen, facts={"view": share.views, "page": page})


def _count(share: Share, at: datetime, subject_id: UUID, kinds: tuple[str, ...]) -> None:
    share.views, share.last_view = share.views + 1, at
    share.save(update_fields=["views", "last_view"])
    ShareView.objects.create(
        tenant_id=share.tenant_id, share_id=share.id, entry_id=acting().entry_id, subject_id=subject_id,
        kinds=list(kinds), seen_at=at,
    )  # fmt: skip


def _contact(name: str, contact: str, mobile: str, email: str) -> Contact:
    given = Contact(name.strip(), contact.strip(), mobile.strip(), email.strip())
    if len(given.name) < 2:
        raise BadInput("agreements.partner-name-missing")
    if max(map(len, (given.name, given.contact, given.mobile, given.email))) > _LONGEST:
        raise BadInput("agreements.partner-too-long", most=_LONGEST)
    if given.mobile and not given.mobile.lstrip("+").isdigit():
        raise BadInput("vault.mobile-wrong")
    if given.email and ("@" not in given.email[1:-1] or "*" in given.email):
        raise BadInput("agreements.email-wrong")
    return given


def _selected(client_id: UUID, selection: Sequence[tuple[UUID, str]], purpose: str) -> list[list[str]]:
    chosen = []
    for subject, kind in dict.fromkeys(selection):
        about = ELEMENTS.get(kind)
        wanted = "client" if subject == client_id else "person"
        if about is None or about.subject != wanted or about.record_class == "secret":
            raise BadInput("agreements.field-unknown")
        if wanted == "person" and not parties.is_in_file(client_id=client_id, person_id=subject):
            raise BadInput("agreements.field-unknown")
        _refuse_beyond(kind, purpose)
        chosen.append([subject.hex, kind])
    return chosen


def _refuse_beyond(kind: str, purpose: str) -> None:
    """Raise BadInput for a kind of field or document that is not kept for a purpose, or not for partners."""
    if purpose not in purposes(kind) or "partner" not in recipients(kind):
        raise BadInput("agreements.field-beyond-purpose", field=f"field.{kind}", purpose=purpose)


def _hex(one: UUID | None) -> str:
    return one.hex if one is not None else "none"
