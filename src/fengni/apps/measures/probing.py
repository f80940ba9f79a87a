"""Whether what travels is encrypted: each way data takes is tried, as somebody listening there would meet it.

    database   our own connection: a Unix socket, or TLS
    keys       the socket of the key process: a Unix socket closed to other users
    web        each served name: loopback only, or a handshake on port 443 with a certificate that holds
    gateways   where codes go: an encrypted scheme, or no gateway at all

Rules: nothing is sent but a handshake. A name that does not answer is `unreachable`, which is no pass.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]", "::1", "testserver"})
_SAFE: Final = frozenset({"local", "loopback", "tls12", "tls13", "none", "encrypted"})
_VERSIONS: Final = {"TLSv1.2": "tls12", "TLSv1.3": "tls13"}
_ENCRYPTED: Final = frozenset({"https", "smtps", "smtp+starttls"})
_PATIENCE: Final = 3.0
_LEAST_DAYS: Final = 7  # of a certificate


@dataclass(frozen=True, slots=True)
class Probe:
    """How each way is protected, by code; `days` are left of the certificate that ends first, -1 without one."""

    database: str
    keys: str
    web: str
    gateways: str
    days: int

    @property
    def holds(self) -> bool:
        """Whether nothing travels in clear, and no certificate is about to end."""
        ways = {self.database, self.keys, self.web, self.gateways}
        return ways <= _SAFE and (self.days < 0 or self.days >= _LEAST_DAYS)

    def facts(self) -> dict[str, int | str]:
        """What the entry says."""
        return {
            "database": self.database, "keys": self.keys, "web": self.web, "gateways": self.gateways,
            "days": self.days, "holds": int(self.holds),
        }  # fmt: skip


def probe(at: datetime) -> Probe:
    """Try every way of this installation."""
    web, days = served(settings.ALLOWED_HOSTS, at)
    return Probe(_database(), _keys(settings.FENGNI_KEYS_SOCKET), web, _gateways(), days)


def served(
    hosts: Iterable[str], at: datetime, *, port: int = 443, trusted: ssl.SSLContext | None = None
) -> tuple[str, int]:
    """How the served names are protected, the weakest of them, and the days left of the first certificate to end."""
    outside = [host for host in hosts if host not in _LOOPBACK]
    if not outside:
        return "loopback", -1
    found = [_handshake(host.lstrip("."), at, port, trusted or ssl.create_default_context()) for host in outside]
    order = ["unreachable", "untrusted", "weak", "tls12", "tls13"]
    return min((how for how, _ in found), key=order.index), min(days for _, days in found)


def _handshake(host: str, at: datetime, port: int, trusted: ssl.SSLContext) -> tuple[str, int]:
    try:
        with (
            socket.create_connection((host, port), timeout=_PATIENCE) as plain,
            trusted.wrap_socket(plain, server_hostname=host) as sealed,
        ):
            certificate, version = sealed.getpeercert() or {}, sealed.version() or ""
    except ssl.SSLError:
        return "untrusted", -1
    except OSError:
        return "unreachable", -1
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
    return _VERSIONS.get(version, "weak"), (ends - at).days


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT inet_server_addr() IS NULL, (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid())")
        is_local, is_sealed = cursor.fetchone()
    return "local" if is_local else "encrypted" if is_sealed else "plain"


def _keys(path: str) -> str:
    try:
        mode = Path(path).stat().st_mode
    except OSError:
        return "unreachable"
    return "local" if not mode & 0o007 else "open"


def _gateways() -> str:
    schemes = {urlsplit(url).scheme for url in (settings.FENGNI_SMTP_URL, settings.FENGNI_SMS_URL) if url}
    return "none" if not schemes else "encrypted" if schemes <= _ENCRYPTED else "plain"
