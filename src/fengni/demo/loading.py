"""Clients, persons and some weeks of work of the demonstration, through acts alone, so that its ledger is a real one.

38 clients with 96 persons, divided between two agents; reveals with purpose and reason, searches, an export, a refusal.
`at` of the acts lies in the past; when they were sealed does not. A crash in between leaves a smaller demonstration:
`fengni demo reset` and loading again make it whole.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from fengni.apps.vault import services as vault
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied
from fengni.demo.people import Person, company, person

CLIENTS = (1, 2, *range(101, 137))
_FIRST_DAY = 36
_LIAISON = Person("林知夏", "", "15400000117", "")
# Days ago, whose client (its place in CLIENTS), field, purpose, reason: what agents looked at and why.
_LOOKS = (
    (30, 0, "mobile", "purpose.contact_client", "约定面签时间"),
    (29, 0, "id_number", "purpose.verify_identity", "核对新任法定代表人身份"),
    (28, 4, "id_number", "purpose.fill_form", "填写变更申请书"),
    (26, 7, "home_address", "purpose.fill_form", "填写住所信息页"),
    (21, 0, "id_number", "purpose.fill_form", "填写变更申请书"),
    (20, 11, "mobile", "purpose.contact_client", "登记机关要求补正,通知本人"),
    (16, 2, "id_number", "purpose.change_registration", "登记系统录入"),
    (12, 19, "mobile", "purpose.contact_client", "催交决议原件"),
    (9, 0, "mobile", "purpose.contact_client", "通知领取营业执照"),
    (5, 30, "id_number", "purpose.fill_form", "填写股东名册"),
    (2, 33, "home_address", "purpose.fill_form", "填写送达地址确认书"),
    (1, 0, "id_number", "purpose.change_registration", "登记系统录入"),
)

File = tuple[UUID, tuple[UUID, ...]]  # a client and its persons, the legal representative first


def load(*, at: datetime, agents: Mapping[str, Actor], progress: Callable[[int, int], None] = lambda *_: None) -> None:
    """Fill the demonstration's tenant. `agents` are the members `chen` and `gao`; `at` is today."""
    files: list[tuple[Actor, File]] = []
    for place, number in enumerate(CLIENTS):
        agent = agents["gao" if place % 3 == 2 else "chen"]
        day = at - timedelta(days=_FIRST_DAY - place // 8)
        files.append((agent, _open_file(agent, day + timedelta(minutes=7 * place), place, number)))
        progress(place + 1, len(CLIENTS))
    _work(at, files, agents)


def _open_file(agent: Actor, at: datetime, place: int, number: int) -> File:
    firm = company(number)
    fields = {
        "company_name": firm.name,
        "uscc": firm.uscc,
        "registered_address": firm.address,
        "registered_capital": firm.capital,
        "established_on": firm.established_on,
    }
    client_id = vault.create_client(actor=agent, at=at, fields=fields).value
    persons = []
    for someone, roles in _people(place):
        known = {
            "name": someone.name,
            "id_number": someone.id_number,
            "mobile": someone.mobile,
            "home_address": someone.address,
        }
        added = vault.add_person(
            actor=agent, at=at, client_id=client_id, roles=roles, fields={k: v for k, v in known.items() if v}
        )
        persons.append(added.value.person_id)
    return client_id, tuple(persons)


def _people(place: int) -> Iterator[tuple[Person, tuple[str, ...]]]:
    """Who stands in the file at a place of CLIENTS: four in the story's file, two or three in the others."""
    if place == 0:
        yield person(1), ("legal_representative",)
        yield person(2), ("shareholder",)
        yield person(3), ("shareholder", "supervisor")
        yield _LIAISON, ("liaison",)
        return
    yield person(500 + place), ("legal_representative", "manager")
    yield person(600 + place), ("shareholder",)
    if place % 2 and place < 37:
        yield person(700 + place), ("supervisor",)


def _work(at: datetime, files: list[tuple[Actor, File]], agents: Mapping[str, Actor]) -> None:
    for days, place, kind, purpose, reason in _LOOKS:
        agent, (client_id, persons) = files[place]
        subject = persons[1 if place == 0 else 0]
        vault.reveal_field(
            actor=agent, at=at - timedelta(days=days, hours=place % 5), client_id=client_id, subject_id=subject,
            kind=kind, purpose=purpose, reason=reason,
        )  # fmt: skip
    chen, gao = agents["chen"], agents["gao"]
    vault.search_number(actor=chen, at=at - timedelta(days=8), number=person(505).id_number)
    vault.export_list(actor=chen, at=at - timedelta(days=6), what="clients", form="xlsx")
    client_id, persons = files[0][1]
    with contextlib.suppress(Denied):  # a colleague's curiosity, refused and recorded
        vault.reveal_field(
            actor=replace(gao, session=""), at=at - timedelta(days=3), client_id=client_id, subject_id=persons[1],
            kind="id_number", purpose="purpose.verify_identity", reason="看一下",
        )  # fmt: skip
