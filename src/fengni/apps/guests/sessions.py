"""Open doors of guests: made by a right code, found by a cookie, ended by the link's end. Parts of acts.

Rules: a session lives twelve hours and never longer than its link; the cookie's secret stands hashed in its row.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fengni.apps.common.identifiers import uuid7
from fengni.apps.guests.models import GuestSession, Link
from fengni.core.access import tokens

LIFE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session's cookie, to be handed to the browser once."""

    cookie: str = field(repr=False)
    ends_at: datetime
    assurance: str


def begin(link: Link, assurance: str, device: str, at: datetime) -> Opened:
    """A session of this link's guest."""
    cookie = tokens.write(link.tenant_id, os.urandom(tokens.SECRET_BYTES))
    session = GuestSession.objects.create(
        id=uuid7(),
        tenant_id=link.tenant_id,
        link=link,
        guest_id=link.guest_id,
        secret_hash=tokens.read(cookie).digest,
        assurance=assurance,
        device=device,
        opened_at=at,
        ends_at=min(link.expires_at, at + LIFE),
    )
    return Opened(cookie, session.ends_at, assurance)


def living(key: tokens.Token, at: datetime) -> GuestSession | None:
    """The session of a cookie, if it and its link still live."""
    return (
        GuestSession.objects.select_related("guest", "link")
        .filter(secret_hash=key.digest, ended_at=None, ends_at__gt=at, link__recalled_at=None, link__expires_at__gt=at)
        .first()
    )


def device_of(user_agent: str) -> str:
    """phone, tablet or computer, as the browser says of itself.

    >>> device_of("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0")
    'phone'
    """
    said = user_agent.lower()
    if "ipad" in said or "tablet" in said:
        return "tablet"
    return "phone" if any(word in said for word in ("mobile", "iphone", "android")) else "computer"
