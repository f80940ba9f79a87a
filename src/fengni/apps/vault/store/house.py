"""The tenant whose records are written or read, as the sealed store needs to know it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from fengni.apps.common.custodian import NewUnits, custodian
from fengni.apps.common.display import FROM, KIND, DisplayKind, lock
from fengni.apps.common.tenancy import current_tenant
from fengni.core.vault.display import DisplayKey
from fengni.core.vault.suites import Suite


@dataclass(frozen=True, slots=True)
class House:
    """A tenant: cipher suite of its tags, whether it is a demo, its display key, and the versions of its index keys:
    entries are made under `index`, and searched under every one from `index_oldest` on."""

    tenant_id: UUID
    suite: Suite
    demo: bool
    display: DisplayKind
    index: int
    index_oldest: int

    @property
    def indexes(self) -> range:
        """The versions of index keys that entries may be of."""
        return range(self.index_oldest, self.index + 1)

    @property
    def display_key(self) -> DisplayKey:
        """The key to read masks with; who writes some asks `display.sealing`."""
        return self.display.key(self.tenant_id)


class KeyKind(NamedTuple):
    """What keys of new units are: their suite and their version."""

    suite: Suite
    version: int

    def made(self, tenant_id: UUID, units: Sequence[UUID]) -> NewUnits:
        """A random key of this kind for each unit."""
        versions = [] if self.version == 1 else [self.version] * len(units)
        return custodian().new_units(tenant_id, self.suite, units, versions)


def house() -> House:
    """The tenant that is bound. Raises RuntimeError when none is."""
    tenant_id = current_tenant()
    if tenant_id is None:
        raise RuntimeError("no tenant is bound")
    return _read(tenant_id, "", [])


def held(home: House) -> House:
    """The same house, read under what writers of masks and index entries hold: no change of either key ends before
    COMMIT, and what is written is of the newest version."""
    return _read(home.tenant_id, ", pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [lock(home.tenant_id)])


def _read(tenant_id: UUID, hold: str, parameters: Sequence[str]) -> House:
    versions = "coalesce(k.index_version, 1), coalesce(k.index_oldest, 1)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT t.suite, t.demo, {KIND}, {versions}{hold} {FROM}", [*parameters, tenant_id])
        suite, demo, of_display, version, oldest, index, index_oldest, *_ = cursor.fetchone()
    return House(tenant_id, Suite(suite), demo, DisplayKind(Suite(of_display), version, oldest), index, index_oldest)


def one_writer(home: House) -> None:
    """Wait until no other act is writing new clients or persons of this tenant; held until COMMIT."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"vault:{home.tenant_id}"])


def steady(tenant_id: UUID) -> KeyKind:
    """No change of this tenant's keys ends before COMMIT: held by whoever writes keys that were made a moment ago.

    Returns what new keys have to be, read under the lock: who waited here for an end does not write what it ended.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [f"epoch:{tenant_id}"])
    return key_kind(tenant_id)


def key_kind(tenant_id: UUID) -> KeyKind:
    """What keys of new units are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(k.suite, t.suite), coalesce(k.version, 1) FROM accounts_tenant t "
            "LEFT JOIN vault_keying k ON k.tenant_id = t.id WHERE t.id = %s",
            [tenant_id],
        )
        suite, version = cursor.fetchone()
    return KeyKind(Suite(suite), version)


def is_still(tenant_id: UUID) -> bool:
    """Whether nobody is writing new keys now; nobody begins to before COMMIT. Never waits: an import may be long."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"epoch:{tenant_id}"])
        return bool(cursor.fetchone()[0])
