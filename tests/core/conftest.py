"""The core's tests need pytest and hypothesis, no database and no framework. Where only the core is installed:

pytest --confcutdir=tests/core -W ignore::pytest.PytestConfigWarning tests/core/{access,ledger,vault}
"""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("core", deadline=None, database=None)
settings.load_profile("core")
