"""What the house decided and read: the policy; and how what travels is protected, as it was probed last."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from fengni.apps.accounts.queries import members
from fengni.apps.common.language import said
from fengni.apps.measures import policies
from fengni.apps.measures.evidence.reading import decided, entries, recorded
from fengni.core.measuring import Ended, missing
from fengni.definitions import has_text

_SHARE: Final = 95  # per cent of members who read it
_YEAR: Final = 365
_PROBE: Final = "measures:transport:probe"


def policy_approved(at: datetime) -> Ended:
    """A policy was approved within a year, its text is the approved one, and 95 % of those who sign in read it."""
    name, policy = "policy_approved", policies.in_force()
    if policy is None or policy.approved_at is None or policy.entry_id is None:
        return missing(name)
    people = {one.id for one in members() if one.active and one.signs_in}
    receipts = policies.readers(policy)
    there = recorded([one.entry_id for one in receipts.values()], policies.READ)
    read = sum(who in people and one.entry_id in there for who, one in receipts.items())
    percent = round(100 * read / len(people)) if people else 0
    params = {"number": policy.number, "read": read, "members": len(people), "percent": percent}
    commits = f'"text":"{policy.text_hash}"'.encode()
    approved = recorded([policy.entry_id], policies.APPROVE, containing=commits)
    if not approved or policies.hash_of(policy.text) != policy.text_hash:
        return Ended(name, "failed", at, params | {"cause": said("measures.policy-cause.text")})
    if 100 * read < _SHARE * len(people):
        return Ended(name, "failed", at, params | {"cause": said("measures.policy-cause.read", percent=percent)})
    return Ended(name, "passed", policy.approved_at, params, days=_YEAR)


def transport_probed(at: datetime) -> Ended:
    """The last probe found that nothing travels in clear."""
    name = "transport_probed"
    for entry in entries(_PROBE):
        if entry is None:
            return Ended(name, "failed", at, {"ways": said("measures.transport.unreadable")})
        when, facts = entry
        codes = [f"measures.transport.{part}.{facts.get(part)}" for part in ("web", "database", "keys", "gateways")]
        ways = said("measures.and").join(said(code) for code in codes if has_text(code))
        return decided(name, facts.get("holds") == 1, when, {"ways": ways})
    return missing(name)
