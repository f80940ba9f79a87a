"""Who is in office, who signs in with two factors, how many persons are held."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from fengni.apps.accounts.queries import MemberRow, members
from fengni.apps.common.language import said
from fengni.apps.measures.evidence.reading import decided
from fengni.apps.parties.queries import totals
from fengni.core.measuring import Ended

TIER: Final = 100_000  # persons held; above it more duties begin
OFFICERS: Final = ("owner", "dpo", "security")


def officers_in_office(at: datetime) -> Ended:
    """Owner, protection officer and security operator are active members."""
    held = {role for one in members() if one.active for role in one.roles}
    vacant = [role for role in OFFICERS if role not in held]
    if vacant:
        return Ended("officers_in_office", "failed", at, {"roles": ", ".join(said(f"role.{role}") for role in vacant)})
    return Ended("officers_in_office", "passed", at)


def head_count_below_tier(at: datetime) -> Ended:
    """Persons held, against the first threshold."""
    persons = totals().get("persons", 0)
    return decided(
        "head_count_below_tier", persons < TIER, at, {"persons": persons, "distance": max(0, TIER - persons)}
    )


def factors_everywhere(at: datetime) -> Ended:
    """Every active member who signs in has TOTP or a passkey."""
    people: list[MemberRow] = [one for one in members() if one.active and one.signs_in]
    with_factor = sum(one.factors > 0 for one in people)
    figures = {"with_factor": with_factor, "members": len(people)}
    return decided("factors_everywhere", with_factor == len(people), at, figures)
