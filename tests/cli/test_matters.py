"""fengni matter: from opening to the registry's answer."""

from __future__ import annotations

import json
from contextvars import copy_context
from functools import partial
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest

from fengni.apps.ledger import sealer
from fengni.cli.main import run
from tests.apps.matters.making import item_of, make_matter
from tests.apps.vault.files import CANARY_ID, CANARY_MOBILE, entries, make_client, make_person
from tests.cast import assemble, now
from tests.cli.test_clients import signed
from tests.core.pictures.samples import jpeg

Out = pytest.CaptureFixture[str]


def told(token: str, *arguments: str, lang: str = "zh") -> int:
    return copy_context().run(run, ["--lang", lang, "matter", *arguments, "--token-file", token])


def test_a_matter_is_opened_listed_and_worked(tmp_path: Path, capsys: Out) -> None:
    cast = assemble()
    token = signed(cast.owner, tmp_path)
    client_id = make_client(cast.owner)
    person = make_person(cast.owner, client_id)
    opening = ("open", str(client_id), "--type", "LEGAL", "--from", "2026-11-20")
    team = ("--lead", str(cast.lead.id), "--team", str(cast.agent.id), "--number", "M-2026-0117")
    assert told(token, *opening, *team, "--person", f"new_legal_representative={person}") == 0
    out, err = capsys.readouterr()
    assert "只需 8 项，通常要 16 项" in err
    matter = out.strip()
    assert told(token, "list", "--json") == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["id"], row["number"]) == (matter, "M-2026-0117")
    assert told(token, "show", matter) == 0
    shown = capsys.readouterr().out
    assert "登记申请书" in shown
    assert CANARY_ID not in shown
    assert CANARY_MOBILE not in shown
    assert told(token, "invite", matter, str(person), "--address", "https://agency.example/") == 0
    out, err = capsys.readouterr()
    assert out.startswith("https://agency.example/p/")
    assert err.split("recall ")[1].strip() in shown_links(token, client_id, capsys)
    assert told(token, "invite", matter, str(person), "--contact", "email") == 1
    assert "提取码发不出去" in capsys.readouterr().err
    assert told(token, "invite", matter, str(person), "--contact", "none") == 0
    assert told(token, "show", matter) == 0
    assert "新任法定代表人" in capsys.readouterr().out.splitlines()[-1]
    assert told(token, "team", matter, "--add", str(cast.colleague.id), "--remove", str(cast.agent.id)) == 0
    assert told(token, "team", matter, "--remove", str(cast.lead.id)) == 1
    assert told(token, "show", matter, "--json") == 0
    assert set(json.loads(capsys.readouterr().out)["team"]) == {str(cast.lead.id), str(cast.colleague.id)}
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


def shown_links(token: str, client_id: UUID, capsys: Out) -> str:
    """The invitations of a client file, as the command lists them."""
    arguments = ["--lang", "zh", "invite", "state", "--client", str(client_id), "--token-file", token]
    assert copy_context().run(run, arguments) == 0
    return capsys.readouterr().out


def test_what_changes_need_is_told_before_anything_is_opened(capsys: Out) -> None:
    tell = partial(copy_context().run, run)
    assert tell(["--lang", "zh", "matter", "types", "--json"]) == 0
    kinds = [json.loads(line)["type"] for line in capsys.readouterr().out.splitlines()]
    assert (len(kinds), kinds[:3]) == (15, ["NAME", "ADDR", "LEGAL"])
    both = ["matter", "minimal", "--type", "LEGAL", "--type", "ADDR", "--region", "cross", "--from", "2026-11-16"]
    assert tell(["--lang", "zh", *both]) == 0
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 11
    assert "只需 11 项，通常要 23 项，12 项不收" in err
    assert "2026-11-16" in err
    assert tell(["--lang", "en", *both, "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(row[key] for row in rows for key in ("name", "purpose", "basis", "law", "kept", "readers"))
    assert tell(["--lang", "en", "matter", "minimal", "--type", "SCOPE"]) == 0
    assert "are usual" not in capsys.readouterr().err
    assert tell(["--lang", "zh", "matter", "minimal", "--type", "NONE"]) == 1


def test_a_document_is_sealed_handed_in_and_looked_at(tmp_path: Path, capsys: Out) -> None:
    cast = assemble()
    made = make_matter(cast)
    agent = signed(cast.agent, tmp_path)
    scan = tmp_path / "执照.jpg"
    scan.write_bytes(jpeg(6))

    def document(*arguments: str) -> int:
        return copy_context().run(run, ["--lang", "zh", "document", *arguments, "--token-file", agent])

    assert document("add", str(made.client_id), str(scan), "--kind", "licence", "--matter", str(made.matter_id)) == 0
    out, err = capsys.readouterr()
    sealed = out.strip()
    assert "拍摄地点" in err
    item = str(item_of(cast, made, "licence").id)
    assert told(agent, "item", "receive", item, "--material", sealed) == 0
    assert item_of(cast, made, "licence").state == "received"
    assert document("list", str(made.client_id)) == 0
    assert capsys.readouterr().out.split("\t")[:2] == [sealed, "licence"]
    sealer.seal_round(at=now())
    picture = tmp_path / "page.jpg"
    why = ("--purpose", "verify_identity", "--reason", "核对执照")
    assert document("view", sealed, "-o", str(picture), *why) == 0
    assert picture.read_bytes()[:2] == b"\xff\xd8"
    assert entries(cast.tenant_id)[-1]["act"] == "vault:material:view"
    assert document("view", sealed, "-o", str(picture), *why, "--page", "9") == 1
    assert document("add", str(made.client_id), str(Path(__file__)), "--kind", "licence") == 1


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
