"""What large documents cost in memory and time, and what small pictures save in lists.

Run: .venv/bin/python -m benchmarks.documents [MiB]
A file of that size (1,024 unless told otherwise) goes in by pieces in a process of its own, which is killed half way
with SIGKILL; another process goes on where it stopped and finishes; a third reads all of it and one range. Each says
how much more memory it had at its peak than after taking in and reading a small file: VmHWM of /proc/self/status, which
unlike ru_maxrss forgets the process that started it; ru_maxrss stands beside it. The hash of what comes out is
compared. Then 20 photos: looked at one by one, as a list had to before, and by one act with small pictures.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.house import running_house

_PIECE = 1 << 20
_BASE = hashlib.shake_256(b"fengni").digest(_PIECE - 32)
_CARDS = 20


def main(size: int) -> None:
    from tests.apps.vault.files import make_client
    from tests.cast import found

    owner = found()
    client_id = make_client(owner)
    about = {"tenant": str(owner.tenant_id), "owner": str(owner.id), "client": str(client_id), "size": size << 20}
    sums = hashlib.sha256()
    for part in _parts(size << 20):
        sums.update(part)
    about["sha256"] = sums.hexdigest()
    print(f"{size:,} MiB; load at the beginning {os.getloadavg()[0]:.1f}")
    killed = _child("send", about, kill_at=size // 2)
    print(f"taken in, killed by SIGKILL after {killed['received'] >> 20:,} MiB")
    went_on = _child("send", about)
    print(f"went on at {went_on['from'] >> 20:,} MiB")
    _say("taken in", went_on, (size << 20) - went_on["from"])
    print(f"    of it the last piece, with which all are sealed anew: {went_on['finish']:.2f} s")
    done = _child("read", about | {"material": went_on["material"]})
    assert done["sha256"] == about["sha256"]
    _say("read", done, size << 20)
    print(f"    a range of 100 bytes across two pieces: {done['range'] * 1000:.1f} ms")
    _lists(owner)


def _say(what: str, told: dict[str, Any], size: int) -> None:
    rate = size / told["seconds"] / (1 << 20)
    print(f"{what}: {told['seconds']:.2f} s = {rate:,.1f} MiB/s; memory {told['more']:.1f} MiB more than idle", end=" ")
    print(f"({told['idle']:.0f}; ru_maxrss {told['ru_maxrss']:.0f})")


def _child(verb: str, about: dict[str, Any], *, kill_at: int | None = None) -> dict[str, Any]:
    """Run one step in a process of its own; at `kill_at` MiB it is killed, and what it said last is returned."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.documents", verb, json.dumps(about)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        told: dict[str, Any] = {}
        for line in process.stdout:
            told = json.loads(line)
            if kill_at is not None and told.get("received", 0) >= kill_at << 20:
                process.send_signal(signal.SIGKILL)
                break
    assert kill_at is not None or process.returncode == 0
    return told


def _parts(size: int) -> Iterator[bytes]:
    """The file: pieces that differ, and a beginning that is no picture's."""
    for at in itertools.count():
        left = size - at * len(_BASE)
        if left <= 0:
            return
        mark = f"fengni {at:08d} ".encode()
        yield (mark + _BASE[len(mark) :])[:left]


def _actor(about: dict[str, Any]) -> Any:
    from fengni.core.access.actor import Actor

    return Actor(id=UUID(about["owner"]), tenant_id=UUID(about["tenant"]), roles=frozenset({"owner"}))


def _send(about: dict[str, Any]) -> None:
    from fengni.apps.vault import services
    from tests.cast import now

    actor, size = _actor(about), about["size"]
    _whole(actor, about, b"warm " * 500_000)
    idle, began = _peak(), time.perf_counter()
    begun = services.begin_material(
        actor=actor, at=now(), client_id=UUID(about["client"]), subject_id=None, kind="recording", size=size,
        sha256=about["sha256"],
    ).value  # fmt: skip
    position = 0
    for part in _parts(size):
        last = position + len(part) == size
        if position >= begun.received:
            before = time.perf_counter()
            services.send_material(
                actor=actor, at=now(), material_id=begun.material_id, position=position, content=part
            )
            if not last:
                print(json.dumps({"received": position + len(part)}), flush=True)
        position += len(part)
    now_ = time.perf_counter()
    told = {"from": begun.received, "material": str(begun.material_id), "finish": now_ - before}
    print(json.dumps(told | _memory(idle) | {"seconds": now_ - began}), flush=True)


def _read(about: dict[str, Any]) -> None:
    from fengni.apps.common.tenancy import tenant
    from fengni.apps.vault import queries
    from tests.apps.vault.uploads import opened
    from tests.cast import now

    actor, material_id = _actor(about), UUID(about["material"])
    _whole(actor, about, b"warm again " * 200_000)
    idle, began = _peak(), time.perf_counter()
    sums = hashlib.sha256()
    with tenant(actor.tenant_id):
        opening = opened(actor, material_id)
        found = queries.content(actor=actor, at=now(), material_id=material_id, opening_id=opening)
        for part in found.read(0, found.head.size - 1):
            sums.update(part)
        took, memory = time.perf_counter() - began, _memory(idle)
        before = time.perf_counter()
        found = queries.content(actor=actor, at=now(), material_id=material_id, opening_id=opening)
        assert len(b"".join(found.read(len(_BASE) * 3 - 50, len(_BASE) * 3 + 49))) == 100
    told = {"sha256": sums.hexdigest(), "range": time.perf_counter() - before, "seconds": took}
    print(json.dumps(memory | told), flush=True)


def _whole(actor: Any, about: dict[str, Any], content: bytes) -> None:
    """Take in and read a small file, so that everything is loaded. The ledger is sealed first: nothing opens else."""
    from fengni.apps.ledger import sealer
    from tests.apps.vault.uploads import read, upload
    from tests.cast import now

    sealer.seal_round(at=now())

    kept = upload(actor, UUID(about["client"]), kind="other", content=content)
    assert read(actor, kept.material_id) == content


def _peak() -> float:
    """The most memory this process ever had, in MiB."""
    told = Path("/proc/self/status").read_text("ascii")
    return int(next(line for line in told.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def _memory(idle: float) -> dict[str, float]:
    ru_maxrss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"more": _peak() - idle, "idle": idle, "ru_maxrss": ru_maxrss}


def _lists(owner: Any) -> None:
    from fengni.apps.common.tenancy import tenant
    from fengni.apps.ledger import sealer
    from fengni.apps.vault import queries, services
    from tests.apps.vault.files import make_client
    from tests.apps.vault.uploads import upload
    from tests.cast import now
    from tests.core.pictures.samples import drawing, saved

    sealer.seal_round(at=now())
    client_id = make_client(owner, 2)
    before = time.perf_counter()
    kept = [upload(owner, client_id, content=saved("JPEG", drawing(3000, 2000 + n))).material_id for n in range(_CARDS)]
    print(f"{_CARDS} photos of 3000 x 2000 taken in: {(time.perf_counter() - before) / _CARDS * 1000:.0f} ms each")
    before = time.perf_counter()
    with tenant(owner.tenant_id):
        queries.materials(actor=owner, at=now(), client_id=client_id)
    print(f"    the list without pictures: {(time.perf_counter() - before) * 1000:.1f} ms")
    before = time.perf_counter()
    for one in kept:
        services.view_material(
            actor=owner, at=now(), material_id=one, page=0, purpose="purpose.verify_identity", reason="list"
        )
    slow = time.perf_counter() - before
    before = time.perf_counter()
    assert len(services.browse_materials(
        actor=owner, at=now(), client_id=client_id, purpose="purpose.verify_identity"
    ).value) == len(kept) == len(set(kept))  # fmt: skip
    fast = time.perf_counter() - before
    print(f"    page by page: {slow * 1000:,.0f} ms, {_CARDS} entries; small pictures: {fast * 1000:,.0f} ms, 1 entry")
    print(f"small pictures: {slow / fast:.1f} x as fast as page by page")


if __name__ == "__main__":
    if sys.argv[1:2] in (["send"], ["read"]):
        from fengni.host import installation

        installation.load_django()
        {"send": _send, "read": _read}[sys.argv[1]](json.loads(sys.argv[2]))
    else:
        with running_house():
            main(int(sys.argv[1]) if len(sys.argv) > 1 else 1024)
