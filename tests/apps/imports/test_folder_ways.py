"""A folder of scans by the command and by REST: what is printed, what is left after a kill, what the report says."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from django.db import transaction
from django.test import Client

from fengni.apps.accounts.services import issue_token
from fengni.apps.common.tenancy import tenant
from fengni.apps.imports.models import Scan
from fengni.core.access.actor import Actor
from tests.apps.imports.folders import bind
from tests.apps.imports.test_folder_check import pictures
from tests.apps.imports.worker import working
from tests.apps.matters.making import item_of, make_matter
from tests.apps.vault.files import company, make_client
from tests.apps.vault.uploads import listed
from tests.cast import assemble, now
from tests.core.pictures import samples
from tests.core.pictures.samples import drawing, saved


def _command(token: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "fengni.cli.main", "import", *arguments, "--token-file", str(token)]


def _run(token: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(token, *arguments), env=os.environ | {"FENGNI_LANG": "en"}, capture_output=True, text=True, timeout=240
    )


def _token(actor: Actor, folder: Path) -> Path:
    path = folder / "cli.token"
    path.write_text(issue_token(actor=actor, at=now(), label="test").value)
    path.chmod(0o600)
    return path


def test_the_command_goes_on_after_a_kill_and_doubles_nothing(tmp_path: Path) -> None:
    cast, firm = assemble(), company(1)
    made, token, scans = (
        make_matter(cast, types=("LEGAL",), region="same"),
        _token(cast.agent, tmp_path),
        tmp_path / "示例扫描件",
    )
    files = {f"{firm}/租赁合同{n}.jpg": saved("JPEG", drawing(1200 + n, 900), quality=95) for n in range(12)}
    files |= dict.fromkeys((f"{firm}/营业执照.jpg", f"{firm}/副本/营业执照.jpg"), samples.jpeg()) | {"便条.txt": b"x"}
    for path, content in files.items():
        (scans / path).parent.mkdir(parents=True, exist_ok=True)
        (scans / path).write_bytes(content)
    (scans / "link.jpg").symlink_to("/etc/passwd")
    begun = subprocess.Popen(_command(token, "folder", str(scans)), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while begun.poll() is None and _arrived(cast.agent) < 3:
        pass
    begun.kill()
    begun.communicate()
    checked = _run(token, "folder", str(scans), "--json")
    assert checked.returncode == 0, checked.stderr
    *rows, last = [json.loads(line) for line in checked.stdout.splitlines()]
    assert last["counts"] == {"fresh": 13, "twin": 1, "refused": 1}
    assert {row["path"] for row in rows} == set(files)
    assert listed(cast.agent, made.client_id) == ()
    number = next(row["number"] for row in rows if row["path"].endswith("租赁合同3.jpg"))
    left = _run(token, "folder", str(scans), "--leave", str(number))
    assert "left out 1" in left.stderr, left.stderr
    unread = _run(token, "folder", str(scans), "--choose", f"{number}:lease")
    assert (unread.returncode, "NUMBER:KIND:CLIENT" in unread.stderr) == (1, True), unread.stderr
    report, choice = tmp_path / "report.csv", f"{number}:lease:{made.client_id}"
    with working(tmp_path):
        stored = _run(token, "folder", str(scans), "--commit", "--report", str(report), "--choose", choice)
    assert stored.returncode == 0, stored.stderr
    assert "sealed 13" in stored.stderr
    assert "carried the place" in stored.stderr
    assert len(listed(cast.agent, made.client_id)) == 13
    assert item_of(cast, made, "licence").state == "received"
    assert report.read_text("utf-8-sig").count("\n") == 16
    again = _run(token, "folder", str(scans), "--commit")
    assert "held already 14" in again.stderr, again.stderr
    assert len(listed(cast.agent, made.client_id)) == 13
    over = _run(token, "cancel", last["folder"])
    assert over.returncode == 1, over.stderr  # what is sealed is taken back, not stopped
    undone = _run(token, "undo", last["folder"])
    assert undone.returncode == 0, undone.stderr
    assert listed(cast.agent, made.client_id) == ()
    anew = json.loads(_run(token, "folder", str(scans), "--json").stdout.splitlines()[-1])
    assert anew["counts"] == last["counts"], "the house does not hold them any more"
    dropped = _run(token, "cancel", anew["folder"])
    assert (dropped.returncode, "destroyed with its key" in dropped.stderr) == (0, True), dropped.stderr


def _arrived(actor: Actor) -> int:
    with tenant(actor.tenant_id), transaction.atomic():
        return Scan.objects.filter(state="arrived").count()


def test_rest_takes_a_folder_in_piece_by_piece() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    token = issue_token(actor=cast.owner, at=now(), label="scanner").value
    web = Client(SERVER_NAME="127.0.0.1", headers={"authorization": f"Bearer {token}"})
    files = pictures("陆知衡 19900101.jpg") | {"坏.jpg": b"MZ" + bytes(60)}
    told = [{"path": p, "size": len(c), "sha256": hashlib.sha256(c).hexdigest()} for p, c in files.items()]
    body = {"name": "示例", "place": "/x", "files": told}
    opened = web.post("/api/v1/imports/folders", body, content_type="application/json").json()
    base = f"/api/v1/imports/folders/{opened['id']}"
    assert [want["path"] for want in opened["wants"]] == list(files)
    sent = [
        web.put(
            f"{base}/files/{want['number']}/bytes/0", files[want["path"]], content_type="application/octet-stream"
        ).json()
        for want in opened["wants"]
    ]
    assert [one["state"] for one in sent] == ["arrived", "refused"]
    assert "程序" in sent[1]["sentence_zh"]
    assert web.post(f"{base}:check").status_code == 200
    page = web.get(base).json()
    assert (page["state"], page["files"][0]["asks"]) == ("planned", ["kind", "client"])
    choice = [{"number": 1, "kind": "lease", "client_id": str(client_id)}]
    assert web.post(f"{base}:choose", choice, content_type="application/json").status_code == 200
    taken = web.post(f"{base}:commit")
    assert (taken.status_code, taken.json()["files"]) == (202, 1)
    bind(cast.owner, opened["id"])
    report = web.get(f"{base}/report").content.decode("utf-8-sig")
    assert "1990" not in report  # masked, in names of files as well
    assert [row["counts"] for row in web.get("/api/v1/imports/folders").json()] == [{"bound": 1, "refused": 1}]
    assert web.post(f"{base}:cancel").status_code == 400
    assert web.post(f"{base}:undo").json()["files"] == 1
