"""The tree of keys: root, tenant keys, unit keys. Only the key process and this package may import it.

    root secret, 32 bytes (root_file.py keeps it under a passphrase)
      └─ tenant
           ├─ wrapping key per epoch      wraps the random key of each destruction unit
           ├─ display key per version     seals the masks that lists show; given to web processes at start
           └─ index key per kind, version makes the blind-index tags; stays in the key process

Derivation is HKDF (RFC 5869) with length-prefixed labels, so no two keys share one. Unit keys are random, never
derived: a derived key could not be destroyed while the root lives. For the same reason an epoch takes a `seed`:
random bytes kept only by the key process. Re-wrap the living units under the next epoch, delete the seed, and every
older copy of the wrapped keys is dead.

>>> from uuid import UUID
>>> keys = Root(bytes(32)).tenant(UUID(int=7))
>>> [new] = keys.create_units([UUID(int=1)])
>>> keys.unwrap_units([WrappedUnit(UUID(int=1), new.wrapped, new.commitment)])
[<UnitKey>]
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag

from fengni.core.errors import SealRefused
from fengni.core.vault.blind_index import IndexKey
from fengni.core.vault.display import DisplayKey
from fengni.core.vault.slots import LongLivedKey
from fengni.core.vault.suites import TAG_SIZE, Random, Secret, Suite, derive, label, macs
from fengni.core.vault.unit_key import UnitKey, commitment_info

ROOT_SIZE = 32
UUID_LENGTH = (16).to_bytes(2, "big")


class NewSecret(NamedTuple):
    """A new unit key as bytes, for the key process to release, and the two values to store."""

    secret: bytes
    wrapped: bytes
    commitment: bytes

    def __repr__(self) -> str:
        return "<NewSecret>"


class NewUnit(NamedTuple):
    """A new unit key ready for use, and the two values to store."""

    key: UnitKey
    wrapped: bytes
    commitment: bytes


class WrappedUnit(NamedTuple):
    """What is stored of a unit's key. `version` counts re-keyings of the unit."""

    unit: UUID
    wrapped: bytes
    commitment: bytes
    version: int = 1


class Root(Secret):
    """The root secret of an installation."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        """Takes 32 uniformly random bytes. Raises ValueError for another length."""
        if len(secret) != ROOT_SIZE:
            raise ValueError("a root secret has 32 bytes")
        self._secret = secret

    @classmethod
    def generate(cls, *, random: Random = os.urandom) -> Root:
        """A new root secret."""
        return cls(random(ROOT_SIZE))

    def derive(self, purpose: str, *parts: bytes, suite: Suite = Suite.AES_256_GCM, length: int = 32) -> bytes:
        """A key of its own for another purpose of the key process, e.g. `derive("checkpoint", tenant.bytes)`.

        `purpose` must not begin with "vault/": those labels are this module's.
        """
        if purpose.startswith("vault/"):
            raise ValueError("labels beginning with vault/ belong to the keyring")
        return _derive(suite, self._secret, purpose, *parts, length=length)

    def export(self) -> bytes:
        """The 32 bytes themselves: only for the root file and the recovery sheet."""
        return self._secret

    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that name the root and reveal nothing of it; stands on the recovery sheet."""
        return _derive(Suite.AES_256_GCM, self._secret, "vault/fingerprint", length=8).hex()

    def tenant(
        self,
        tenant: UUID,
        *,
        epoch: int = 1,
        suite: Suite = Suite.AES_256_GCM,
        seed: bytes = b"",
        random: Random = os.urandom,
    ) -> TenantKeys:
        """The keys of one tenant.

        `epoch` (1-65535) numbers the wrapping key. `seed` is empty or 32 random bytes that belong to (tenant,
        epoch); without them the epoch's wrapping key cannot be made again, even with the root.
        """
        return TenantKeys(self._secret, tenant=tenant, epoch=epoch, suite=suite, seed=seed, random=random)


class TenantKeys(Secret):
    """The wrapping key of one tenant and epoch, and the way to its display and index keys. Thread-safe."""

    __slots__ = ("_kek", "_random", "_root", "epoch", "suite", "tenant")

    def __init__(self, root: bytes, *, tenant: UUID, epoch: int, suite: Suite, seed: bytes, random: Random) -> None:
        if len(seed) not in (0, 32):
            raise ValueError("an epoch seed has 32 bytes, or none")
        self._root = root
        self._random = random
        self.tenant = tenant
        self.epoch = epoch
        self.suite = suite
        secret = _derive(suite, root, "vault/wrap", tenant.bytes, epoch.to_bytes(2, "big"), salt=seed or None)
        self._kek = LongLivedKey(secret, suite=suite, version=epoch, purpose=b"wrap")

    def create_secrets(self, units: Sequence[UUID], *, versions: Sequence[int] = ()) -> list[NewSecret]:
        """A new random key for each unit, as bytes, with its wrapped form and commitment, in the order given.

        `versions`: which re-keying of each unit it is; all are the first when none are given.
        """
        suite, size = self.suite, self.suite.key_size
        cipher, places = self._kek.batch(len(units), self._random)
        aads = {version: self._aad(self._kek.header, version) for version in {1, *versions}}
        commit = macs(suite, self._commitment_info())
        secrets, at = self._random(size * len(units)), 0
        made = []
        for unit, version, (head, nonce) in zip(units, versions or repeat(1, len(units)), places, strict=True):
            secret, at = secrets[at : at + size], at + size
            name = unit.bytes
            wrapped = head + cipher.encrypt(nonce, secret, aads[version] + name)
            made.append(NewSecret(secret, wrapped, commit(secret, name + b"\x01")))
        return made

    def create_units(self, units: Sequence[UUID], *, version: int = 1) -> list[NewUnit]:
        """As `create_secrets`, with keys ready for use in this process."""
        suite = self.suite
        return [
            NewUnit(UnitKey(secret, unit, suite, version), wrapped, commitment)
            for unit, (secret, wrapped, commitment) in zip(
                units, self.create_secrets(units, versions=[version] * len(units)), strict=True
            )
        ]

    def unwrap_secrets(self, units: Iterable[WrappedUnit]) -> list[bytes]:
        """The unit keys as bytes, for the key process to release.

        Raises SealRefused, with no reason and for the whole batch, when one of them was not wrapped by this tenant,
        epoch and suite for exactly this unit and version, or does not match its commitment (compared in constant
        time).
        """
        try:
            return self._unwrap(units)
        except (InvalidTag, ValueError, OverflowError):
            raise SealRefused from None

    def unwrap_units(self, units: Sequence[WrappedUnit]) -> list[UnitKey]:
        """As `unwrap_secrets`, with keys ready for use in this process."""
        suite = self.suite
        return [
            UnitKey(secret, unit, suite, version)
            for (unit, _, _, version), secret in zip(units, self.unwrap_secrets(units), strict=True)
        ]

    def rewrap(self, units: Sequence[WrappedUnit], *, under: TenantKeys) -> list[bytes]:
        """The wrapped forms of the same keys under another epoch of the tenant; commitments stay as they are.

        Raises SealRefused as `unwrap_secrets` does, ValueError for another tenant or suite.
        """
        if under.tenant != self.tenant or under.suite is not self.suite:
            raise ValueError("keys are re-wrapped within one tenant and suite")
        header = under._kek.header
        cipher, places = under._kek.batch(len(units), under._random)
        encrypt, aads = cipher.encrypt, {version: under._aad(header, version) for version in {u.version for u in units}}
        return [
            head + encrypt(nonce, secret, aads[version] + unit.bytes)
            for (unit, _, _, version), secret, (head, nonce) in zip(
                units, self.unwrap_secrets(units), places, strict=True
            )
        ]

    def display_secret(self, *, version: int = 1) -> bytes:
        """The 32 bytes of the display key, for the key process to hand to web processes at their start."""
        return _derive(self.suite, self._root, "vault/display", self.tenant.bytes, version.to_bytes(2, "big"))

    def display_key(self, *, version: int = 1) -> DisplayKey:
        """The display key, ready for use in this process."""
        return DisplayKey(self.display_secret(version=version), tenant=self.tenant, suite=self.suite, version=version)

    def index_key(self, kind: str, version: int = 1) -> IndexKey:
        """The blind-index key of one kind and version. Raises BadInput for a kind that has no index."""
        secret = _derive(
            self.suite, self._root, "vault/index", self.tenant.bytes, kind.encode(), version.to_bytes(2, "big")
        )
        return IndexKey(secret, kind=kind, suite=self.suite, version=version)

    def _unwrap(self, units: Iterable[WrappedUnit]) -> list[bytes]:
        suite = self.suite
        length = suite.key_size + TAG_SIZE
        commit = macs(suite, self._commitment_info())
        find = self._kek.opening()
        known_header, known_version, aad = b"", 0, b""
        secrets = []
        for unit, wrapped, commitment, version in units:
            header, cipher, nonce, body = find(wrapped)
            if len(body) != length:
                raise SealRefused
            if version != known_version or header is not known_header:
                known_header, known_version, aad = header, version, self._aad(header, version)
            name = unit.bytes
            secret = cipher.decrypt(nonce, body, aad + name)
            if not hmac.compare_digest(commit(secret, name + b"\x01"), commitment):
                raise SealRefused
            secrets.append(secret)
        return secrets

    def _aad(self, header: bytes, version: int) -> bytes:
        """Associated data of a wrapped key, up to where the unit's 16 bytes go."""
        epoch, number = self.epoch.to_bytes(2, "big"), version.to_bytes(2, "big")
        return label(header, b"unit-key", self.tenant.bytes, epoch, number) + UUID_LENGTH

    def _commitment_info(self) -> bytes:
        """The commitment's message, up to where the unit's 16 bytes go."""
        return commitment_info(self.suite, self.tenant, UUID(int=0))[:-16]


def _derive(
    suite: Suite, root: bytes, purpose: str, *parts: bytes, length: int = 32, salt: bytes | None = None
) -> bytes:
    return derive(suite, root, label(b"fengni/v1", purpose.encode(), bytes((suite,)), *parts), length=length, salt=salt)
