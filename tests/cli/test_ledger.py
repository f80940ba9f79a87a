"""fengni ledger verify, prove, checkpoint: exit codes, files that verify, the place of a change named."""

from __future__ import annotations

import json
from contextvars import copy_context
from pathlib import Path

import pytest

from fengni.apps.accounts.services import issue_token
from fengni.apps.ledger import sealer
from fengni.apps.ledger.inbox import Seen
from fengni.cli.main import run
from fengni.core.access.actor import Actor
from fengni.core.ledger import verifier
from tests.apps.ledger.owner import as_owner, remove_spoilt_ledgers
from tests.apps.ledger.writing import rows, write
from tests.apps.vault.files import make_client, make_person
from tests.cast import found, hire, now

Out = pytest.CaptureFixture[str]


def _told(actor: Actor, folder: Path, *arguments: str) -> int:
    path = folder / "cli.token"
    path.touch(mode=0o600)
    path.write_text(issue_token(actor=actor, at=now(), label="test").value, "utf-8")
    sealer.seal_round(at=now())
    return copy_context().run(run, ["--lang", "en", "ledger", *arguments, "--token-file", str(path)])


def test_verify_says_that_all_is_whole_or_names_the_first_change(tmp_path: Path, capsys: Out) -> None:
    owner = found()
    write(owner, count=4)
    assert _told(owner, tmp_path, "verify", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["finding"], report["signed"]) == (None, report["size"])
    with as_owner(owner.tenant_id) as cursor:
        cursor.execute("UPDATE ledger_entry SET refused = true WHERE sequence = 2")
    assert _told(owner, tmp_path, "verify") == 5
    assert "Entry 2 has been changed" in capsys.readouterr().out
    remove_spoilt_ledgers()


def test_an_agent_may_not_verify(tmp_path: Path, capsys: Out) -> None:
    agent = hire(found().tenant_id, "agent", "陈一诺")
    assert _told(agent, tmp_path, "verify") == 3
    assert capsys.readouterr().out == ""


def test_a_proof_by_sequence_or_id_verifies_offline(tmp_path: Path, capsys: Out) -> None:
    owner = found()
    [entry_id] = write(owner)
    sealer.seal_round(at=now())
    assert _told(owner, tmp_path, "checkpoint", "--json") == 0
    key = json.loads(capsys.readouterr().out)["fingerprint"]
    [(place,)] = rows(owner.tenant_id, "SELECT sequence FROM ledger_entry WHERE id = %s", entry_id)
    for named in (str(entry_id), str(place)):
        assert _told(owner, tmp_path, "prove", "--entry", named, "-o", str(tmp_path / "proof.json")) == 0
        report = verifier.check((tmp_path / "proof.json").read_bytes(), key=key)
        assert (report.status, report.entries[0]["body"]["id"]) == ("verified", entry_id.hex)
    assert _told(owner, tmp_path, "prove", "--entry", "no such thing") == 1
    assert _told(owner, tmp_path, "prove") == 2


def test_a_checkpoint_is_shown_or_saved_and_continues_the_one_held(tmp_path: Path, capsys: Out) -> None:
    owner = found()
    assert _told(owner, tmp_path, "checkpoint", "-o", str(tmp_path / "held.json")) == 0
    held = (tmp_path / "held.json").read_bytes()
    size = verifier.check(held).size or int(json.loads(held)["checkpoint"].split("\n")[1])
    assert _told(owner, tmp_path, "checkpoint") == 0
    key = capsys.readouterr().out.splitlines()[-1]
    assert _told(owner, tmp_path, "checkpoint", "--since", str(size), "-o", str(tmp_path / "new.json")) == 0
    report = verifier.check((tmp_path / "new.json").read_bytes(), key=key, held=held)
    assert (report.status, report.held) == ("verified", size)


def test_a_receipt_is_an_act_and_opens_its_person(tmp_path: Path, capsys: Out) -> None:
    owner = found()
    client_id = make_client(owner, 1)
    person_id = make_person(owner, client_id)
    write(owner, Seen(person_id, ("mobile",), 1))
    assert _told(owner, tmp_path, "prove", "--person", str(person_id)) == 2
    asked = ("prove", "--person", str(person_id), "--client", str(client_id), "-o", str(tmp_path / "receipt.json"))
    assert _told(owner, tmp_path, *asked) == 0
    report = verifier.check((tmp_path / "receipt.json").read_bytes())
    assert report.reason == "no-key"
    before = rows(owner.tenant_id, "SELECT count(*) FROM ledger_inbox")
    assert before == [(1,)]  # the receipt's own entry waits
    capsys.readouterr()
