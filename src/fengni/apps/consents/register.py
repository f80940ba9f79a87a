"""Notices by version, and the consents that rest on them. Parts of acts.

Scopes: `notice` says that the person was told (the ground is contract or law, not consent); `sensitive` is the separate
consent to pictures of documents (PIPL art. 29); `partner` the separate consent to giving named fields to partners
(art. 23). A yes with a code that staff read out does not count until the person confirms with a code sent by a gateway,
or says yes again in a session that was opened with such a code. What the items do not rest on is not asked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from fengni.apps.acts.acting import acting
from fengni.apps.common.identifiers import uuid7
from fengni.apps.consents.models import Consent
from fengni.apps.guests.links import INDEPENDENT
from fengni.apps.guests.models import Guest
from fengni.core.errors import BadInput
from fengni.definitions import Lang, load

NOTICE, SENSITIVE, PARTNER = "notice", "sensitive", "partner"
SCOPES: Final = (NOTICE, SENSITIVE, PARTNER)
BY_CONSENT: Final = "separate_consent"
GIVEN, UNPROVED, WITHDRAWN, NONE = "given", "unproved", "withdrawn", "none"


@dataclass(frozen=True, slots=True)
class Notice:
    """One version: cards as (code, title, text) by language; texts of the scopes by language; the hash of all."""

    version: str
    cards: tuple[tuple[str, tuple[str, str], tuple[str, str]], ...]
    scopes: tuple[tuple[str, tuple[str, str], tuple[str, str]], ...]
    digest: str

    def told(self, lang: Lang) -> list[tuple[str, str, str]]:
        """The cards in a language: code, title, text."""
        return [(code, title[lang == "en"], text[lang == "en"]) for code, title, text in self.cards]

    def asked(self, lang: Lang) -> list[tuple[str, str, str]]:
        """The scopes in a language: code, question, what a no means."""
        return [(code, title[lang == "en"], text[lang == "en"]) for code, title, text in self.scopes]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands in a matter: scope → given, unproved, withdrawn or none.

    By scope as well: `since` when, and `assurance`, whose word it rests on (independent or staff).
    """

    scopes: dict[str, str]
    since: dict[str, datetime]
    assurance: dict[str, str]

    def covers(self, scope: str) -> bool:
        """Whether a scope may be relied on."""
        return self.scopes.get(scope) == GIVEN


@cache
def notice(version: str = "") -> Notice:
    """A notice by version, the newest without one. Raises BadInput when there is none."""
    versions = load("notices")
    version = version or max(versions)
    if version not in versions:
        raise BadInput("consents.notice-unknown")
    raw = versions[version]
    cards = tuple((one["code"], _both(one["title"]), _both(one["text"])) for one in raw["cards"])
    scopes = tuple((one["code"], _both(one["title"]), _both(one["text"])) for one in raw["scopes"])
    shown = json.dumps([cards, scopes], ensure_ascii=False, separators=(",", ":"))
    return Notice(version, cards, scopes, hashlib.sha256(f"{version}\n{shown}".encode()).hexdigest())


def _both(texts: dict[str, str]) -> tuple[str, str]:
    return texts["zh"], texts["en"]


def give(
    *, guest: Guest, scopes: Collection[str], text_hash: str, assurance: str, lang: Lang, at: datetime
) -> tuple[str, ...]:
    """Write what a guest said yes to; what stands already stays. Returns the scopes that are new.

    Raises BadInput for unknown scopes or when another text was on the screen.
    """
    shown = notice()
    if text_hash != shown.digest:
        raise BadInput("consents.text-changed")
    if not scopes or not set(scopes) <= set(SCOPES) or guest.matter_id is None:
        raise BadInput("consents.scope-unknown")
    stands = standing(guest.subject_id, guest.matter_id)
    held = set(_living(guest.subject_id, guest.matter_id).filter(text_hash=text_hash).values_list("scope", flat=True))
    there = {scope for scope in held if assurance != INDEPENDENT or stands.covers(scope)}
    fresh = tuple(scope for scope in SCOPES if scope in scopes and scope not in there)
    for scope in fresh:
        Consent.objects.create(
            id=uuid7(), tenant_id=acting().actor.tenant_id, person_id=guest.subject_id, matter_id=guest.matter_id,
            guest_id=guest.id, scope=scope, version=shown.version, text_hash=text_hash, language=lang,
            assurance=assurance, given_at=at,
        )  # fmt: skip
    return fresh


def needed(bases: Iterable[str]) -> tuple[str, ...]:
    """The scopes to ask for, by the bases of a person's items: pictures only where one rests on a separate consent.

    >>> needed(["contract", "legal_duty"])
    ('notice', 'partner')
    >>> needed(["contract", "separate_consent"])
    ('notice', 'sensitive', 'partner')
    """
    return tuple(scope for scope in SCOPES if scope != SENSITIVE or BY_CONSENT in bases)


def standing(person_id: UUID, matter_id: UUID) -> Standing:
    """How a person stands in a matter. The last answer to a scope counts."""
    scopes, since, assurance = dict.fromkeys(SCOPES, NONE), dict[str, datetime](), dict[str, str]()
    rows = list(Consent.objects.filter(person_id=person_id, matter_id=matter_id).order_by("given_at"))
    guests = {row.guest_id for row in rows}
    confirmed = dict(Guest.objects.filter(id__in=guests).values_list("id", "confirmed_at"))
    for row in rows:
        if row.withdrawn_at is not None:
            scopes[row.scope] = WITHDRAWN
        else:
            later = confirmed.get(row.guest_id)
            proved = row.assurance == INDEPENDENT or (later is not None and later >= row.given_at)
            scopes[row.scope] = GIVEN if proved else UNPROVED
        since[row.scope] = row.withdrawn_at or row.given_at
        assurance[row.scope] = row.assurance
    return Standing(scopes, since, assurance)


def withdraw(person_id: UUID, matter_id: UUID, scopes: Collection[str], at: datetime) -> tuple[str, ...]:
    """Take consents back, in one matter. Returns the scopes that stood."""
    rows = _living(person_id, matter_id).filter(scope__in=set(scopes) - {NOTICE})
    held = set(rows.values_list("scope", flat=True))
    stood = tuple(scope for scope in SCOPES if scope in held)
    rows.update(withdrawn_at=at)
    return stood


def matters_of(person_id: UUID) -> list[UUID]:
    """Matters in which a person gave a consent that stands."""
    rows = Consent.objects.filter(person_id=person_id, withdrawn_at=None).exclude(scope=NOTICE)
    return list(rows.order_by("matter_id").values_list("matter_id", flat=True).distinct())


def _living(person_id: UUID, matter_id: UUID) -> QuerySet[Consent]:
    return Consent.objects.filter(person_id=person_id, matter_id=matter_id, withdrawn_at=None)
