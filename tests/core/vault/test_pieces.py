"""Files in sealed pieces: what was sealed opens whole, in its place, or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest

from fengni.core.errors import SealRefused
from fengni.core.vault.pieces import PIECE, SealedFile, open_file, seal_file
from fengni.core.vault.suites import Suite
from fengni.core.vault.unit_key import UnitKey

TENANT, FILE = UUID(int=1), UUID(int=3)
CONTENT = os.urandom(2 * PIECE + 7)
OTHER = seal_file(UnitKey(bytes(32), unit=UUID(int=2), suite=Suite.AES_256_GCM), TENANT, UUID(int=4), "a/b", CONTENT)


def _key(suite: Suite = Suite.AES_256_GCM, unit: int = 2) -> UnitKey:
    return UnitKey(bytes(32 if suite is Suite.AES_256_GCM else 48), unit=UUID(int=unit), suite=suite)


@pytest.mark.parametrize("size", [1, PIECE, PIECE + 1, len(CONTENT)])
def test_a_file_opens_as_it_was_sealed_and_no_piece_is_larger_than_a_mebibyte(size: int) -> None:
    sealed = seal_file(_key(), TENANT, FILE, "image/png", CONTENT[:size])
    assert open_file(_key(), TENANT, FILE, sealed) == CONTENT[:size]
    assert len(sealed.pieces) == -(-size // PIECE)
    assert max(map(len, sealed.pieces)) <= 1 << 20


def test_an_empty_file_is_not_sealed() -> None:
    with pytest.raises(ValueError, match="empty"):
        seal_file(_key(), TENANT, FILE, "image/png", b"")


def _flip(piece: bytes) -> bytes:
    return piece[:-1] + bytes((piece[-1] ^ 1,))


@pytest.mark.parametrize(
    "attack",
    [
        lambda s: replace(s, pieces=s.pieces[:-1]),
        lambda s: replace(s, pieces=s.pieces[1:]),
        lambda s: replace(s, pieces=(*s.pieces, s.pieces[-1])),
        lambda s: replace(s, pieces=(s.pieces[1], s.pieces[0], s.pieces[2])),
        lambda s: replace(s, pieces=(OTHER.pieces[0], *s.pieces[1:])),
        lambda s: replace(s, pieces=(_flip(s.pieces[0]), *s.pieces[1:])),
        lambda s: replace(s, head=OTHER.head),
        lambda s: replace(s, head=_flip(s.head)),
        lambda s: replace(s, head=s.pieces[0]),
        lambda s: OTHER,
    ],
    ids=["cut", "headless", "doubled", "swapped", "foreign", "bit", "head", "head-bit", "piece-as-head", "whole"],
)
def test_what_is_cut_moved_or_changed_is_refused(attack: Callable[[SealedFile], SealedFile]) -> None:
    sealed = attack(seal_file(_key(), TENANT, FILE, "image/png", CONTENT))
    with pytest.raises(SealRefused):
        open_file(_key(), TENANT, FILE, sealed)


def test_another_tenant_file_or_unit_opens_nothing() -> None:
    sealed = seal_file(_key(), TENANT, FILE, "image/png", b"x")
    for key, tenant, file in ((_key(), UUID(int=9), FILE), (_key(), TENANT, UUID(int=9)), (_key(unit=9), TENANT, FILE)):
        with pytest.raises(SealRefused):
            open_file(key, tenant, file, sealed)
