"""fengni tokens, fengni exports whose, fengni export --tokens; and the same by REST."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fengni.apps.accounts.services import issue_token
from fengni.core import fictitious
from tests.apps.tokens.making import partner
from tests.apps.vault.files import CANARY_ID, make_client, make_person, sheet, store
from tests.cast import found, now
from tests.cli.test_clients import signed, told

Out = pytest.CaptureFixture[str]


def test_stand_ins_on_the_command_line(tmp_path: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = found()
    client = make_client(owner, 900)
    person = make_person(owner, client)
    token = signed(owner, tmp_path)
    about = ("--client", str(client))
    assert told(token, "tokens", "make", f"client/{client}/uscc", f"person/{person}/id_number", *about) == 0
    made = capsys.readouterr().out.split()
    assert [one[:4] for one in made] == ["cli_", "per_"]
    assert told(token, "tokens", "make", f"person/{person}/id_number") == 1
    assert "client/编号/字段" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join([*made, "per_x"])))
    assert told(token, "tokens", "resolve", "--purpose", "fill_form", "--reason", "填写申请书") == 0
    out = capsys.readouterr().out.splitlines()
    assert out == [f"stands\tuscc\t{fictitious.uscc(900)}", f"stands\tid_number\t{CANARY_ID}", "mistyped\t\t"]
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{CANARY_ID}\n"))
    assert told(token, "tokens", "fake", "id_number") == 0
    other = capsys.readouterr().out.strip()
    assert other[:6] == "990101"
    assert other != CANARY_ID

    store(owner, sheet(24))
    file = tmp_path / "list.xlsx"
    assert told(token, "export", "--tokens", "-o", str(file)) == 0
    assert "25 行替身" in capsys.readouterr().err
    assert told(token, "export", "--partner", str(partner(owner, "示例·信达会计")), "-o", str(tmp_path / "p.xlsx")) == 0
    capsys.readouterr()
    assert told(token, "exports", "whose", str(file)) == 0
    out = capsys.readouterr().out
    assert "替身工作簿　25 行　标记行 3" in out
    assert out.count("\n") == 1
    strange = tmp_path / "strange.csv"
    strange.write_text("企业名称\n示例·甲\n示例·乙\n", "utf-8")
    assert told(token, "exports", "whose", str(strange)) == 1
    assert "已比对 2 次导出" in capsys.readouterr().err
    assert told(token, "import", "excel", str(file)) == 0
    assert "--commit" in capsys.readouterr().err


def test_stand_ins_by_rest() -> None:
    owner = found()
    client = make_client(owner)
    person = make_person(owner, client)
    store(owner, sheet(24, first=100))
    bearer = {"authorization": f"Bearer {issue_token(actor=owner, at=now(), label='test').value}"}
    caller = Client(headers=bearer)

    def post(path: str, body: dict[str, object], status: int = 200) -> bytes:
        answer = caller.post(f"/api/v1/tokens{path}", json.dumps(body), content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.content

    fields = [{"client_id": str(client), "subject_id": str(person), "kind": kind} for kind in ("id_number", "passport")]
    made = json.loads(post("", {"fields": fields}))["tokens"]
    assert made[1] is None
    why = {"purpose": "purpose.fill_form", "reason": "填写申请书"}
    rows = json.loads(post("/resolve", {"tokens": [made[0], "per_x"], **why}))["rows"]
    assert [(one["state"], one["kind"], one["value"]) for one in rows] == [
        ("stands", "id_number", CANARY_ID), ("mistyped", "", ""),
    ]  # fmt: skip
    post("/resolve", {"tokens": made[:1], "purpose": "purpose.curiosity", "reason": "看看"}, status=403)
    book = post("/sheet", {})
    answer = caller.post("/api/v1/tokens/whose", {"file": SimpleUploadedFile("list.xlsx", book)})
    assert answer.status_code == 200, answer.content
    [named] = answer.json()["named"]
    assert (named["list"], named["rows"], named["canaries"], named["exchanged"]) == ("sheet", 25, 3, 0)
    assert named["chance"] < 1e-20
    values = [fictitious.mobile(1), fictitious.mobile(2)]
    faked = json.loads(post("/fake", {"kind": "mobile", "values": values}))["values"]
    assert [one[:3] for one in faked] == ["154", "154"]
    assert faked != values
    post("/fake", {"kind": "name", "values": ["示例"]}, status=400)
