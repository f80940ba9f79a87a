"""fengni consent: who was told what, by command."""

from __future__ import annotations

from contextvars import copy_context
from pathlib import Path

import pytest

from fengni.apps.guests.links import STAFF
from fengni.cli.main import run
from tests.apps.matters.portal import mine
from tests.cli.test_clients import signed


def test_consents_of_a_matter_are_listed_with_whose_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = mine()
    one.consent("notice")
    one.consent("sensitive", assurance=STAFF)
    arguments = ["consent", "list", str(one.matter_id), "--token-file"]
    assert copy_context().run(run, ["--lang", "zh", *arguments, signed(one.cast.owner, tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[1:3] for line in lines] == [
        ["告知", "已告知"],
        ["证件照片", "待本人确认"],
        ["给合作方", "没有"],
    ]
    assert "工作人员念码" in lines[1]
    assert copy_context().run(run, ["--lang", "en", *arguments, signed(one.cast.colleague, tmp_path)]) != 0
    assert capsys.readouterr().out == ""
