"""The six digits that come another way than the link. Parts of acts, never acts themselves.

Rules: a code opens once, lives ten minutes and dies at the fifth wrong try; three are sent within an hour, then the
link waits. Six digits can be searched, so the stored hash is keyed with the installation's secret. A code that staff
read out counts as staff's word, one that a gateway took as the guest's own.
"""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime, timedelta
from hmac import compare_digest

from django.utils.crypto import salted_hmac

from fengni.apps.guests.models import Link
from fengni.core.errors import BadInput, Denied

LIFE = timedelta(minutes=10)
TRIES = 5
AN_HOUR = timedelta(hours=1)
CODES_AN_HOUR = 3
SOONEST_AGAIN = timedelta(seconds=60)
GATEWAY, STAFF = "gateway", "staff"
_DIGITS = 6


def check_usable(link: Link, at: datetime) -> None:
    """Raise Denied for a link that was recalled, has expired or is still held."""
    if link.recalled_at is not None:
        raise Denied("guests.link-recalled")
    if link.expires_at <= at:
        raise Denied("guests.link-expired")
    if at < link.held_until:
        raise Denied("guests.link-held")


def is_living(link: Link, at: datetime) -> bool:
    """Whether a code waits to be typed."""
    return link.code_hash is not None and link.code_until is not None and at < link.code_until


def is_locked(link: Link, at: datetime) -> bool:
    """Whether no code waits and none is sent before the hour is over."""
    return not is_living(link, at) and _in_this_hour(link, at) >= CODES_AN_HOUR


def unlocked_at(link: Link) -> datetime | None:
    """When the next code may be sent."""
    return link.codes_since + AN_HOUR if link.codes_since else None


def count(link: Link, at: datetime) -> None:
    """One more code of this hour. Raises Denied ("guests.link-locked") when all are used up."""
    given = _in_this_hour(link, at)
    if given >= CODES_AN_HOUR:
        raise Denied("guests.link-locked")
    if not given:
        link.codes_since = at
    link.codes = given + 1
    link.save(update_fields=["codes", "codes_since"])


def issue(link: Link, way: str, at: datetime) -> str:
    """A new code in place of any before."""
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    link.code_hash, link.code_way, link.code_until, link.code_tries = _keyed(link, code), way, at + LIFE, 0
    link.save(update_fields=["code_hash", "code_way", "code_until", "code_tries"])
    return code


def enter(link: Link, typed: str, at: datetime) -> bool:
    """Whether these are the right digits; counted before they are compared, so tries that come at once count as well.

    Raises Denied ("guests.code-expired") when no code waits.
    """
    if not is_living(link, at):
        raise Denied("guests.code-expired")
    link.code_tries += 1
    right = compare_digest(bytes(link.code_hash or b""), _keyed(link, typed))
    if not right:
        link.misses += 1
    if right or link.code_tries >= TRIES:
        link.code_hash = None
    link.save(update_fields=["code_tries", "misses", "code_hash"])
    return right


def digits(typed: str) -> str:
    """What was typed as six plain digits. Raises BadInput ("guests.code-shape"); that is no try.

    >>> digits("１２３ 456")
    '123456'
    """
    plain = "".join(one for one in unicodedata.normalize("NFKC", typed) if not one.isspace() and one != "-")
    if len(plain) != _DIGITS or not (plain.isascii() and plain.isdigit()):
        raise BadInput("guests.code-shape")
    return plain


def _in_this_hour(link: Link, at: datetime) -> int:
    return link.codes if link.codes_since is not None and at < link.codes_since + AN_HOUR else 0


def _keyed(link: Link, code: str) -> bytes:
    return salted_hmac("fengni.guest.code", f"{link.id.hex}:{code}", algorithm="sha256").digest()
