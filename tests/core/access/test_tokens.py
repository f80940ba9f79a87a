"""Tokens of guests: what is written is read, and nothing else is."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengni.core.access import tokens
from fengni.core.errors import Denied

SECRETS = st.binary(min_size=tokens.SECRET_BYTES, max_size=tokens.SECRET_BYTES)


@given(st.uuids(), SECRETS)
def test_a_token_is_read_in_any_case_and_fits_a_path(tenant_id: UUID, secret: bytes) -> None:
    token = tokens.write(tenant_id, secret)
    assert token.isalnum()
    assert token == token.lower()
    assert len(token) == 52
    assert tokens.read(token) == tokens.read(token.upper())
    assert tokens.read(token).tenant_id == tenant_id
    assert secret not in tokens.read(token).digest


@given(st.uuids(), st.uuids(), SECRETS, SECRETS)
def test_another_secret_or_tenant_is_another_digest(one: UUID, two: UUID, here: bytes, there: bytes) -> None:
    same = (one, here) == (two, there)
    assert (tokens.read(tokens.write(one, here)).digest == tokens.read(tokens.write(two, there)).digest) == same


@given(st.text(max_size=80).filter(lambda typed: len(typed) != 52))
def test_what_is_no_token_is_refused(typed: str) -> None:
    with pytest.raises(Denied, match="token-unknown"):
        tokens.read(typed)


@pytest.mark.parametrize("typed", ["", "a" * 51, "a" * 53, "a" * 51 + "1", "a" * 51 + "=", "\u2461" * 52])
def test_near_misses(typed: str) -> None:
    with pytest.raises(Denied, match="token-unknown"):
        tokens.read(typed)


def test_a_secret_has_its_length() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        tokens.write(UUID(int=1), b"short")
