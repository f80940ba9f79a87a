"""A person reads which partner saw what, by the name of the organisation."""

from __future__ import annotations

from datetime import timedelta

from fengni.apps.cases import queries
from fengni.apps.common.tenancy import tenant
from fengni.apps.guests import services as guests
from fengni.apps.ledger import sealer
from tests.apps.agreements.sharing import guest_actor, shared, view
from tests.cast import now


def test_a_partners_views_stand_under_its_name() -> None:
    one = shared()
    view(one, "id_number")
    sealer.seal_round(at=now())
    made = guests.invite_person(
        actor=one.cast.owner, at=now(), client_id=one.client_id, person_id=one.person_id, contact="mobile",
        expires_at=now() + timedelta(days=7),
    ).value  # fmt: skip
    actor = guest_actor(one.cast.tenant_id, made.guest_id, "client")
    with tenant(one.cast.tenant_id):
        page = queries.seen_page(actor=actor, at=now())
    [seen] = [told for told in page.told if told.kind == "partner"]
    assert (seen.who, seen.opening) == ("示例·信达会计", 1)
