"""How many rows a core seals and opens per second: `python benchmarks/vault_core.py [--rows N] [--suite 1|3|4|5]`.

A row is a person's six-field record in Chinese. Sealing includes a new random unit key, its wrapping and commitment;
opening includes unwrapping the key and comparing the commitment. Peers run over the same plaintexts in one process:
Fernet (one recipe, one key) and a bare AES-256-GCM loop (one key, no binding, no JSON), the floor of what can be had.
The cipher part alone (one call of the cipher of suite 1, as an envelope makes it) stands beside a loop in C over
OpenSSL: `openssl speed -aead`, whose rate is per second of the processor as well.
Prints a table to stderr and one JSON object to stdout. One thread, processor time, no garbage collection (as timeit
does), best of forty rounds: what a core gives when nobody else wants it.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fengni.core import fictitious
from fengni.core.vault.envelope import Binding, open_rows, seal_rows
from fengni.core.vault.fields import pack
from fengni.core.vault.keyring import Root, WrappedUnit
from fengni.core.vault.suites import OFFERED, Suite, aead
from fengni.core.vault.unit_key import UnitKey

TENANT = UUID(int=7)
TARGETS = {"seal": 100_000, "open": 130_000}
CIPHER_TARGETS = {64: 0.35, 1024: 0.5}  # of a loop in C


def record(number: int) -> dict[str, str]:
    """The six fields of one fictitious person."""
    return {
        "name": "示例人员",
        "id_number": fictitious.id_number("19880229", number % 1000),
        "id_valid_until": "2036-11-24",
        "mobile": fictitious.mobile(number),
        "home_address": "示例省示例市演示区示例路一号示例大厦八层",
        "email": f"person{number}@example.com",
    }


def best(work: Callable[[], object], rows: int, rounds: int = 40) -> float:
    """Rows per second of the fastest round."""
    fastest = float("inf")
    for _ in range(rounds):
        begin = time.process_time()
        work()
        fastest = min(fastest, time.process_time() - begin)
    return rows / fastest


def ours(suite: Suite, records: list[dict[str, str]]) -> dict[str, float]:
    """Sealing with new unit keys, and opening with unwrapping, in batches as an import and an export do it."""
    keys = Root(os.urandom(32)).tenant(TENANT, suite=suite)
    units = [UUID(bytes=os.urandom(16)) for _ in records]
    places = [
        Binding(tenant=TENANT, unit=unit, record=UUID(bytes=os.urandom(16)), class_="identity", revision=1)
        for unit in units
    ]

    def seal() -> tuple[list[WrappedUnit], list[bytes]]:
        made = keys.create_secrets(units)
        unit_keys = [UnitKey(new.secret, unit, suite) for new, unit in zip(made, units, strict=True)]
        sealed = seal_rows(list(zip(unit_keys, places, records, strict=True)))
        wrapped = [WrappedUnit(unit, new.wrapped, new.commitment) for unit, new in zip(units, made, strict=True)]
        return wrapped, sealed

    wrapped, sealed = seal()

    def open_() -> list[dict[str, str]]:
        return open_rows(zip(keys.unwrap_units(wrapped), places, sealed, strict=True))

    assert open_() == records
    return {"seal": best(seal, len(records)), "open": best(open_, len(records))}


def peers(records: list[dict[str, str]]) -> dict[str, dict[str, float]]:
    """Fernet and a bare AES-256-GCM loop over the packed records."""
    plain = [pack(fields) for fields in records]
    fernet, bare = Fernet(Fernet.generate_key()), AESGCM(os.urandom(32))
    tokens = [fernet.encrypt(p) for p in plain]
    nonces = [os.urandom(12) for _ in plain]
    sealed = [bare.encrypt(n, p, None) for n, p in zip(nonces, plain, strict=True)]
    work: dict[str, dict[str, Callable[[], object]]] = {
        "Fernet": {
            "seal": lambda: [fernet.encrypt(p) for p in plain],
            "open": lambda: [fernet.decrypt(t) for t in tokens],
        },
        "bare AES-256-GCM": {
            "seal": lambda: [bare.encrypt(os.urandom(12), p, None) for p in plain],
            "open": lambda: [bare.decrypt(n, s, None) for n, s in zip(nonces, sealed, strict=True)],
        },
    }
    return {name: {what: best(run, len(plain)) for what, run in both.items()} for name, both in work.items()}


def cipher_part(size: int) -> tuple[float, float | None]:
    """Bytes per second of AES-256-GCM in messages of a size: ours, and OpenSSL's own loop (None without `openssl`)."""
    cipher = aead(Suite.AES_256_GCM, os.urandom(32))
    text, nonce, place = os.urandom(size), os.urandom(12), os.urandom(13)
    calls = range(20_000)
    ours = best(lambda: [cipher.encrypt(nonce, text, place) for _ in calls], len(calls)) * size
    asked = ["openssl", "speed", "-mr", "-seconds", "2", "-aead", "-bytes", str(size), "-evp", "aes-256-gcm"]
    try:
        told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        return ours, None
    return ours, float(told.strip().rpartition(":")[2])


def machine() -> str:
    """The model of the processor, and the interpreter."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor()
    )
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=2_000)
    parser.add_argument("--suite", type=int, choices=[int(s) for s in OFFERED], default=1)
    given = parser.parse_args()
    records = [record(n) for n in range(given.rows)]
    gc.disable()
    found, others = ours(Suite(given.suite), records), peers(records)
    ratios = {name: {what: found[what] / rate[what] for what in found} for name, rate in others.items()}
    print(f"{machine()}; suite {given.suite}, {given.rows:,} rows, per core and second", file=sys.stderr)
    for name, rates in {"fengni": found, **others}.items():
        shown = f"{rates['seal']:>12,.0f} sealed {rates['open']:>12,.0f} opened"
        ratio = f"   fengni: × {ratios[name]['seal']:.2f} / {ratios[name]['open']:.2f}" if name in ratios else ""
        print(f"{name:<18}{shown}{ratio}", file=sys.stderr)
    shares = {}
    for size in CIPHER_TARGETS:
        own, theirs = cipher_part(size)
        shares[size] = theirs and own / theirs
        beside = "no openssl here" if theirs is None else f"{theirs / 1e6:,.0f} MB/s in C: × {own / theirs:.2f}"
        print(f"cipher, {size:>5} bytes {own / 1e6:>12,.0f} MB/s; {beside}", file=sys.stderr)
    whole = {"machine": machine(), "suite": given.suite, "rows": given.rows, "fengni": found, "peers": others}
    print(json.dumps({**whole, "ratios": ratios, "targets": TARGETS, "cipher": shares}))


if __name__ == "__main__":
    main()
