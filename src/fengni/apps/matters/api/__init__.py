"""REST of matters, their desk, papers and originals."""

from __future__ import annotations

from fengni.apps.matters.api.custody import router as custody
from fengni.apps.matters.api.desk import router as desk
from fengni.apps.matters.api.matters import router
from fengni.apps.matters.api.papers import router as papers

router.add_router("", desk)
router.add_router("", papers)
router.add_router("", custody)

__all__ = ["router"]
