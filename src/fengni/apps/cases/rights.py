"""What each right does to the data, once it is granted.

Access and copy hand out what is held; correcting is shown by the field that staff replaced. Withdrawing takes effect
in the moment it is asked (PIPL art. 15): consents of the matter end, what rests on them is given up and destroyed,
partners lose the person's fields. What was filed stays filed; what contract or law ask for is used on. The answer
undoes nothing that the person agreed to since. Deletion needs two persons (`disposals`): it is answered
as done only after a disposal destroyed what may go; what the law keeps stays sealed (art. 47). A case that changes
something names the row or the ledger entry that shows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.utils import timezone

from fengni.apps.acts.acting import acting
from fengni.apps.agreements import queries as agreements
from fengni.apps.agreements import sharing
from fengni.apps.cases import effects
from fengni.apps.cases.effects import Consequences, Deed, Effect, Whose
from fengni.apps.cases.models import Case
from fengni.apps.consents import register
from fengni.apps.disposals import asked, retention
from fengni.apps.disposals.files import files
from fengni.apps.disposals.holding import kinds_of
from fengni.apps.disposals.models import Disposal, Part
from fengni.apps.disposals.retention import Fate
from fengni.apps.ledger import queries as ledger
from fengni.apps.matters import checklist, items
from fengni.apps.matters.models import Filing, Item, Matter, Participant
from fengni.apps.vault.store import materials
from fengni.core.access.actor import GUEST_ROLES
from fengni.core.errors import BadInput

_REPLACED: Final = "vault:field:replace"
_GONE: Final = "gone"  # a fact of the entry of a withdrawal


def withdraw_at_once(whose: Whose, at: datetime) -> dict[str, int | str]:
    """End the consents of one person in one matter, or in every one of the client file where none is named, in the
    running act. Returns facts for its entry; `gone` names the kinds of pictures that were destroyed, points between."""
    total, gone = Counter[str](), list[str]()
    for matter_id in [whose.matter_id] if whose.matter_id is not None else _matters_of(whose):
        stood = register.withdraw(whose.person_id, matter_id, register.SCOPES, at)
        given_up = items.withdraw(whose.person_id, at, acting().entry_id, matter_id=matter_id)
        for material_id in given_up.materials:
            materials.drop(material_id)
        total["consents"] += len(stood)
        total["items"] += len(given_up.items)
        total["pictures"] += len(given_up.materials)
        total["shares"] += sharing.recall_shares(person_id=whose.person_id, matter_id=matter_id, at=at)
        total["beyond"] += len(given_up.beyond)
        gone += given_up.kinds
    facts: dict[str, int | str] = {**total}
    return facts | ({_GONE: ".".join(dict.fromkeys(gone))} if gone else {})


def _matters_of(whose: Whose) -> list[UUID]:
    """The matters of the client file in which the person takes part."""
    if whose.client_id is None:
        return []
    part_in = Participant.objects.filter(person_id=whose.person_id).values_list("matter_id", flat=True)
    of_file = Matter.objects.filter(id__in=list(part_in), client_id=whose.client_id)
    return sorted(of_file.values_list("id", flat=True))


def _withdrawing(whose: Whose, at: datetime) -> Consequences:
    """What rests on the person's consent in the matter it is asked in, or in every one of the file under way."""
    if whose.client_id is None:
        return Consequences()
    within = {"id": whose.matter_id} if whose.matter_id is not None else {}
    under_way = Matter.objects.filter(client_id=whose.client_id, **within)
    working = under_way.filter(state__in=items.WORKED_ON).values_list("id", flat=True)
    rows = Item.objects.filter(matter_id__in=list(working), person_id=whose.person_id).exclude(material_id=None)
    resting = sorted({checklist.asked(row.code).material for row in rows if _by_consent(row.code)})
    shares = [
        one for matter_id in under_way.values_list("id", flat=True)
        for one in agreements.shares_about(matter_id=matter_id, person_id=whose.person_id, at=at)
    ]  # fmt: skip
    return Consequences(
        destroyed=tuple(f"material_{kind}" for kind in resting), sealed=_by_law(whose, at),
        beyond=_beyond(whose.person_id, whose.client_id),
        stops=tuple(dict.fromkeys(one.partner for one in shares if one.state == "live")),
    )  # fmt: skip


def withdrawal_done(case_id: UUID, at: datetime) -> Consequences | None:
    """The three lists after a withdrawal: what its entry says was destroyed, what the law keeps, what went out."""
    case = Case.objects.get(id=case_id)
    row = ledger.entry_about(case.raised_entry, case.person_id)
    if row is None or case.client_id is None:
        return None
    gone = str(row.entry.facts.get(_GONE, "")).split(".")
    whose = Whose(case.person_id, case.client_id, case.matter_id)
    destroyed = tuple(f"material_{kind}" for kind in gone if kind)
    return Consequences(destroyed, _by_law(whose, at), _beyond(case.person_id, case.client_id))


def _carry_out_withdrawal(case: Case, at: datetime) -> Deed:
    """Nothing: it took effect when it was asked, and what was agreed to since stands."""
    return Deed()


def deletion_foreseen(whose: Whose, at: datetime) -> Consequences:
    """What goes and what stays sealed with its day, of what is there now; and what went out."""
    if whose.client_id is None:
        return Consequences()
    gone, kept = _ends(whose, at)
    return Consequences(gone, kept, _beyond(whose.person_id, whose.client_id))


def _by_law(whose: Whose, at: datetime) -> tuple[tuple[str, date], ...]:
    return _ends(whose, at)[1]


def _ends(whose: Whose, at: datetime) -> tuple[tuple[str, ...], tuple[tuple[str, date], ...]]:
    """Kinds that are there now: those nothing keeps, and those the law keeps with the day, counted from the closing or
    else from today."""
    if whose.client_id is None:
        return (), ()
    file = files([whose.client_id], at)[whose.client_id]
    today = timezone.localdate(at)
    going = [one.unit for one in file.of(whose.person_id) if one.state != "destroyed"]
    held, gone = kinds_of(going), list[str]()
    kept = dict[str, date]()
    for unit in going:
        rule = retention.rule(unit.retention_class)
        until = unit.sealed_until or (retention.after(file.closed or today, rule)[1] if rule else None)
        for kind in held[unit.id]:
            if until is None or until <= today:
                gone.append(kind)
            else:
                kept[kind] = until
    return tuple(dict.fromkeys(gone)), tuple(kept.items())


def deletion_done(person_id: UUID, client_id: UUID | None, at: datetime) -> Consequences:
    """The three lists after the deed: what disposals destroyed of a person in a file, what is sealed, what went out."""
    if client_id is None:
        return Consequences()
    over = Disposal.objects.filter(client_id=client_id, state=Disposal.State.DONE).values_list("id", flat=True)
    parts = Part.objects.filter(disposal_id__in=list(over), person_id=person_id, fate=retention.DESTROY)
    destroyed = tuple(dict.fromkeys(kind for one in parts.order_by("id") for kind in one.kinds))
    sealed = [one.unit for one in files([client_id], at)[client_id].of(person_id) if one.unit.sealed_until is not None]
    held = kinds_of(sealed)
    kept = tuple((kind, unit.sealed_until) for unit in sealed for kind in held[unit.id] if unit.sealed_until)
    return Consequences(destroyed, kept, _beyond(person_id, client_id))


def disposal_of(case: Case) -> Disposal | None:
    """The disposal that answers a request for deletion: the one proposed for it, or else the last one that was carried
    out in the file and touched this person."""
    own = Disposal.objects.filter(case_id=case.id).exclude(state=Disposal.State.WITHDRAWN)
    if own.exists():
        return own.order_by("-proposed_at").first()
    if case.client_id is None:
        return None
    touched = Part.objects.filter(person_id=case.person_id).values_list("disposal_id", flat=True)
    over = Disposal.objects.filter(client_id=case.client_id, state=Disposal.State.DONE, id__in=list(touched))
    return over.order_by("-finished_at").first()


def left_of(fates: Collection[Fate]) -> int:
    """How many units a deletion still has to destroy or to seal."""
    return sum(one.state == "due" or (one.state != "destroyed" and one.unit.sealed_until is None) for one in fates)


def _carry_out_deletion(case: Case, at: datetime) -> Deed:
    """A disposal that was carried out must stand behind it, and nothing of the person that may go may be left.

    Raises BadInput: "cases.delete-first-run" while something is left, "cases.delete-no-deed" when nothing was done.
    """
    if case.client_id is None:
        raise BadInput("cases.delete-no-deed")
    left = left_of(files([case.client_id], at)[case.client_id].of(case.person_id))
    if left:
        raise BadInput("cases.delete-first-run", units=left)
    disposal = disposal_of(case)
    if disposal is None or disposal.state != Disposal.State.DONE:
        raise BadInput("cases.delete-no-deed")
    lists = deletion_done(case.person_id, case.client_id, at)
    shares = sharing.recall_shares(person_id=case.person_id, at=at)
    asked.end(case.id, at)
    facts: dict[str, int | str] = {
        "shares": shares, "destroyed": len(lists.destroyed), "sealed": len(lists.sealed), "beyond": len(lists.beyond),
        "disposal": disposal.id.hex,
    }  # fmt: skip
    return Deed(facts, disposal.id)


def replaced_since(case: Case) -> UUID | None:
    """The entry by which staff replaced the field that was to be corrected, after it was asked for."""
    for row in ledger.person_history(case.person_id, limit=200):
        one = row.entry
        by_staff = one.act == _REPLACED and not one.refused and not GUEST_ROLES & set(one.roles)
        if by_staff and one.at >= case.raised_at and case.field in row.fields:
            return one.id
    return None


def _carry_out_correction(case: Case, at: datetime) -> Deed:
    """Raises BadInput ("cases.correct-first") as long as nobody replaced the field."""
    entry = replaced_since(case)
    if entry is None:
        raise BadInput("cases.correct-first")
    return Deed({"entry": entry.hex, "field": case.field}, entry)


def _carry_out_handing_out(case: Case, at: datetime) -> Deed:
    """Access and copy: what is held lies ready for the person. Raises BadInput ("cases.nothing-held") for nothing."""
    held = holding(case.person_id, case.client_id, at)
    if not held:
        raise BadInput("cases.nothing-held")
    return Deed({"fields": len(held)})


def holding(person_id: UUID, client_id: UUID | None, at: datetime) -> tuple[str, ...]:
    """Kinds that are held of a person in a client file, sealed ones too."""
    if client_id is None:
        return ()
    units = [one.unit for one in files([client_id], at)[client_id].of(person_id) if one.state != "destroyed"]
    return tuple(dict.fromkeys(kind for kinds in kinds_of(units).values() for kind in kinds))


def _beyond(person_id: UUID, client_id: UUID) -> tuple[str, ...]:
    """Numbers of matters the registry has papers of, and partners who saw something of the person."""
    part_in = Participant.objects.filter(person_id=person_id).values_list("matter_id", flat=True)
    filed = Filing.objects.filter(matter_id__in=list(part_in)).exclude(state=Filing.State.RETURNED)
    rows = Matter.objects.filter(client_id=client_id, id__in=list(filed.values_list("matter_id", flat=True)))
    numbers = tuple(rows.order_by("number").values_list("number", flat=True))
    return numbers + agreements.partners_who_saw(person_id=person_id, client_id=client_id)


def _by_consent(code: str) -> bool:
    return checklist.asked(code).basis == items.BY_CONSENT


def _nothing(whose: Whose, at: datetime) -> None:
    """Handing out and correcting destroy nothing, so there is nothing to show beforehand."""


effects.register("withdraw", Effect(_withdrawing, _carry_out_withdrawal))
effects.register("delete", Effect(deletion_foreseen, _carry_out_deletion))
effects.register("correct", Effect(_nothing, _carry_out_correction))
effects.register("access", Effect(_nothing, _carry_out_handing_out))
effects.register("copy", Effect(_nothing, _carry_out_handing_out))
