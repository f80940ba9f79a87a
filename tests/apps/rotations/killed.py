"""Carries a rotation on in a process of its own and kills itself at a point: `python -m tests.apps.rotations.killed`.

Arguments: tenant, member, rotation, event (call or return), a part of a file's name, function, how many times it may
come there before. Nothing is replaced: Python tells of every call and return, and the process sends itself SIGKILL.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from types import FrameType
from uuid import UUID


def main(tenant: str, member: str, rotation: str, event: str, file: str, function: str, before: str) -> None:
    """Run until the point."""
    from fengni.host import installation

    installation.load_django()
    from fengni.apps.rotations import moving, running, services
    from fengni.core.access.actor import Actor

    left = int(before)

    def watch(frame: FrameType, happened: str, _: object) -> None:
        nonlocal left
        code = frame.f_code
        if happened == event and code.co_name == function and file in code.co_filename:
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1

    actor = Actor(id=UUID(member), tenant_id=UUID(tenant), roles=frozenset({"owner"}))
    moving.BATCH = 7  # type: ignore[misc]  # several batches of a small house
    sys.setprofile(watch)
    running.carry_on(actor=actor, rotation_id=UUID(rotation), clock=lambda: datetime.now(UTC))
    services.finish_rotation(actor=actor, at=datetime.now(UTC), rotation_id=UUID(rotation))


if __name__ == "__main__":
    main(*sys.argv[1:])
