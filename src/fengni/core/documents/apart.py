"""Files read by a process of their own, so that a hostile one costs its own sentence and nothing else.

One child reads many files. It has a limit of processor time per file and of memory, no network, and writes nothing
(child.py). A file that takes too long, too much, or the child's life is reported as that file's failure; a new child
reads the next.

>>> import tempfile
>>> with tempfile.TemporaryFile() as source, Apart() as apart:
...     _ = source.write("手机15400000001".encode())
...     source.flush()
...     [finding.value for finding in apart.scan(source, "a.txt", refused=print)]
['15400000001']
"""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from fengni.core.documents.inside import Refused
from fengni.core.errors import UnreadableFile
from fengni.core.pii.finding import Finding

_ROOT: Final = str(Path(__file__).parents[3])
# -P and -E: neither the folder we stand in nor the environment may say what is imported.
_START: Final = "import sys; sys.path.insert(0, sys.argv.pop()); from fengni.core.documents.child import main; main()"
_FATAL: Final = frozenset({"pii.too-much-memory", "pii.no-access", "pii.crashed"})  # the child ends after them
_WAITED: Final = 4  # seconds of silence per second of processor time: a busy machine is no hostile file


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: seconds of processor time, bytes of memory of the whole child."""

    seconds: int = 60
    memory: int = 1024 * 1024 * 1024


class Apart:
    """A reading process, started at once and again whenever it is gone. Not for several threads at a time."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._begin()

    def __enter__(self) -> Apart:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child."""
        if self._channel is not None:
            self._channel.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._channel = None

    def scan(self, source: IO[bytes], name: str, *, refused: Refused) -> Iterator[Finding]:
        """What is found in an open file; it needs a descriptor, since that is what the child gets.

        `refused(place, error)` as in `passages`. Raises UnreadableFile: what readers raise, and pii.too-slow,
        pii.too-much-memory, pii.crashed. What was found before stays found.
        """
        done = False
        try:
            for kind, *values in self._answers(source, name):
                if kind == "found":
                    yield Finding(*values)
                elif kind == "refused":
                    refused(values[0], UnreadableFile(values[1], **values[2]))
                elif kind == "failed":
                    done = values[0] not in _FATAL
                    raise UnreadableFile(values[0], **values[1])
                else:
                    done = True
                    return
        finally:
            if not done:
                self.close()

    def _answers(self, source: IO[bytes], name: str) -> Iterator[list[Any]]:
        try:
            channel = self._asked(source, name)
            with channel.makefile("rb") as lines:
                for line in lines:
                    yield json.loads(line)
        except TimeoutError as e:
            raise UnreadableFile("pii.too-slow") from e
        except OSError:
            pass
        raise UnreadableFile(self._cause())

    def _asked(self, source: IO[bytes], name: str) -> socket.socket:
        """The channel on which the child was asked; a child that was gone before is no fault of this file."""
        for _ in range(2):
            channel = self._channel or self._begin()
            try:
                socket.send_fds(channel, [json.dumps(name).encode()], [source.fileno()])
            except BrokenPipeError:
                self.close()
            else:
                break
        return channel

    def _cause(self) -> str:
        """Why the child is gone."""
        assert self._process is not None  # noqa: S101
        return "pii.too-slow" if self._process.wait() == -signal.SIGXCPU else "pii.crashed"

    def _begin(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        ours.settimeout((1 + self._limits.seconds) * _WAITED)
        arguments = [str(self._limits.seconds), str(self._limits.memory), _ROOT]
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-E", "-c", _START, *arguments],
                stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        self._channel = ours
        return ours
