"""Pictures and embedded files of a workbook: sealed into their client's file, taken back with their import.

Rules: each has a unit of its own, so it can be destroyed alone; its media type and size stand in clear, its bytes and
its name do not. The same bytes in the same client file are kept once; a keyed tag tells, nobody can compute it from the
bytes. The head's envelope stands in the act's manifest. Nothing opens a material yet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from fengni.apps.common.custodian import custodian
from fengni.apps.common.identifiers import uuid7s
from fengni.apps.vault.models import Material, Piece, Unit
from fengni.apps.vault.store import manifests
from fengni.apps.vault.store.house import House
from fengni.apps.vault.store.indexing import tags_of
from fengni.core.intake.plan import Plan
from fengni.core.intake.workbook import Workbook
from fengni.core.vault.pieces import seal_file

SUBJECT: Final = "material"
RETENTION: Final = "matter"


def keep(
    home: House, plan: Plan, workbook: Workbook, clients: Mapping[str, UUID], import_id: UUID, at: datetime
) -> list[bytes]:
    """Seal the plan's materials whose enterprise is stored and that its file does not hold. Returns manifest lines."""
    wanted = [(clients[one.enterprise], one) for one in plan.materials if one.enterprise in clients]
    contents = [workbook.attachment(one.place) for _, one in wanted]
    digests = [
        hashlib.sha256(client.bytes + content).hexdigest()
        for (client, _), content in zip(wanted, contents, strict=True)
    ]
    if not digests:
        return []
    held = {bytes(tag) for tag in Material.objects.filter(
        client_id__in={client for client, _ in wanted}).values_list("fingerprint", flat=True)}  # fmt: skip
    fresh: dict[bytes, tuple[UUID, str, bytes]] = {}
    tags = tags_of(home, {"fingerprint": digests})["fingerprint"]
    for (client, one), content, tag in zip(wanted, contents, tags, strict=True):
        if tag is not None and tag not in held:
            fresh.setdefault(tag, (client, one.media_type, content))
    ids = uuid7s(2 * len(fresh))
    units, files = ids[: len(fresh)], ids[len(fresh) :]
    new = custodian().new_units(home.tenant_id, home.suite, units) if units else None
    lines = []
    for number, (tag, (client, media_type, content)) in enumerate(fresh.items()):
        assert new is not None  # noqa: S101  # there are units as soon as there is a fresh file
        file, unit = files[number], units[number]
        Unit.objects.create(
            tenant_id=home.tenant_id, id=unit, subject_kind=SUBJECT, subject_id=file, client_id=client,
            retention_class=RETENTION, epoch=new.epoch, suite=home.suite, wrapped=new.wrapped[number],
            commitment=new.commitments[number], created_at=at,
        )  # fmt: skip
        sealed = seal_file(new.keys[number], home.tenant_id, file, media_type, content)
        Material.objects.create(
            tenant_id=home.tenant_id, id=file, client_id=client, unit_id=unit, import_id=import_id,
            media_type=media_type[:80], size=len(content), head=sealed.head, fingerprint=tag, created_at=at,
        )  # fmt: skip
        Piece.objects.bulk_create(
            [
                Piece(tenant_id=home.tenant_id, material_id=file, position=position, sealed=piece)
                for position, piece in enumerate(sealed.pieces)
            ],
            batch_size=8,
        )
        lines.append(manifests.line(file, 1, sealed.head))
    return lines


def take_back(import_id: UUID) -> dict[UUID, UUID]:
    """Remove what an import brought, with the keys. Returns what is gone: material → client file."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM vault_piece p USING vault_material m WHERE m.import_id = %s "
            "AND p.tenant_id = m.tenant_id AND p.material_id = m.id",
            [import_id],
        )
        cursor.execute("DELETE FROM vault_material WHERE import_id = %s RETURNING id, client_id, unit_id", [import_id])
        gone = cursor.fetchall()
        cursor.execute("DELETE FROM vault_unit WHERE id = ANY(%s)", [[unit for *_, unit in gone]])
    return {file: client for file, client, _ in gone}
