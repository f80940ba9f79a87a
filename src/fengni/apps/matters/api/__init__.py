"""REST of matters and their papers."""

from __future__ import annotations

from fengni.apps.matters.api.matters import router
from fengni.apps.matters.api.papers import router as papers

router.add_router("", papers)

__all__ = ["router"]
