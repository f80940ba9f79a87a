"""Tokens of guests: the tenant's id and 128 random bits in base32, for a link's path or a cookie.

The tenant's id is no secret; it stands in front so that the row lies behind row-level security like every other. Base32
because a link is read aloud, typed and mangled by chats: case does not matter and no sign needs an escape. Only the
hash of a token is stored; the token has 128 random bits, so a plain hash cannot be searched.

>>> from uuid import UUID
>>> token = write(UUID(int=7), bytes(range(16)))
>>> len(token), read(token.upper()) == read(token), read(token).tenant_id == UUID(int=7)
(52, True, True)
>>> read("guessed")
Traceback (most recent call last):
    ...
fengni.core.errors.Denied: access.token-unknown
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from uuid import UUID

from fengni.core.errors import Denied

SECRET_BYTES = 16
_LENGTH = 52
_PADDING = "===="


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says: whose row to look in, and what its row is found by."""

    tenant_id: UUID
    digest: bytes


def write(tenant_id: UUID, secret: bytes) -> str:
    """The token of a secret of 16 random bytes."""
    if len(secret) != SECRET_BYTES:
        raise ValueError("a token's secret has 16 bytes")
    return base64.b32encode(tenant_id.bytes + secret).decode().rstrip("=").lower()


def read(token: str) -> Token:
    """The tenant and the digest. Raises Denied ("access.token-unknown") for what is no token at all."""
    if len(token) != _LENGTH or not token.isascii():
        raise Denied("access.token-unknown")
    try:
        raw = base64.b32decode(token.upper() + _PADDING)
    except (binascii.Error, ValueError):
        raise Denied("access.token-unknown") from None
    return Token(UUID(bytes=raw[:16]), hashlib.sha256(b"fengni-guest/1\n" + raw).digest())
