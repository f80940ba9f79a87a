"""fengni measures, and the same over REST."""

from __future__ import annotations

import json
from contextvars import copy_context
from pathlib import Path

import pytest
from django.test import Client

from fengni.apps.accounts.services import issue_token
from fengni.apps.ledger import sealer
from fengni.cli.main import run
from fengni.core.access.actor import Actor
from fengni.definitions import load
from tests.apps.measures.planting import filled
from tests.cast import found, now


@pytest.fixture
def token(tmp_path: Path) -> tuple[Actor, Path]:
    owner = found()
    path = tmp_path / "token"
    path.touch(mode=0o600)
    path.write_text(issue_token(actor=owner, at=now(), label="test").value, "utf-8")
    return owner, path


def told(*arguments: str) -> int:
    return copy_context().run(run, ["--lang", "zh", "measures", *arguments])


def test_twenty_six_objects(token: tuple[Actor, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert told("--json", "--token-file", str(token[1])) == 0
    out, err = capsys.readouterr()
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["id"] for row in rows] == list(load("measures"))
    assert {tuple(row) for row in rows} == {("id", "title", "status", "figure", "window_days", "evidence", "failing")}
    assert {row["status"] for row in rows} <= {"effective", "due", "insufficient", "failing"}
    assert all(one["said"] for row in rows for one in row["evidence"])
    assert "证据不足" in err


def test_one_measure_with_its_evidence_after_verification(
    token: tuple[Actor, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    owner, path = token
    filled(owner)
    assert told("--id", "M04", "--verify", "--token-file", str(path)) == 0
    out, _ = capsys.readouterr()
    sealer.seal_round(at=now())
    assert out.startswith("M04\t证据不足\t信息保护监控体系\t账本")
    assert "  通过\t账本七天内完整校验通过\t完整校验通过" in out
    assert "  没有证据\t检测程序五分钟内有心跳\t还没有检测程序的心跳。" in out


def test_an_unknown_measure_and_no_token(
    token: tuple[Actor, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told("--id", "M99", "--token-file", str(token[1])) == 1
    assert told("--token-file", str(tmp_path / "none")) == 1
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_rest_says_the_same(token: tuple[Actor, Path], capsys: pytest.CaptureFixture[str]) -> None:
    headers = {"Authorization": f"Bearer {token[1].read_text('utf-8')}"}
    answer = Client().get("/api/v1/measures", headers=headers)
    assert answer.status_code == 200
    assert [row["id"] for row in answer.json()] == list(load("measures"))
    done = Client().post("/api/v1/measures/ledger:verify", headers=headers)
    assert (done.status_code, done.json()["finding"]) == (200, None)
    assert Client().get("/api/v1/measures/M99", headers=headers).status_code == 400
    assert Client().get("/api/v1/measures").status_code == 401


def test_policy_agents_and_probe_by_the_command_and_by_rest(
    token: tuple[Actor, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    owner, path = token
    given = ("--token-file", str(path))
    text = tmp_path / "policy.txt"
    assert _run("policy", "show", *given) == 0
    text.write_text(capsys.readouterr().out, "utf-8")
    assert _run("policy", "draft", str(text), *given) == 0
    policy = capsys.readouterr().out.strip()
    assert _run("policy", "list", "--json", *given) == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["id"], row["state"]) == (policy, "draft")
    assert _run("policy", "approve", policy, "--hash", row["text_hash"], *given) == 0
    assert _run("policy", "read", policy, "--hash", "0" * 64, *given) == 1
    headers = {"Authorization": f"Bearer {path.read_text('utf-8')}"}
    rest = Client()
    body = json.dumps({"text_hash": row["text_hash"]})
    read = rest.post(f"/api/v1/measures/policy/{policy}:read", body, content_type="application/json", headers=headers)
    assert read.status_code == 200
    assert rest.get("/api/v1/measures/policy", headers=headers).json()[0]["read"] == 1
    year = now().date().year
    term = ("--from", f"{year - 1}-01-05", "--until", f"{year + 1}-01-05")
    assert _run("agent", "declare", str(owner.id), *term, *given) == 0
    assert rest.get("/api/v1/measures/agents", headers=headers).json()[0]["state"] == "declared"
    assert told("--id", "A3", "--probe", *given) == 0
    assert "最近一次测试：网页只在本机回环上" in capsys.readouterr().out
    page = rest.get("/api/v1/measures/house", headers=headers).json()
    assert "没有" in page["sentence"][0]
    assert rest.post("/api/v1/measures/transport:probe", headers=headers).json()["holds"] is True


def _run(*arguments: str) -> int:
    return copy_context().run(run, ["--lang", "zh", *arguments])
