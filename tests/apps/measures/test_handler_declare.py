"""measures:handler:declare"""

from __future__ import annotations

from datetime import timedelta

import pytest

from fengni.apps.common.tenancy import tenant
from fengni.apps.measures import queries, services
from fengni.core.errors import BadInput, Denied
from tests.apps.vault.files import entries
from tests.cast import Cast, assemble, now
from tests.web.browsing import signed_in

TODAY, YEAR = now().date(), timedelta(days=365)


def states(cast: Cast) -> dict[str, str]:
    with tenant(cast.tenant_id):
        return {one.name: one.state for one in queries.handlers(actor=cast.auditor, at=now())}


def test_who_is_declared_stands_in_the_list_until_the_day() -> None:
    cast = assemble()
    assert states(cast) == {"江述白": "none", "周予安": "none", "陈一诺": "none", "高见微": "none"}
    services.declare_handler(
        actor=cast.lead, at=now(), member_id=cast.agent.id, declared_on=TODAY - YEAR, until=TODAY + YEAR
    )
    services.declare_handler(
        actor=cast.owner, at=now() - YEAR, member_id=cast.colleague.id, declared_on=TODAY - 2 * YEAR, until=TODAY
    )
    assert states(cast) == {"江述白": "none", "周予安": "none", "陈一诺": "declared", "高见微": "over"}
    assert entries(cast.tenant_id)[-2]["facts"]["member"] == cast.agent.id.hex
    sheet = signed_in(cast.auditor).get("/measures/agents/export/").content.decode("utf-8-sig")
    assert f"陈一诺,已备案,{TODAY - YEAR},{TODAY + YEAR}" in sheet


def test_days_that_are_no_term_and_people_who_handle_nothing() -> None:
    cast = assemble()
    wrong = ((TODAY + timedelta(days=2), TODAY + YEAR), (TODAY - YEAR, TODAY), (TODAY, TODAY + 6 * YEAR))
    for declared_on, until in wrong:
        with pytest.raises(BadInput, match=r"measures\.declared-days"):
            services.declare_handler(
                actor=cast.owner, at=now(), member_id=cast.agent.id, declared_on=declared_on, until=until
            )
    for nobody in (cast.auditor.id, cast.stranger.id):
        with pytest.raises(BadInput, match=r"measures\.no-handler"):
            services.declare_handler(
                actor=cast.owner, at=now(), member_id=nobody, declared_on=TODAY, until=TODAY + YEAR
            )
    form = {"member_id": str(cast.agent.id), "declared_on": "yesterday", "until": str(TODAY + YEAR)}
    assert signed_in(cast.owner).post("/measures/agents/", form).status_code == 400
    assert signed_in(cast.owner).post("/measures/agents/", form | {"declared_on": str(TODAY)}).status_code == 302
    for who in (cast.agent, cast.dpo, cast.auditor, cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            services.declare_handler(
                actor=who, at=now(), member_id=cast.agent.id, declared_on=TODAY, until=TODAY + YEAR
            )
