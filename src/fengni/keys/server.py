"""The Unix socket: who may connect, frames in, frames out, one thread per connection.

Rules: folder 0700, socket 0600, and the kernel's word (SO_PEERCRED) that the peer is the same user. A message that
cannot be read is refused and the connection goes on; a broken frame header ends it, because nobody knows where the
next frame begins. Nothing a peer sends ends the process.
"""

from __future__ import annotations

import os
import socket
import stat
import struct
import sys
import threading
from pathlib import Path
from typing import Final

from fengni.core.errors import BadInput, FengniError, HostProblem, KeysUnavailable
from fengni.core.vault.custody.answers import Outcome, pack_refusal
from fengni.core.vault.custody.frames import HEADER, frame, read_header
from fengni.core.vault.custody.requests import read_request
from fengni.keys.custody import Custody

MOST_CONNECTIONS: Final = 64
_LONGEST_PATH: Final = 107
_STALLED: Final = 30.0  # seconds within one frame; between frames a peer may be silent for ever
_PEER: Final = struct.Struct("3i")


def listen(path: Path) -> socket.socket:
    """A listening socket at `path`. A socket nobody listens on is replaced.

    Raises HostProblem: "keys.socket-path-long", "keys.folder-open" (others may enter it), "keys.socket-in-use".
    """
    if len(os.fsencode(path)) > _LONGEST_PATH:
        raise HostProblem("keys.socket-path-long", most=_LONGEST_PATH)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = path.parent.stat()
    if stat.S_IMODE(folder.st_mode) & 0o077 or folder.st_uid != os.geteuid():
        raise HostProblem("keys.folder-open")
    if path.is_socket():
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(str(path)) == 0:
                raise HostProblem("keys.socket-in-use")
        path.unlink()
    elif path.exists():
        raise HostProblem("keys.socket-in-use")
    listener = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(before)
    listener.listen(MOST_CONNECTIONS)
    return listener


class Server:
    """Serves a custody on a listening socket until `stop`."""

    def __init__(self, listener: socket.socket, custody: Custody) -> None:
        self._listener = listener
        self._custody = custody
        self._places = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._stopping = False

    def stop(self) -> None:
        """Take no more connections; `serve` returns."""
        self._stopping = True
        self._listener.shutdown(socket.SHUT_RDWR)

    def serve(self) -> None:
        """Accept connections until stopped."""
        threading.stack_size(512 * 1024)
        while not self._stopping:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                if self._stopping:
                    return
                raise
            if not self._places.acquire(blocking=False):
                _refuse(connection, KeysUnavailable("keys.busy"))
            elif not is_same_user(connection):
                self._places.release()
                _refuse(connection, KeysUnavailable("keys.not-yours"))
            else:
                threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        try:
            with connection:
                while self._exchange(connection):
                    pass
        except OSError:
            pass  # the peer went away, or stalled inside a frame
        finally:
            self._places.release()

    def _exchange(self, connection: socket.socket) -> bool:
        """One request and its answer. False when the connection is to be closed."""
        connection.settimeout(None)
        first = connection.recv(1)
        if not first:
            return False
        connection.settimeout(_STALLED)
        try:
            length, operation, number = read_header(first + receive(connection, HEADER.size - 1))
        except BadInput as error:
            self._custody.count_refusal()
            outcome, message = pack_refusal(error)
            connection.sendall(frame(outcome, 0, message))
            return False
        outcome, message = self._answer(operation, receive(connection, length))
        connection.sendall(frame(outcome, number, message))
        return True

    def _answer(self, operation: int, message: bytes) -> tuple[Outcome, bytes]:
        try:
            return Outcome.DONE, self._custody.answer(read_request(operation, message)).pack()
        except FengniError as error:
            self._custody.count_refusal()
            return pack_refusal(error)
        except Exception as error:
            self._custody.count_refusal()
            trace = error.__traceback__
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            place = f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else ""
            print(f"keys: {type(error).__name__} at {place}", file=sys.stderr, flush=True)  # never its text
            return pack_refusal(KeysUnavailable("keys.failed"))


def is_same_user(connection: socket.socket) -> bool:
    """Whether the peer runs as our user, by the kernel's word."""
    _, uid, _ = _PEER.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
    return bool(uid == os.geteuid())


def receive(connection: socket.socket, length: int) -> bytes:
    """Exactly `length` bytes. Raises ConnectionError when the peer stops before."""
    parts, missing = [], length
    while missing:
        part = connection.recv(min(missing, 1 << 20))
        if not part:
            raise ConnectionError
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _refuse(connection: socket.socket, error: FengniError) -> None:
    outcome, message = pack_refusal(error)
    with connection:
        connection.settimeout(1.0)
        try:
            connection.sendall(frame(outcome, 0, message))
        except OSError:
            return
