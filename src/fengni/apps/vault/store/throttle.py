"""How often a member searches in an hour. The count is no state of anybody's information: it stands in no entry."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from django.db import connection

from fengni.core.access.actor import Actor
from fengni.core.errors import Denied

MOST: Final = {"number": 30, "words": 300}
_REFUSED: Final = {"number": "vault.too-many-searches", "words": "vault.too-many-words"}


def count_search(actor: Actor, at: datetime, how: Literal["number", "words"]) -> None:
    """Count one search, by a full number or by words. Raises Denied ("vault.too-many-…")."""
    other = "words" if how == "number" else "number"
    over = "c.since <= excluded.since - interval '1 hour'"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO vault_search_count AS c (tenant_id, member_id, since, {how}, {other}) "  # noqa: S608
            "VALUES (%s, %s, %s, 1, 0) ON CONFLICT (tenant_id, member_id) DO UPDATE SET "
            f"{how} = CASE WHEN {over} THEN 1 ELSE c.{how} + 1 END, "
            f"{other} = CASE WHEN {over} THEN 0 ELSE c.{other} END, "
            f"since = CASE WHEN {over} THEN excluded.since ELSE c.since END RETURNING {how}",
            [actor.tenant_id, actor.id, at],
        )
        number = cursor.fetchone()[0]
    if number > MOST[how]:
        raise Denied(_REFUSED[how], most=MOST[how])
