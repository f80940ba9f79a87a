"""Agreements: texts by version, offered, accepted, in force, ended. Parts of acts.

Rules: what is accepted is one version of one text, named by the hash of both its languages. A newer version has to be
accepted anew when the older one runs out; until then that one holds. What a guest accepted with a code that staff read
out does not count until the guest confirms, afterwards, with a code sent by a gateway (`Guest.confirmed_at`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from fengni.apps.acts.acting import acting
from fengni.apps.agreements.models import Agreement
from fengni.apps.guests.links import INDEPENDENT
from fengni.apps.guests.models import Guest
from fengni.core.errors import BadInput, Denied
from fengni.definitions import Lang, load

CLIENT, PARTNER = "client", "partner"
TEMPLATES: Final = {CLIENT: "client_nda", PARTNER: "partner_nda"}


@dataclass(frozen=True, slots=True)
class Text:
    """One version of an agreement's text: title and clauses by language, and how many days it holds.

    `canonical` are the bytes that `digest` is the SHA-256 of.
    """

    template: str
    version: str
    days: int
    titles: tuple[str, str]
    clauses: tuple[tuple[str, str], ...]
    canonical: bytes
    digest: str

    def title(self, lang: Lang) -> str:
        """The title."""
        return self.titles[lang == "en"]

    def said(self, lang: Lang) -> list[str]:
        """The clauses in order."""
        return [clause[lang == "en"] for clause in self.clauses]


@cache
def text_of(template: str, version: str = "") -> Text:
    """A text by name and version, the newest without one. Raises BadInput when there is none."""
    versions = load("agreements").get(template, {})
    version = version or max(versions, default="")
    if version not in versions:
        raise BadInput("agreements.text-unknown")
    raw = versions[version]
    titles = (raw["title"]["zh"], raw["title"]["en"])
    clauses = tuple((one["zh"], one["en"]) for one in raw["clauses"])
    shown = json.dumps([titles, clauses], ensure_ascii=False, separators=(",", ":"))
    canonical = f"{template}\n{version}\n{shown}".encode()
    return Text(template, version, raw["days"], titles, clauses, canonical, hashlib.sha256(canonical).hexdigest())


def offer(*, party_kind: str, party_id: UUID, at: datetime, matter_id: UUID | None = None) -> Agreement:
    """The agreement a party is asked to accept: the one that waits or holds already, or a new offer."""
    text = text_of(TEMPLATES[party_kind])
    standing = of_party(party_kind, party_id, matter_id=matter_id).exclude(state=Agreement.State.ENDED)
    found = standing.filter(version=text.version).exclude(until__lte=at).first()
    return found or Agreement.objects.create(
        tenant_id=acting().actor.tenant_id,
        party_kind=party_kind,
        party_id=party_id,
        matter_id=matter_id,
        template=text.template,
        version=text.version,
        text_hash=text.digest,
        created_at=at,
    )


def accept(agreement: Agreement, *, guest: Guest, assurance: str, lang: Lang, at: datetime) -> Agreement:
    """Put it in force. Raises Denied when it is not offered any more."""
    if agreement.state != Agreement.State.OFFERED:
        raise Denied("agreements.not-offered")
    text = text_of(agreement.template, agreement.version)
    agreement.state, agreement.accepted_by, agreement.accepted_at = Agreement.State.IN_FORCE, guest.id, at
    agreement.assurance, agreement.language = assurance, lang
    agreement.until = at + timedelta(days=text.days)
    agreement.save()
    return agreement


def of_party(party_kind: str, party_id: UUID, *, matter_id: UUID | None = None) -> QuerySet[Agreement]:
    """Agreements of a party, the newest first."""
    found = Agreement.objects.filter(party_kind=party_kind, party_id=party_id)
    return (found.filter(matter_id=matter_id) if matter_id else found).order_by("-created_at")


def holding(at: datetime) -> QuerySet[Agreement]:
    """Agreements in force whose guest proved to be the one: by the session's code, or confirmed later."""
    confirmed = Guest.objects.filter(id=OuterRef("accepted_by"), confirmed_at__gte=OuterRef("accepted_at"))
    return Agreement.objects.filter(Q(assurance=INDEPENDENT) | Exists(confirmed), state="in_force", until__gt=at)


def in_force(party_kind: str, party_id: UUID, at: datetime, *, matter_id: UUID | None = None) -> Agreement | None:
    """The agreement that covers a party now, or None."""
    found = holding(at).filter(party_kind=party_kind, party_id=party_id)
    return (found.filter(matter_id=matter_id) if matter_id else found).order_by("-until").first()


def matters_covered(matter_ids: Collection[UUID], at: datetime) -> set[UUID]:
    """Which of these matters have a client agreement in force."""
    found = holding(at).filter(party_kind=CLIENT, matter_id__in=matter_ids)
    return {one for one in found.values_list("matter_id", flat=True) if one is not None}
