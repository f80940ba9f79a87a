"""Makes an increment in a process of its own and kills itself at a point: `python -m tests.host.killed_increment`.

Arguments: event (call or return) and function. Nothing is replaced: Python tells of every call and return, and the
process sends itself SIGKILL.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType


def main(event: str, function: str) -> None:
    """Run until the point."""
    from fengni.host import backup_journal, installation

    installation.load_django()

    def watch(frame: FrameType, happened: str, _: object) -> None:
        code = frame.f_code
        if happened == event and code.co_name == function and "fengni" in code.co_filename:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)
    backup_journal.make_increment(progress=lambda size: None)


if __name__ == "__main__":
    main(*sys.argv[1:])
