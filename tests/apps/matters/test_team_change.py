"""matters:team:change"""

from __future__ import annotations

import pytest

from fengni.apps.common.tenancy import tenant
from fengni.apps.matters import queries, services
from fengni.apps.vault import queries as vault
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from tests.apps.matters.making import item_of, make_matter
from tests.cast import Cast, assemble, now


def clients_of(cast: Cast, who: Actor) -> int:
    with tenant(cast.tenant_id):
        return vault.clients_page(actor=who, at=now()).total


def test_a_place_on_the_team_is_scope_for_as_long_as_it_lasts() -> None:
    cast = assemble()
    made = make_matter(cast)
    services.change_team(actor=cast.lead, at=now(), matter_id=made.matter_id, add=(cast.colleague.id,))
    assert clients_of(cast, cast.colleague) == 1
    item = item_of(cast, made, "new_representative_mobile")
    services.claim_item(actor=cast.colleague, at=now(), item_id=item.id)
    services.change_team(actor=cast.lead, at=now(), matter_id=made.matter_id, remove=(cast.colleague.id,))
    assert clients_of(cast, cast.colleague) == 0
    assert item_of(cast, made, "new_representative_mobile").lease_by is None
    services.change_team(
        actor=cast.owner, at=now(), matter_id=made.matter_id, lead_id=cast.colleague.id, remove=(cast.agent.id,)
    )
    with tenant(cast.tenant_id):
        page = queries.matter_page(actor=cast.colleague, at=now(), matter_id=made.matter_id)
    assert (page.row.lead_id, page.team) == (cast.colleague.id, (cast.colleague.id,))
    assert clients_of(cast, cast.agent) == 1  # the agent held the client before the matter


def test_another_matter_of_the_client_keeps_the_place() -> None:
    cast = assemble()
    made = make_matter(cast)
    services.change_team(actor=cast.lead, at=now(), matter_id=made.matter_id, add=(cast.colleague.id,))
    second = services.open_matter(
        actor=cast.lead, at=now(), client_id=made.client_id, types=("BYLAW",), region="same",
        counted_from=now().date(), people={}, team=(cast.colleague.id,),
    ).value  # fmt: skip
    services.change_team(actor=cast.lead, at=now(), matter_id=made.matter_id, remove=(cast.colleague.id,))
    assert clients_of(cast, cast.colleague) == 1
    services.change_team(actor=cast.lead, at=now(), matter_id=second.matter_id, remove=(cast.colleague.id,))
    assert clients_of(cast, cast.colleague) == 0


def test_what_is_wrong_is_said_and_others_are_refused() -> None:
    cast = assemble()
    made = make_matter(cast)
    for given, code in (
        ({}, "matters.team-same"),
        ({"remove": (cast.agent.id,)}, "matters.lead-stays"),
        ({"add": (cast.stranger.id,)}, "parties.no-such-member"),
    ):
        with pytest.raises(BadInput, match=code):
            services.change_team(actor=cast.lead, at=now(), matter_id=made.matter_id, **given)
    for who in (cast.agent, cast.dpo, cast.auditor, cast.intruder):
        with pytest.raises(Denied, match=r"access.role"):
            services.change_team(actor=who, at=now(), matter_id=made.matter_id, add=(cast.colleague.id,))
    with pytest.raises(Denied, match=r"matters.no-such-matter"):
        services.change_team(actor=cast.stranger, at=now(), matter_id=made.matter_id, add=(cast.stranger.id,))
