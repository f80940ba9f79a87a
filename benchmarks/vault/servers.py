"""Peers that keep their keys in another process: OpenBao's transit engine, and pgcrypto in PostgreSQL.

OpenBao runs in memory, without an audit device, behind TLS on the loopback, over one kept connection: the fastest it
can be asked. pgcrypto is sent the key with each statement, as its manual has it; it needs a server that brings it.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import ssl
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.vault.peers import Connection, write_index
from tests.custodians import BAO, Bao

_BATCH: Final = 240  # a request may hold 1,000 strings


class OpenBao:
    """Transit with one key, `batch` fields in a request."""

    def __init__(self, texts: Sequence[str], numbers: Sequence[str], connection: Connection, *, batch: int) -> None:
        self.name = "OpenBao, batches of 240" if batch > 1 else "OpenBao, one at a time"
        self._batch, self._connection = batch, connection
        self._folder = tempfile.TemporaryDirectory(prefix="fengni-bao-")
        self._server = Bao(Path(self._folder.name))
        self._line = http.client.HTTPSConnection(
            self._server.address.removeprefix("https://"), context=ssl.create_default_context(cafile=self._server.ca)
        )
        for key in ("fields", "index"):  # the index keeps its key when that of the fields changes
            self._ask(f"keys/{key}", {"type": "aes256-gcm96"})
        self._texts = [_base64(text) for text in texts]
        self.fields, self._sealed = len(texts), [""]
        self._table = f"bench_bao_{batch}"
        tags = self._each("hmac/index/sha2-256", "input", [_base64(number) for number in numbers], "hmac", most=_BATCH)
        write_index(connection, self._table, "text", tags)

    def protect(self) -> None:
        self._sealed = self._each("encrypt/fields", "plaintext", self._texts, "ciphertext")

    def reveal(self) -> None:
        if self._each("decrypt/fields", "ciphertext", self._sealed, "plaintext") != self._texts:
            raise AssertionError(self.name)

    def rewrap(self) -> None:
        self._ask("keys/fields/rotate", {})
        self._sealed = self._each("rewrap/fields", "ciphertext", self._sealed, "ciphertext")

    def find(self, number: str) -> int:
        tag = self._each("hmac/index/sha2-256", "input", [_base64(number)], "hmac", most=1)[0]
        found = self._connection.execute(f"SELECT place FROM {self._table} WHERE tag = %s", [tag]).fetchone()
        return int(found[0])  # type: ignore[index]

    def stored(self) -> float:
        return sum(len(one) for one in self._sealed) / len(self._sealed)

    def end(self) -> None:
        self._line.close()
        self._server.end()
        self._folder.cleanup()

    def _each(self, path: str, given: str, values: Sequence[str], wanted: str, *, most: int = 0) -> list[str]:
        found, size = [], most or self._batch
        for first in range(0, len(values), size):
            some = values[first : first + size]
            if size == 1:
                found.append(str(self._ask(path, {given: some[0]})[wanted]))
                continue
            told = self._ask(path, {"batch_input": [{given: one} for one in some]})["batch_results"]
            found += [str(one[wanted]) for one in told]
        return found

    def _ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self._line.request("POST", f"/v1/transit/{path}", json.dumps(body), {"X-Vault-Token": BAO})
        with self._line.getresponse() as answer:
            content = answer.read()
            if answer.status >= 300:
                raise RuntimeError(f"OpenBao said {answer.status}: {content[:200]!r}")
        told: dict[str, Any] = json.loads(content)["data"] if content else {}
        return told


class PgCrypto:
    """pgp_sym_encrypt, whose message is authenticated; `fast` leaves out the slow derivation of the key."""

    def __init__(self, texts: Sequence[str], numbers: Sequence[str], connection: Connection, *, fast: bool) -> None:
        self.name = "pgcrypto, s2k-mode=1" if fast else "pgcrypto"
        self._how = "s2k-mode=1, cipher-algo=aes256" if fast else "cipher-algo=aes256"
        self._connection, self._texts, self.fields = connection, list(texts), len(texts)
        self._keys = [os.urandom(32).hex(), os.urandom(32).hex()]
        self._index_key = os.urandom(32).hex()
        self._table = f"bench_pgcrypto_{int(fast)}"
        connection.execute("CREATE EXTENSION IF NOT EXISTS pgcrypto")
        asked = "SELECT array_agg(hmac(v, %s, 'sha256') ORDER BY n) FROM unnest(%s::text[]) WITH ORDINALITY t (v, n)"
        write_index(connection, self._table, "bytea", self._one(asked, [self._index_key, list(numbers)]))
        self._sealed: list[bytes] = []

    def protect(self) -> None:
        self._sealed = self._one(
            "SELECT array_agg(pgp_sym_encrypt(v, %s, %s) ORDER BY n) FROM unnest(%s::text[]) WITH ORDINALITY t (v, n)",
            [self._keys[0], self._how, self._texts],
        )

    def reveal(self) -> None:
        asked = "SELECT array_agg(pgp_sym_decrypt(v, %s) ORDER BY n) FROM unnest(%s::bytea[]) WITH ORDINALITY t (v, n)"
        if self._one(asked, [self._keys[0], self._sealed]) != self._texts:
            raise AssertionError(self.name)

    def rewrap(self) -> None:
        self._sealed = self._one(
            "SELECT array_agg(pgp_sym_encrypt(pgp_sym_decrypt(v, %s), %s, %s) ORDER BY n) "
            "FROM unnest(%s::bytea[]) WITH ORDINALITY t (v, n)",
            [*self._keys, self._how, self._sealed],
        )
        self._keys.reverse()

    def find(self, number: str) -> int:
        asked = f"SELECT place FROM {self._table} WHERE tag = hmac(%s, %s, 'sha256')"
        return int(self._one(asked, [number, self._index_key]))

    def stored(self) -> float:
        return sum(len(one) for one in self._sealed) / len(self._sealed)

    def end(self) -> None:
        pass

    def _one(self, asked: str, given: list[Any]) -> Any:  # Any: what the statement says
        return self._connection.execute(asked, given, binary=True).fetchone()[0]  # type: ignore[index]


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
