"""fengni reach: access for some hours and emergencies, on the command line and by REST."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from tests.apps.reach.scene import WHY, glass, scene
from tests.apps.vault.files import company
from tests.cast import now
from tests.cli.test_clients import signed, told
from tests.web.browsing import signed_in

Out = pytest.CaptureFixture[str]


def test_from_the_question_to_the_review(tmp_path: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    one = scene()
    cast = one.cast
    agent, lead, owner = (signed(who, tmp_path) for who in (cast.agent, cast.lead, cast.owner))

    def out() -> str:
        return capsys.readouterr().out.strip()

    monkeypatch.setattr("sys.stdin", io.StringIO(company(1) + "\n"))
    assert told(agent, "reach", "find") == 0
    assert out() == str(one.client_id)
    monkeypatch.setattr("sys.stdin", io.StringIO("示例·没有这家\n"))
    assert told(agent, "reach", "find") == 1
    about = (str(one.client_id), "--purpose", "contact_client", "--reason", WHY)
    assert told(agent, "reach", "ask", *about, "--hours", "100") == 1
    assert "1 到 72 小时" in capsys.readouterr().err
    assert told(agent, "reach", "ask", *about, "--hours", "2", "--person", str(one.person_id)) == 0
    request = out()
    assert told(agent, "reach", "give", request) == 3
    assert told(lead, "reach", "give", request) == 0
    assert "自动结束" in capsys.readouterr().err
    person = ("reveal", f"person/{one.person_id}", "mobile", "--client", str(one.client_id))
    assert told(agent, *person, "--purpose", "contact_client", "--reason", WHY) == 0
    assert told(lead, "reach", "end", request) == 0
    capsys.readouterr()
    assert told(agent, *person, "--purpose", "contact_client", "--reason", WHY) == 3
    assert told(agent, "reach", "ask", *about, "--hours", "1") == 0
    second = capsys.readouterr().out.strip()
    assert told(lead, "reach", "refuse", second, "--reason", "请让经办人来办") == 0

    assert told(agent, "reach", "break", *about) == 0
    emergency = out()
    assert told(owner, "reach", "overdue") == 0
    assert "还有 23 小时" in out()
    late = glass(one, by=cast.colleague, at=now() - timedelta(hours=30))
    assert told(owner, "reach", "overdue") == 1
    assert out().splitlines()[0] == (
        f"✗ {late}：复核已超期 7 小时。请负责人或个人信息保护负责人运行 fengni reach review {late}"
    )
    for row in (emergency, str(late)):
        assert told(owner, "reach", "review", row, "--verdict", "justified", "--reason", "属实") == 0
    assert told(owner, "reach", "overdue") == 0
    assert "没有等待复核" in out()
    assert told(agent, "reach", "list", "--json") == 0
    rows = [json.loads(line) for line in out().splitlines()]
    assert [(row["kind"], row["state"]) for row in rows] == [
        ("emergency", "justified"), ("request", "refused"), ("request", "ended")
    ]  # fmt: skip
    assert told(owner, "reach", "list") == 0
    assert "复核：有必要" in out()
    monkeypatch.setattr("sys.stdin", io.StringIO("owner@example.invalid\n"))
    assert told(owner, "reach", "alarm") == 0
    assert told(owner, "reach", "alarm", "--clear") == 0
    assert told(agent, "reach", "alarm", "--clear") == 3


def test_the_same_by_rest(tmp_path: Path) -> None:
    one = scene()
    cast = one.cast
    clients = {
        who.id: Client(headers={"authorization": f"Bearer {Path(signed(who, tmp_path)).read_text()}"})
        for who in (cast.agent, cast.lead, cast.owner)
    }

    def post(who: object, path: str, **body: object) -> dict[str, object]:
        answer = clients[who.id].post(f"/api/v1/{path}", body, content_type="application/json")  # type: ignore[attr-defined]
        return {"status": answer.status_code, **answer.json()}

    value = f"persons/{one.person_id}/fields/mobile:reveal"
    about = {"client_id": str(one.client_id), "purpose": "purpose.contact_client", "reason": WHY}
    refused = post(cast.agent, value, **about)
    assert (refused["status"], refused["client"]) == (403, one.client_id.hex), "the refusal names what can be asked for"
    found = post(cast.agent, "reach/clients:find", named=company(1))
    assert found["client_id"] == str(one.client_id)
    asked = post(
        cast.agent, "reach/requests", client=str(one.client_id), purpose="purpose.contact_client", hours=1, reason=WHY
    )
    assert asked["status"] == 201
    assert post(cast.lead, f"reach/requests/{asked['id']}:give")["status"] == 200
    assert post(cast.agent, value, **about)["status"] == 200
    assert post(cast.agent, f"reach/requests/{asked['id']}:end")["status"] == 200
    again = post(
        cast.agent, "reach/requests", client=str(one.client_id), purpose="purpose.contact_client", hours=1, reason=WHY
    )
    assert post(cast.lead, f"reach/requests/{again['id']}:refuse", reason="不必")["status"] == 200
    broken = post(
        cast.agent, "reach/emergencies", client=str(one.client_id), purpose="purpose.incident_response", reason=WHY
    )
    page = clients[cast.owner.id].get("/api/v1/reach").json()
    assert [row["state"] for row in page["emergencies"]] == ["running"]
    assert page["emergencies"][0]["reason"] == WHY
    assert company(1) not in str(page)
    sheet = signed_in(cast.owner).get("/reach/export/").content.decode()
    assert sheet.count("陈一诺") == 3
    assert company(1) not in sheet
    assert WHY not in sheet
    verdict = {"verdict": "justified", "reason": "属实"}
    assert post(cast.lead, f"reach/emergencies/{broken['id']}:review", **verdict)["status"] == 403
    assert post(cast.owner, f"reach/emergencies/{broken['id']}:review", **verdict)["status"] == 200
    assert post(cast.owner, "reach/alarm-address", address="nobody")["status"] == 400
