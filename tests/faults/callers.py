"""Who works while processes are killed: callers of the REST interface that note what was acknowledged, and no more.

Each goes on until `enough` is set, tries again whatever was not acknowledged, and writes into `trouble` what should
never be seen: an answer that is wrong, or a refusal that only a broken house gives.
"""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg

from fengni.core import fictitious

ROWS = 40
REASON = "核对变更申请书"
Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass
class Client:
    """A caller of the REST interface, and what was acknowledged to it."""

    root: str
    token: str
    entries: list[str] = field(default_factory=list)
    clients: list[str] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    stored: set[str] = field(default_factory=set)
    persons: dict[str, tuple[str, str]] = field(default_factory=dict)  # person → client file, number
    destroyed: list[str] = field(default_factory=list)
    epochs: list[int] = field(default_factory=list)

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> dict[str, Any]:
        """One call. Raises OSError when it was not acknowledged, whatever the reason."""
        request = urllib.request.Request(self.root + path, data=body, method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        if body is not None:
            request.add_header("Content-Type", kind)
        with urllib.request.urlopen(request, timeout=30) as answer:
            said: dict[str, Any] = json.loads(answer.read())
        if method == "POST" and "entry_id" in said:
            self.entries.append(said["entry_id"])
        return said

    def post(self, path: str, **body: object) -> dict[str, Any]:
        """A POST of JSON."""
        return self.ask("POST", path, json.dumps(body).encode())

    def over_and_over(self, what: Callable[[], dict[str, Any]], enough: threading.Event) -> dict[str, Any] | None:
        """Call until it is acknowledged or refused; None when there was enough before."""
        while not enough.is_set():
            try:
                return what()
            except urllib.error.HTTPError as error:
                if error.code < 500 and error.code != 429:
                    raise
                time.sleep(0.2)
            except (OSError, ValueError):
                time.sleep(0.1)
        return None

    def upload(self, name: str, content: bytes) -> str:
        """A file for the intake; returns the job's id."""
        edge = "fengni-edge"
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        body = head + content + f"\r\n--{edge}--\r\n".encode()
        return str(self.ask("POST", "imports", body, f"multipart/form-data; boundary={edge}")["id"])


def id_number(number: int) -> str:
    return fictitious.id_number(f"{1960 + number // 900 % 40}{number // 36000 % 12 + 1:02d}11", number % 900)


def reveals(client: Client, enough: threading.Event, trouble: list[str]) -> None:
    number = 0
    file = person = ""
    while not enough.is_set():
        number += 1
        try:
            if not person or number % 10 == 0:
                made = client.post("clients", fields={"company_name": f"示例·看{number}号商贸有限公司"})
                file = made["id"]
                client.clients.append(file)
                wanted = id_number(500_000 + number)
                fields = {"name": "沈若溪", "id_number": wanted}
                person = ""
                person = client.post(f"clients/{file}/persons", roles=["legal_representative"], fields=fields)["id"]
                client.persons[person] = file, wanted
            seen = client.post(
                f"persons/{person}/fields/id_number:reveal", client_id=file, purpose="purpose.fill_form", reason=REASON
            )
            if seen["value"] != wanted:
                trouble.append("a reveal gave another value")
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code != 429:
                trouble.append(f"reveal: {error.code} {error.read().decode()}")
            time.sleep(0.2)
        except (OSError, ValueError):
            time.sleep(0.1)


def imports(client: Client, enough: threading.Event, trouble: list[str]) -> None:
    number = 0
    while not enough.is_set():
        number += 1
        lines = ["公司名称,法定代表人,法定代表人身份证号,法定代表人手机"]
        for row in range(ROWS):
            place = number * ROWS + row
            lines.append(f"示例·入{place}号商贸有限公司,陆知衡,{id_number(place)},{fictitious.mobile(place)}")
        try:
            job = client.upload(f"torture-{number}.csv", "\n".join(lines).encode())
            client.jobs.append(job)
            _drive(client, job, enough)
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code not in {409, 429}:
                trouble.append(f"import: {error.code} {error.read().decode()}")
        except (OSError, ValueError, TimeoutError):
            time.sleep(0.1)


def _drive(client: Client, job: str, enough: threading.Event) -> None:
    """Check, take every careful answer, commit, and wait for the end; every call is tried until it is answered."""
    asked = False
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            known = client.ask("GET", f"imports/{job}")
            if known["state"] == "checked" and not asked:
                client.post(f"imports/{job}:answer", defaults=True)
                asked = True
            elif known["state"] == "checked":
                client.post(f"imports/{job}:commit")
            elif known["state"] == "done":
                client.stored.add(job)
                return
            elif known["state"] in {"cancelled", "expired", "refused"}:
                return
        except (OSError, ValueError):
            pass
        if enough.is_set() and not asked:
            return
        time.sleep(0.1)


def destroys(client: Client, other: Client, plant: Callable[[str, str], None], enough: threading.Event,
             trouble: list[str]) -> None:  # fmt: skip
    """One file after another: made, its matter closed long ago, destroyed by two persons, run until it is done.

    `plant` writes the closed matter of a file past the acts, since 30 days cannot be waited for.
    """
    number = 0
    while not enough.is_set():
        number += 1
        try:
            made = client.post("clients", fields={"company_name": f"示例·毁{number}号商贸有限公司"})
            client.clients.append(made["id"])
            fields = {"name": "沈若溪", "mobile": fictitious.mobile(700_000 + number)}  # not kept for the law
            client.post(f"clients/{made['id']}/persons", roles=["legal_representative"], fields=fields)
            matter = f"M-2026-{number:04d}"
            plant(made["id"], matter)
            asked = {"client_id": made["id"], "number": matter, "reason": "办结期满"}
            disposal = client.post("disposals", **asked)["id"]
            client.over_and_over(lambda: other.post(f"disposals/{disposal}:approve", number=matter), enough)  # noqa: B023
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code not in {400, 429}:  # 400: said twice, since the answer was lost
                trouble.append(f"destroy: {error.code} {error.read().decode()}")
            continue
        except (OSError, ValueError, psycopg.Error):
            time.sleep(0.1)
            continue
        _run(client, other, disposal, enough, trouble)


def _run(client: Client, other: Client, disposal: str, enough: threading.Event, trouble: list[str]) -> None:
    """Run a disposal until it is done; somebody else (the worker) may be first."""
    while not enough.is_set():
        try:
            other.post(f"disposals/{disposal}:run")
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code not in {400, 409, 429}:
                trouble.append(f"run: {error.code} {error.read().decode()}")
                return
        except (OSError, ValueError):
            time.sleep(0.1)
        try:
            if client.ask("GET", f"disposals/{disposal}")["state"] == "done":
                client.destroyed.append(disposal)
                return
        except (OSError, ValueError):
            time.sleep(0.1)


def rotates(client: Client, other: Client, enough: threading.Event, trouble: list[str]) -> None:
    """One change of keys after another, each agreed to by two persons, ended once every key was moved."""
    while not enough.is_set():
        try:
            running = [row for row in client.ask("GET", "rotations") if row["state"] in {"running", "moved"}]
            if not running:
                _agreed(client, other, "rotations", {"what": "epoch"})
            elif running[0]["left"]:
                client.post(f"rotations/{running[0]['id']}:step")
            else:
                _agreed(client, other, f"rotations/{running[0]['id']}:finish", {})
                client.epochs.append(running[0]["new"])
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code not in {400, 409, 429}:  # 400: somebody writes, or a key is new
                trouble.append(f"rotate: {error.code} {error.read().decode()}")
            time.sleep(0.2)
        except (OSError, ValueError):
            time.sleep(0.1)


def _agreed(client: Client, other: Client, path: str, body: dict[str, str]) -> dict[str, Any]:
    """An act that two persons do: asked, refused, agreed to, done."""
    try:
        return client.post(path, **body)
    except urllib.error.HTTPError as error:
        told = json.loads(error.read()) if error.code == 403 else {}
        if not str(told.get("type", "")).endswith("second-person-required"):
            raise
    asked = {"act": told["act"], "resource": told["resource"], "persons": told["persons"], "reason": "每年更换"}
    other.post(f"approvals/{client.post('approvals', **asked)['id']}:give")
    return client.post(path, **body)
