"""Acts of this area: verifying the ledger, probing the transport, the policy, declared agents: each is evidence."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Max

from fengni.apps.accounts.queries import members
from fengni.apps.acts.acting import Outcome, act, acting
from fengni.apps.ledger.verification import Verification, verify
from fengni.apps.measures import policies, probing
from fengni.apps.measures.models import Declaration, Policy, Reading
from fengni.core.access.actor import STAFF_ROLES, Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import BadInput, Denied
from fengni.core.pii.scanner import scan_text

CHECKERS: Final = ("owner", "dpo", "auditor", "security")
_SHORTEST = 40
_LONGEST = timedelta(days=366 * 5)


def _policy(actor: Actor, policy_id: UUID) -> Resource:
    if not Policy.objects.filter(id=policy_id).exists():
        raise Denied("measures.no-such-policy")
    return Resource("measures:policy", policy_id, actor.tenant_id)


@act("measures:ledger:verify", roles=CHECKERS)
def verify_ledger(*, actor: Actor, at: datetime) -> Outcome[Verification]:
    """Derive the whole ledger again and compare; the entry says how many entries held and what differed first."""
    with ThreadPoolExecutor(max_workers=1) as apart:  # a connection of its own: verification reads one snapshot
        found = apart.submit(_verified, actor).result()
    return Outcome(found, facts={"size": found.size, "finding": found.finding.kind if found.finding else "none"})


def _verified(actor: Actor) -> Verification:
    try:
        return verify(actor)
    finally:
        connection.close()


@act("measures:transport:probe", roles=(*CHECKERS, "admin"))
def probe_transport(*, actor: Actor, at: datetime) -> Outcome[probing.Probe]:
    """Try every way data takes between processes and to browsers; the entry says how each is protected."""
    found = probing.probe(at)
    return Outcome(found, facts=found.facts())


@act("measures:policy:draft", roles=("owner", "dpo"))
def draft_policy(*, actor: Actor, at: datetime, text: str) -> Outcome[UUID]:
    """A new version of the policy, which holds once the owner approves it. What holds stays in force until then.

    Raises BadInput for a text that is too short or long, names somebody's number, or is the one that holds.
    """
    text = text.replace("\r\n", "\n").strip()
    if not _SHORTEST <= len(text) <= policies.LONGEST:
        raise BadInput("measures.policy-length", least=_SHORTEST, most=policies.LONGEST)
    if scan_text(text):
        raise BadInput("measures.policy-personal")
    newest = Policy.objects.order_by("-number").first()
    if newest is not None and newest.text_hash == policies.hash_of(text):
        raise BadInput("measures.policy-same")
    number = (Policy.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    made = Policy.objects.create(
        tenant_id=actor.tenant_id, number=number, text=text, text_hash=policies.hash_of(text), drafted_by=actor.id,
        drafted_at=at,
    )  # fmt: skip
    resource = Resource("measures:policy", made.id, actor.tenant_id)
    return Outcome(made.id, resource=resource, facts={"number": number, "text": made.text_hash})


@act("measures:policy:approve", roles=("owner",), resource=_policy)
def approve_policy(*, actor: Actor, at: datetime, policy_id: UUID, text_hash: str) -> Outcome[None]:
    """Put a version in force, or renew the one that is. `text_hash` is of the text on the screen.

    Raises BadInput when another text was on the screen, or when a newer version exists.
    """
    policy = _read_on_screen(policy_id, text_hash)
    if Policy.objects.filter(number__gt=policy.number).exists():
        raise BadInput("measures.policy-newer")
    policy.approved_by, policy.approved_at, policy.entry_id = actor.id, at, acting().entry_id
    policy.save(update_fields=["approved_by", "approved_at", "entry_id"])
    return Outcome(None, facts={"number": policy.number, "text": policy.text_hash})


@act("measures:policy:read", roles=STAFF_ROLES, resource=_policy)
def read_policy(*, actor: Actor, at: datetime, policy_id: UUID, text_hash: str) -> Outcome[None]:
    """A member's word of having read the version in force. Saying it twice changes nothing. Raises BadInput."""
    policy = _read_on_screen(policy_id, text_hash)
    standing = policies.in_force()
    if standing is None or standing.id != policy.id:
        raise BadInput("measures.policy-not-in-force")
    Reading.objects.get_or_create(
        tenant_id=actor.tenant_id, policy_id=policy_id, member_id=actor.id,
        defaults={"text_hash": text_hash, "read_at": at, "entry_id": acting().entry_id},
    )  # fmt: skip
    return Outcome(None, facts={"number": policy.number, "text": text_hash})


def _read_on_screen(policy_id: UUID, text_hash: str) -> Policy:
    policy = Policy.objects.select_for_update().get(id=policy_id)
    if text_hash != policy.text_hash or policies.hash_of(policy.text) != text_hash:
        raise BadInput("measures.policy-changed")
    return policy


@act("measures:handler:declare", roles=("owner", "lead"))
def declare_handler(*, actor: Actor, at: datetime, member_id: UUID, declared_on: date, until: date) -> Outcome[None]:
    """Note that a colleague is declared with the registry as a registration agent, and until when that was seen.

    Raises BadInput for somebody who handles no matters, or days that are no term.
    """
    handlers = {one.id for one in members() if one.active and {"owner", "lead", "agent"} & set(one.roles)}
    if member_id not in handlers:
        raise BadInput("measures.no-handler")
    if not declared_on <= at.date() < until <= declared_on + _LONGEST:
        raise BadInput("measures.declared-days")
    Declaration.objects.create(
        tenant_id=actor.tenant_id, member_id=member_id, declared_on=declared_on, until=until, noted_by=actor.id,
        noted_at=at, entry_id=acting().entry_id,
    )  # fmt: skip
    days: dict[str, int | str] = {"from": int(f"{declared_on:%Y%m%d}"), "until": int(f"{until:%Y%m%d}")}
    return Outcome(None, facts={"member": member_id.hex} | days)
