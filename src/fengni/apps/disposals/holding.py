"""What units hold, told by their masks: kinds of field and of file, never a value."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from fengni.apps.vault.queries.lists import displays
from fengni.apps.vault.store.destroying import UnitRow
from fengni.core.vault.catalogue import ELEMENTS


def kinds_of(units: Collection[UnitRow]) -> dict[UUID, tuple[str, ...]]:
    """The kinds in each unit: of field ("mobile") or of file ("material_id_front"), in the order of the catalogue."""
    classes: dict[tuple[str, str], set[str]] = {}
    for about in ELEMENTS.values():
        classes.setdefault((about.subject, about.retention), set()).add(about.record_class)
    places = {
        unit.id: [
            (unit.client_id, unit.subject_id, class_)
            for class_ in sorted(classes.get((unit.subject_kind, unit.retention_class), ()))
        ]
        for unit in units
    }
    shown = displays([place for of_unit in places.values() for place in of_unit])
    found = {}
    for unit in units:
        held = {kind for place in places[unit.id] if place in shown for kind in shown[place].masks}
        fields = tuple(kind for kind in ELEMENTS if kind in held)
        found[unit.id] = fields or ((f"material_{unit.file_kind}",) if unit.file_kind else ())
    return found
