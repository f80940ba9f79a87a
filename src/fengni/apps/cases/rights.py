"""What withdrawing a consent and asking for deletion do to the data.

Withdrawing takes effect in the moment it is asked (PIPL art. 15): consents of the matter end, what rests on them is
given up and destroyed, partners lose the person's fields. What was filed stays filed. Deletion needs two persons
(`disposals`): it is answered as done only when nothing that may go is left; what the law keeps stays sealed (art. 47).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from fengni.apps.acts.acting import acting
from fengni.apps.agreements import sharing
from fengni.apps.cases import effects
from fengni.apps.cases.effects import Consequences, Effect
from fengni.apps.consents import register
from fengni.apps.disposals import retention
from fengni.apps.disposals.files import files
from fengni.apps.matters import checklist, items
from fengni.apps.matters.models import Filing, Item, Matter, Participant
from fengni.apps.vault.queries.lists import displays
from fengni.apps.vault.store import materials
from fengni.core.errors import BadInput
from fengni.core.vault.catalogue import ELEMENTS, classes_of


def withdraw_at_once(person_id: UUID, matter_id: UUID, at: datetime) -> dict[str, int | str]:
    """End the consents of one person in one matter, in the running act. Returns facts for its entry."""
    stood = register.withdraw(person_id, matter_id, register.SCOPES, at)
    given_up = items.withdraw(person_id, at, acting().entry_id, matter_id=matter_id)
    for material_id in given_up.materials:
        materials.drop(material_id)
    shares = sharing.recall_shares(person_id=person_id, matter_id=matter_id, at=at)
    return {
        "consents": len(stood), "items": len(given_up.items), "pictures": len(given_up.materials), "shares": shares,
        "beyond": len(given_up.beyond),
    }  # fmt: skip


def _withdrawing(person_id: UUID, client_id: UUID | None, at: datetime) -> Consequences:
    """What rests on the person's consent, in matters of this client file that are not closed."""
    if client_id is None:
        return Consequences()
    under_way = Matter.objects.filter(client_id=client_id, state__in=items.WORKED_ON).values_list("id", flat=True)
    rows = Item.objects.filter(matter_id__in=list(under_way), person_id=person_id).exclude(material_id=None)
    resting = sorted({checklist.asked(row.code).material for row in rows if _by_consent(row.code)})
    return Consequences(destroyed=tuple(f"material_{kind}" for kind in resting), beyond=_filed(person_id, client_id))


def _carry_out_withdrawal(person_id: UUID, client_id: UUID | None, at: datetime) -> Mapping[str, int | str]:
    """Whatever still stands in this client file; nothing, when it was asked by the portal."""
    if client_id is None:
        return {}
    part_in = Participant.objects.filter(person_id=person_id).values_list("matter_id", flat=True)
    matters = Matter.objects.filter(id__in=list(part_in), client_id=client_id).values_list("id", flat=True)
    total: dict[str, int | str] = {}
    for matter_id in sorted(matters):
        for name, number in withdraw_at_once(person_id, matter_id, at).items():
            total[name] = int(total.get(name, 0)) + int(number)
    return total


def _deleting(person_id: UUID, client_id: UUID | None, at: datetime) -> Consequences:
    """Fields that go, fields that stay sealed with their day, what went out."""
    if client_id is None:
        return Consequences()
    places = [(client_id, person_id, class_) for class_ in classes_of("person")]
    here = {kind for shown in displays(places).values() for kind in shown.masks if kind in ELEMENTS}
    closed = files([client_id], at)[client_id].closed or timezone.localdate(at)
    gone, kept = [], []
    for kind in sorted(here):
        rule = retention.rule(ELEMENTS[kind].retention)
        until = retention.after(closed, rule)[1] if rule is not None else None
        if until is None:
            gone.append(kind)
        else:
            kept.append((kind, until))
    return Consequences(tuple(gone), tuple(kept), _filed(person_id, client_id))


def _carry_out_deletion(person_id: UUID, client_id: UUID | None, at: datetime) -> Mapping[str, int | str]:
    """End shares; then nothing of the person that may go may be left. Raises BadInput while something is."""
    shares = sharing.recall_shares(person_id=person_id, at=at)
    if client_id is None:
        return {"shares": shares, "left": 0}
    file = files([client_id], at)[client_id]
    left = [fate for fate in file.fates if fate.unit.person == person_id and fate.state not in ("destroyed", "sealed")]
    if left:
        raise BadInput("cases.delete-first-run", units=len(left))
    destroyed = sum(fate.unit.person == person_id and fate.state == "destroyed" for fate in file.fates)
    return {"shares": shares, "destroyed": destroyed, "left": 0}


def _filed(person_id: UUID, client_id: UUID) -> tuple[str, ...]:
    """Numbers of matters the registry has papers of."""
    part_in = Participant.objects.filter(person_id=person_id).values_list("matter_id", flat=True)
    filed = Filing.objects.filter(matter_id__in=list(part_in)).exclude(state=Filing.State.RETURNED)
    rows = Matter.objects.filter(client_id=client_id, id__in=list(filed.values_list("matter_id", flat=True)))
    return tuple(rows.order_by("number").values_list("number", flat=True))


def _by_consent(code: str) -> bool:
    return checklist.asked(code).basis == items.BY_CONSENT


effects.register("withdraw", Effect(_withdrawing, _carry_out_withdrawal))
effects.register("delete", Effect(_deleting, _carry_out_deletion))
