"""measures:ledger:verify"""

from __future__ import annotations

import json

import pytest

from fengni.apps.ledger import sealer
from fengni.apps.measures import services, tasks
from fengni.core.errors import Denied
from tests.apps.ledger.writing import rows, write
from tests.apps.measures.planting import outcomes, planted
from tests.cast import assemble, found, now

pytestmark = pytest.mark.usefixtures("apart")  # what it starts goes through every tenant


def facts(tenant_id: object) -> list[dict[str, object]]:
    found = rows(tenant_id, "SELECT body FROM ledger_inbox ORDER BY id")  # type: ignore[arg-type]  # a UUID
    told = [json.loads(bytes(row[0])) for row in found]  # type: ignore[arg-type]  # bytea
    return [one["facts"] | {"outcome": one["outcome"]} for one in told if one["act"] == "measures:ledger:verify"]


def test_the_cast() -> None:
    cast = assemble()
    sealer.seal_round(at=now())
    for actor in (cast.owner, cast.dpo, cast.auditor, cast.security):
        assert services.verify_ledger(actor=actor, at=now()).value.finding is None
    for actor in (cast.agent, cast.colleague, cast.lead, cast.admin, cast.intruder):
        with pytest.raises(Denied):
            services.verify_ledger(actor=actor, at=now())
    told = facts(cast.tenant_id)
    assert [one["finding"] for one in told if one["outcome"] == "done"] == ["none"] * 4
    assert sum(str(one["outcome"]).startswith("refused:") for one in told) == 5


def test_a_stranger_verifies_only_the_own_ledger() -> None:
    cast = assemble()
    write(cast.owner, count=7)
    sealer.seal_round(at=now())
    assert services.verify_ledger(actor=cast.owner, at=now()).value.size >= 7
    assert services.verify_ledger(actor=cast.stranger, at=now()).value.size < 7


def test_the_entry_says_what_differs() -> None:
    owner = found()
    write(owner, count=3)
    sealer.seal_round(at=now())
    planted(owner.tenant_id, "DELETE FROM ledger_entry WHERE sequence = 1")
    done = services.verify_ledger(actor=owner, at=now())
    assert done.value.finding is not None
    assert (done.value.finding.kind, done.value.finding.sequence) == ("missing", 1)
    assert facts(owner.tenant_id)[-1]["finding"] == "missing"


def test_every_night_every_tenant() -> None:
    one, other = found(), found()
    sealer.seal_round(at=now())
    tasks.verify_ledgers(timestamp=0)
    sealer.seal_round(at=now())
    assert {outcomes(actor)["ledger_verified"] for actor in (one, other)} == {"passed"}
