"""Carries a disposal out in a process of its own and kills itself at a point: `python -m tests.apps.disposals.killed`.

Arguments: tenant, member, disposal, event (call or return), a part of a file's name, function, how many times it may
come there before. Nothing is replaced: Python tells of every call and return, and the process sends itself SIGKILL.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from types import FrameType
from uuid import UUID


def main(tenant: str, member: str, disposal: str, event: str, file: str, function: str, before: str) -> None:
    """Run until the point."""
    from fengni.host import installation

    installation.load_django()
    from fengni.apps.disposals import running
    from fengni.core.access.actor import Actor

    left = int(before)

    def watch(frame: FrameType, happened: str, _: object) -> None:
        nonlocal left
        code = frame.f_code
        if happened == event and code.co_name == function and file in code.co_filename:
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1

    actor = Actor(id=UUID(member), tenant_id=UUID(tenant), roles=frozenset({"dpo"}))
    sys.setprofile(watch)
    running.carry_out(actor=actor, disposal_id=UUID(disposal), clock=lambda: datetime.now(UTC))


if __name__ == "__main__":
    main(*sys.argv[1:])
