"""REST of the sealed store: clients and persons, and the documents of a client file."""

from __future__ import annotations

from fengni.apps.vault.api.clients import router
from fengni.apps.vault.api.documents import router as documents

router.add_router("", documents)

__all__ = ["router"]
