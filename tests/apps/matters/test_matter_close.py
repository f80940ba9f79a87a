"""matters:matter:close"""

from __future__ import annotations

import pytest
from django.db import transaction

from fengni.apps.agreements.services import prepare_share
from fengni.apps.common.tenancy import tenant
from fengni.apps.matters import items, queries, services
from fengni.apps.vault import queries as vault
from fengni.core.errors import BadInput, Denied
from tests.apps.agreements.sharing import partner
from tests.apps.matters.making import Made, hand_in, item_of, make_matter, settle
from tests.apps.vault.files import entries, seen_of
from tests.cast import Cast, assemble, now


def approved(cast: Cast) -> Made:
    made = make_matter(cast)
    settle(cast, made)
    services.submit_filing(actor=cast.agent, at=now(), matter_id=made.matter_id, receipt_number="EX-0001")
    services.approve_filing(actor=cast.agent, at=now(), matter_id=made.matter_id)
    return made


def test_links_become_narrow_places_end_and_the_clock_runs() -> None:
    cast = assemble()
    made = approved(cast)
    services.invite_person(actor=cast.agent, at=now(), matter_id=made.matter_id, person_id=made.new)
    services.change_team(actor=cast.lead, at=now(), matter_id=made.matter_id, add=(cast.colleague.id,))
    at = now()
    done = services.close_matter(actor=cast.agent, at=at, matter_id=made.matter_id).value
    assert (done.shares, done.links) == (0, 1)
    assert entries(cast.tenant_id)[-1]["facts"] == {"shares": 0, "links": 1, "approved": 1}
    assert set(seen_of(cast.tenant_id)) == {made.new, made.shareholder}
    with tenant(cast.tenant_id):
        page = queries.matter_page(actor=cast.agent, at=now(), matter_id=made.matter_id)
        assert (page.row.state, page.row.waiting, page.row.closed_at) == ("closed", "nobody", at)
        assert [(one.link.state, one.link.narrow) for one in page.people if one.link] == [("held", True)]
        assert vault.clients_page(actor=cast.colleague, at=now()).total == 0
        with transaction.atomic():
            assert items.hold_of(made.client_id) == []
    with pytest.raises(BadInput, match=r"agreements\.matter-over"):
        prepare_share(
            actor=cast.owner, at=now(), client_id=made.client_id, matter_id=made.matter_id, partner_id=partner(cast),
            purpose="purpose.bank_visit", selection=[(made.client_id, "company_name")],
        )  # fmt: skip
    for again in (
        lambda: services.close_matter(actor=cast.agent, at=now(), matter_id=made.matter_id),
        lambda: services.claim_item(actor=cast.agent, at=now(), item_id=item_of(cast, made, "licence").id),
    ):
        with pytest.raises(BadInput, match=r"matters.closed"):
            again()


def test_refused_while_something_is_open() -> None:
    cast = assemble()
    made = make_matter(cast)
    item = item_of(cast, made, "licence")
    with pytest.raises(BadInput, match=r"matters.close-undecided \(items=11\)"):
        services.close_matter(actor=cast.agent, at=now(), matter_id=made.matter_id)
    hand_in(cast.agent, item.id)
    services.claim_item(actor=cast.agent, at=now(), item_id=item.id)
    with pytest.raises(BadInput, match=r"matters.close-on-desk \(items=1\)"):
        services.close_matter(actor=cast.agent, at=now(), matter_id=made.matter_id)
    services.release_item(actor=cast.agent, at=now(), item_id=item.id)
    settle(cast, made)
    with pytest.raises(BadInput, match=r"matters.close-reason"):
        services.close_matter(actor=cast.agent, at=now(), matter_id=made.matter_id)
    services.submit_filing(actor=cast.agent, at=now(), matter_id=made.matter_id, receipt_number="EX-0001")
    with pytest.raises(BadInput, match=r"matters.close-with-registry"):
        services.close_matter(actor=cast.agent, at=now(), matter_id=made.matter_id, reason="客户不办了")


def test_given_up_for_a_reason() -> None:
    cast = assemble()
    made = make_matter(cast)
    settle(cast, made)
    services.close_matter(actor=cast.agent, at=now(), matter_id=made.matter_id, reason="客户不办了")
    entry = entries(cast.tenant_id)[-1]
    assert (entry["facts"]["approved"], len(entry["reason"])) == (0, 64)


def test_others_are_refused() -> None:
    cast = assemble()
    made = make_matter(cast)
    for who, code in ((cast.colleague, "access.scope"), (cast.dpo, "access.role"), (cast.intruder, "access.role")):
        with pytest.raises(Denied, match=code):
            services.close_matter(actor=who, at=now(), matter_id=made.matter_id)
    with pytest.raises(Denied, match=r"matters.no-such-matter"):
        services.close_matter(actor=cast.stranger, at=now(), matter_id=made.matter_id)
