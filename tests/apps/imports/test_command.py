"""`fengni import excel` and `undo` as a shell calls them: output, exit codes, nothing stored by a check."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fengni.apps.accounts.services import issue_token
from fengni.apps.common.tenancy import tenant
from fengni.apps.imports import queries
from fengni.apps.vault import queries as vault
from fengni.core.access.actor import Actor
from fengni.demo.ledger_sheet import messy
from tests.apps.imports.sheets import CANARIES, canary_row, row, sheet
from tests.apps.imports.worker import working
from tests.cast import assemble, now

pytestmark = pytest.mark.usefixtures("apart")  # what it starts goes through every tenant


def _run(*arguments: str, token: Path | None = None) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"FENGNI_LANG": "en"}
    if token is not None:
        env["FENGNI_TOKEN_FILE"] = str(token)
    return subprocess.run(
        [sys.executable, "-m", "fengni.cli.main", "import", *arguments],
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
    )


def _token(actor: Actor, folder: Path) -> Path:
    path = folder / f"{actor.id.hex}.token"
    path.write_text(issue_token(actor=actor, at=now(), label="test").value)
    path.chmod(0o600)
    return path


def _write(folder: Path, content: bytes) -> str:
    path = folder / "示例.xlsx"
    path.write_bytes(content)
    return str(path)


def test_check_gives_one_line_per_cell_and_counts_that_add_up(tmp_path: Path) -> None:
    done = _run("excel", _write(tmp_path, messy()), "--check", "--json")
    assert done.returncode == 0, done.stderr
    *cells, last = [json.loads(line) for line in done.stdout.splitlines()]
    counts = last["counts"]
    assert set(counts) == {"rows", "cells", "imported", "asked", "locked", "skipped"}
    assert len(cells) == counts["cells"] == sum(counts[k] for k in ("imported", "asked", "locked", "skipped"))
    assert len({(c["sheet"], c["cell"]) for c in cells}) == len(cells)
    assert all(set(c) == {"sheet", "cell", "outcome", "reason"} for c in cells)
    settled = _run("excel", _write(tmp_path, messy()), "--check", "--json", "--answers", "defaults")
    assert json.loads(settled.stdout.splitlines()[-1])["counts"]["asked"] == 0


def test_a_check_prints_no_value_and_needs_nobody(tmp_path: Path) -> None:
    done = _run("excel", _write(tmp_path, sheet([canary_row()])))
    assert done.returncode == 0, done.stderr
    assert "ID numbers 1, login passwords 1" in done.stdout
    assert not any(value in done.stdout + done.stderr for value in CANARIES)


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    done = _run("excel", _write(tmp_path, sheet([row(1)])[:-400]), "--check")
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [("excel",), ("excel", "/nowhere.xlsx"), ("undo", "not-an-id")])
def test_a_wrong_call_is_exit_code_2(arguments: tuple[str, ...]) -> None:
    assert _run(*arguments).returncode == 2


def test_commit_and_undo_through_the_worker(tmp_path: Path) -> None:
    cast = assemble()
    token = _token(cast.agent, tmp_path)
    file = _write(tmp_path, sheet([row(1, name="张三/李四", id="", mobile=""), row(2)]))
    with working(tmp_path):
        asked = _run("excel", file, "--commit", token=token)
        assert (asked.returncode, asked.stdout) == (1, "")
        assert "--answers defaults" in asked.stderr
        with tenant(cast.tenant_id):
            assert [job.state for job in queries.jobs(actor=cast.agent)] == ["cancelled"]
        done = _run("excel", file, "--commit", "--answers", "defaults", token=token)
        assert done.returncode == 0, done.stderr
    job_id = done.stdout.strip()
    with tenant(cast.tenant_id):
        assert vault.clients_page(actor=cast.agent, at=now()).total == 2
    assert _run("undo", job_id, token=token).returncode == 0
    with tenant(cast.tenant_id):
        assert vault.clients_page(actor=cast.agent, at=now()).total == 0
    assert _run("undo", job_id, token=token).returncode == 1


def test_who_may_not_is_exit_code_3(tmp_path: Path) -> None:
    cast = assemble()
    done = _run("excel", _write(tmp_path, sheet([row(1)])), "--commit", token=_token(cast.auditor, tmp_path))
    assert (done.returncode, done.stdout) == (3, "")
