"""An agreement on paper: the text of its version, who accepted it when and how, and the bytes that its hash is of.

Rules: a person is named by mask, a partner by its organisation. The text lies inside as a file whose SHA-256 is the
hash that was accepted, so that anybody can compare them without us.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils import timezone

from fengni.apps.agreements import sharing, signing
from fengni.apps.agreements.models import Agreement, Partner
from fengni.apps.common.typesetting import facts, when
from fengni.apps.guests.models import Guest
from fengni.apps.vault.queries.lists import displays
from fengni.core.printing import Attachment, Block, Heading, Paper, Points, Text
from fengni.definitions import Lang, text

ATTACHED: Final = "fengni-agreement.txt"


def agreement(row: Agreement, *, state: str, house: str, fingerprint: str, lang: Lang, at: datetime) -> Paper:
    """The paper of one agreement as it stands at `at`."""
    said = signing.text_of(row.template, row.version)
    party, person = _party(row)
    accepted: tuple[tuple[str, str], ...] = ()
    if row.accepted_at is not None:
        shown = {"zh": "lang.name-zh", "en": "lang.name-en"}[row.language or "zh"]
        accepted = (
            ("paper.agreement.accepted-by", f"{party} {person}".strip()),
            ("paper.agreement.accepted-at", when(row.accepted_at, lang)),
            ("paper.agreement.how", text(f"consents.assurance.{row.assurance}", lang)),
            ("paper.agreement.shown-in", text(f"paper.agreement.{shown}", lang)),
        )
    if row.until is not None:
        accepted += (("paper.agreement.until", when(row.ended_at or row.until, lang)),)
    return Paper(
        title=said.title(lang),
        lang=lang,
        made_on=timezone.localdate(row.accepted_at or row.created_at),
        kicker=f"{house} · {text('paper.agreement.version', lang, version=row.version)}",
        foot=text("paper.agreement.foot", lang, hash=row.text_hash[:16]),
        blocks=(
            facts(
                lang,
                ("paper.agreement.between", f"{house} · {party}"),
                ("paper.agreement.state", text(f"agreements.state.{state}", lang)),
                ("paper.agreement.printed", when(at, lang)),
            ),
            Points(tuple(said.said(lang)), numbered=True),
            Heading(text("paper.agreement.accepted", lang)),
            facts(lang, *accepted) if accepted else Text(text("paper.agreement.not-accepted", lang)),
            *_hash(row.text_hash, fingerprint, lang),
        ),
        attachments=(Attachment(ATTACHED, said.canonical, text("paper.agreement.attached", lang), "text/plain"),),
    )


def _hash(digest: str, fingerprint: str, lang: Lang) -> tuple[Block, ...]:
    return (
        Heading(text("paper.agreement.hash", lang)),
        Text(text("paper.agreement.hash-text", lang, file=ATTACHED)),
        Text(digest, "code"),
        Text(text("paper.proof.fingerprint", lang, fingerprint=fingerprint), "code"),
        Text(text("paper.agreement.no-signature", lang), "quiet"),
    )


def _party(row: Agreement) -> tuple[str, str]:
    """(whose agreement it is, who accepted for it: masked, where it was a person of a client file)."""
    if row.party_kind == signing.PARTNER:
        partner = Partner.objects.get(id=row.party_id)
        contact = sharing.contacts([partner])[partner.id]
        return contact.name, contact.contact
    guest = Guest.objects.filter(id=row.accepted_by).first() if row.accepted_by else None
    places = [(row.party_id, row.party_id, "enterprise")]
    places += [(row.party_id, guest.subject_id, "identity")] if guest else []
    masks = {subject: one.masks for (_, subject, _), one in displays(places).items()}
    person = masks.get(guest.subject_id, {}).get("name", "") if guest else ""
    return masks.get(row.party_id, {}).get("company_name", ""), person
