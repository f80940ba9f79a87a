"""A question freezes the viewer wherever the person could be seen: console, REST, command line, export, partner."""

from __future__ import annotations

from contextvars import copy_context
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client

from fengni.apps.accounts.services import issue_token
from fengni.apps.cases import queries, services
from fengni.apps.common.tenancy import tenant
from fengni.apps.guests import services as guests
from fengni.apps.vault import services as vault
from fengni.apps.vault.queries import lists
from fengni.cli.main import run
from fengni.core.errors import Denied
from tests.apps.agreements.sharing import guest_actor, shared, view
from tests.apps.cases.asking import OTHER_NAME, seal, stored, watched
from tests.apps.vault.files import CANARY_MOBILE, CANARY_NAME, refusals
from tests.cast import now
from tests.cli.test_clients import signed
from tests.web.browsing import signed_in

FROZEN = "对您的查看"


def test_no_way_of_staff_leads_around_the_freeze(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seen = watched()
    cast, agent = seen.cast, seen.cast.agent
    console = signed_in(agent)
    assert CANARY_NAME in console.get("/clients/persons/").content.decode()
    case_id = services.raise_question(actor=seen.guest, at=now(), entry_id=seen.entry_id).value
    seal()

    page = console.get(f"/clients/{seen.client_id}/persons/{seen.person_id}/")
    assert page.status_code == 403
    assert CANARY_NAME not in page.content.decode()
    for path in ("/clients/persons/", f"/clients/{seen.client_id}/"):
        shown = console.get(path).content.decode()
        assert FROZEN in shown, path
        assert CANARY_NAME not in shown, path
        assert OTHER_NAME in shown, path  # the freeze is about one person
    with tenant(cast.tenant_id), transaction.atomic():
        [row] = lists.search(actor=agent, at=now(), words=CANARY_NAME).rows
        assert (row.frozen, row.name, row.id_number, row.mobile) == (True, "", "", "")
        [row] = lists.search(actor=cast.lead, at=now(), words=CANARY_NAME).rows
        assert (row.frozen, row.name) == (False, CANARY_NAME)
    [row] = vault.search_number(actor=agent, at=now(), number=CANARY_MOBILE).value.rows
    assert (row.frozen, row.name, row.mobile) == (True, "", "")

    token = issue_token(actor=agent, at=now(), label="测试").value
    rest = Client(SERVER_NAME="127.0.0.1", headers={"authorization": f"Bearer {token}"})
    person = f"/api/v1/persons/{seen.person_id}"
    assert rest.get(f"{person}?client_id={seen.client_id}").status_code == 403
    body = {"client_id": str(seen.client_id), "purpose": "purpose.fill_form", "reason": "填写变更申请书"}
    answer = rest.post(f"{person}/fields/id_number:reveal", body, content_type="application/json")
    assert (answer.status_code, answer.json()["type"].endswith("view-frozen")) == (403, True)
    assert CANARY_NAME not in rest.get("/api/v1/persons").content.decode()

    command = signed(agent, tmp_path)
    for arguments in (("person", "show", str(seen.person_id), "--client", str(seen.client_id)), ("person", "list")):
        copy_context().run(run, ["--lang", "zh", *arguments, "--token-file", command])
    out, err = capsys.readouterr()
    assert CANARY_NAME not in out
    assert FROZEN in err
    with pytest.raises(Denied, match=r"access\.view-frozen"):
        vault.export_list(actor=agent, at=now(), what="persons", form="csv")
    assert "access.view-frozen" in refusals(cast.tenant_id, "vault:list:export")

    due = stored(cast, case_id).due_at
    with tenant(cast.tenant_id), transaction.atomic():  # a day later it opens by itself
        names = {row.name for row in lists.persons_page(actor=agent, at=due + timedelta(seconds=1)).rows}
    assert CANARY_NAME in names
    services.answer_question(actor=cast.dpo, at=now(), case_id=case_id, verdict="in_order", reason="办理变更需要")
    assert CANARY_NAME in console.get("/clients/persons/").content.decode()


def test_a_partner_is_frozen_for_this_person_and_no_other() -> None:
    one = shared()
    view(one, "id_number")
    made = guests.invite_person(
        actor=one.cast.owner, at=now(), client_id=one.client_id, person_id=one.person_id, contact="mobile",
        expires_at=now() + timedelta(days=7),
    ).value  # fmt: skip
    client = guest_actor(one.cast.tenant_id, made.guest_id, "client")
    with tenant(one.cast.tenant_id):
        told = queries.seen_page(actor=client, at=now()).told
    entry: UUID = next(row.entry_id for row in told if row.kind == "partner")
    case_id = services.raise_question(actor=client, at=now(), entry_id=entry).value
    with pytest.raises(Denied, match=r"access\.view-frozen"):
        view(one, "id_number")
    services.answer_question(actor=one.cast.dpo, at=now(), case_id=case_id, verdict="in_order", reason="银行需要")
    view(one, "id_number")
