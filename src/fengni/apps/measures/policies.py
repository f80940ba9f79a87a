"""The information policy: the version in force, who read it, and the text to begin with."""

from __future__ import annotations

import hashlib
from typing import Final
from uuid import UUID

from fengni.apps.measures.models import Policy, Reading
from fengni.definitions import Lang, load

APPROVE: Final = "measures:policy:approve"
READ: Final = "measures:policy:read"
LONGEST: Final = 20_000


def hash_of(text: str) -> str:
    """SHA-256 of a policy's text."""
    return hashlib.sha256(text.encode()).hexdigest()


def in_force() -> Policy | None:
    """The version approved last."""
    return Policy.objects.exclude(approved_at=None).order_by("-number").first()


def readers(policy: Policy) -> dict[UUID, Reading]:
    """Who read this very text, by member."""
    rows = Reading.objects.filter(policy_id=policy.id, text_hash=policy.text_hash)
    return {row.member_id: row for row in rows}


def standard(lang: Lang) -> str:
    """The text to begin with: one chapter for each of the five duties."""
    lines = []
    for chapter in load("policy")["chapters"]:
        lines.append(f"{chapter['title'][lang]}\n" + "\n".join(one[lang] for one in chapter["says"]))
    return "\n\n".join(lines)
