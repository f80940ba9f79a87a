"""`python -m fengni.host.backup_check`: whether a restored database serves, looked at as the product would.

    ledgers   every tenant's derived again and compared with what was signed; of a large one, its head and a sample
    records   a random sample of every tenant opens with the restored keys
    stones    no destroyed unit has a key, a record or a file, and the key process refuses it
    walls     row-level security is forced on every table but the listed few, and without a tenant nothing is read

On stdin {"schema": fingerprint of the file's, "stones": [[tenant, unit], …]}; an older schema is first brought up to
ours. With {"rewound": {"to": instant, "given_up": {tenant: [size, root]}}} each ledger gets its entry of that, at the
end. One JSON object goes to stdout: what was counted, or the code and parameters of the first thing that does not
hold. A process of its own, because settings name one database.
"""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from fengni.core.access.actor import system_actor
from fengni.core.errors import BadInput, Denied, FengniError, SealRefused, VerificationFailed
from fengni.host import installation

SAMPLE: Final = 50
LARGE: Final = 200_000  # entries; more are not derived again one by one
_PURPOSE: Final = "backup:restore-test"
_NEWEST: Final = "SELECT coalesce(max(size), 0) FROM ledger_checkpoint WHERE note <> ''"


def main() -> int:
    """Check and print. Exit code 0 also where something does not hold: the object says it."""
    asked = json.load(sys.stdin)
    stones = [(UUID(tenant), UUID(unit)) for tenant, unit in asked["stones"]]
    installation.load_django()
    try:
        if asked["schema"] != installation.migration_fingerprint():
            installation.migrate()
        told: dict[str, Any] = _check(stones)
        if "rewound" in asked:
            _record(asked["rewound"]["to"], asked["rewound"]["given_up"])
    except FengniError as error:
        told = {"code": error.code, "params": error.params}
    except Exception as error:
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else ""
        told = {"failed": f"{type(error).__name__} {place}"}  # never its text: it may hold a row
    print(json.dumps(told))
    return 0


def _check(stones: Sequence[tuple[UUID, UUID]]) -> dict[str, int]:
    from fengni.apps.accounts.queries import all_tenants

    _walls()
    entries = opened = 0
    for home in all_tenants():
        entries += _ledger(home.id)
        _stones(home.id, [unit for tenant, unit in stones if tenant == home.id])
        opened += _records(home.id)
    return {"entries": entries, "opened": opened}


def _record(to: str, given_up: dict[str, tuple[int, str]]) -> None:
    """An entry in every ledger: to which instant the installation was taken back, and which head it gave up."""
    from fengni.apps.accounts.queries import all_tenants
    from fengni.apps.disposals import services

    for home in all_tenants():
        size, head = given_up.get(str(home.id), (0, ""))
        [(kept,)] = _rows(home.id, _NEWEST)
        services.rewind_backup(
            actor=system_actor(home.id, channel="cli"), at=datetime.now(UTC), to=datetime.fromisoformat(to),
            kept=int(kept), signed=size, head=head,
        )  # fmt: skip


def _ledger(tenant_id: UUID) -> int:
    """Verify a ledger, whole or by a sample; the size of its newest head."""
    from fengni.apps.ledger import verification

    [(size,)] = _rows(tenant_id, _NEWEST)
    if size > LARGE:
        sample_ledger(tenant_id, size)
        return int(size)
    found = verification.verify(system_actor(tenant_id, channel="cli"))
    if found.finding:
        raise VerificationFailed("backup.ledger-differs", tenant=str(tenant_id), sequence=found.finding.sequence)
    return found.size


def sample_ledger(tenant_id: UUID, size: int) -> None:
    """Prove entries of a ledger at random, and its last one, as anybody with the file would."""
    from fengni.apps.common.tenancy import tenant
    from fengni.apps.ledger import queries
    from fengni.core.ledger import verifier

    actor = system_actor(tenant_id, channel="cli")
    with tenant(tenant_id):
        key = queries.log_fingerprint()
        for sequence in {*secrets.SystemRandom().sample(range(size), min(SAMPLE, size)), size - 1}:
            try:
                held = verifier.check(queries.entry_proof_file(actor, sequence=sequence), key=key).status == "verified"
            except (BadInput, ValueError):  # not there, or no entry at all
                held = False
            if not held:
                raise VerificationFailed("backup.ledger-differs", tenant=str(tenant_id), sequence=sequence)


def _records(tenant_id: UUID) -> int:
    """Open a sample of records; none is shown to anybody."""
    from fengni.apps.common.custodian import WrappedKey, custodian
    from fengni.core.vault.envelope import Binding, Suite, open_

    rows = _rows(
        tenant_id,
        "SELECT u.id, u.epoch, u.wrapped, u.commitment, u.version, u.suite, r.id, r.record_class, r.revision, "
        "r.envelope FROM vault_record r JOIN vault_unit u ON u.tenant_id = r.tenant_id AND u.id = r.unit_id "
        "WHERE u.state = 'live' ORDER BY random() LIMIT %s",
        [SAMPLE],
    )
    for unit, epoch, wrapped, commitment, version, suite, record, record_class, revision, envelope in rows:
        asked = WrappedKey(unit, epoch, bytes(wrapped), bytes(commitment), version=version)
        try:
            [key] = custodian().unwrap(tenant_id, Suite(suite), [asked], entry=uuid4(), purpose=_PURPOSE)
            open_(key, Binding(tenant_id, unit, record, record_class, revision), bytes(envelope))
        except (SealRefused, Denied):
            raise VerificationFailed("backup.record-does-not-open", tenant=str(tenant_id)) from None
    return len(rows)


def _stones(tenant_id: UUID, units: Sequence[UUID]) -> None:
    """What was destroyed is nowhere, and would not be released."""
    from fengni.apps.common.custodian import custodian

    if not units:
        return
    [(alive,)] = _rows(
        tenant_id,
        "SELECT (SELECT count(*) FROM vault_unit WHERE id = ANY(%s) AND (state <> 'destroyed' OR wrapped <> '')) "
        "+ (SELECT count(*) FROM vault_record WHERE unit_id = ANY(%s)) "
        "+ (SELECT count(*) FROM vault_material WHERE unit_id = ANY(%s))",
        [list(units)] * 3,
    )
    if alive or not all(custodian().destroyed(tenant_id, units)):
        raise VerificationFailed("backup.destroyed-came-back", number=int(alive))


def _walls() -> None:
    from django.db import connection

    from fengni.apps.common.tenancy import EXEMPT_TABLES

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace "
            "AND NOT (relrowsecurity AND relforcerowsecurity)"
        )
        bare = sorted(name for (name,) in cursor.fetchall() if name not in EXEMPT_TABLES)
    if bare:
        raise VerificationFailed("backup.walls-missing", tables=", ".join(bare))


def _rows(tenant_id: UUID, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:  # Any: raw rows
    from django.db import connection, transaction

    from fengni.apps.common.tenancy import tenant

    with tenant(tenant_id), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        return list(cursor.fetchall())


if __name__ == "__main__":
    sys.exit(main())
