"""Preparing an installation: folders, cluster, migrations, translations. Run again, it does only what is missing."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

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
    for source in PACKAGE.glob("web/locale/*/LC_MESSAGES/django.po"):
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
