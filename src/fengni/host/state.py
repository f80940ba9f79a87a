"""Where an installation keeps itself: one directory with `instance.json`, the root file, logs and sockets.

Rules: `FENGNI_STATE` names the directory; otherwise it is `var` of a checkout, or `~/.local/state/fengni`. The
variables FENGNI_DEMO, FENGNI_SECRET_KEY, FENGNI_DATABASE_URL_<ROLE> and FENGNI_KEYS_SOCKET win over the file, for a
database and processes run by somebody else. Without either, harmless placeholders are given, so that settings can be
imported anywhere. PostgreSQL refuses to run as root; then its data and socket lie where its own user can reach them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

from fengni.core.errors import HostProblem

Role = Literal["super", "owner", "app", "sealer"]
Kind = Literal["new", "demo", "real"]

ROLES: Final[tuple[Role, ...]] = ("super", "owner", "app", "sealer")
DATABASE: Final = "fengni"
DATABASE_PORT: Final = 5432  # names the socket only: the cluster never listens on the network
WEB_PORT: Final = 8017
_LONGEST_SOCKET: Final = 107 - len("/db/.s.PGSQL.5432")


@dataclass(frozen=True, slots=True)
class Instance:
    """What `instance.json` (0600) says. `kind` is new until `fengni init` or the demo decides; `migrated` is the
    fingerprint of the migration files the database stands at."""

    secret_key: str = field(repr=False)
    passwords: dict[str, str] = field(repr=False)
    kind: Kind = "new"
    web_port: int = WEB_PORT
    migrated: str = ""
    format: int = 1


def directory() -> Path:
    """The state directory of this process; it may not exist yet."""
    named = os.environ.get("FENGNI_STATE")
    if named:
        return Path(named).absolute()
    checkout = Path(__file__).resolve().parents[3]
    if (checkout / "pyproject.toml").exists():
        return checkout / "var"
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "fengni"


def fingerprint() -> str:
    """A short name of the state directory, for folders outside it."""
    return hashlib.sha256(str(directory().resolve()).encode()).hexdigest()[:12]


def as_root() -> bool:
    """Whether we run as root, so that PostgreSQL needs a user and places of its own."""
    return os.geteuid() == 0


def database_home() -> Path:
    """The folder of the cluster's data: inside the state directory, or where PostgreSQL's own user reaches it."""
    return Path("/var/lib/fengni") / fingerprint() if as_root() else directory() / "database"


def runtime() -> Path:
    """The folder of the sockets. Their paths have 107 bytes at most, so a deep checkout gets a short one elsewhere."""
    if as_root():
        return Path("/run") / f"fengni-{fingerprint()}"
    inside = directory() / "run"
    if len(os.fsencode(inside)) <= _LONGEST_SOCKET:
        return inside
    base = os.environ.get("XDG_RUNTIME_DIR") or "/tmp"  # noqa: S108  # a 0700 folder of ours inside, checked on use
    return Path(base) / f"fengni-{os.geteuid()}-{fingerprint()}"


def database_sockets() -> Path:
    """The folder of the database's socket."""
    return runtime() / "db"


def log_directory() -> Path:
    """The folder of the logs, which hold no personal information."""
    return directory() / "log"


def root_file() -> Path:
    """The sealed root secret of the key process."""
    return directory() / "root.key"


def keys_directory() -> Path:
    """Where the key process keeps its counters and last signed heads."""
    return directory() / "keys"


def _read(path: Path) -> Instance | None:
    try:
        stored = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError:
        raise HostProblem("host.state-of-another-user", path=str(path.parent)) from None
    except ValueError:
        raise HostProblem("host.state-damaged", path=str(path)) from None
    if not isinstance(stored, dict) or stored.get("format") != 1:
        raise HostProblem("host.state-damaged", path=str(path))
    return Instance(**stored)


def instance() -> Instance | None:
    """The installation in the state directory, or None when there is none yet."""
    return _read(directory() / "instance.json")


def found() -> Instance:
    """The installation in the state directory. Raises HostProblem when there is none."""
    known = instance()
    if known is None:
        raise HostProblem("host.not-set-up")
    return known


def write(known: Instance) -> Instance:
    """Put the installation's file in place, whole or not at all, readable by its owner only."""
    path = directory() / "instance.json"
    making = path.with_suffix(f".making-{os.getpid()}")
    handle = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(known), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    making.replace(path)
    return known


def change(**changes: str | int) -> Instance:
    """Write the installation's file with some fields changed."""
    return write(replace(found(), **changes))  # type: ignore[arg-type]  # field names are checked by replace()


def new_instance() -> Instance:
    """A fresh set of secrets; not written yet."""
    return Instance(secret_key=secrets.token_urlsafe(48), passwords={role: secrets.token_urlsafe(24) for role in ROLES})


def demo() -> bool:
    """Whether this is a demo installation: fictitious data, loopback, person switch."""
    stated = os.environ.get("FENGNI_DEMO")
    if stated is not None:
        return stated == "1"
    known = instance()
    return known is not None and known.kind == "demo"


def secret_key() -> str:
    """Django's key for signing cookies."""
    known = instance()
    return os.environ.get("FENGNI_SECRET_KEY") or (known.secret_key if known else "nothing-is-set-up-here-" + "0" * 40)


def database_url(role: Role) -> str:
    """The libpq URL of one role."""
    stated = os.environ.get(f"FENGNI_DATABASE_URL_{role.upper()}")
    if stated:
        return stated
    known = instance()
    password = known.passwords[role] if known else ""
    return socket_url(role, password, database_sockets())


def socket_url(role: Role, password: str, sockets: Path, *, database: str = DATABASE) -> str:
    """The libpq URL of a role over a Unix socket."""
    where = quote(str(sockets), safe="")
    return f"postgresql://fengni_{role}:{quote(password, safe='')}@/{database}?host={where}&port={DATABASE_PORT}"


def own_database() -> bool:
    """Whether the database is ours to run; not when somebody gave its address."""
    return not os.environ.get("FENGNI_DATABASE_URL_APP")


def keys_socket() -> str:
    """The Unix socket of the key process, in a folder closed to everybody else."""
    return os.environ.get("FENGNI_KEYS_SOCKET") or str(runtime() / "keys" / "socket")


def demo_password() -> str:
    """The password of the demonstration's people: different in every installation, the same at every start."""
    digest = hmac.digest(found().secret_key.encode(), b"demo password", "sha256")
    return "-".join(base64.b32encode(digest).decode().lower()[at : at + 4] for at in (0, 4, 8))
