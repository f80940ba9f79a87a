"""reach:alarm:address: where who reviews is told; sealed, shown masked to its owner alone."""

from __future__ import annotations

from django.db import transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.reach import queries, services
from fengni.apps.reach.models import AlarmAddress
from fengni.core.access.actor import Actor
from tests.apps.reach.scene import code
from tests.apps.vault.files import entries
from tests.cast import assemble, now

ADDRESS = "owner@example.invalid"


def _shown(actor: Actor) -> str | None:
    with tenant(actor.tenant_id), transaction.atomic():
        return queries.reach_page(actor=actor, at=now()).address


def test_an_address_is_sealed_changed_and_taken_away() -> None:
    cast = assemble()

    def put(who: Actor, address: str) -> None:
        services.set_alarm_address(actor=who, at=now(), address=address)

    assert (_shown(cast.owner), _shown(cast.lead)) == ("", None)
    put(cast.owner, f" {ADDRESS} ")
    assert entries(cast.tenant_id)[-1]["facts"] == {"given": 1}
    assert ADDRESS not in str(entries(cast.tenant_id))
    with tenant(cast.tenant_id), transaction.atomic():
        assert ADDRESS.encode() not in bytes(AlarmAddress.objects.get().sealed)
    assert _shown(cast.owner) == "o***@example.invalid"
    assert _shown(cast.dpo) == ""
    put(cast.owner, "o2@example.invalid")
    for wrong in ("nobody", "a b@example.invalid", "x@y.invalid\nBcc: all@example.invalid"):
        assert code(put, cast.owner, wrong) == "reach.address-wrong"
    with tenant(cast.tenant_id), transaction.atomic():
        assert AlarmAddress.objects.count() == 1
    put(cast.owner, "")
    assert _shown(cast.owner) == ""
    for who in (cast.lead, cast.agent, cast.security, cast.auditor, cast.admin, cast.intruder):
        assert code(put, who, ADDRESS) == "access.role"
    put(cast.stranger, ADDRESS)
    assert _shown(cast.owner) == ""
