"""A running installation with one client file, for tests of backups."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg

from fengni.apps.common.custodian import Custodian, WrappedKey
from fengni.core.vault.suites import Suite
from fengni.host import state
from tests.installation import Installation, eventually

CANARIES = ("示例·金丝雀有限公司", "林知返", "15400000077")
_FILL = """
from datetime import UTC, datetime
from django.db import transaction
from fengni.host import installation
installation.load_django()
from fengni.apps.accounts.models import Member
from fengni.apps.accounts.queries import all_tenants
from fengni.apps.common.tenancy import tenant
from fengni.apps.vault import services
from fengni.core.access.actor import Actor
[home] = all_tenants()
with tenant(home.id), transaction.atomic():
    member = Member.objects.get()
owner = Actor(id=member.id, tenant_id=home.id, roles=frozenset({"owner", "admin"}), channel="cli")
client = services.create_client(actor=owner, at=datetime.now(UTC), fields={"company_name": "示例·金丝雀有限公司"}).value
added = services.add_person(
    actor=owner, at=datetime.now(UTC), client_id=client, roles=["liaison"],
    fields={"name": "林知返", "mobile": "15400000077"},
)
print(home.id, client, added.value.person_id)
"""


@dataclass(frozen=True)
class Filled:
    """A running installation with one client file, and the sheet it was founded with."""

    one: Installation
    sheet: Path
    tenant: UUID
    client: UUID
    person: UUID

    def backup(self, *arguments: str) -> Path:
        """Make a backup; its file."""
        done = self.one.command("backup", "run", "--json", *arguments)
        assert done.returncode == 0, done.stderr
        return Path(json.loads(done.stdout)["file"])

    def tested(self, *arguments: str, lang: str = "en") -> subprocess.CompletedProcess[str]:
        """`fengni backup restore-test …`"""
        secret = ("--passphrase-file", str(self.one.passphrase_file))
        return self.one.command("backup", "restore-test", *secret, *arguments, lang=lang)

    def verified(self, *arguments: str, lang: str = "en") -> subprocess.CompletedProcess[str]:
        """`fengni backup verify …`"""
        secret = ("--passphrase-file", str(self.one.passphrase_file))
        return self.one.command("backup", "verify", *secret, *arguments, lang=lang)

    def rotate(self) -> int:
        """Move every key to a new epoch and end the one before. Returns the new one."""
        with self.one.environment():
            custodian = Custodian(state.keys_socket())
        try:
            [old] = custodian.epochs(self.tenant)
            new = old + 1
            custodian.begin_epoch(self.tenant, new, entry=uuid4())
            rows = self.rows("SELECT id, epoch, wrapped, commitment FROM vault_unit WHERE state = 'live'")
            _, moved = custodian.rewrap(self.tenant, Suite.AES_256_GCM, [WrappedKey(*row) for row in rows])
            with self.database() as connection:
                for (unit, *_), wrapped in zip(rows, moved, strict=True):
                    if wrapped is None:  # another test destroyed that key; a living unit would be of the ended epoch
                        destroyed = "UPDATE vault_unit SET state = 'destroyed', wrapped = '' WHERE id = %s"
                        connection.execute(destroyed, (unit,))
                        continue
                    update = "UPDATE vault_unit SET epoch = %s, wrapped = %s WHERE id = %s"
                    connection.execute(update, (new, wrapped, unit))
            assert custodian.end_epoch(self.tenant, old, entry=uuid4()) == [new]
        finally:
            custodian.forget_connections()
        return new

    @contextmanager
    def database(self, *, of: Installation | None = None) -> Iterator[psycopg.Connection[Any]]:
        """The live database as its superuser."""
        with (of or self.one).environment():
            url = state.database_url("super")
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection

    def rows(self, statement: str, *parameters: object, of: Installation | None = None) -> list[Any]:
        """What a statement gives."""
        with self.database(of=of) as connection:
            return connection.execute(statement.encode(), parameters).fetchall()


@contextmanager
def filling(folder: Path) -> Iterator[Filled]:
    """Found one in a folder, run and fill it; removed at the end."""
    one = Installation(folder / "state")
    try:
        sheet, printed = folder / "sheet", one.found()
        sheet.write_text(printed[printed.index("FENGNI-ROOT-1") :].split("\n\n")[0])
        sheet.chmod(0o600)
        one.start()
        done = subprocess.run(
            [sys.executable, "-c", _FILL], env=one.variables(), capture_output=True, text=True, check=True, timeout=60
        )
        made = Filled(one, sheet, *map(UUID, done.stdout.split()))
        assert eventually(lambda: made.rows("SELECT count(*) FROM ledger_inbox") == [(0,)])
        yield made
    finally:
        one.remove()
