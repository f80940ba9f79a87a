"""Fields sealed, opened, moved to another key and found per second, beside OpenBao, pgcrypto, Tink, Fernet and two
packages of encrypted Django fields.

Run: .venv/bin/python -m benchmarks.vault [persons [persons to search among]]
The same six fields of each fictitious person for everybody, in one run on one machine. On the clock, since half of the
peers work in another process; the median of five rounds. A peer that cannot be started says why and is left out. The
last lines name the rows in which a peer is ahead of us.
"""

from __future__ import annotations

import gc
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks.house import running_house
from benchmarks.vault import peers, servers, web
from benchmarks.vault.ours import Core, House
from benchmarks.vault_core import record

_ROUNDS: Final = 5
_SEARCHES: Final = 200
_PATIENT: Final = 10.0  # seconds a peer may search
_DEBIAN: Final = Path("/usr/lib/postgresql")
_SEARCH: Final = """searched/s: of ours with the keys here, of Tink and django-field-encryption a tag and a bare SELECT;
    OpenBao makes its tag over TLS, pgcrypto in the SELECT itself. Fernet and django-fernet-encrypted-fields
    have no index: they open one number after another. By the product, which OpenBao and pgcrypto are compared
    with: tenant bound in a transaction, versions of keys read, the tag asked of the key process, entries behind
    row-level security; no peer has such walls. What an act writes down of a search is in none."""
_COLUMNS: Final = ("protected/s", "revealed/s", "rewrapped/s", "searched/s", "bytes/field")


def main(persons: int, among: int) -> None:
    from benchmarks.search import load
    from fengni.host import state
    from tests.cast import found
    from tests.core.vault.frequency import People

    print(f"{persons:,} persons with six fields, searches among {among:,}; load {os.getloadavg()[0]:.1f}")
    owner = found()
    numbers, subjects = load(owner.tenant_id, People(among))
    records = [record(number) for number in range(persons)]
    texts = [text for one in records for text in one.values()]
    rows: dict[str, dict[str, float]] = {}
    import psycopg

    with psycopg.connect(state.database_url("super"), autocommit=True) as connection:
        at = {one: place for place, one in enumerate(subjects)}
        ours = [Core(records, numbers, connection), House(records, owner.tenant_id, at)]
        for peer in (*ours, *_peers(texts, numbers, connection)):
            rows[peer.name] = _measured(peer, numbers)
            print("  ".join([f"{peer.name:32}", *(_shown(rows[peer.name].get(what)) for what in _COLUMNS)]), flush=True)
            peer.end()
    _compare(rows, [one.name for one in ours])
    over_http = web.revealed_per_second()
    print(f"\nfengni, values in bulk over HTTP, checked, agreed to and recorded: {over_http:,.0f} revealed/s")
    for name, peer in rows.items():
        if name.startswith("OpenBao"):
            print(f"    {over_http / peer['revealed/s']:.2f} x {name}")


def _peers(texts: list[str], numbers: list[str], connection: Any) -> Iterator[peers.Peer]:
    makers: list[Callable[[], peers.Peer]] = [
        lambda: servers.OpenBao(texts, numbers, connection, batch=240),
        lambda: servers.OpenBao(texts[:600], numbers, connection, batch=1),
        lambda: servers.PgCrypto(texts[:1200], numbers, connection, fast=False),
        lambda: servers.PgCrypto(texts, numbers, connection, fast=True),
        *(lambda made=made: made(texts, numbers, connection) for made in peers.HERE),  # type: ignore[misc]
    ]
    for make in makers:
        try:
            yield make()
        except (ImportError, OSError) as missing:
            print(f"not run: {missing}")
        except Exception as problem:
            if type(problem).__name__ != "FeatureNotSupported":  # a server without pgcrypto
                raise
            print(f"not run: {problem}")


def _measured(peer: peers.Peer, numbers: list[str]) -> dict[str, float]:
    rates: dict[str, float] = {}
    for what, work in zip(_COLUMNS, (peer.protect, peer.reveal, peer.rewrap), strict=False):
        took = [_seconds(work) for _ in range(_ROUNDS)]
        rates[what] = peer.fields / statistics.median(took)
    peer.reveal()  # what was moved still opens
    rates["bytes/field"] = peer.stored()
    draw, took = random.Random(3), []
    while len(took) < _SEARCHES and sum(took) < _PATIENT:
        place = draw.randrange(len(numbers))
        begin = time.perf_counter()
        found = peer.find(numbers[place])
        took.append(time.perf_counter() - begin)
        assert found == place, peer.name
    rates["searched/s"] = 1 / statistics.median(took)
    return rates


def _seconds(work: Callable[[], None]) -> float:
    gc.collect()
    gc.disable()
    begin = time.perf_counter()
    work()
    took = time.perf_counter() - begin
    gc.enable()
    return took


def _compare(rows: dict[str, dict[str, float]], ours: list[str]) -> None:
    """How we stand to each peer, in each column: keys here beside libraries, the key process beside servers.

    A library's search is compared twice: with a tag and a SELECT, as it does it, and with all that the product does.
    """
    lost = []
    here, whole = (rows[name] for name in ours)
    print("\nfengni : peer (bytes: peer : fengni, so that more is better everywhere)")
    print(f"{'':32}  " + "  ".join(f"{one:>11}" for one in (*_COLUMNS, "by product")))
    for name, peer in rows.items():
        if name in ours:
            continue
        apart = name.startswith(("OpenBao", "pgcrypto"))
        mine = whole if apart else here
        ratios = {what: mine[what] / peer[what] for what in _COLUMNS}
        ratios["bytes/field"] = 1 / ratios["bytes/field"]
        if not apart:
            ratios["searched/s by product"] = whole["searched/s"] / peer["searched/s"]
        print("  ".join([f"{name:32}", *(f"{ratio:>11.2f}" for ratio in ratios.values())]))
        lost += [f"{name}: {what} {ratio:.2f}" for what, ratio in ratios.items() if ratio < 1]
    print("behind: " + ("; ".join(lost) or "nowhere"))
    print(_SEARCH)


def _shown(value: float | None) -> str:
    return f"{'–':>11}" if value is None else f"{value:>11,.0f}" if value >= 1000 else f"{value:>11.1f}"


if __name__ == "__main__":
    brings = [p for p in sorted(_DEBIAN.glob("*/bin")) if (Path("/usr/share") / "postgresql" / p.parent.name
              / "extension" / "pgcrypto.control").exists()]  # fmt: skip
    if brings and "FENGNI_POSTGRES" not in os.environ:
        os.environ["FENGNI_POSTGRES"] = str(brings[-1])  # the wheel's server brings no extensions
    print(f"{'':32}  " + "  ".join(f"{one:>11}" for one in _COLUMNS))
    with running_house():
        given = [int(one) for one in sys.argv[1:]]
        main(given[0] if given else 2_000, given[1] if len(given) > 1 else 10_000)
