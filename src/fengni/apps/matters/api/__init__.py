"""REST of matters, their desk and their papers."""

from __future__ import annotations

from fengni.apps.matters.api.desk import router as desk
from fengni.apps.matters.api.matters import router
from fengni.apps.matters.api.papers import router as papers

router.add_router("", desk)
router.add_router("", papers)

__all__ = ["router"]
