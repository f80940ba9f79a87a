"""Folders of scans for tests, and their way from files to sealed documents, done without a queue."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.imports import queries, services, tasks
from fengni.apps.imports.models import ScanPiece
from fengni.apps.imports.services import Announced, Choice, Opened, Sent
from fengni.core.access.actor import Actor
from tests.cast import now

PLACE = "/somewhere/scans"


def opened(actor: Actor, files: Mapping[str, bytes], *, digests: bool = True, place: str = PLACE) -> Opened:
    """A folder that was announced."""
    told = [
        Announced(path, len(content), hashlib.sha256(content).hexdigest() if digests else "")
        for path, content in files.items()
    ]
    return services.open_folder(actor=actor, at=now(), name="示例扫描件", place=place, files=told).value


def send(actor: Actor, folder_id: UUID, number: int, content: bytes, position: int = 0) -> Sent:
    """A piece of a file."""
    return services.send_scan(
        actor=actor, at=now(), folder_id=folder_id, number=number, position=position, content=content
    ).value


def received(actor: Actor, files: Mapping[str, bytes], *, digests: bool = True) -> UUID:
    """A folder all of which was sent."""
    made = opened(actor, files, digests=digests)
    for number, there in made.wants.items():
        send(actor, made.folder_id, number, files[made.paths[number]][there:], there)
    return made.folder_id


def planned(actor: Actor, files: Mapping[str, bytes], *, digests: bool = True) -> UUID:
    """A folder with proposals."""
    folder_id = received(actor, files, digests=digests)
    services.check_folder(actor=actor, at=now(), folder_id=folder_id)
    return folder_id


def choose(actor: Actor, folder_id: UUID, *choices: Choice) -> None:
    """Say what scans are and whose."""
    services.choose_scans(actor=actor, at=now(), folder_id=folder_id, choices=choices)


def bound(actor: Actor, folder_id: UUID) -> None:
    """Confirm, and let the worker do it."""
    services.confirm_folder(actor=actor, at=now(), folder_id=folder_id)
    bind(actor, folder_id)


def bind(actor: Actor, folder_id: UUID) -> None:
    """What the worker does."""
    tasks.bind(folder_id=str(folder_id), tenant_id=str(actor.tenant_id))


def shown(actor: Actor, folder_id: UUID) -> dict[str, queries.ScanRow]:
    """What the screens show, by path."""
    with tenant(actor.tenant_id):
        page = queries.folder(actor=actor, at=now(), folder_id=folder_id)
    return {row.path: row for row in page.scans}


def states(actor: Actor, folder_id: UUID) -> dict[str, str]:
    """The state of each file."""
    return {path: row.state for path, row in shown(actor, folder_id).items()}


def row_of(actor: Actor, folder_id: UUID) -> queries.FolderRow:
    """How a folder stands."""
    with tenant(actor.tenant_id):
        return queries.folder_progress(actor=actor, folder_id=folder_id)


def staged(actor: Actor) -> int:
    """Pieces that are staged of any folder of the tenant."""
    with tenant(actor.tenant_id), transaction.atomic():
        return ScanPiece.objects.count()
