"""matters:matter:open"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.matters import items, queries, services
from fengni.apps.parties import services as parties
from fengni.apps.vault import queries as vault
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from tests.apps.matters.making import make_matter
from tests.apps.vault.files import entries, make_client, make_person, refusals, seen_of
from tests.cast import assemble, now


def test_a_matter_opens_with_the_least_it_needs() -> None:
    cast = assemble()
    made = make_matter(cast)
    entry = entries(cast.tenant_id)[-1]
    assert entry["facts"] == {"asked": 11, "usual": 23, "types": "legal.addr", "region": "cross"}
    assert set(seen_of(cast.tenant_id)) == {made.new, made.shareholder}
    with tenant(cast.tenant_id):
        page = queries.matter_page(actor=cast.agent, at=now(), matter_id=made.matter_id)
    assert (page.row.number[:2], page.asked, page.usual, len(page.unasked)) == ("M-", 11, 23, 12)
    assert page.row.days_left == 0  # moving to another district is filed before the move
    states = {one.row.code: one.row.state for one in page.items}
    assert states["new_representative_mobile"] == "received"  # it lies sealed already: not asked again
    assert states["new_representative_identity"] == "wanted"  # the validity is missing
    assert states["move_application"] == "wanted"
    assert page.team == (cast.agent.id,)
    assert {one.person_id: one.parts for one in page.people} == {
        made.new: ("new_legal_representative",), made.shareholder: ("shareholder",),
    }  # fmt: skip
    assert page.row.waiting == "desk"


def test_within_the_district_nothing_of_the_move_is_asked() -> None:
    cast = assemble()
    made = make_matter(cast, region="same")
    with tenant(cast.tenant_id):
        page = queries.matter_page(actor=cast.lead, at=now(), matter_id=made.matter_id)
        with transaction.atomic():
            held = items.hold_of(made.client_id)
    assert (page.asked, page.usual, page.row.days_left) == (10, 22, 30)
    assert "move_application" not in {one.row.code for one in page.items}
    assert [one.number for one in held] == [page.row.number]


def test_a_number_of_the_old_books_is_kept_and_counting_goes_on_from_it() -> None:
    cast = assemble()
    client_id, year = make_client(cast.owner), now().year
    given = {"client_id": client_id, "types": ("BYLAW",), "region": "same", "counted_from": now().date(), "people": {}}
    old = f"M-{year}-0116"
    assert services.open_matter(actor=cast.owner, at=now(), number=old, **given).value.number == old
    with pytest.raises(BadInput, match=r"matters.number-taken"):
        services.open_matter(actor=cast.owner, at=now(), number=old, **given)
    assert services.open_matter(actor=cast.owner, at=now(), **given).value.number == f"M-{year}-0117"


def test_what_is_wrong_is_said() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    person = make_person(cast.owner, client_id)
    elsewhere = make_person(cast.owner, make_client(cast.owner, 2), name="温子墨", id_number="", mobile="")
    given = {
        "types": ("LEGAL",), "region": "same", "counted_from": now().date(),
        "people": {"new_legal_representative": (person,)},
    }  # fmt: skip
    for changed, code in (
        ({"types": ()}, "matters.type-unknown"),
        ({"types": ("NOTHING",)}, "matters.type-unknown"),
        ({"region": "moon"}, "matters.region-unknown"),
        ({"people": {}}, "matters.part-missing"),
        ({"people": {"witness": (person,)}}, "matters.part-unknown"),
        ({"people": {"new_legal_representative": (elsewhere,)}}, "parties.no-such-person"),
        ({"counted_from": now().date() + timedelta(days=500)}, "matters.day-too-far"),
        ({"team": (cast.stranger.id,)}, "parties.no-such-member"),
        ({"number": "117"}, "matters.number-wrong"),
    ):
        with pytest.raises((BadInput, Denied), match=code):
            services.open_matter(actor=cast.owner, at=now(), client_id=client_id, **(given | changed))
    with tenant(cast.tenant_id):
        assert queries.matters_page(actor=cast.owner, at=now()).total == 0


def test_roles_scope_and_tenants() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    person = make_person(cast.owner, client_id)

    def open_as(who: Actor, **more: object) -> None:
        services.open_matter(
            actor=who, at=now(), client_id=client_id, types=("LEGAL",), region="same", counted_from=now().date(),
            people={"new_legal_representative": (person,)}, **more,
        )  # type: ignore[arg-type]  # fmt: skip

    for who, code in (
        (cast.agent, "access.scope"),
        (cast.dpo, "access.role"),
        (cast.auditor, "access.role"),
        (cast.security, "access.role"),
        (cast.admin, "access.role"),
        (cast.intruder, "access.role"),
    ):
        with pytest.raises(Denied, match=code):
            open_as(who)
    assert len(refusals(cast.tenant_id, "matters:matter:open")) == 6
    with pytest.raises(Denied, match=r"parties.no-such-client"):
        open_as(cast.stranger)
    parties.assign_client(actor=cast.owner, at=now(), client_id=client_id, member_id=cast.agent.id)
    with pytest.raises(Denied, match=r"matters.team-by-lead"):
        open_as(cast.agent, team=(cast.colleague.id,))
    open_as(cast.lead, team=(cast.colleague.id,), lead_id=cast.agent.id)
    with tenant(cast.tenant_id):  # a place on the team is scope
        assert [row.id for row in vault.clients_page(actor=cast.colleague, at=now()).rows] == [client_id]
        assert queries.matters_page(actor=cast.colleague, at=now()).total == 1
    with tenant(cast.stranger_tenant_id):
        assert queries.matters_page(actor=cast.stranger, at=now()).total == 0


def test_two_who_open_at_once_get_two_numbers() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    together, numbers = threading.Barrier(2), []

    def open_as(who: Actor) -> None:
        try:
            together.wait(30)
            done = services.open_matter(
                actor=who, at=now(), client_id=client_id, types=("BYLAW",), region="same",
                counted_from=now().date(), people={},
            )  # fmt: skip
            numbers.append(done.value.number)
            assert done.value.usual is None  # nobody compared this kind yet
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(open_as, (cast.owner, cast.lead)))
    assert len(set(numbers)) == 2
