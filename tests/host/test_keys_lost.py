"""Without the key process, what needs keys says so and lists go on; when it is back everything does, jobs too."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from fengni.host import state
from tests.installation import Installation, eventually

pytestmark = pytest.mark.xdist_group("supervisor")  # one worker, so that what is shared is made once
SENTENCE = "密钥服务没有应答"
CSRF = "x" * 32
_BEGIN = """
from datetime import UTC, datetime
from fengni.host import installation
installation.load_django()
from django.test import Client
from fengni.apps.accounts import queries, services
from fengni.apps.accounts.models import User
from fengni.apps.common.identifiers import uuid7
from fengni.core.access.actor import system_actor
services.found_tenant(
    actor=system_actor(uuid7(), channel="cli"), at=datetime.now(UTC),
    name="示例·失钥", kind="agency", owner_name="江述白", login="keys-lost", password=None, demo=True,
)
user = User.objects.get(login="keys-lost")
owner = queries.actor_of(user, channel="cli")
browser = Client()
browser.force_login(user, backend="fengni.apps.accounts.authentication.LoginBackend")
print(services.issue_token(actor=owner, at=datetime.now(UTC), label="keys lost").value)
print(";".join(f"{name}={one.value}" for name, one in browser.cookies.items()))
"""


class Caller:
    """A member at the console, over REST and on the command line."""

    def __init__(self, one: Installation, folder: Path) -> None:
        begun = [sys.executable, "-c", _BEGIN]
        done = subprocess.run(begun, env=one.variables(), capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        self.one, (self.token, self.cookie) = one, done.stdout.split()
        self.token_file = folder / "token"
        self.token_file.touch(mode=0o600)
        self.token_file.write_text(self.token)

    def ask(self, path: str, body: bytes | None = None, kind: str = "application/json") -> tuple[int, str]:
        """(status, text); paths outside the interface are the console's."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.one.port}{path}", data=body)
        if path.startswith("/api/"):
            request.add_header("Authorization", f"Bearer {self.token}")
        else:
            request.add_header("Cookie", f"{self.cookie};csrftoken={CSRF};fengni_lang=zh")
            request.add_header("X-CSRFToken", CSRF)
        request.add_header("Accept-Language", "zh")
        if body is not None:
            request.add_header("Content-Type", kind)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def search(self) -> tuple[int, str]:
        """What the console finds."""
        return self.ask("/clients/search/", b"q=%E7%A4%BA%E4%BE%8B", "application/x-www-form-urlencoded")

    def create(self, name: str) -> tuple[int, str]:
        """A client file."""
        return self.ask("/api/v1/clients", json.dumps({"fields": {"company_name": name}}).encode())

    def upload(self) -> str:
        """A list for the intake; the job's id."""
        lines = ["公司名称,法定代表人", "示例·候补商贸有限公司,沈若溪"]
        head = '--edge\r\nContent-Disposition: form-data; name="file"; filename="list.csv"\r\n\r\n'
        body = (head + "\n".join(lines) + "\r\n--edge--\r\n").encode()
        status, said = self.ask("/api/v1/imports", body, "multipart/form-data; boundary=edge")
        assert status < 300, said
        return str(json.loads(said)["id"])


@pytest.fixture(scope="module")
def member(running: Installation, tmp_path_factory: pytest.TempPathFactory) -> Caller:
    """Who works in a house of this file's own, with one client."""
    one = Caller(running, tmp_path_factory.mktemp("member"))
    status, said = one.create("示例·有钥商贸有限公司")
    assert status < 300, said
    return one


@pytest.fixture
def caller(member: Caller) -> Iterator[Caller]:
    """The same; the root file is put back afterwards, and who began with another begins again."""
    yield member
    folder = member.one.folder
    away, moved = folder / "root.key.away", list(folder.glob("root.key.file-*"))
    for aside in [away, *moved]:
        if aside.exists():
            aside.rename(folder / "root.key")
    if moved:
        member.one.stop()
        member.one.start()
        assert eventually(lambda: member.one.ills() == [])


def _tried(one: Installation, job: str) -> int:
    """How often the worker met this job and put it back."""
    with one.environment(), psycopg.connect(state.database_url("super"), autocommit=True) as connection:
        row = connection.execute(
            "SELECT attempts FROM procrastinate_jobs WHERE status = 'todo' AND args->>'job_id' = %s", [job]
        ).fetchone()
    return int(row[0]) if row else 0


def test_what_needs_keys_says_so_lists_go_on_and_all_resumes(caller: Caller) -> None:
    one = caller.one
    lists = ("/api/v1/clients", "/clients/", "/ledger/")
    for path in lists:
        assert caller.ask(path)[0] == 200, path
    worker = one.pids("worker")
    for pid in worker:
        os.kill(pid, signal.SIGSTOP)
    job = caller.upload()
    root = one.folder / "root.key"
    root.rename(one.folder / "root.key.away")  # so that it cannot come back by itself
    os.kill(one.pids("keys")[0], signal.SIGKILL)
    for pid in worker:
        os.kill(pid, signal.SIGCONT)
    status, said = caller.create("示例·无钥商贸有限公司")
    assert (status, SENTENCE in said) == (503, True), said
    status, said = caller.search()
    assert (status, SENTENCE in said) == (503, True)
    done = one.command("search", "示例", "--token-file", str(caller.token_file))
    assert (done.returncode, SENTENCE in done.stderr, done.stdout) == (1, True, "")
    for path in lists:
        assert caller.ask(path)[0] == 200, path
    doctor = one.command("doctor")
    assert (doctor.returncode, "fengni keys recover" in doctor.stdout) == (1, True)
    assert eventually(lambda: _tried(one, job) > 0)
    (one.folder / "root.key.away").rename(root)
    assert eventually(lambda: caller.create("示例·复得商贸有限公司")[0] < 300)
    assert caller.search()[0] == 200
    assert one.command("search", "示例", "--token-file", str(caller.token_file)).returncode == 0
    assert eventually(lambda: json.loads(caller.ask(f"/api/v1/imports/{job}")[1])["state"] == "checked")
    assert eventually(lambda: one.ills() == [])


def test_after_a_move_the_key_process_does_not_try_the_old_passphrase_and_is_unlocked_with_the_new(
    caller: Caller, tmp_path: Path
) -> None:
    one = caller.one
    new = tmp_path / "new"
    new.touch(mode=0o600)
    new.write_text("nine other fictitious words")
    old = ("--passphrase-file", str(one.passphrase_file), "--new-passphrase-file", str(new))
    done = one.command("keys", "move", "--to", "file", *old)
    assert done.returncode == 0, done.stderr
    assert caller.search()[0] == 200
    leading = one.pids("keys")[0]
    os.kill(leading, signal.SIGKILL)
    assert eventually(lambda: "密钥服务还没有解锁" in caller.search()[1])
    assert [ill.split()[0] for ill in one.ills()] == ["keys"]
    assert one.command("keys", "unlock", "--passphrase-file", str(one.passphrase_file)).returncode == 1
    assert caller.search()[0] == 503
    done = one.command("keys", "unlock", "--passphrase-file", str(new))
    assert done.returncode == 0, done.stderr
    assert eventually(lambda: caller.search()[0] == 200)
