"""Preparing an installation: folders, cluster, migrations, translations. Run again, it does only what is missing."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from fengni.core.errors import HostProblem
from fengni.host import cluster, state, supervisor

PACKAGE: Final = Path(__file__).resolve().parent.parent


def load_django() -> None:
    """Load the settings and areas into this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fengni.config.settings")
    import django

    django.setup()


def migration_fingerprint() -> str:
    """A name for the schema that our migration files and those of the packages ask for."""
    from importlib import metadata

    digest = hashlib.sha256()
    for path in sorted(PACKAGE.glob("apps/*/migrations/0*.py")):
        digest.update(path.parts[-3].encode() + b"/" + path.name.encode() + b"\0" + path.read_bytes())
    for package in ("django", "django-allauth", "procrastinate"):
        digest.update(f"{package}={metadata.version(package)}".encode())
    return digest.hexdigest()


def migrate() -> None:
    """Bring the database to the newest schema, as its owner. Django must be loaded."""
    from django.core.management import call_command

    call_command("migrate", database="owner", interactive=False, verbosity=0)


def compile_translations() -> None:
    """Compile the screens' translations where the source is newer. Compiled files are not kept in the repository."""
    for source in PACKAGE.rglob("locale/*/LC_MESSAGES/django.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        with source.open("rb") as file:
            catalog = read_po(file, abort_invalid=True)
        making = target.with_name(f"{target.name}.making-{os.getpid()}")
        with making.open("wb") as file:
            write_mo(file, catalog)
        making.replace(target)


def is_prepared() -> bool:
    """Whether the state directory, its database and its schema are as this version wants them; starts nothing."""
    known = state.instance()
    if known is None or known.migrated != migration_fingerprint():
        return False
    return not state.own_database() or (state.database_home() / "data").exists()


def prepare() -> None:
    """Make what is missing: state directory, cluster, schema, translations. Loads Django when the schema is behind.

    Raises HostProblem when the machine lacks something, or when a part of the installation was lost.
    """
    folder = state.directory()
    _make_folder(folder)
    with supervisor.held(folder):
        compile_translations()
        known = state.instance()
        kept = cluster.Cluster(state.database_home(), state.database_sockets())
        supervisor.private_runtime()
        if known is None:
            cluster.refuse_without_space(folder)
            if state.own_database() and kept.data.exists():
                set_aside(kept.home)
            known = state.write(state.new_instance())
        if state.own_database() and not kept.data.exists():
            if known.migrated:
                raise HostProblem("host.data-missing", path=str(kept.data), state=str(folder))
            kept.create(known.passwords, databases=(state.DATABASE,))
        if known.migrated != migration_fingerprint():
            with database_running():
                load_django()
                migrate()
            state.change(migrated=migration_fingerprint())


@contextmanager
def database_running() -> Iterator[None]:
    """Our own database, started for a while; nothing when somebody else runs it. The installation must be held."""
    kept = cluster.Cluster(state.database_home(), state.database_sockets())
    server = kept.start(state.found().passwords["super"]) if state.own_database() else None
    try:
        yield
    finally:
        if server is not None:
            cluster.stop(server)


def set_aside(home: Path) -> Path:
    """Move the data of an installation whose file is gone out of the way; nothing is deleted."""
    aside = home.with_name(f"{home.name}.left-{time.strftime('%Y%m%d-%H%M%S')}")
    home.rename(aside)
    return aside


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
    except OSError:
        raise HostProblem("host.state-not-writable", path=str(folder)) from None
