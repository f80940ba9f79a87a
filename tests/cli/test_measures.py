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
