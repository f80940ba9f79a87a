"""The same over REST and by command: list, one, answer."""

from __future__ import annotations

from contextvars import copy_context
from pathlib import Path

import pytest

from fengni.apps.accounts.services import issue_token
from fengni.apps.cases import services
from fengni.cli.main import run
from tests.apps.cases.asking import stored, watched
from tests.apps.vault.test_rest import Caller
from tests.cast import now


def test_a_question_is_answered_by_rest() -> None:
    seen = watched()
    case_id = services.raise_question(actor=seen.guest, at=now(), entry_id=seen.entry_id, reason="为什么").value
    caller = Caller(seen.cast.dpo)
    (row,) = caller.get("/cases")
    assert (row["id"], row["state"], row["asked"], row["can"]) == (str(case_id), "open", "为什么", ["answer"])
    assert caller.get(f"/cases/{case_id}")["viewer_id"] == str(seen.cast.agent.id)
    done = caller.post(f"/cases/{case_id}:answer", {"verdict": "in_order", "reason": "填写申请书"})
    assert done["id"] == str(case_id)
    assert stored(seen.cast, case_id).state == "done"


def test_a_right_is_refused_by_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seen = watched()
    case_id = services.raise_right(actor=seen.guest, at=now(), right="copy").value
    token = tmp_path / "token"
    token.touch(mode=0o600)
    token.write_text(issue_token(actor=seen.cast.dpo, at=now(), label="test").value, "utf-8")

    def told(*arguments: str) -> int:
        return copy_context().run(run, ["--lang", "zh", "case", *arguments, "--token-file", str(token)])

    assert told("list") == 0
    out, _ = capsys.readouterr()
    assert out.startswith(f"{case_id}  待答复  权利请求")
    assert told("show", str(case_id)) == 0
    assert "复制我的资料" in capsys.readouterr().out
    assert told("answer", str(case_id), "--reason", "另行送达", "--refuse") == 0
    assert "已答复" in capsys.readouterr().err
    assert stored(seen.cast, case_id).state == "refused"
    assert told("answer", str(case_id), "--reason", "再答一次") != 0
