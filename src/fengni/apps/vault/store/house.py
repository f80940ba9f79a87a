"""The tenant whose records are written or read, as the sealed store needs to know it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from fengni.apps.accounts.models import Tenant
from fengni.apps.common.custodian import custodian
from fengni.apps.common.tenancy import current_tenant
from fengni.core.vault.display import DisplayKey
from fengni.core.vault.suites import Suite


@dataclass(frozen=True, slots=True)
class House:
    """A tenant: cipher suite of new units, whether it is a demo."""

    tenant_id: UUID
    suite: Suite
    demo: bool

    @property
    def display_key(self) -> DisplayKey:
        """The key of masks in lists."""
        return custodian().display_key(self.tenant_id, self.suite)


def house() -> House:
    """The tenant that is bound. Raises RuntimeError when none is."""
    tenant_id = current_tenant()
    if tenant_id is None:
        raise RuntimeError("no tenant is bound")
    suite, demo = Tenant.objects.values_list("suite", "demo").get(id=tenant_id)
    return House(tenant_id, Suite(suite), demo)


def one_writer(home: House) -> None:
    """Wait until no other act is writing new clients or persons of this tenant; held until COMMIT."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"vault:{home.tenant_id}"])


def steady(tenant_id: UUID) -> None:
    """No epoch of this tenant ends before COMMIT: held by whoever writes keys that were wrapped a moment ago."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [f"epoch:{tenant_id}"])


def is_still(tenant_id: UUID) -> bool:
    """Whether nobody is writing new keys now; nobody begins to before COMMIT. Never waits: an import may be long."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"epoch:{tenant_id}"])
        return bool(cursor.fetchone()[0])
