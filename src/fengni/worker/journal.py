"""Carrying the database's journal away, as often as was decided: `fengni backup policy --journal MINUTES`.

Rules: while nothing is decided it asks the database every minute and holds nothing but a connection string. What it
does is `fengni.host.backup_journal`, where it says what a kill leaves. What fails is logged by its code, and tried
again a minute later; the journal is held back meanwhile. It waits while a dump or a restore test is made.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from datetime import UTC, datetime

import psycopg

from fengni.core.errors import FengniError
from fengni.host import state

_PAUSE = 60.0  # seconds; the least that can be decided is a minute
_DECIDED = "SELECT journal_minutes FROM disposals_backup_policy ORDER BY decided_at DESC, id DESC LIMIT 1"


def main() -> None:
    """Look every minute until SIGTERM."""
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    failure = ""
    while not stopping:
        try:
            if _is_decided():
                _go_on()
            failure = ""
        except Exception as error:  # its text may hold what it should not
            said = error.code if isinstance(error, FengniError) else type(error).__name__
            if said != failure:
                print(f"journal: {said}", file=sys.stderr, flush=True)
            failure = said
        until = time.monotonic() + _PAUSE
        while not stopping and time.monotonic() < until:
            time.sleep(0.5)


def _is_decided() -> bool:
    with psycopg.connect(state.database_url("app"), autocommit=True, connect_timeout=5) as connection:
        found = connection.execute(_DECIDED).fetchone()
    return bool(found and found[0])


def _go_on() -> None:
    """Django is loaded once there is something to do."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fengni.config.settings")
    import django
    from django.db import connections

    django.setup()

    from fengni.host import backup_journal

    try:
        backup_journal.go_on(datetime.now(UTC))
    finally:
        connections.close_all()


if __name__ == "__main__":
    main()
