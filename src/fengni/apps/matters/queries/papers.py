"""The papers of a matter as its page shows them: masked, with what is missing named. Nothing here opens a value."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fengni.apps.accounts import queries as accounts
from fengni.apps.common.language import lang
from fengni.apps.common.queries import query
from fengni.apps.matters import papers
from fengni.apps.matters.models import Matter, Participant
from fengni.apps.matters.papers import Case
from fengni.apps.parties.models import Relation
from fengni.apps.vault.queries.lists import displays, refuse_outside, scope
from fengni.apps.vault.store.shown import DAMAGED, STATE, listed
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied
from fengni.core.printing import Paper
from fengni.core.vault.catalogue import element


@dataclass(frozen=True, slots=True)
class PaperShown:
    """One part of one paper: as it will look, masked, and what it lacks. `kinds`: fields that making it opens."""

    code: str
    part: str
    name: str
    preview: Paper
    lacks: tuple[str, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PapersPage:
    """The papers of a matter; none where a type is not written out. `inputs`: (code, name) of what is typed."""

    papers: tuple[PaperShown, ...]
    inputs: tuple[tuple[str, str], ...]


@query
def papers_page(*, actor: Actor, at: datetime, matter_id: UUID) -> PapersPage:
    """What can be made of a matter. Raises Denied outside the reader's scope or when there is no such matter."""
    matter = Matter.objects.filter(id=matter_id).first()
    if matter is None:
        raise Denied("matters.no-such-matter")
    refuse_outside(scope(actor, at), matter.client_id)
    case, shown = case_of(matter), []
    places = [(code, part) for code in papers.offered(matter.types) for part in papers.parts_of(code)]
    takes = {place: papers.needed(*place, case) for place in places}
    every = list(dict.fromkeys(one for taken in takes.values() for one in taken))
    masks = shown_values(every, matter.client_id, masked=True, whole=actor.sees_names)
    for code, part in places:
        preview = papers.compose(code, part, case, masks, lang())
        kinds = tuple(dict.fromkeys(kind for _, kind in takes[code, part] if sealed_kind(kind)))
        missing = papers.lacks(code, part, case, masks, lang())
        shown.append(PaperShown(code, part, preview.title, preview, missing, kinds))
    return PapersPage(tuple(shown), papers.inputs(matter.types, lang()))


@query
def case_of(matter: Matter, *, given: Mapping[str, str] | None = None) -> Case:
    """What the papers of a matter are about; who represents the company now is `former`, unless it is who comes."""
    people: dict[str, list[UUID]] = {}
    for person, taken in (
        Participant.objects.filter(matter_id=matter.id).order_by("person_id").values_list("person_id", "parts")
    ):
        for part in taken:
            people.setdefault(part, []).append(person)
    coming = people.get("new_legal_representative", [])
    for person, roles in (
        Relation.objects.filter(client_id=matter.client_id).order_by("id").values_list("person_id", "roles")
    ):
        if "legal_representative" in roles and person not in coming:
            people.setdefault("former", []).append(person)
    return Case(
        client_id=matter.client_id,
        number=matter.number,
        types=tuple(matter.types),
        day=matter.counted_from,
        house=accounts.house_name(),
        lead=accounts.member_names().get(matter.lead_id, ""),
        people={part: tuple(found) for part, found in people.items()},
        given=given or {},
    )


def sealed_kind(kind: str) -> bool:
    """Whether a value of this kind is opened only by an act: everything that has a mask, but names."""
    return element(kind).mask != "none" and kind != "name"


@query
def shown_values(
    takes: Collection[tuple[UUID, str]], client_id: UUID, *, masked: bool = False, whole: bool = True
) -> dict[tuple[UUID, str], str]:
    """What lists show anyway: kinds without a mask, names; with `masked` the masks of the rest as well."""
    places = {(client_id, subject, element(kind).record_class) for subject, kind in takes}
    found = displays(list(places))
    values: dict[tuple[UUID, str], str] = {}
    for subject, kind in takes:
        record = found.get((client_id, subject, element(kind).record_class))
        if record is None or kind not in record.masks or record.masks.get(kind + STATE) == DAMAGED:
            continue
        if kind == "name" and whole:
            values[subject, kind] = listed(record.masks, kind)
        elif masked or not sealed_kind(kind):
            values[subject, kind] = record.masks[kind]
    return values
