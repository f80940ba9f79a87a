"""What hangs on cells or on the workbook gets its reason: comments outside data, pictures, text boxes, lists, names.

Rules: "What hangs on cells" of docs/spec/import.md; a password in any of them is locked first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from fengni.core.intake.asking import Desk
from fengni.core.intake.passwords import holds_password, service_of
from fengni.core.intake.plan import LockedSecret, Material, Place
from fengni.core.intake.rows import is_copy
from fengni.core.intake.texts import visible
from fengni.core.intake.workbook import Attached, Sheet

_SKIPPED: Final = {
    "comment": "intake.skipped.comment",
    "shape": "intake.skipped.text-box",
    "validation": "intake.skipped.drop-down",
    "page": "intake.skipped.page-header",
    "name": "intake.skipped.defined-name",
}


class Attachments:
    """Reasons, passwords and materials of everything that is no cell; `ready` are the enterprises to be stored."""

    def __init__(self, desk: Desk, ready: Collection[str]) -> None:
        self.desk = desk
        self.ready = ready
        self.secrets: list[LockedSecret] = []
        self.materials: list[Material] = []

    def of_sheet(self, sheet: Sheet, given: Mapping[str, str], firms: Mapping[int, str]) -> dict[str, str]:
        """Label → reason; `given` are the reasons that reading rows gave, `firms` row → key of its enterprise."""
        return {
            thing.label: given.get(thing.label) or self._reason(sheet.name, thing, sheet.attached, firms)
            for thing in sheet.attached
        }

    def of_workbook(self, things: tuple[Attached, ...]) -> dict[str, str]:
        """The same for what belongs to the workbook as a whole."""
        return {thing.label: self._reason("", thing, (), {}) for thing in things}

    def _reason(self, sheet: str, thing: Attached, others: tuple[Attached, ...], firms: Mapping[int, str]) -> str:
        place, firm = Place(sheet, thing.label), firms.get(thing.row, "")
        if holds_password(thing.text):
            self.secrets.append(LockedSecret(place, service_of(thing.text), firm))
            return "intake.locked.in-text"
        if thing.kind in ("picture", "object"):
            choice = self.desk.ask("picture", place)
            if choice == "material":
                return self._material(place, thing, firm)
            return "intake.skipped.picture" if choice else "intake.asked.picture"
        if not visible(thing.text):
            return "intake.skipped.blank"
        if thing.kind == "comment" and is_copy(thing, others):
            return "intake.skipped.copy"
        return _SKIPPED[thing.kind]

    def _material(self, place: Place, thing: Attached, firm: str) -> str:
        """A file that was wanted: taken along when it holds bytes and there is a client file to lie in."""
        if not thing.content:
            return "intake.skipped.picture-empty"
        if not firm:
            return "intake.skipped.picture-nowhere"
        if firm not in self.ready:
            return "intake.asked.picture-waits"
        self.materials.append(Material(place, thing.media_type, len(thing.content), firm))
        return "intake.imported.material"
