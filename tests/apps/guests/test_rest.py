"""REST and command line of invitations."""

from __future__ import annotations

import json
from contextvars import copy_context
from pathlib import Path
from uuid import uuid4

import pytest

from fengni.apps.parties import services as parties
from fengni.cli.main import run
from tests.apps.guests.inviting import Invited, come_in, invited, pass_hold, phone
from tests.apps.vault.files import CANARY_NAME
from tests.apps.vault.test_rest import Caller
from tests.cast import now
from tests.cli.test_clients import signed


def test_a_link_from_making_to_taking_back() -> None:
    one = invited()
    caller = Caller(one.cast.owner)
    made = caller.post("/invitations", {"client_id": str(one.client_id), "person_id": str(one.person_id)})
    pass_hold(one.cast.tenant_id, made["link_id"])
    again = Invited(one.cast, one.client_id, one.person_id, one.made.__class__(
        one.made.guest_id, made["link_id"], made["path"], one.made.held_until, one.made.expires_at
    ))  # fmt: skip
    phone().get(made["path"])
    come_in(again)
    told = caller.get(f"/invitations/{made['link_id']}")
    assert (told["name"], told["state"]["state"], told["state"]["opens"]) == (CANARY_NAME, "opened", 1)
    assert (told["state"]["previews"], told["state"]["assurance"], told["state"]["sessions"]) == (1, "independent", 1)
    listed = caller.get("/invitations", client_id=str(one.client_id))
    assert [row["state"]["state"] for row in listed] == ["opened", "recalled"]
    assert made["path"] not in json.dumps(listed)
    assert len(caller.post(f"/invitations/{made['link_id']}:read-out", {})["code"]) == 6
    answer = caller.post(f"/invitations/{made['link_id']}:recall", {})
    assert (answer["opened"], answer["opens"]) == (True, 1)


def test_who_sees_which_invitations() -> None:
    one = invited()
    caller = Caller(one.cast.agent)
    assert caller.get("/invitations") == []
    caller.get(f"/invitations/{one.made.link_id}", status=403)
    parties.assign_client(actor=one.cast.owner, at=now(), client_id=one.client_id, member_id=one.cast.agent.id)
    assert [row["link_id"] for row in caller.get("/invitations")] == [str(one.made.link_id)]
    masked = Caller(one.cast.dpo).get(f"/invitations/{one.made.link_id}")["name"]
    assert masked
    assert masked != CANARY_NAME
    Caller(one.cast.stranger).get(f"/invitations/{one.made.link_id}", status=403)
    Caller(one.cast.owner).get(f"/invitations/{uuid4()}", status=403)
    Caller(one.cast.owner).post(
        "/invitations", {"client_id": str(one.client_id), "person_id": str(one.person_id), "contact": "fax"}, status=422
    )


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = invited()
    token = signed(one.cast.owner, tmp_path)

    def told(*arguments: str) -> tuple[int, str, str]:
        code = copy_context().run(run, ["--lang", "zh", "invite", *arguments, "--token-file", token])
        return code, *capsys.readouterr()

    code, out, err = told("new", str(one.client_id), str(one.person_id), "--address", "https://agency.example/")
    assert code == 0
    assert out.startswith("https://agency.example/p/")
    assert "三十秒后生效" in err
    code, out, _ = told("state", "--client", str(one.client_id))
    assert code == 0
    assert "冻结中" in out
    assert "已撤回" in out
    assert CANARY_NAME in out
    link = out.split()[0]
    code, out, _ = told("state", link, "--json")
    assert code == 0
    assert json.loads(out)["state"]["previews"] == 0
    pass_hold(one.cast.tenant_id, link)
    code, out, err = told("read-out", link)
    assert code == 0
    assert len(out.strip()) == 6
    assert "由经办人读出" in err
    code, out, err = told("recall", link, "--json")
    assert code == 0
    assert json.loads(out)["opened"] is False
    assert "从未打开过" in err
    assert told("state")[0] == 1
    assert told("state", str(uuid4()))[0] == 3
