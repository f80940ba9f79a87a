"""The worker: runs jobs of the queue until told to stop.

Jobs carry ids only. A job whose worker was killed is found by its stale heartbeat and run again, so every task is safe
to run twice; the threshold is three heartbeats, so that a healthy job is never taken for a dead one. When the database
goes the worker ends; the supervisor starts it again.
"""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

_CONCURRENCY: Final = 2
_HEARTBEAT: Final = 3.0
_STALLED: Final = 10  # seconds without a heartbeat; at least three heartbeats


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
            rescuing = asyncio.create_task(_rescue(working))
            try:
                await working.run_worker_async(
                    concurrency=_CONCURRENCY,
                    listen_notify=True,
                    update_heartbeat_interval=_HEARTBEAT,
                    stalled_worker_timeout=_STALLED,
                    shutdown_graceful_timeout=8,
                )
            finally:
                rescuing.cancel()


async def _rescue(working: Any) -> None:  # Any: the package's app is untyped here
    """Put the jobs of dead workers back into the queue, over and over."""
    while True:
        for job in await working.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED):
            await working.job_manager.retry_job(job)
        await asyncio.sleep(_HEARTBEAT)


if __name__ == "__main__":
    main()
