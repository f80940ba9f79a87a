"""The worker goes on with what two persons approved: after a kill, past a broken house, never against a hold."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import transaction

from fengni.apps.common.language import said
from fengni.apps.common.tenancy import tenant
from fengni.apps.disposals import queries, services, tasks
from fengni.apps.disposals.models import Disposal
from fengni.apps.measures import overview
from fengni.core.errors import HostProblem
from tests.apps.disposals.closing import Scene, approved, destroyed, disposal_of, parts_of, propose, rows, scene
from tests.apps.vault.files import entries
from tests.apps.vault.test_rest import Caller
from tests.cast import now
from tests.web.browsing import signed_in


def test_what_was_killed_goes_on_by_itself_past_a_broken_house(caplog: pytest.LogCaptureFixture) -> None:
    broken, at, held = scene(), scene(), scene()
    stuck = approved(broken)
    rows(broken.cast, "UPDATE vault_unit SET suite = 99 WHERE client_id = %s", broken.client)
    waiting = approved(held)
    services.set_hold(actor=held.cast.dpo, at=now(), client_id=held.client, reason="有争议")
    disposal = approved(at)
    killed = [at.cast.tenant_id.hex, at.cast.dpo.id.hex, disposal.hex, "return", "common/custodian", "destroy", "1"]
    ended = subprocess.run([sys.executable, "-m", "tests.apps.disposals.killed", *killed], timeout=120)
    assert ended.returncode == -signal.SIGKILL
    refused = len(entries(held.cast.tenant_id))

    with pytest.raises(HostProblem, match=r"disposals\.resume-broken"):
        tasks.resume(0)

    assert disposal_of(at.cast, disposal).state == "done"
    assert all(part.done_at is not None for part in parts_of(at.cast, disposal))
    last = entries(at.cast.tenant_id)[-1]
    assert (last["act"], last["actor"]["roles"]) == ("disposals:disposal:run", ["system"])
    assert disposal_of(broken.cast, stuck).state == "approved"
    assert str(broken.cast.tenant_id) in caplog.text
    assert disposal_of(held.cast, waiting).state == "approved"
    assert len(entries(held.cast.tenant_id)) == refused  # nobody was refused anything, over and over
    for one, why in ((broken, said("disposals.broken")), (held, said("disposals.hold"))):
        _says(one, why)
    assert disposal_of(broken.cast, stuck).failed_code == "disposals.broken"
    services.lift_hold(actor=held.cast.dpo, at=now(), client_id=held.client, reason="已解决")
    with tenant(held.cast.tenant_id), transaction.atomic():
        assert queries.unattended(at=now()) == ((waiting, False),)


def _says(at: Scene, why: str) -> None:
    """Every place that shows a destruction says why it does not go on: list, file, its page, the house's page, REST."""
    dpo = signed_in(at.cast.dpo)
    with tenant(at.cast.tenant_id), transaction.atomic():
        [row] = queries.disposals(actor=at.cast.dpo, at=now())
        decisions = overview.house(actor=at.cast.owner, at=now()).decisions
    assert (row.state, row.stopped) == ("approved", why)
    assert next(one.text for one in decisions if one.tone == "failed") == said("house.stopped-disposals", n=1, why=why)
    for path in ("/disposals/", f"/disposals/clients/{at.client}/", f"/disposals/{row.id}/"):
        assert why in dpo.get(path).content.decode(), path
    assert Caller(at.cast.dpo).get(f"/disposals/{row.id}")["stopped"] == why


def test_what_nobody_agreed_to_is_taken_back_and_a_second_caller_does_nothing_twice() -> None:
    at = scene()
    first = propose(at, at=now() - timedelta(days=8))
    assert tasks._resumed(at.cast.tenant_id)
    assert disposal_of(at.cast, first).state == "withdrawn"
    done = destroyed(at)
    told = len(entries(at.cast.tenant_id))
    assert tasks._resumed(at.cast.tenant_id)
    assert len(entries(at.cast.tenant_id)) == told
    again = tasks.running.carry_out(actor=at.cast.dpo, disposal_id=done, clock=now)
    assert (again.destroyed, again.sealed) == (4, 2)
    assert disposal_of(at.cast, done).state == Disposal.State.DONE
