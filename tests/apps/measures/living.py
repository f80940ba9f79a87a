"""A house at work with evidence for the measures of matters: everything in order, until somebody plants something.

One open matter under the client's agreement, one closed with feedback that was answered, one file destroyed with a
certificate, one closed not long ago; a partner assessed, trained, with a share that was viewed; the policy approved and
read; agents declared; the transport probed; the ledger verified; a backup restored.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from fengni.apps.agreements import assessing
from fengni.apps.agreements import services as agreements
from fengni.apps.cases import services as cases
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.apps.disposals import horizon
from fengni.apps.disposals import services as disposals
from fengni.apps.ledger import sealer
from fengni.apps.matters import services as matters
from fengni.apps.measures import policies, services
from fengni.apps.measures.queries import policy_page
from fengni.apps.vault import services as vault
from fengni.core import fictitious
from fengni.core.access.actor import Actor
from fengni.core.fictitious import bank_account
from tests.apps.agreements.sharing import PURPOSE, agreement_of, guest_actor, partner
from tests.apps.disposals import closing
from tests.apps.guests.inviting import invite
from tests.apps.matters.making import make_matter, settle
from tests.apps.matters.portal import Mine, mine
from tests.apps.vault.files import make_client, make_person
from tests.cast import Cast, now


@dataclass(frozen=True)
class House:
    """The cast and what the plantings are about."""

    cast: Cast
    client_id: UUID
    person_id: UUID
    partner_id: UUID
    share_id: UUID
    closed_file: UUID

    @property
    def owner(self) -> Actor:
        """Who reads the measures."""
        return self.cast.owner

    @property
    def id(self) -> UUID:
        """The tenant."""
        return self.cast.tenant_id


def yes() -> dict[str, bool]:
    """The best answers."""
    return {one.code: True for one in assessing.questions()}


def live() -> House:
    """Build it, through acts; what needs days gone by is moved by its clock."""
    scene = closing.scene()
    cast = scene.cast
    govern(cast)
    _destroy(scene)
    one = mine(cast, 3)
    one.consent()
    _agree(one.guest, cast, one.client_id)
    one_partner = partner(cast)
    agreements.assess_partner(
        actor=cast.dpo, at=now(), partner_id=one_partner, answers=yes(), trained_on=now().date() - timedelta(days=9)
    )
    share = _share(one, one_partner)
    _close_with_feedback(cast)
    recent = make_client(cast.owner, 9)
    make_person(cast.owner, recent, bank_account=bank_account(8))
    closing.close(cast, recent, "M-2026-0300", days=0)
    with tenant(cast.tenant_id), transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE matters_matter SET lead_id = %s", [cast.agent.id])
        cursor.execute("DELETE FROM matters_matter WHERE number = 'M-2026-0118'")  # a matter nobody agreed to
    vault.reveal_field(
        actor=cast.agent, at=now(), client_id=one.client_id, subject_id=one.person_id, kind="id_number",
        purpose="purpose.fill_form", reason="填写变更申请书",
    )  # fmt: skip
    sealer.seal_round(at=now())
    services.verify_ledger(actor=cast.owner, at=now())
    return House(cast, one.client_id, one.person_id, one_partner, share, recent)


def govern(cast: Cast) -> None:
    """The policy approved and read by everybody, agents declared, the transport probed."""
    drafted = services.draft_policy(actor=cast.dpo, at=now(), text=policies.standard("zh")).value
    with tenant(cast.tenant_id):
        digest = policy_page(actor=cast.owner).rows[0].text_hash
    services.approve_policy(actor=cast.owner, at=now(), policy_id=drafted, text_hash=digest)
    for who in (cast.owner, cast.lead, cast.agent, cast.colleague, cast.dpo, cast.auditor, cast.security, cast.admin):
        services.read_policy(actor=who, at=now(), policy_id=drafted, text_hash=digest)
    for who in (cast.agent, cast.lead):
        services.declare_handler(
            actor=cast.lead, at=now(), member_id=who.id, declared_on=date(2026, 1, 5), until=date(2029, 1, 5)
        )
    services.probe_transport(actor=cast.security, at=now())


def _destroy(scene: closing.Scene) -> None:
    closing.backups_end(scene.cast)
    disposal = closing.destroyed(scene)
    sealer.seal_round(at=now())
    disposals.issue_certificate(actor=scene.cast.dpo, at=now(), disposal_id=disposal)


def _agree(guest: Actor, cast: Cast, client_id: UUID) -> None:
    offered = agreement_of(cast.tenant_id, client_id)
    agreements.accept_agreement(
        actor=guest, at=now(), agreement_id=offered.id, text_hash=offered.text_hash, assurance="independent", lang="zh"
    )


def _share(one: Mine, partner_id: UUID) -> UUID:
    cast, person_id = one.cast, one.person_id
    share = agreements.prepare_share(
        actor=cast.owner, at=now(), client_id=one.client_id, matter_id=one.matter_id, partner_id=partner_id,
        purpose=PURPOSE, selection=[(person_id, "name")],
    ).value  # fmt: skip
    one.consent()  # the notice names the partner now
    sent = agreements.send_share(actor=cast.owner, at=now(), share_id=share).value
    sealer.seal_round(at=now())
    agreements.view_share(
        actor=guest_actor(cast.tenant_id, sent.guest_id, "partner"), at=now(), share_id=share, subject_id=person_id,
        kinds=("name",), purpose=PURPOSE,
    )  # fmt: skip
    return share


def _close_with_feedback(cast: Cast) -> None:
    made = make_matter(cast, 5, types=("LEGAL",), region="same")
    settle(cast, made)
    matters.submit_filing(actor=cast.agent, at=now(), matter_id=made.matter_id, receipt_number="REG-2026-5")
    matters.approve_filing(actor=cast.agent, at=now(), matter_id=made.matter_id)
    matters.close_matter(actor=cast.agent, at=now(), matter_id=made.matter_id)
    link = invite(cast.owner, made.client_id, made.new)
    guest = guest_actor(cast.tenant_id, link.guest_id, "client")
    given = cases.give_feedback(actor=guest, at=now(), matter_id=made.matter_id, score=5, reason="很放心").value
    cases.answer_feedback(actor=cast.lead, at=now(), case_id=given, reason="谢谢，继续保持")


@contextmanager
def restored() -> Iterator[None]:
    """A backup of the installation was restored as a test, for as long as this lasts: it is every tenant's evidence."""
    backup = uuid7()
    horizon.begun(backup, folder="/nowhere", name="fengni-test.backup", at=now() - timedelta(minutes=2))
    horizon.finished(backup, size=1, digest=bytes(32), at=now() - timedelta(minutes=1))
    horizon.tested(backup, at=now())
    try:
        yield
    finally:
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            cursor.execute("DELETE FROM disposals_backup_run WHERE id = %s", [backup])


def changed(tenant_id: UUID, statement: str, *params: Any) -> list[Any]:  # Any: parameters and rows of raw SQL
    """One statement of the schema's owner; it must touch something. What it returned."""
    with tenant(tenant_id), transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [str(tenant_id)])
        cursor.execute(statement, params)
        assert cursor.rowcount > 0, statement
        return list(cursor.fetchall()) if cursor.description else []


MOBILE = fictitious.mobile(7)
