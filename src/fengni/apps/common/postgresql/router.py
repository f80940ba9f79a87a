"""Migrations run as the owner of the schema; everything else as the application role."""

from __future__ import annotations

from typing import Any


class OwnerMigrates:
    """Allows migrations on the alias `owner` only. Reads and writes stay on the default alias."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        return True
