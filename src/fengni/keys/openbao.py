"""The root under a transit key of an OpenBao server (https://openbao.org/api-docs/secret/transit/, API version 1).

    settings    address, mount, key, namespace, ca_file, credentials: all text; only address, key and credentials needed
    wrap / unwrap / probe

`credentials` is the path of a private file: a token in one line, or `role_id=…` and `secret_id=…` of an AppRole in two
(and `approle_mount=…` where it is not "approle"). It is read at each use and never kept.

Rules: a name and no secret stands in an error, and nothing that the server said. Without TLS only this machine is
spoken to, since the root travels. Redirects are not followed. Whatever the server does, a call ends after some seconds.
"""

from __future__ import annotations

import base64
import binascii
import http.client
import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from fengni.core.errors import BadInput, KeysUnavailable
from fengni.core.vault.keyring import Root
from fengni.core.vault.wrapped_root import WrappedRoot, bound, unwrapped
from fengni.keys.private import read_private

_PATIENCE: Final = 5.0  # seconds for each step of a call
_LARGEST: Final = 65_536
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}(?:/[A-Za-z0-9._-]{1,100}){0,8}")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_SEALED: Final = 503


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    told: dict[str, Any]  # Any: JSON of the server

    def says(self, words: str) -> bool:
        """Whether one of the server's errors has these words; they are read here and shown nowhere."""
        errors = self.told.get("errors")
        return isinstance(errors, list) and any(words in str(one).lower() for one in errors)


def checked(settings: Mapping[str, str]) -> dict[str, str]:
    """Settings as they may stand in a root file. Raises BadInput for an address or a name that cannot be."""
    where = urlsplit(settings["address"])
    try:
        whole = where.scheme in {"http", "https"} and where.hostname and where.port != 0
    except ValueError:
        whole = False
    if not whole or where.path not in {"", "/"} or where.query or where.fragment or where.username:
        raise BadInput("keys.openbao-address")
    if where.scheme == "http" and where.hostname not in _LOOPBACK:
        raise BadInput("keys.openbao-clear")
    kept = {name: value for name, value in settings.items() if value} | {"mount": settings.get("mount") or "transit"}
    if not all(_NAME.fullmatch(kept[name]) for name in ("mount", "key", "namespace") if name in kept):
        raise BadInput("keys.openbao-name")
    return kept


def wrap(root: Root, settings: Mapping[str, str]) -> WrappedRoot:
    """The root under the server's key, which must be there. Raises the errors of `unwrap`."""
    one = WrappedRoot("openbao", root.fingerprint(), checked(settings))
    with _Server(one.settings) as server:
        server.look_for_key()
        ciphertext = server.transit("encrypt", {"plaintext": _base64(root.export())} | _bound(one)).get("ciphertext")
    if not isinstance(ciphertext, str) or not ciphertext.startswith("vault:v"):
        raise KeysUnavailable("keys.openbao-answer", address=one.settings["address"], status=200)
    return WrappedRoot("openbao", one.fingerprint, one.settings, ciphertext.encode())


def unwrap(one: WrappedRoot) -> Root:
    """The root.

    Raises KeysUnavailable: "keys.openbao-unreachable", "-certificate", "-sealed", "-token" (unknown or expired),
    "-policy" (known, but not allowed this), "-key" (missing), "-version" (too old to be used), "-answer" (whatever else
    it said), "vault.root-not-opened" (another key, or the file was changed). Raises HostProblem for the file of
    credentials.
    """
    with _Server(checked(one.settings)) as server:
        told = server.transit("decrypt", {"ciphertext": one.wrapped.decode("ascii", "replace")} | _bound(one))
    try:
        return unwrapped(one, base64.b64decode(str(told.get("plaintext")), validate=True))
    except binascii.Error:
        raise KeysUnavailable("vault.root-not-opened") from None


def probe(one: WrappedRoot) -> None:
    """Whether the server would serve us now; opens nothing. Raises the errors of `unwrap`."""
    with _Server(checked(one.settings)) as server:
        server.look_for_key()


class _Server:
    """One conversation with the server, over one connection."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._settings = settings
        where = urlsplit(settings["address"])
        host = str(where.hostname)
        self._connection: http.client.HTTPConnection
        if where.scheme == "https":
            trust = _trusted(settings)
            self._connection = http.client.HTTPSConnection(host, where.port or 8200, timeout=_PATIENCE, context=trust)
        else:
            self._connection = http.client.HTTPConnection(host, where.port or 8200, timeout=_PATIENCE)
        self._token = ""

    def __enter__(self) -> _Server:
        try:
            self._token = self._signed_in()
        except BaseException:
            self._connection.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def look_for_key(self) -> None:
        """The key is there, as far as we may look: a policy that allows wrapping alone does not allow this."""
        path = f"{self._settings['mount']}/keys/{self._settings['key']}"
        answer = self._ask("GET", path)
        if answer.status == http.client.NOT_FOUND:
            raise self._trouble("keys.openbao-key", key=self._settings["key"])
        if answer.status == http.client.FORBIDDEN:
            self._known_token()
        elif answer.status != http.client.OK:
            raise self._unexpected(answer)

    def transit(self, verb: str, body: Mapping[str, str]) -> dict[str, Any]:
        """What the server's key says to `encrypt` or `decrypt`."""
        answer = self._ask("POST", f"{self._settings['mount']}/{verb}/{self._settings['key']}", body)
        if answer.status == http.client.FORBIDDEN:
            self._known_token()
            raise self._trouble("keys.openbao-policy", key=self._settings["key"])
        if answer.status == http.client.NOT_FOUND or answer.says("key not found"):
            raise self._trouble("keys.openbao-key", key=self._settings["key"])
        if answer.says("too old"):
            raise self._trouble("keys.openbao-version", key=self._settings["key"])
        if answer.says("authentication failed") or answer.says("invalid ciphertext"):
            raise KeysUnavailable("vault.root-not-opened")
        if answer.status != http.client.OK or not isinstance(answer.told.get("data"), dict):
            raise self._unexpected(answer)
        found: dict[str, Any] = answer.told["data"]
        return found

    def _signed_in(self) -> str:
        """A token: the one of the file, or one that the AppRole of the file is given."""
        told = read_private(Path(self._settings["credentials"]))
        if "=" not in told:
            return _printable(told) or self._no_token()
        parts = dict(line.strip().split("=", 1) for line in told.splitlines() if "=" in line)
        body = {"role_id": parts.get("role_id", ""), "secret_id": parts.get("secret_id", "")}
        mount = parts.get("approle_mount", "approle")
        answer = self._ask("POST", f"auth/{mount}/login", body) if _NAME.fullmatch(mount) else self._no_token()
        if answer.status in {http.client.BAD_REQUEST, http.client.FORBIDDEN, http.client.NOT_FOUND}:
            self._no_token()
        given = answer.told.get("auth")
        token = given.get("client_token") if isinstance(given, dict) else None
        if answer.status != http.client.OK or not isinstance(token, str):
            raise self._unexpected(answer)
        return token

    def _known_token(self) -> None:
        """Refused: does the server know the token at all?"""
        if self._ask("GET", "auth/token/lookup-self").status == http.client.FORBIDDEN:
            self._no_token()

    def _no_token(self) -> Any:  # Any: never returns
        raise self._trouble("keys.openbao-token", path=self._settings["credentials"])

    def _ask(self, method: str, path: str, body: Mapping[str, str] | None = None) -> _Answer:
        headers = {"X-Vault-Request": "true"}
        if self._token:
            headers["X-Vault-Token"] = self._token
        if "namespace" in self._settings:
            headers["X-Vault-Namespace"] = self._settings["namespace"]
        try:
            sent = None if body is None else json.dumps(body).encode()
            self._connection.request(method, f"/v1/{path}", body=sent, headers=headers)
            got = self._connection.getresponse()
            content = got.read(_LARGEST)
            told = json.loads(content) if content else {}
        except ssl.SSLCertVerificationError:
            raise self._trouble("keys.openbao-certificate") from None
        except (OSError, http.client.HTTPException):
            raise self._trouble("keys.openbao-unreachable") from None
        except ValueError:
            raise self._trouble("keys.openbao-answer", status=got.status) from None
        answer = _Answer(got.status, told if isinstance(told, dict) else {})
        if got.status == _SEALED:
            raise self._trouble("keys.openbao-sealed" if answer.says("sealed") else "keys.openbao-unreachable")
        return answer

    def _unexpected(self, answer: _Answer) -> KeysUnavailable:
        return self._trouble("keys.openbao-answer", status=answer.status)

    def _trouble(self, code: str, **params: str | int) -> KeysUnavailable:
        return KeysUnavailable(code, address=self._settings["address"], **params)


def _trusted(settings: Mapping[str, str]) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=settings.get("ca_file"))
    except (OSError, ssl.SSLError):
        raise KeysUnavailable("keys.openbao-ca", path=settings.get("ca_file", "")) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _bound(one: WrappedRoot) -> dict[str, str]:
    return {"associated_data": _base64(bound(one))}


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _printable(token: str) -> str:
    """The token, or nothing where it could not stand in a header."""
    return token if token.isascii() and token.isprintable() and " " not in token else ""
