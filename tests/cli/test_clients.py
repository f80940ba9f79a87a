"""fengni client, person, search, reveal, export."""

from __future__ import annotations

import csv
import io
import json
from contextvars import copy_context
from pathlib import Path
from uuid import UUID

import pytest

from fengni.apps.accounts.services import issue_token
from fengni.cli.main import run
from fengni.core.access.actor import Actor
from tests.apps.vault.files import CANARY_ID, CANARY_MOBILE, CANARY_NAME, company, entries, make_client, make_person
from tests.cast import found, hire, now

Out = pytest.CaptureFixture[str]


def signed(actor: Actor, folder: Path) -> str:
    path = folder / f"token-{actor.id}"
    path.touch(mode=0o600)
    path.write_text(issue_token(actor=actor, at=now(), label="test").value, "utf-8")
    return str(path)


@pytest.fixture
def house(tmp_path: Path) -> tuple[Actor, UUID, UUID, str]:
    owner = found()
    client_id = make_client(owner, 1)
    return owner, client_id, make_person(owner, client_id), signed(owner, tmp_path)


def told(token: str, *arguments: str) -> int:
    return copy_context().run(run, ["--lang", "zh", *arguments, "--token-file", token])


def test_lists_and_pages(house: tuple[Actor, UUID, UUID, str], capsys: Out) -> None:
    _, client_id, person_id, token = house
    assert told(token, "client", "list") == 0
    out, err = capsys.readouterr()
    assert (out.split("\t")[:2], "合计 1" in err) == ([str(client_id), company(1)], True)
    assert told(token, "client", "show", str(client_id)) == 0
    assert company(1) in capsys.readouterr().out
    assert told(token, "person", "list", "--json") == 0
    assert json.loads(capsys.readouterr().out)["id_number"] == "9****************2"
    assert told(token, "person", "show", str(person_id)) == 0
    out = capsys.readouterr().out
    assert "990101********0212" in out
    assert CANARY_ID not in out


def test_a_clear_value_goes_to_stdout_alone(house: tuple[Actor, UUID, UUID, str], capsys: Out) -> None:
    owner, _, person_id, token = house
    why = ("--purpose", "fill_form", "--reason", "填写申请书")
    assert told(token, "reveal", f"person/{person_id}", "id_number", *why) == 0
    out, err = capsys.readouterr()
    entry = entries(owner.tenant_id)[-1]
    assert (out, entry["actor"]["channel"]) == (CANARY_ID + "\n", "cli")
    assert str(UUID(entry["id"])) in err
    assert told(token, "reveal", f"person/{person_id}", "id_number", "--purpose", "curiosity", "--reason", "x y") == 3
    out, err = capsys.readouterr()
    assert (out, "用途" in err) == ("", True)
    assert told(token, "reveal", f"{person_id}", "id_number", *why) == 1
    assert "person/" in capsys.readouterr().err


def test_a_full_number_comes_from_stdin(
    house: tuple[Actor, UUID, UUID, str], capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, person_id, token = house
    monkeypatch.setattr("sys.stdin", io.StringIO(CANARY_ID + "\n"))
    assert told(token, "search", "--id", "-", "--json") == 0
    assert json.loads(capsys.readouterr().out)["person_id"] == str(person_id)
    assert told(token, "search", CANARY_MOBILE) == 1
    assert "--id -" in capsys.readouterr().err
    assert told(token, "search", "知衡") == 0
    assert capsys.readouterr().out.startswith(f"person/{person_id}\t{CANARY_NAME}\t")
    assert told(token, "search") == 2


def test_export_writes_the_masked_list(house: tuple[Actor, UUID, UUID, str], capsys: Out, tmp_path: Path) -> None:
    token = house[3]
    path = tmp_path / "list.csv"
    assert told(token, "export", "-o", str(path), "--list", "persons") == 0
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    assert rows[1][:2] == [CANARY_NAME, "9****************2"]
    assert told(token, "export", "-o", str(tmp_path / "list.pdf")) == 1
    assert not (tmp_path / "list.pdf").exists()


def test_a_colleague_without_the_client_is_refused(
    house: tuple[Actor, UUID, UUID, str], capsys: Out, tmp_path: Path
) -> None:
    owner, client_id, person_id, _ = house
    token = signed(hire(owner.tenant_id, "agent", "高见微"), tmp_path)
    assert told(token, "client", "show", str(client_id)) == 3
    assert (
        told(token, "reveal", f"person/{person_id}", "mobile", "--purpose", "fill_form", "--reason", "填写申请书") == 3
    )
    assert CANARY_MOBILE not in capsys.readouterr().out
