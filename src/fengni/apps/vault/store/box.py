"""The password box: one sealed record of class secret per client file, under a unit of its own.

Rules: a box is filled by imports only, and only while the organisation's switch is on; what lies in it is a cell's or a
comment's whole text, by the service it logs into. It is destroyed as a whole: the key goes (the wrapped bytes are
overwritten, the unit stays as a destroyed one), then the rows, those kept for an undo as well.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from django.db import connection

from fengni.apps.accounts.models import Tenant
from fengni.apps.vault.store import manifests
from fengni.apps.vault.store.house import House
from fengni.core.intake.plan import LockedSecret, Place, Plan
from fengni.core.intake.workbook import Workbook
from fengni.core.vault.catalogue import element

RECORD_CLASS: Final = "secret"
RETENTION: Final = "secret_box"


def is_open(home: House) -> bool:
    """Whether the organisation keeps login passwords. Ask after `one_writer`: the switch waits for the same lock."""
    return Tenant.objects.values_list("keeps_passwords", flat=True).get(id=home.tenant_id)


def is_secret(kind: str) -> bool:
    """Whether a kind lies in the box and nowhere else. Raises BadInput for an unknown kind.

    >>> is_secret("secret_tax"), is_secret("note")
    (True, False)
    """
    return element(kind).record_class == RECORD_CLASS


def to_keep(plan: Plan, clients: Collection[str]) -> list[LockedSecret]:
    """The passwords of a plan that belong to one of these enterprises."""
    return [one for one in plan.secrets if one.enterprise in clients]


def fields_of(secrets: Collection[LockedSecret], workbook: Workbook) -> Mapping[str, dict[str, str]]:
    """Enterprise key → the fields of its box. Several texts of one service stand one below the other."""
    texts: Mapping[Place, str] = workbook.texts_at([one.place for one in secrets])
    boxes: dict[str, dict[str, list[str]]] = {}
    for one in secrets:
        found = boxes.setdefault(one.enterprise, {}).setdefault(f"secret_{one.service}", [])
        if texts[one.place] not in found:
            found.append(texts[one.place])
    return {key: {kind: "\n".join(found) for kind, found in box.items()} for key, box in boxes.items()}


def destroy(client_id: UUID | None = None) -> list[bytes]:
    """Destroy the box of one client file, or of all. Returns manifest lines: the records that are no more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM vault_record WHERE record_class = %s AND (%s::uuid IS NULL OR client_id = %s) "
            "ORDER BY id FOR UPDATE",
            [RECORD_CLASS, client_id, client_id],
        )
        records = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "UPDATE vault_unit SET wrapped = '', state = 'destroyed' WHERE retention_class = %s AND state = 'live' "
            "AND (%s::uuid IS NULL OR client_id = %s)",
            [RETENTION, client_id, client_id],
        )
        cursor.execute("DELETE FROM vault_record_history WHERE record_id = ANY(%s)", [records])
        cursor.execute("DELETE FROM vault_record WHERE id = ANY(%s)", [records])
    return [manifests.deleted(record) for record in records]


def number_of_boxes() -> int:
    """How many client files have one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM vault_record WHERE record_class = %s", [RECORD_CLASS])
        return int(cursor.fetchone()[0])
