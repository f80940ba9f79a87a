"""Where a person's information is, and until when: of the house, of partners, of the registry, for that person.

Rules: kinds and days only, computed on reading; nothing is opened. What a partner was given and never opened is told as
given. What was destroyed is not listed: its certificate says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fengni.apps.accounts.queries import house_name
from fengni.apps.agreements.queries import ShareAbout, shares_about
from fengni.apps.common.language import said
from fengni.apps.disposals import retention
from fengni.apps.disposals.files import files, recalled
from fengni.apps.disposals.holding import kinds_of
from fengni.apps.disposals.retention import Fate
from fengni.apps.guests.models import Guest


@dataclass(frozen=True, slots=True)
class Kept:
    """Kinds that have one fate, and that fate as a sentence. `sealed`: only two persons together open them."""

    kinds: tuple[str, ...]
    until: str
    sealed: bool


@dataclass(frozen=True, slots=True)
class Where:
    """`held`: kinds the house has; `partners`: what each was given; `filed`: how many papers the registry has."""

    house: str
    held: tuple[str, ...]
    partners: tuple[ShareAbout, ...]
    filed: int
    kept: tuple[Kept, ...]


def where(guest: Guest, at: datetime) -> Where:
    """Of the guest's own person in the guest's client file."""
    if guest.client_id is None:
        return Where(house_name(), (), (), 0, ())
    fates = files([guest.client_id], at)[guest.client_id].of(guest.subject_id)
    living = [one for one in fates if one.state != "destroyed"]
    kinds = kinds_of([one.unit for one in living])
    together: dict[tuple[str, bool], dict[str, None]] = {}
    for one in living:
        sentence = (_until(one), one.state == "sealed")
        if kinds[one.unit.id]:
            together.setdefault(sentence, {}).update(dict.fromkeys(kinds[one.unit.id]))
    matter_id = guest.matter_id
    shares = shares_about(matter_id=matter_id, person_id=guest.subject_id, at=at) if matter_id is not None else ()
    return Where(
        house=house_name(),
        held=tuple(dict.fromkeys(kind for one in living for kind in kinds[one.unit.id])),
        partners=shares,
        filed=recalled(guest.client_id).get("filed", 0),
        kept=tuple(Kept(tuple(found), until, sealed) for (until, sealed), found in together.items()),
    )


def _until(one: Fate) -> str:
    """The fate of one unit as a sentence."""
    rule = retention.rule(one.unit.retention_class)
    if one.state == "used" and rule is not None:
        return said("cases.where.used-sealed" if rule.years else "cases.where.used", days=rule.days, years=rule.years)
    if one.state == "running" and one.on is not None:
        code = "running-sealed" if one.fate == retention.SEAL else "running"
        until = one.until.isoformat() if one.until else ""
        return said(f"cases.where.{code}", day=one.on.isoformat(), until=until)
    if one.state == "sealed" and one.on is not None:
        return said("cases.where.sealed", until=one.on.isoformat())
    return said("cases.where.held" if one.state == "held" else "cases.where.due")
