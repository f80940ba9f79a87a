"""fengni partner and fengni share: four fields for a partner, and back."""

from __future__ import annotations

import json
from contextvars import copy_context
from pathlib import Path
from uuid import UUID

import pytest

from fengni.cli.main import run
from tests.apps.agreements.sharing import accept, agree, agreement_of
from tests.apps.matters.making import open_matter
from tests.apps.vault.files import CANARY_ID, make_client, make_person
from tests.cast import assemble
from tests.cli.test_clients import signed

Out = pytest.CaptureFixture[str]


def told(token: str, *arguments: str, lang: str = "zh") -> int:
    return copy_context().run(run, ["--lang", lang, *arguments, "--token-file", token])


def test_a_share_is_prepared_sent_listed_and_recalled(tmp_path: Path, capsys: Out) -> None:
    cast = assemble()
    token = signed(cast.owner, tmp_path)
    client_id = make_client(cast.owner)
    person_id = make_person(cast.owner, client_id)
    matter_id, _item = open_matter(cast.owner, client_id, person_id)
    assert told(token, "partner", "add", "示例·信达会计", "--mobile", "15400009001") == 0
    partner_id = capsys.readouterr().out.strip()
    create = (
        "share", "create", str(client_id), str(matter_id), partner_id, "--purpose", "purpose.bank_visit",
        "--field", f"{person_id}:name", "--field", f"{person_id}:id_number",
    )  # fmt: skip
    assert told(token, *create) == 0
    share_id = capsys.readouterr().out.strip()
    assert told(token, "share", "send", share_id) == 1
    assert "没有生效的保密协议" in capsys.readouterr().err
    assert told(token, "partner", "invite", partner_id) == 0
    assert capsys.readouterr().out.startswith("/p/")
    accept(cast, UUID(partner_id))
    assert told(token, "share", "send", share_id) == 1
    assert "有 1 位本人还没有同意" in capsys.readouterr().err
    assert told(token, "share", "asks", share_id) == 0
    assert capsys.readouterr().out.startswith(f"{person_id}  还没有同意")
    assert told(token, "share", "show", share_id) == 0
    preview = capsys.readouterr().out
    assert "身份证号\t单独显示 30 秒" in preview
    assert CANARY_ID not in preview
    assert told(token, "partner", "agreements", str(matter_id), "--json") == 0
    assert json.loads(capsys.readouterr().out)["state"] == "offered"
    assert told(token, "partner", "edit", partner_id, "--contact", "王简") == 0
    capsys.readouterr()
    agree(cast, matter_id, person_id)
    assert told(token, "share", "asks", share_id) == 0
    assert "本人已同意" in capsys.readouterr().out
    assert told(token, "share", "send", share_id) == 0
    assert capsys.readouterr().out.startswith("/p/")
    assert told(token, "share", "list", "--json") == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["state"], row["fields"]) == ("live", 2)
    assert told(token, "share", "list") == 0
    assert CANARY_ID not in capsys.readouterr().out
    assert told(token, "share", "recall", share_id, lang="en") == 0
    assert "had not been opened" in capsys.readouterr().err
    held = agreement_of(cast.tenant_id, UUID(partner_id))
    assert told(token, "partner", "end-agreement", str(held.id)) == 0
    assert told(token, "partner", "end", partner_id) == 0
    assert told(token, "share", "create", str(client_id), str(matter_id), partner_id, "--purpose", "x") == 1
