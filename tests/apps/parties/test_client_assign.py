"""parties:client:assign"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from fengni.apps.acts.models import Grant
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.apps.parties import queries, services
from fengni.apps.vault import queries as vault
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from tests.apps.vault.files import entries, make_client, refusals
from tests.cast import assemble, now


def test_an_assigned_client_is_seen_until_the_end_of_the_assignment() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    at = now()
    until = at + timedelta(days=1)
    services.assign_client(actor=cast.lead, at=at, client_id=client_id, member_id=cast.agent.id, until=until)
    assert entries(cast.tenant_id)[-1]["facts"] == {"member": cast.agent.id.hex}
    with tenant(cast.tenant_id):
        assert [row.id for row in vault.clients_page(actor=cast.agent, at=at).rows] == [client_id]
        assert vault.clients_page(actor=cast.agent, at=until).rows == ()
        assert [one.member_id for one in queries.assignments(client_id=client_id, at=at)] == [cast.agent.id]
        assert queries.assignments(client_id=client_id, at=until) == []
    services.assign_client(actor=cast.owner, at=at, client_id=client_id, member_id=cast.agent.id)  # now without an end
    with tenant(cast.tenant_id), transaction.atomic():
        assert len(vault.clients_page(actor=cast.agent, at=until).rows) == 1
        assert len(queries.assignments(client_id=client_id, at=until)) == 1
        Grant.objects.update(person_id=uuid7())  # one person's values are not the file
        assert vault.clients_page(actor=cast.agent, at=at).rows == ()
        Grant.objects.update(person_id=None, fields=["mobile"])
        assert vault.clients_page(actor=cast.agent, at=at).rows == ()


def test_only_owner_and_lead_assign_own_clients_to_own_members() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    for who in (cast.agent, cast.dpo, cast.auditor, cast.intruder):
        with pytest.raises(Denied, match=r"access.role"):
            services.assign_client(actor=who, at=now(), client_id=client_id, member_id=cast.agent.id)
    assert refusals(cast.tenant_id, "parties:client:assign") == ["access.role"] * 4
    with pytest.raises(Denied, match=r"parties.no-such-client"):
        services.assign_client(actor=cast.stranger, at=now(), client_id=client_id, member_id=cast.stranger.id)
    with pytest.raises(BadInput, match=r"parties.no-such-member"):
        services.assign_client(actor=cast.owner, at=now(), client_id=client_id, member_id=cast.stranger.id)
    with pytest.raises(BadInput, match=r"parties.until-has-passed"):
        services.assign_client(
            actor=cast.owner, at=now(), client_id=client_id, member_id=cast.agent.id, until=now() - timedelta(hours=1)
        )


def test_two_who_assign_at_once_make_one_assignment() -> None:
    cast = assemble()
    client_id, together = make_client(cast.owner), threading.Barrier(2)

    def assign(who: Actor) -> None:
        try:
            together.wait(30)
            services.assign_client(actor=who, at=now(), client_id=client_id, member_id=cast.agent.id)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(assign, (cast.owner, cast.lead)))
    with tenant(cast.tenant_id), transaction.atomic():
        assert Grant.objects.filter(member_id=cast.agent.id, client_id=client_id).count() == 1
