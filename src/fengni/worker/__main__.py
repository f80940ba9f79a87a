"""The worker: runs jobs of the queue until told to stop.

Jobs carry ids only. A job whose worker was killed is found by its stale heartbeat and run again, so every task is safe
to run twice. When the database goes the worker ends; the supervisor starts it again.
"""

from __future__ import annotations

import os


def main() -> None:
    """Run the worker of this installation: concurrency two, one database connection per running job."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fengni.config.settings")
    import django

    django.setup()

    from procrastinate.contrib.django import app

    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]  # untyped
        working.run_worker(concurrency=2, listen_notify=True)


if __name__ == "__main__":
    main()
