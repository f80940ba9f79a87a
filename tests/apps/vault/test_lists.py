"""Lists and pages: masks, scope, totals, the number of statements."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from fengni.apps.common.custodian import custodian
from fengni.apps.common.tenancy import tenant
from fengni.apps.parties import services as parties
from fengni.apps.vault import queries
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied
from tests.apps.vault.files import CANARY_NAME, company, make_client, make_person, sheet, store
from tests.cast import assemble, found, now


def persons(actor: Actor, page: int = 1, size: int = 20) -> queries.PersonsPage:
    with tenant(actor.tenant_id):
        return queries.persons_page(actor=actor, at=now(), page=page, size=size)


def test_pages_go_through_everything_once_newest_first() -> None:
    owner = found()
    store(owner, sheet(45))
    pages = [persons(owner, page) for page in (1, 2, 3)]
    assert [(len(page.rows), page.total, page.pages) for page in pages] == [(20, 45, 3), (20, 45, 3), (5, 45, 3)]
    ids = [row.relation_id for page in pages for row in page.rows]
    assert ids == sorted(set(ids), reverse=True)
    assert persons(owner, 99).page == 3
    assert persons(owner, -1).page == 1
    with tenant(owner.tenant_id):
        clients = queries.clients_page(actor=owner, at=now(), page=2)
    assert (len(clients.rows), clients.total, clients.rows[0].persons) == (20, 45, 1)


def test_a_list_takes_at_most_six_statements_and_releases_no_key() -> None:
    cast = assemble()
    store(cast.owner, sheet(30))
    client_id = make_client(cast.agent, 900)
    make_person(cast.agent, client_id)
    ids = [row.person_id for row in persons(cast.owner, size=100).rows]
    released = custodian().releases(cast.tenant_id, ids)
    for actor in (cast.owner, cast.agent):
        for read in (queries.persons_page, queries.clients_page):
            with tenant(cast.tenant_id), transaction.atomic(), CaptureQueriesContext(connection) as statements:
                assert read(actor=actor, at=now()).rows
            assert len(statements) <= 6, [one["sql"][:80] for one in statements]
    assert custodian().releases(cast.tenant_id, ids) == released


def test_the_scope_bounds_lists_totals_and_pages() -> None:
    cast = assemble()
    store(cast.owner, sheet(5))
    with tenant(cast.tenant_id):
        client_id = queries.clients_page(actor=cast.owner, at=now()).rows[2].id
    parties.assign_client(actor=cast.owner, at=now(), client_id=client_id, member_id=cast.agent.id)
    page = persons(cast.agent)
    assert ([row.client_id for row in page.rows], page.total) == ([client_id], 1)
    for who in (cast.colleague, cast.security, cast.admin, cast.intruder, cast.stranger):
        assert (persons(who).rows, persons(who).total) == ((), 0)
    person_id = page.rows[0].person_id
    with tenant(cast.tenant_id):
        assert queries.person_page(actor=cast.agent, at=now(), client_id=client_id, person_id=person_id).name
        for who in (cast.colleague, cast.security, cast.admin, cast.intruder):
            with pytest.raises(Denied, match=r"access.scope"):
                queries.person_page(actor=who, at=now(), client_id=client_id, person_id=person_id)
            with pytest.raises(Denied, match=r"access.scope"):
                queries.persons_page(actor=who, at=now(), client_id=client_id)
    with tenant(cast.stranger_tenant_id), pytest.raises(Denied, match=r"parties.no-such-client"):
        queries.person_page(actor=cast.stranger, at=now(), client_id=client_id, person_id=person_id)


def _page(actor: Actor, client_id: UUID, person_id: UUID) -> queries.PersonPage:
    with tenant(actor.tenant_id):
        return queries.person_page(actor=actor, at=now(), client_id=client_id, person_id=person_id)


def test_who_need_not_know_a_name_sees_its_mask() -> None:
    cast = assemble()
    client_id = make_client(cast.owner, 1)
    person_id = make_person(cast.owner, client_id)
    for who in (cast.owner, cast.lead):
        assert persons(who).rows[0].name == _page(who, client_id, person_id).name == CANARY_NAME
    for who, can in ((cast.dpo, ("reveal",)), (cast.auditor, ())):
        assert persons(who).rows[0].name == _page(who, client_id, person_id).name == "陆*衡"
        fields = {field.kind: field for field in _page(who, client_id, person_id).fields}
        assert (fields["name"].shown, fields["name"].can, fields["id_number"].can) == ("陆*衡", can, can)
        assert persons(who).rows[0].client_name == company(1)
