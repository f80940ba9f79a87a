"""The wording of notices by version, what was read, and the consents that rest on it. Parts of acts.

Scopes: `notice` says that the person was told (the ground is contract or law, not consent); `sensitive` is the separate
consent to pictures of documents (PIPL art. 29); `partner` the separate consent to giving named fields to partners
(art. 23). A yes with a code that staff read out does not count until the person confirms with a code sent by a gateway,
or says yes again in a session that was opened with such a code. What nothing rests on is not asked.

A yes covers what stood in the text it was given to: an item, a partner with purpose and fields. What came later needs a
yes of its own; the old one stays for what it covered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from fengni.apps.acts.acting import acting
from fengni.apps.common import display
from fengni.apps.common.identifiers import uuid7
from fengni.apps.consents.models import Consent, Reading
from fengni.apps.consents.telling import ITEM, Giving, Telling
from fengni.apps.guests.links import INDEPENDENT
from fengni.apps.guests.models import Guest
from fengni.apps.vault.store.house import house
from fengni.core.errors import BadInput
from fengni.definitions import Lang, load

NOTICE, SENSITIVE, PARTNER = "notice", "sensitive", "partner"
LIES: Final = display.Lies("consents_reading", "sealed")
SCOPES: Final = (NOTICE, SENSITIVE, PARTNER)
BY_CONSENT: Final = "separate_consent"
GIVEN, UNPROVED, WITHDRAWN, NONE = "given", "unproved", "withdrawn", "none"


def word(scope: str, state: str) -> str:
    """How a scope stands, for `consents.state.<word>`: nobody agrees to having been told.

    >>> word(NOTICE, GIVEN), word(SENSITIVE, GIVEN)
    ('told', 'given')
    """
    return "told" if (scope, state) == (NOTICE, GIVEN) else state


@dataclass(frozen=True, slots=True)
class Notice:
    """One version: cards as (code, title, text) by language; texts of the scopes by language."""

    version: str
    cards: tuple[tuple[str, tuple[str, str], tuple[str, str]], ...]
    scopes: tuple[tuple[str, tuple[str, str], tuple[str, str]], ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands in a matter: scope → given, unproved, withdrawn or none.

    By scope as well: `since` when, and `assurance`, whose word it rests on (independent or staff). `items` and
    `givings`: what proved yeses cover.
    """

    scopes: dict[str, str]
    since: dict[str, datetime]
    assurance: dict[str, str]
    items: frozenset[str]
    givings: tuple[Giving, ...]

    def covers(self, scope: str) -> bool:
        """Whether a scope may be relied on."""
        return self.scopes.get(scope) == GIVEN

    def covers_giving(self, partner_id: UUID, purpose: str, kinds: Collection[str]) -> bool:
        """Whether a partner may see these kinds of fields for the purpose."""
        said = [one.kinds for one in self.givings if (one.partner_id, one.purpose) == (partner_id, purpose)]
        return set(kinds) <= {kind for named in said for kind in named}


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
    return Notice(version, cards, scopes)


def _both(texts: dict[str, str]) -> tuple[str, str]:
    return texts["zh"], texts["en"]


def give(
    *, guest: Guest, told: Telling, scopes: Collection[str], assurance: str, lang: Lang, at: datetime
) -> tuple[str, ...]:
    """Write what a guest said yes to; what stands already stays. Returns the scopes that are new.

    The text is kept once, however often it is confirmed in a row. Raises BadInput for unknown scopes.
    """
    if not scopes or not set(scopes) <= set(SCOPES) or guest.matter_id is None:
        raise BadInput("consents.scope-unknown")
    stands = standing(guest.subject_id, guest.matter_id)
    reading = latest(guest.subject_id, guest.matter_id)
    if reading is None or reading.text_hash != told.digest:
        reading = _keep(guest, told, assurance, lang, at)
    held = set(_living(guest.subject_id, guest.matter_id).filter(reading_id=reading.id).values_list("scope", flat=True))
    there = {scope for scope in held if assurance != INDEPENDENT or stands.covers(scope)}
    fresh = tuple(scope for scope in SCOPES if scope in scopes and scope not in there)
    for scope in fresh:
        Consent.objects.create(
            id=uuid7(), tenant_id=acting().actor.tenant_id, person_id=guest.subject_id, matter_id=guest.matter_id,
            guest_id=guest.id, reading_id=reading.id, scope=scope, version=told.version, text_hash=told.digest,
            language=lang, assurance=assurance, given_at=at,
        )  # fmt: skip
    return fresh


def latest(person_id: UUID, matter_id: UUID) -> Reading | None:
    """What the person read last in a matter."""
    return Reading.objects.filter(person_id=person_id, matter_id=matter_id).order_by("-read_at", "-id").first()


def readers(matter_id: UUID) -> frozenset[UUID]:
    """The persons who read the notice of a matter."""
    return frozenset(Reading.objects.filter(matter_id=matter_id).values_list("person_id", flat=True))


def _keep(guest: Guest, told: Telling, assurance: str, lang: Lang, at: datetime) -> Reading:
    home, reading_id = house(), uuid7()
    if guest.matter_id is None:
        raise BadInput("consents.scope-unknown")
    [sealed] = display.sealing(home.tenant_id).seal_masks([(reading_id, 0, {"text": told.text})])
    return Reading.objects.create(
        id=reading_id, tenant_id=home.tenant_id, person_id=guest.subject_id, matter_id=guest.matter_id,
        guest_id=guest.id, version=told.version, text_hash=told.digest,
        sealed=sealed, parts=dict(told.parts),
        givings=[[one.partner_id.hex, one.purpose, list(one.kinds)] for one in told.givings], language=lang,
        assurance=assurance, read_at=at,
    )  # fmt: skip


def text_of(reading: Reading) -> str:
    """The text of a reading, byte for byte."""
    return house().display_key.open_masks([(reading.id, 0, bytes(reading.sealed))])[0]["text"]


def needed(bases: Iterable[str], givings: Iterable[Giving]) -> tuple[str, ...]:
    """The scopes to ask for: pictures where an item rests on a separate consent, partners where one is named.

    >>> needed(["contract", "legal_duty"], [])
    ('notice',)
    >>> needed(["contract", "separate_consent"], [Giving(UUID(int=1), "purpose.bank_visit", ("name",), True)])
    ('notice', 'sensitive', 'partner')
    """
    asked = {NOTICE} | ({SENSITIVE} if BY_CONSENT in bases else set())
    asked |= {PARTNER} if any(one.by_consent for one in givings) else set()
    return tuple(scope for scope in SCOPES if scope in asked)


def standing(person_id: UUID, matter_id: UUID) -> Standing:
    """How a person stands in a matter. The last answer to a scope counts."""
    scopes, since, assurance = dict.fromkeys(SCOPES, NONE), dict[str, datetime](), dict[str, str]()
    rows = list(Consent.objects.filter(person_id=person_id, matter_id=matter_id).order_by("given_at"))
    guests = {row.guest_id for row in rows}
    confirmed = dict(Guest.objects.filter(id__in=guests).values_list("id", "confirmed_at"))
    proved_yes: dict[str, set[UUID | None]] = {SENSITIVE: set(), PARTNER: set(), NOTICE: set()}
    for row in rows:
        if row.withdrawn_at is not None:
            scopes[row.scope] = WITHDRAWN
        else:
            later = confirmed.get(row.guest_id)
            proved = row.assurance == INDEPENDENT or (later is not None and later >= row.given_at)
            scopes[row.scope] = GIVEN if proved else UNPROVED
            if proved:
                proved_yes[row.scope].add(row.reading_id)
        since[row.scope] = row.withdrawn_at or row.given_at
        assurance[row.scope] = row.assurance
    return Standing(scopes, since, assurance, *_covered(proved_yes[SENSITIVE], proved_yes[PARTNER]))


def _covered(
    pictures: set[UUID | None], partners: set[UUID | None]
) -> tuple[frozenset[str], tuple[Giving, ...]]:  # fmt: skip
    """What stood in the readings that somebody said yes to: codes of items, and who may see what."""
    if not pictures and not partners:
        return frozenset(), ()
    read = Reading.objects.filter(id__in=[one for one in pictures | partners if one])
    items, givings = set[str](), list[Giving]()
    for reading_id, parts, named in read.values_list("id", "parts", "givings"):
        if reading_id in pictures:
            items |= {part.removeprefix(ITEM) for part in parts if part.startswith(ITEM)}
        if reading_id in partners:
            givings += [Giving(UUID(hex=one), purpose, tuple(kinds), True) for one, purpose, kinds in named]
    return frozenset(items), tuple(givings)


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
