"""The notice of a matter for one person: wording, house, what is asked, who receives what. One text, one hash.

It is composed from the rows as they stand, so nothing has to be kept in step: what is asked of the person now, the
shares that name the person and are not over, the house's contact.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from fengni.apps.accounts import queries as accounts
from fengni.apps.agreements import sharing
from fengni.apps.agreements.models import Partner
from fengni.apps.consents import register, telling
from fengni.apps.consents.telling import ITEM, Giving, Telling
from fengni.apps.matters import checklist
from fengni.apps.matters.checklist import Asked
from fengni.apps.matters.items import items_of
from fengni.apps.matters.models import Matter
from fengni.core.errors import Denied
from fengni.definitions import texts

_Texts = dict[str, Any]


def compose(person_id: UUID, matter_id: UUID, at: datetime) -> Telling:
    """What a person of a matter is told now. Raises Denied when there is no such matter."""
    matter = Matter.objects.filter(id=matter_id).first()
    if matter is None:
        raise Denied("consents.no-matter")
    wording, home = register.notice(), accounts.house()
    asked = [checklist.asked(code) for code in dict.fromkeys(row.code for row in items_of(matter_id, person_id))]
    givings = sharing.givings(person_id, matter_id, at)
    scopes = register.needed([one.basis for one in asked], givings)
    reach = home.contact
    about = {"name": home.name, "contact": reach.contact, "phone": reach.phone, "email": reach.email,
             "address": reach.address, "part": "house"}  # fmt: skip
    receivers, revisions = _receivers(givings)
    document = {
        "notice": wording.version, "salt": telling.salt(person_id, matter_id), "matter": matter.number,
        "changes": [_both(checklist.types()[code].names) for code in matter.types], "house": about,
        "cards": [_card(*one) for one in wording.cards], "items": [_item(one) for one in asked],
        "receivers": receivers, "scopes": [_card(*one) for one in wording.scopes if one[0] in scopes],
    }  # fmt: skip
    parts = {"wording": wording.version, "house": telling.part_hash(*about.values())}
    parts |= {ITEM + one.code: telling.part_hash(one.purpose, one.basis, one.retention, one.readers) for one in asked}
    parts |= {one.part: telling.part_hash(one.kinds, revisions[one.partner_id]) for one in givings}
    resting = frozenset(one.code for one in asked if one.basis == register.BY_CONSENT)
    return Telling(wording.version, telling.written(document), parts, givings, resting, scopes)


def _receivers(givings: Iterable[Giving]) -> tuple[list[_Texts], dict[UUID, int]]:
    """The partners of these givings by name with a way to reach them (PIPL art. 23), and their revisions."""
    partners = list(Partner.objects.filter(id__in={one.partner_id for one in givings})) if givings else []
    named = sharing.contacts(partners) if partners else {}
    rows = [
        {
            "name": named[one.partner_id].name, "contact": named[one.partner_id].contact,
            "reach": named[one.partner_id].way[1], "purpose": _said(one.purpose),
            "kinds": [_said(f"field.{kind}") for kind in one.kinds],
            "basis": _said(f"matters.basis.{register.BY_CONSENT if one.by_consent else 'legal_duty'}"),
            "part": one.part,
        }
        for one in givings
    ]  # fmt: skip
    return rows, {one.id: one.revision for one in partners}


def _item(one: Asked) -> _Texts:
    return {
        "name": _both(one.names), "purpose": _said(one.purpose), "basis": _said(f"matters.basis.{one.basis}"),
        "law": _both(one.laws), "retention": _said(f"retention.{one.retention}"),
        "readers": [_said(f"matters.reader.{reader}") for reader in one.readers], "part": ITEM + one.code,
    }  # fmt: skip


def _card(code: str, title: tuple[str, str], text: tuple[str, str]) -> _Texts:
    return {"code": code, "title": _both(title), "text": _both(text)}


def _both(pair: tuple[str, str]) -> _Texts:
    return {"zh": pair[0], "en": pair[1]}


def _said(code: str) -> _Texts:
    entry = texts()[code]
    return {"zh": entry["zh"], "en": entry["en"]}


telling.compose_by(compose)
