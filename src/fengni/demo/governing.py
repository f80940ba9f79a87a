"""What the demonstration's house has decided and checked, through acts alone, so that its measures have evidence.

The policy drafted, approved and read by everybody; declared agents; the transport probed; partners assessed. A crash
in between leaves less evidence, and the measures say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from fengni.apps.agreements import assessing
from fengni.apps.agreements import services as agreements
from fengni.apps.measures import policies, services
from fengni.core.access.actor import Actor

AGENTS: Final = ("zhou", "chen", "gao")
_POLICY_DAYS: Final = 40
_DECLARED: Final = timedelta(days=200)
_TERM: Final = timedelta(days=3 * 365)


def govern(*, at: datetime, owner: Actor, others: Mapping[str, Actor]) -> None:
    """Policy, agents and probe. `others` are the members besides the owner, by login; `at` is today."""
    text, then = policies.standard("zh"), at - timedelta(days=_POLICY_DAYS)
    policy, digest = services.draft_policy(actor=others["su"], at=then, text=text).value, policies.hash_of(text)
    services.approve_policy(actor=owner, at=then + timedelta(hours=3), policy_id=policy, text_hash=digest)
    for place, reader in enumerate((owner, *others.values())):
        read = then + timedelta(days=1 + place, hours=place)
        services.read_policy(actor=reader, at=read, policy_id=policy, text_hash=digest)
    for login in AGENTS:
        since = (at - _DECLARED).date()
        services.declare_handler(
            actor=others["zhou"], at=then, member_id=others[login].id, declared_on=since, until=since + _TERM
        )
    services.probe_transport(actor=others["zheng"], at=at)


def assess(*, at: datetime, assessor: Actor, partners: Iterable[UUID]) -> None:
    """The yearly questionnaire about each partner: good answers, people trained some weeks ago."""
    answers = {one.code: one.code != "updates" for one in assessing.questions()}
    for partner_id in partners:
        agreements.assess_partner(
            actor=assessor, at=at - timedelta(days=12), partner_id=partner_id, answers=answers,
            trained_on=(at - timedelta(days=20)).date(),
        )  # fmt: skip
