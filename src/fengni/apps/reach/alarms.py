"""Whom an emergency is told by e-mail, and in which words. Nothing of a client, a colleague or a reason stands in it.

Told are members who may review and gave an address; without any, the house's own address. The mail says that something
happened and where to look; what happened is read in the console.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils import timezone

from fengni.apps.accounts.models import Member, Tenant
from fengni.apps.common import display
from fengni.apps.reach.models import AlarmAddress
from fengni.apps.vault.store.house import house
from fengni.definitions import Lang, text

LIES: Final = display.Lies("reach_alarm_address", "sealed")
REVIEWERS: Final = ("owner", "dpo")
LANGS: Final[tuple[Lang, ...]] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes to the gateway: never logged, never stored."""

    to: str = field(repr=False)
    subject: str
    text: str


def seal(row_id: UUID, address: str) -> bytes:
    """An address under the tenant's display key, bound to its row."""
    return display.sealing(house().tenant_id).seal_masks([(row_id, 0, {"email": address})])[0]


def opened(rows: Collection[AlarmAddress]) -> list[str]:
    """The addresses of rows."""
    if not rows:
        return []
    return [one["email"] for one in house().display_key.open_masks((row.id, 0, bytes(row.sealed)) for row in rows)]


def letters(at: datetime, *, minutes: int, but: UUID) -> list[Letter]:
    """One for each reviewer besides the one who broke the glass."""
    members = Member.objects.filter(active=True).exclude(id=but).values_list("id", "roles")
    reviewers = [member for member, roles in members if set(roles) & set(REVIEWERS)]
    addresses = opened(list(AlarmAddress.objects.filter(member_id__in=reviewers).order_by("id")))
    home = Tenant.objects.get(id=house().tenant_id)
    addresses = addresses or [one for one in (home.email,) if one]
    when = timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
    words = "\n\n".join(text("reach.mail", lang, sender=home.name, when=when, minutes=minutes) for lang in LANGS)
    subject = " / ".join(text("reach.mail.subject", lang, sender=home.name) for lang in LANGS)
    return [Letter(address, subject, words) for address in dict.fromkeys(addresses)]
