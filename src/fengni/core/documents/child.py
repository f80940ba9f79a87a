"""The process that reads files which may be hostile: bounded in time and memory, without network, files or children.

It is told of one file at a time: a name and an open descriptor over the socket that is its standard input. It answers
with lines of JSON: findings, parts that could not be read, and an end. Whatever goes wrong that no reader named ends
the process after one line, so that nothing of a broken file meets the next. apart.py is the other side.

A crash at any point leaves nothing behind: nothing is written anywhere, and the parent sees the socket close.
"""

from __future__ import annotations

import io
import json
import os
import resource
import socket
import sys
from typing import Any, Final

from fengni.core.documents.reading import passages
from fengni.core.errors import UnreadableFile
from fengni.core.pii.finding import Finding
from fengni.core.pii.scanner import scan_passages

_LONGEST_REQUEST: Final = 65_536
_REFUSED_EVENTS: Final = frozenset(
    {
        "socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
        "socket.gethostbyname", "socket.gethostbyaddr", "subprocess.Popen", "os.system", "os.exec", "os.fork",
        "os.forkpty", "os.posix_spawn", "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink",
        "os.chmod", "os.truncate", "os.kill",
    }
)  # fmt: skip
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def main() -> None:
    """Serve until the parent leaves. Arguments: seconds of processor time per file, bytes of memory."""
    seconds, memory = (int(argument) for argument in sys.argv[1:3])
    sys.dont_write_bytecode = True
    _confine(memory)
    with socket.socket(fileno=0) as channel:
        while True:
            request, descriptors, _, _ = socket.recv_fds(channel, _LONGEST_REQUEST, 1)
            if not request:
                return
            _allow(seconds)
            with os.fdopen(descriptors[0], "rb") as source, channel.makefile("w", encoding="ascii") as answer:
                if not _serve(source, json.loads(request), answer):
                    return


def _serve(source: Any, name: str, answer: io.TextIOWrapper) -> bool:
    """Answer about one file. False when the process is no longer to be trusted."""

    def say(kind: str, *values: object) -> None:
        answer.write(json.dumps([kind, *values]) + "\n")

    def refused(place: str, error: UnreadableFile) -> None:
        say("refused", place, error.code, error.params)

    try:
        for finding in scan_passages(passages(source, name, refused=refused)):
            say("found", *line_of(finding))
        say("end")
    except UnreadableFile as error:
        say("failed", error.code, error.params)
    except MemoryError:
        say("failed", "pii.too-much-memory", {})
        return False
    except OSError:
        say("failed", "pii.no-access", {})
        return False
    except Exception:  # what no reader foresaw: the file's failure, never ours
        say("failed", "pii.crashed", {})
        return False
    return True


def line_of(finding: Finding) -> tuple[object, ...]:
    """The values of a finding in the order of its fields."""
    return finding.type, finding.value, finding.start, finding.end, finding.score, finding.place


def _confine(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(_audit)


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    """Python's own doors, shut: what a reader's library is talked into is refused (PEP 578)."""
    if event in _REFUSED_EVENTS or (event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING):
        raise PermissionError("the reading process writes nothing and calls nobody")


def _allow(seconds: int) -> None:
    """Processor time from here on; the kernel ends the process when it is used up (setrlimit(2), SIGXCPU)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + seconds, hard))
