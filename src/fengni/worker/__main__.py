"""The worker: runs jobs of the queue until told to stop.

Jobs carry ids only. A job whose worker was killed is found by its stale heartbeat and run again, so every task is safe
to run twice; the threshold is three heartbeats, so that a healthy job is never taken for a dead one. When the database
goes, or the worker no longer gives its heartbeat, the process ends at once, in the midst of its jobs: waiting for them
would leave the queue without a worker. The supervisor starts it again, and the jobs are found as stalled.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NoReturn

_CONCURRENCY: Final = 2
_HEARTBEAT: Final = 3.0
_STALLED: Final = 10  # seconds without a heartbeat; at least three heartbeats
_IS_ALIVE: Final = (
    "SELECT coalesce(max(last_heartbeat) > now() - make_interval(secs => %(stalled)s), false) AS alive "
    "FROM procrastinate_workers"
)


def main() -> None:
    """Run the worker of this installation: concurrency two, one database connection per running job."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fengni.config.settings")
    import django

    django.setup()
    asyncio.run(_work())


async def _work() -> None:
    from procrastinate.contrib.django import app

    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_CONCURRENCY))  # bounds database connections
    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]  # untyped
        async with working.open_async():
            looking = asyncio.create_task(_look_after(working))
            try:
                await working.run_worker_async(
                    concurrency=_CONCURRENCY,
                    listen_notify=True,
                    update_heartbeat_interval=_HEARTBEAT,
                    stalled_worker_timeout=_STALLED,
                    shutdown_graceful_timeout=8,
                )
            finally:
                looking.cancel()


async def _look_after(working: Any) -> None:  # Any: the package's app is untyped here
    """Put the jobs of dead workers back into the queue, over and over; end the process when this worker is as dead."""
    begun = time.monotonic()
    while True:
        try:
            async with asyncio.timeout(_STALLED):
                for job in await working.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED):
                    await working.job_manager.retry_job(job)
                alive = (await working.connector.execute_query_one_async(_IS_ALIVE, stalled=_STALLED))["alive"]
        except Exception as error:
            _end(type(error).__name__)
        if not alive and time.monotonic() - begun > _STALLED:  # it registers a moment after this begins
            _end("no heartbeat")
        await asyncio.sleep(_HEARTBEAT)


def _end(why: str) -> NoReturn:
    """Leave without waiting for any thread. What its jobs had not committed is rolled back by the database."""
    print(f"worker: ends, {why}", file=sys.stderr, flush=True)
    os._exit(1)


if __name__ == "__main__":
    main()
