"""Where the sealed store keeps masks for lists."""

from __future__ import annotations

from typing import Final

from fengni.apps.common.display import Lies

LIES: Final = (
    Lies("vault_record", "display", revision="t.revision"),
    Lies("vault_record_history", "display", place="t.record_id", revision="t.revision"),
)
