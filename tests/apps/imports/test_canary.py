"""A worker is killed in the middle of an analysis; afterwards no value of the file is found anywhere in clear."""

from __future__ import annotations

import mmap
import os
import secrets
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from fengni.apps.imports import services
from fengni.core import fictitious
from fengni.core.access.actor import Actor
from fengni.core.intake.plan import Answer
from tests.apps.imports.owner import connect, places_of
from tests.apps.imports.sheets import HEADINGS, left_over, look, row, upload
from tests.apps.imports.worker import killed, wait_until, working
from tests.cast import assemble, now

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.usefixtures("apart")]
_ROWS = 10_000


class Canary:
    """Values that exist nowhere else."""

    def __init__(self) -> None:
        mark = secrets.token_hex(6)
        self.firm = f"示例·金丝雀{mark}商贸有限公司"
        self.name = f"Canary {mark}"
        self.id_number = fictitious.id_number("19880229", secrets.randbelow(1000))
        self.mobile = fictitious.mobile(secrets.randbelow(10**8))
        self.password = f"{mark}#Pw"

    def values(self) -> list[str]:
        return [self.firm, self.name, self.id_number, self.mobile, self.password]

    def row(self) -> list[str]:
        return [self.firm, fictitious.uscc(77), self.name, self.id_number, self.mobile, "", self.password]


def _large(canary: Canary) -> bytes:
    lines = [HEADINGS, canary.row(), *(row(n) for n in range(1000, 1000 + _ROWS))]
    return "\n".join(",".join(line) for line in lines).encode("gb18030")


def _files_with(folders: Iterable[Path], values: Iterable[str]) -> Iterator[str]:
    others = _other_databases()
    needles = [v.encode(code) for v in values for code in ("utf-8", "gb18030", "utf-16-le")]
    for folder in folders:
        for path in folder.rglob("*"):
            if path.parent.name in others and path.parent.parent.name == "base":
                continue
            if not path.is_file() or path.is_symlink() or path.stat().st_size == 0:
                continue
            with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                if any(content.find(needle) >= 0 for needle in needles):
                    yield path.name


def _other_databases() -> set[str]:
    """Folders of the cluster's other databases: a session writes into its own, the log and temporary files alone."""
    with connect() as connection:
        rows = connection.execute("SELECT oid FROM pg_database WHERE datname <> current_database()").fetchall()
    return {str(oid) for (oid,) in rows}


def _folders(tmp_path: Path) -> list[Path]:
    """Everything this house writes: database with its log, keys, state; the worker's log and temporary files."""
    return [Path(os.environ["FENGNI_TEST_HOUSE"]), tmp_path]


def _nowhere(values: list[str], tmp_path: Path) -> None:
    with connect() as connection:
        connection.execute("CHECKPOINT")
    assert list(places_of(values)) == []
    assert list(_files_with(_folders(tmp_path), values)) == []


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    """A search that finds nothing must be able to find something."""
    mark = secrets.token_hex(16)
    (tmp_path / "note").write_text(f"… {mark} …", "utf-8")
    assert list(_files_with([tmp_path], [mark])) == ["note"]
    cast = assemble()
    from fengni.apps.accounts.services import invite_member

    invite_member(actor=cast.owner, at=now(), name=mark, roles=("agent",))
    assert list(places_of([mark])) == [f"accounts_member.name: {mark}"]
    with connect() as connection:
        connection.execute("CHECKPOINT")
    assert list(_files_with(_folders(tmp_path), [mark]))


def test_after_kill_9_in_mid_analysis_no_value_lies_anywhere_and_the_work_is_done_again(tmp_path: Path) -> None:
    cast, canary = assemble(), Canary()
    job_id = upload(cast.agent, _large(canary), name=f"{canary.firm}.csv")
    with working(tmp_path) as process:
        wait_until(lambda: _begun(cast.agent, job_id), process=process)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    killed()
    assert look(cast.agent, job_id).row.state == "checking"
    assert left_over(cast.agent, job_id)[1] == 0  # nothing half-checked
    _nowhere(canary.values(), tmp_path)

    with working(tmp_path) as process:
        wait_until(lambda: look(cast.agent, job_id).row.state == "checked", process=process)
        _nowhere(canary.values(), tmp_path)
        replaced = Answer("cell:Sheet1!E2", "replace", fictitious.mobile(secrets.randbelow(10**8)))
        services.answer_job(actor=cast.agent, at=now(), job_id=job_id, mapping={}, answers=(replaced,))
        wait_until(lambda: look(cast.agent, job_id).row.state == "checked", process=process)
        services.cancel_job(actor=cast.agent, at=now(), job_id=job_id)
    _nowhere([*canary.values(), replaced.value], tmp_path)
    assert left_over(cast.agent, job_id) == (0, 0)


def _begun(actor: Actor, job_id) -> bool:  # type: ignore[no-untyped-def]  # a UUID
    page = look(actor, job_id).row
    assert page.state == "checking", "the file is too small to be caught in the middle"
    return page.progress > 0
