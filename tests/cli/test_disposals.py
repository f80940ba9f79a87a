"""fengni destroy and hold: the end of a client file by two persons, gone on with after a stop, checked offline."""

from __future__ import annotations

import json
from contextvars import copy_context
from pathlib import Path

import pytest

from fengni.apps.disposals import services
from fengni.apps.ledger import sealer
from fengni.cli.main import run
from fengni.core.ledger import verifier
from tests.apps.disposals.closing import NUMBER, backups_end, disposal_of, parts_of, scene
from tests.cast import now
from tests.cli.test_clients import signed

Out = pytest.CaptureFixture[str]


def told(token: str, *arguments: str, lang: str = "zh", group: str = "destroy") -> int:
    return copy_context().run(run, ["--lang", lang, group, *arguments, "--token-file", token])


def test_two_persons_end_a_file_and_anybody_checks_the_certificate(tmp_path: Path, capsys: Out) -> None:
    at = scene()
    lead, dpo = signed(at.cast.lead, tmp_path), signed(at.cast.dpo, tmp_path)
    assert told(lead, "plan") == 0
    assert f"{at.client}  {NUMBER}  到期 6 份" in capsys.readouterr().out
    assert told(lead, "plan", str(at.client)) == 0
    out, err = capsys.readouterr()
    assert (out.count("销毁  "), out.count("封存至 "), f"事项 {NUMBER}：到期" in err) == (4, 2, True)
    assert told(lead, "calendar") == 0
    out = capsys.readouterr().out
    assert ("已到期  可销毁  随事项" in out, out.count("转封存")) == (True, 1)
    assert told(lead, "plan", str(at.client), "--number", NUMBER) == 2  # without a reason nothing is proposed
    proposing = ("plan", str(at.client), "--reason", "办结期满")
    assert told(lead, *proposing, "--number", "M-1") == 1
    assert "编号不对" in capsys.readouterr().err
    assert told(lead, *proposing, "--number", NUMBER, "--person", str(at.person)) == 1
    assert "没有这个人等着答复的删除请求" in capsys.readouterr().err
    assert told(lead, *proposing, "--number", NUMBER) == 0
    first = capsys.readouterr().out.strip()
    assert told(lead, "withdraw", first) == 0
    assert told(lead, *proposing, "--number", NUMBER) == 0
    out, err = capsys.readouterr()
    disposal = out.strip()
    assert "请另一人批准" in err
    assert told(lead, "approve", disposal, "--number", NUMBER) != 0  # the same person
    assert told(lead, "run", disposal) == 1
    assert told(dpo, "approve", disposal, "--number", NUMBER, lang="en") == 0
    capsys.readouterr()
    unit = next(part.unit_id for part in parts_of(at.cast, first) if part.fate == "destroy")
    services.destroy_unit(actor=at.cast.dpo, at=now(), disposal_id=disposal_of(at.cast, disposal).id, unit_id=unit)
    assert told(signed(at.cast.agent, tmp_path), "run") != 0
    capsys.readouterr()
    assert told(dpo, "run") == 0
    out, err = capsys.readouterr()
    assert (out.strip(), "已销毁 4 份，封存 2 份" in err) == (disposal, True)
    assert told(dpo, "run") == 0
    assert "没有已批准而未做完" in capsys.readouterr().err
    assert told(dpo, "run", disposal) == 0  # again: nothing twice
    assert told(dpo, "withdraw", disposal) == 1
    file = tmp_path / "certificate.json"
    assert told(dpo, "certificate", disposal, "-o", str(file)) == 1
    assert not file.exists()  # nobody decided how long backups live
    backups_end(at.cast)
    capsys.readouterr()
    assert told(dpo, "certificate", disposal, "-o", str(file)) in (0, 1)  # not sealed in the first moment
    sealer.seal_round(at=now())
    assert told(dpo, "certificate", disposal, "-o", str(file)) == 0
    report = verifier.check(file.read_bytes())
    assert verifier.check(file.read_bytes(), key=report.fingerprint).status == "verified"


def test_a_hold_stops_the_plan_until_it_is_released(tmp_path: Path, capsys: Out) -> None:
    at = scene()
    lead, auditor = signed(at.cast.lead, tmp_path), signed(at.cast.auditor, tmp_path)
    assert told(lead, "list", group="hold") == 0
    assert "没有暂停销毁的客户" in capsys.readouterr().err
    holding = (str(at.client), "--reason", "客户起诉，法院要求保全")
    assert told(auditor, "add", *holding, group="hold") == 3
    assert told(lead, "add", *holding, group="hold") == 0
    assert told(lead, "add", *holding, group="hold") == 1
    assert told(lead, "plan", str(at.client), "--number", NUMBER, "--reason", "办结期满") == 3
    capsys.readouterr()
    assert told(auditor, "list", "--json", group="hold") == 0
    [row] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (row["client_id"], row["set_by"], row["reason"]) == (str(at.client), str(at.cast.lead.id), holding[2])
    assert told(signed(at.cast.agent, tmp_path), "list", group="hold") == 3
    assert told(lead, "release", *holding, group="hold") == 0
    assert told(lead, "release", *holding, group="hold") == 1
    assert told(lead, "plan", str(at.client), "--number", NUMBER, "--reason", "办结期满") == 0
