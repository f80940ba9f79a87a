"""The core's tests need pytest and hypothesis, no database and no framework."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("core", deadline=None, database=None)
settings.load_profile("core")
