"""The sealer: gives waiting entries their sequence, over and over.

One sealer is active for the whole installation (a session advisory lock of PostgreSQL); a second one waits and takes
over when the first dies. It polls: a NOTIFY per commit would put a global lock on every business transaction.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from datetime import UTC, datetime

_BUSY_PAUSE = 0.02
_IDLE_PAUSE = 0.25


def main() -> None:
    """Seal until SIGTERM. A failure is logged by its code, and tried again after a pause."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fengni.config.settings")
    import django

    django.setup()

    from fengni.apps.ledger import sealer

    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    seat = sealer.wait_for_the_seat(lambda: stopping)
    pause, failure = _IDLE_PAUSE, ""
    while not stopping and not sealer.is_seat_lost(seat, ask=bool(failure)):
        try:
            sealed = sealer.seal_round(at=datetime.now(UTC))
            pause, failure = _BUSY_PAUSE if sealed else min(pause * 1.5, _IDLE_PAUSE), ""
        except Exception as error:
            pause, failure = 1.0, sealer.log_failure(error, before=failure)
        time.sleep(pause)
    if not stopping:
        sys.exit(1)  # the supervisor starts a new sealer, which takes the seat anew


if __name__ == "__main__":
    main()
