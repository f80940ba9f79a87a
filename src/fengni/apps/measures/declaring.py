"""Declared registration agents: who may file with the registry, from when until when. Read by queries and tests."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from fengni.apps.measures.models import Declaration

ACT: Final = "measures:handler:declare"


def declarations() -> dict[UUID, list[Declaration]]:
    """Declarations by member, the newest first."""
    found: dict[UUID, list[Declaration]] = {}
    for row in Declaration.objects.order_by("-noted_at"):
        found.setdefault(row.member_id, []).append(row)
    return found
