"""How a request of the SDK travels: over HTTP, or through the application inside this process. Both give an Answer.

Rules: an Answer does not show its body; a body that cannot be read is told without it. A token goes over TLS or to this
very machine, and never along with a redirect. Nothing is retried: whoever asks knows whether asking twice does harm.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from fengni.core.errors import (
    BadInput,
    Denied,
    FengniError,
    HostProblem,
    KeysUnavailable,
    LedgerRefused,
    SealRefused,
    UnreadableFile,
)

_PATIENCE: Final = 120.0
_PART: Final = 1 << 20
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_KINDS: Final[Mapping[int, type[FengniError]]] = {
    400: BadInput, 401: Denied, 403: Denied, 404: Denied, 416: BadInput, 422: BadInput, 503: KeysUnavailable,
}  # fmt: skip


class Answer:
    """What came back: status, headers by lower-case name, and the body in parts. `repr` shows no body."""

    def __init__(self, status: int, headers: Mapping[str, str], parts: Iterator[bytes]) -> None:
        self.status, self.headers, self._parts = status, headers, parts

    def __repr__(self) -> str:
        return f"Answer({self.status})"

    def parts(self) -> Iterator[bytes]:
        """The body, one part in memory at a time. Raises HostProblem when it is cut off."""
        return self._parts

    def content(self) -> bytes:
        """The whole body."""
        return b"".join(self._parts)

    def read(self) -> Any:  # Any: JSON of our own interface, read field by field by its callers
        """The body as JSON. Raises HostProblem when it is none."""
        content = self.content()
        try:
            return json.loads(content)
        except ValueError:
            del content  # the parser's error holds the body, and so would our own if it were raised in here
        raise HostProblem("sdk.unreadable-answer")


class Transport(Protocol):
    """Sends one request and brings the answer. Raises HostProblem when nobody answers."""

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """One request; `path` begins with a slash."""


def asked(transport: Transport, method: str, path: str, *, told: object = None, **more: Any) -> Answer:
    """Send a request (`told` as JSON) and refuse what is no success: raises the error the interface names."""
    headers = dict(more.get("headers", {}))
    body: bytes = more.get("body", b"")
    if told is not None:
        body, headers["Content-Type"] = json.dumps(told).encode(), "application/json"
    answer = transport.send(method, f"/api/v1{path}", headers, body)
    if answer.status >= 300:
        raise _error(answer)
    return answer


def _error(answer: Answer) -> FengniError:
    """The error of a problem document (RFC 9457), of the class it had where it was raised."""
    try:
        problem = answer.read()
        code = str(problem["type"]).removeprefix("urn:fengni:")
    except (HostProblem, KeyError, TypeError):
        if answer.status == 416:
            return BadInput("sdk.no-such-range")
        return HostProblem("sdk.refused", status=answer.status)
    params = {
        name: value
        for name, value in problem.items()
        if name not in {"type", "status", "title", "title_zh"} and isinstance(value, str | int)
    }
    if code == "vault.sealed-value-refused":
        return SealRefused()
    if code.startswith("ledger."):
        return LedgerRefused(code, **params)
    if code.startswith("pictures."):
        return UnreadableFile(code, **params)
    return _KINDS.get(answer.status, HostProblem)(code, **params)


class Http:
    """REST over HTTPS, one connection per request. Plain HTTP is for this machine alone."""

    def __init__(self, address: str, token: str) -> None:
        parts = urlsplit(address)
        host = parts.hostname or ""
        if parts.scheme not in {"https", "http"} or not host or parts.path.strip("/") or parts.query:
            raise BadInput("sdk.no-address")
        if parts.scheme == "http" and host not in _LOOPBACK:
            raise BadInput("sdk.plain-http")
        self._open: type[HTTPConnection] = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._host, self._port, self._token = host, parts.port, token

    def __repr__(self) -> str:
        return f"Http({self._host!r})"

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """One request. Raises HostProblem when nobody answers."""
        connection = self._open(self._host, self._port, timeout=_PATIENCE)
        try:
            connection.request(method, path, body, {**headers, "Authorization": f"Bearer {self._token}"})
            got = connection.getresponse()
        except (OSError, HTTPException):
            connection.close()
            raise HostProblem("sdk.no-answer", host=self._host) from None
        named = {name.lower(): value for name, value in got.getheaders()}
        return Answer(got.status, named, self._parts(connection, got.read))

    def _parts(self, connection: HTTPConnection, read: Callable[[int], bytes]) -> Iterator[bytes]:
        with closing(connection):
            try:
                while part := read(_PART):
                    yield part
            except (OSError, HTTPException):
                raise HostProblem("sdk.cut-off", host=self._host) from None


class Embedded:
    """The application of this machine's installation, in this process: its database and key process must run.

    One process has one installation. Raises HostProblem when the server part or the installation is missing, BadInput
    when another installation was opened here before.
    """

    def __init__(self, state: Path | str | None, token: str) -> None:
        if state is not None:
            wanted = str(Path(state).absolute())
            if os.environ.setdefault("FENGNI_STATE", wanted) != wanted:
                raise BadInput("sdk.other-installation")
        try:
            from fengni.config.wsgi import application
        except ImportError:
            raise HostProblem("sdk.no-server-part") from None
        self._application, self._token = application, token

    def __repr__(self) -> str:
        return "Embedded()"

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """One request through the application (WSGI, PEP 3333)."""
        path, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "443", "HTTP_HOST": "127.0.0.1", "REMOTE_ADDR": "127.0.0.1",
            "SERVER_PROTOCOL": "HTTP/1.1", "CONTENT_LENGTH": str(len(body)), "HTTP_X_FORWARDED_PROTO": "https",
            "HTTP_AUTHORIZATION": f"Bearer {self._token}", "wsgi.version": (1, 0), "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO(), "wsgi.multithread": True,
            "wsgi.multiprocess": True, "wsgi.run_once": False,
        }  # fmt: skip
        for name, value in headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, named: list[tuple[str, str]], failed: object = None, /) -> Callable[[bytes], object]:
            begun.append((status, named))
            return io.BytesIO().write  # the write() of PEP 3333, which our application does not use

        parts = self._application(environ, start)
        ((status, named),) = begun
        return Answer(int(status[:3]), {name.lower(): value for name, value in named}, _closing(parts))


def _closing(parts: Iterable[bytes]) -> Iterator[bytes]:
    try:
        yield from parts
    finally:
        getattr(parts, "close", lambda: None)()
