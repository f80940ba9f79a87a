"""The same change of keys by REST, by the command and on the screen."""

from __future__ import annotations

import json
from contextvars import copy_context
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from fengni.apps.approvals import services as approvals
from fengni.apps.approvals.models import Request
from fengni.apps.common.tenancy import tenant
from fengni.apps.rotations.moving import KINDS
from fengni.cli.main import run
from tests.apps.rotations.scene import agreed, epochs, rows
from tests.apps.vault.files import make_client, make_person
from tests.cast import PASSWORD, Cast, assemble, login_of, now
from tests.cli.test_clients import signed

Out = pytest.CaptureFixture[str]


def _signed_in(cast: Cast, who: str) -> Client:
    client = Client()
    assert client.login(username=login_of(getattr(cast, who)), password=PASSWORD)
    return client


def _yes(cast: Cast) -> None:
    """The lead says yes to whatever waits."""
    from django.db import transaction

    with tenant(cast.tenant_id), transaction.atomic():
        waiting = list(Request.objects.filter(state="open").values_list("id", flat=True))
    for request in waiting:
        approvals.give_approval(actor=cast.lead, at=now(), request_id=request)


def test_rest_begins_moves_and_finishes() -> None:
    cast = assemble()
    make_person(cast.owner, make_client(cast.owner))
    owner = _signed_in(cast, "owner")
    begins = {"data": json.dumps({"what": "epoch"}), "content_type": "application/json"}
    refused = owner.post("/api/v1/rotations", **begins)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:fengni:access.second-person-required")
    agreed(cast, cast.owner, "rotations:rotation:begin", KINDS["epoch"])
    made = owner.post("/api/v1/rotations", **begins)
    assert made.status_code == 201, made.content
    path = f"/api/v1/rotations/{made.json()['id']}"
    assert owner.get("/api/v1/rotations").json()[0]["left"] == 3
    assert owner.post(f"{path}:step").json()["moved"] == 3
    [row] = owner.get("/api/v1/rotations").json()
    assert (row["state"], row["done"], row["left"]) == ("moved", 3, 0)
    agreed(cast, cast.owner, "rotations:rotation:finish", row_id := UUID(row["id"]))
    assert owner.post(f"/api/v1/rotations/{row_id}:finish").status_code == 200
    assert epochs(cast) == [2]
    assert _signed_in(cast, "agent").get("/api/v1/rotations").status_code == 403
    sheet = owner.get(reverse("rotations:export")).content.decode("utf-8-sig").splitlines()
    assert len(sheet) == 2
    assert sheet[1].startswith("钥期,1,2,已完成,3,")


def test_the_command_asks_on_the_way_and_goes_on_when_run_again(tmp_path: Path, capsys: Out) -> None:
    cast = assemble()
    make_client(cast.owner)
    token = signed(cast.owner, tmp_path)
    rotate = ["keys", "rotate", "--what", "epoch", "--reason", "每年更换", "--token-file", token]
    for expected in (4, 4):  # asks for the beginning, then for the end
        assert copy_context().run(run, rotate) == expected
        _yes(cast)
    assert rows(cast, "SELECT DISTINCT epoch FROM vault_unit") == [(2,)]
    assert copy_context().run(run, rotate) == 0
    assert "旧密钥已结束" in "".join(capsys.readouterr())
    assert epochs(cast) == [2]
    assert copy_context().run(run, [*rotate[:3], "suite", *rotate[4:]]) == 1  # without --to
    suite = [*rotate[:3], "suite", "--to", "sm4", *rotate[4:]]
    assert copy_context().run(run, suite) == 4
    _yes(cast)
    assert copy_context().run(run, suite) == 4
    assert copy_context().run(run, rotate) == 1  # another one runs
    _yes(cast)
    assert copy_context().run(run, suite) == 0
    assert "每一项内容都用第 2 版密钥打开并核对过" in "".join(capsys.readouterr())
    assert rows(cast, "SELECT DISTINCT suite, version FROM vault_unit") == [(4, 2)]
