"""fengni matter: from opening to the registry's answer."""

from __future__ import annotations

import json
from contextvars import copy_context
from io import StringIO
from pathlib import Path

import pytest

from fengni.cli.main import run
from tests.apps.matters.making import item_of, make_matter
from tests.apps.vault.files import CANARY_ID, CANARY_MOBILE, make_client, make_person
from tests.cast import assemble
from tests.cli.test_clients import signed

Out = pytest.CaptureFixture[str]


def told(token: str, *arguments: str, lang: str = "zh") -> int:
    return copy_context().run(run, ["--lang", lang, "matter", *arguments, "--token-file", token])


def test_a_matter_is_opened_listed_and_worked(tmp_path: Path, capsys: Out) -> None:
    cast = assemble()
    token = signed(cast.owner, tmp_path)
    client_id = make_client(cast.owner)
    person = make_person(cast.owner, client_id)
    opening = ("open", str(client_id), "--type", "LEGAL", "--from", "2026-11-20")
    assert told(token, *opening, "--person", f"new_legal_representative={person}") == 0
    out, err = capsys.readouterr()
    assert "只需 8 项，通常要 16 项" in err
    matter = out.strip()
    assert told(token, "list", "--json") == 0
    assert json.loads(capsys.readouterr().out)["id"] == matter
    assert told(token, "show", matter) == 0
    shown = capsys.readouterr().out
    assert "登记申请书" in shown
    assert CANARY_ID not in shown
    assert CANARY_MOBILE not in shown
    assert told(token, "invite", matter, str(person)) == 0
    assert capsys.readouterr().out.startswith("/p/")
    other = make_person(cast.owner, client_id, name="林知夏", id_number="", mobile="15400000117")
    assert told(token, "contact", matter, str(other)) == 0
    assert told(token, "contact", matter, str(other), lang="en") == 1
    assert "speaks for the enterprise already" in capsys.readouterr().err
    plain = ("open", str(client_id), "--type", "NAME", "--from", "2026-11-20", "--person", f"contact={other}")
    assert told(token, *plain) == 0
    capsys.readouterr()
    for wrong, code in (("nobody=" + str(person), 1), ("new_legal_representative=x", 1)):
        assert told(token, *opening, "--person", wrong) == code
        assert "角色" in capsys.readouterr().err


def test_the_desk_the_sheet_and_a_comparison_tell_no_digit(
    tmp_path: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = assemble()
    made = make_matter(cast)
    agent, lead = signed(cast.agent, tmp_path), signed(cast.lead, tmp_path)
    assert told(agent, "least", "--type", "LEGAL") == 0
    out, err = capsys.readouterr()
    assert (len(out.splitlines()), err.count("不收：")) == (8, 8)
    item = str(item_of(cast, made, "new_representative_mobile").id)
    assert told(agent, "desk") == 0
    assert capsys.readouterr().out.startswith(f"{item}\t")
    assert told(lead, "item", "show", item) == 0
    assert "先领取" in capsys.readouterr().err
    assert told(agent, "item", "claim", item) == 0
    assert told(agent, "item", "show", item) == 0
    assert "手机\t154" in capsys.readouterr().out
    other = f"{CANARY_MOBILE[:-1]}9"
    for typed, words in ((CANARY_MOBILE, "11 位全部一致"), (other, "第 11 位不同"), ("1", "一个有 11 位")):
        monkeypatch.setattr("sys.stdin", StringIO(f"{typed}\n"))
        assert told(agent, "item", "compare", item, str(made.new), "--kind", "mobile") == 0
        assert words in capsys.readouterr().out
    assert told(agent, "sheet", str(made.matter_id)) == 0
    shown = capsys.readouterr().out
    assert CANARY_ID not in shown
    assert CANARY_MOBILE not in shown
    assert told(lead, "team", str(made.matter_id), "--add", str(cast.colleague.id)) == 0
    assert told(lead, "team", str(made.matter_id)) == 1


def test_an_item_is_received_claimed_and_accepted(tmp_path: Path, capsys: Out) -> None:
    cast = assemble()
    made = make_matter(cast)
    agent, lead = signed(cast.agent, tmp_path), signed(cast.lead, tmp_path)
    item = str(item_of(cast, made, "licence").id)
    assert told(agent, "item", "receive", item, "--on-paper") == 0
    assert told(agent, "item", "claim", item) == 0
    capsys.readouterr()
    assert told(lead, "item", "claim", item, lang="en") == 1
    assert "A colleague has this item on the desk" in capsys.readouterr().err
    assert told(agent, "item", "return", item, "--code", "because") == 1
    assert "没有这个退回原因" in capsys.readouterr().err
    assert told(agent, "item", "accept", item, "--json") == 0
    assert "entry_id" in json.loads(capsys.readouterr().out)
    assert told(agent, "item", "waive", item, "--reason", "不需要") == 1
    other = str(item_of(cast, made, "resolution").id)
    assert told(agent, "item", "waive", other, "--reason", "电子决议已提交") == 0
    assert told(agent, "item", "release", item) == 1
    assert told(agent, "filing", "submit", str(made.matter_id), "EX-0001") == 1
    assert "还有 9 项材料没有结论" in capsys.readouterr().err
    assert told(agent, "filing", "return", str(made.matter_id), "--code", "other") == 1
    assert told(agent, "filing", "approve", str(made.matter_id)) == 1
    assert told(agent, "close", str(made.matter_id)) == 1
