"""A copy to take away: one zip with what a person reads and what another program reads. Part of an act.

    copy.html    what is held, in the person's language; opens without a network
    copy.json    the same, portable: "fengni-copy/1", fields with kind, name, value, basis
    files/       pictures page by page, marked as the person's own copy

Rules: everything is opened by keys released under the running act and counted for the person. What lies sealed by law
is named with its day and not opened: opening it takes two persons (art. 47). The zip is kept nowhere.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import timezone

from fengni.apps.accounts.models import Tenant
from fengni.apps.common.language import lang, said
from fengni.apps.disposals.files import files
from fengni.apps.disposals.holding import kinds_of
from fengni.apps.vault.store import materials
from fengni.apps.vault.store.destroying import UnitRow
from fengni.apps.vault.store.house import house
from fengni.apps.vault.store.records import Writing, stored
from fengni.core.errors import BadInput
from fengni.core.pictures.render import Watermark
from fengni.core.vault.catalogue import ELEMENTS

FORMAT: Final = "fengni-copy/1"


@dataclass(frozen=True, slots=True)
class Copy:
    """The zip, and what was opened for it: kinds, and how many values and pages."""

    content: bytes = field(repr=False)
    kinds: tuple[str, ...]
    clear: int


@dataclass(slots=True)
class _Held:
    """What goes into the zip. `fields` and `files` as the JSON says them; `pages` by name in the zip."""

    fields: list[dict[str, Any]] = field(default_factory=list)
    sealed: list[tuple[str, date]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    pages: dict[str, bytes] = field(default_factory=dict)


def make(*, person_id: UUID, client_id: UUID, only: str, at: datetime) -> Copy:
    """The copy of one person in one client file, or of one kind of field. Raises BadInput ("cases.nothing-held")."""
    units = [one.unit for one in files([client_id], at)[client_id].of(person_id) if one.state != "destroyed"]
    held = _Held(sealed=_sealed(units, only))
    _open_fields(held, person_id, client_id, only, {unit.id for unit in units if unit.sealed_until}, at)
    if not only:
        _open_files(held, [unit for unit in units if unit.file_kind], at)
    if not (held.fields or held.sealed or held.files):
        raise BadInput("cases.nothing-held")
    kinds = [one["kind"] for one in held.fields] + [one["kind"] for one in held.files]
    return Copy(_zip(held, at), tuple(sorted(set(kinds))), len(held.fields) + len(held.pages))


def _sealed(units: list[UnitRow], only: str) -> list[tuple[str, date]]:
    kept = [unit for unit in units if unit.sealed_until is not None]
    held = kinds_of(kept)
    return [
        (kind, unit.sealed_until) for unit in kept for kind in held[unit.id] if unit.sealed_until and only in ("", kind)
    ]


def _open_fields(held: _Held, person_id: UUID, client_id: UUID, only: str, sealed: set[UUID], at: datetime) -> None:
    rows = [row for row in stored([(client_id, person_id)], lock="SHARE") if row.unit_id not in sealed]
    values = {kind: value for fields in Writing(house(), at).open(rows) for kind, value in fields.items()}
    for kind, about in ELEMENTS.items():
        if kind in values and only in ("", kind):
            held.fields.append(
                {
                    "kind": kind, "name": said(f"field.{kind}"), "values": values[kind].splitlines(),
                    "basis": said(f"basis.{about.basis}"), "element": about.code,
                }
            )  # fmt: skip


def _open_files(held: _Held, units: list[UnitRow], at: datetime) -> None:
    house_name = Tenant.objects.values_list("name", flat=True).get(id=house().tenant_id)
    mark = Watermark((said("cases.copy-mark"), house_name, f"{timezone.localtime(at):%Y-%m-%d}"))
    for place, unit in enumerate(units, 1):
        names = []
        for page in range(materials.pages(unit.subject_id)):
            names.append(f"files/{place:02d}-{unit.file_kind}-{page + 1}.jpg")
            held.pages[names[-1]] = materials.page_image(unit.subject_id, page, mark)
        kind = f"material_{unit.file_kind}"
        taken_in = timezone.localtime(unit.created_at).date().isoformat()
        held.files.append({"kind": kind, "name": said(f"field.{kind}"), "taken_in": taken_in, "pages": names})


def _zip(held: _Held, at: datetime) -> bytes:
    taken_at = timezone.localtime(at)
    sealed = [{"kind": kind, "name": said(f"field.{kind}"), "until": until.isoformat()} for kind, until in held.sealed]
    told = {
        "format": FORMAT, "house": Tenant.objects.values_list("name", flat=True).get(id=house().tenant_id),
        "taken_at": taken_at.isoformat(timespec="seconds"), "language": lang(), "fields": held.fields,
        "sealed": sealed, "files": held.files,
    }  # fmt: skip
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("copy.html", render_to_string("cases/copy_file.html", {"told": told, "lang": lang()}))
        zipped.writestr("copy.json", json.dumps(told, ensure_ascii=False, indent=1))
        for name, image in held.pages.items():
            zipped.writestr(zipfile.ZipInfo(name), image)
    return made.getvalue()
