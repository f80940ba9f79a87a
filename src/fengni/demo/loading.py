"""Clients, persons and some weeks of looks of the demonstration, through acts alone, so that its ledger is a real one.

38 clients with 96 persons, divided between two agents; reveals with purpose and reason, searches, an export, a refusal.
`at` of the acts lies in the past; when they were sealed does not. A crash in between leaves a smaller demonstration:
`fengni demo reset` and loading again make it whole.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from fengni.apps.vault import services as vault
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied
from fengni.demo.people import Person, company, person

CLIENTS = (*range(101, 137), 2, 1)  # the story's client comes last, so lists show it first
STORY = len(CLIENTS) - 1
_FIRST_DAY = 75
_LIAISON = Person("林知夏", "", "15400000117", "")
# Days ago, whose client (its place in CLIENTS), field, purpose, reason: what agents looked at and why.
_LOOKS = (
    (30, STORY, "mobile", "purpose.contact_client", "约定面签时间"),
    (29, STORY, "id_number", "purpose.verify_identity", "核对新任法定代表人身份"),
    (28, 4, "id_number", "purpose.fill_form", "填写变更申请书"),
    (26, 7, "home_address", "purpose.fill_form", "填写住所信息页"),
    (21, STORY, "id_number", "purpose.fill_form", "填写变更申请书"),
    (20, 11, "mobile", "purpose.contact_client", "登记机关要求补正，通知本人"),
    (16, 2, "id_number", "purpose.change_registration", "登记系统录入"),
    (12, 19, "mobile", "purpose.contact_client", "催交决议原件"),
    (9, STORY, "mobile", "purpose.contact_client", "通知领取营业执照"),
    (5, 30, "id_number", "purpose.fill_form", "填写股东名册"),
    (2, 33, "home_address", "purpose.fill_form", "填写送达地址确认书"),
    (1, STORY, "id_number", "purpose.change_registration", "登记系统录入"),
)

File = tuple[UUID, tuple[UUID, ...]]  # a client and its persons, the legal representative first


def load(
    *, at: datetime, agents: Mapping[str, Actor], progress: Callable[[int, int], None] = lambda *_: None
) -> list[tuple[Actor, File]]:
    """Fill the demonstration's tenant. `agents` are the members `chen` and `gao`; `at` is today.

    Returns each client file and whose it is, in the order of CLIENTS.
    """
    files: list[tuple[Actor, File]] = []
    for place, number in enumerate(CLIENTS):
        agent = agents["gao" if place % 3 == 2 else "chen"]
        day = at - timedelta(days=_FIRST_DAY - place // 8)
        files.append((agent, _open_file(agent, day + timedelta(minutes=7 * place), place, number)))
        progress(place + 1, len(CLIENTS))
    _work(at, files, agents)
    return files


def _open_file(agent: Actor, at: datetime, place: int, number: int) -> File:
    firm = company(number)
    fields = {
        "company_name": firm.name,
        "uscc": firm.uscc,
        "registered_address": firm.address,
        "registered_capital": firm.capital,
        "established_on": firm.established_on,
        "service_item": ("变更登记", "地址托管", "代理记账")[place % 3],
        "service_until": f"{at.year + place % 2}-{place % 12 + 1:02d}-28",
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
    """Who stands in the file at a place of CLIENTS: five in the story's file, two or three in the others."""
    if place == STORY:
        yield person(1), ("legal_representative",)
        yield person(2), ("shareholder",)
        yield person(3), ("shareholder", "supervisor")
        yield person(4), ("shareholder",)
        yield _LIAISON, ("liaison",)
        return
    yield person(500 + place), ("legal_representative", "manager")
    yield person(600 + place), ("shareholder",)
    if place % 2 and place > 1:
        yield person(700 + place), ("supervisor",)


def _work(at: datetime, files: list[tuple[Actor, File]], agents: Mapping[str, Actor]) -> None:
    """What was done since, in the order of its days: looks, a search, an export, a colleague's refused curiosity."""
    chen, gao = agents["chen"], agents["gao"]
    story = files[STORY][1]
    deeds: list[tuple[datetime, Callable[[datetime], object]]] = [
        (at - timedelta(days=8), lambda day: vault.search_number(actor=chen, at=day, number=person(505).id_number)),
        (at - timedelta(days=6), lambda day: vault.export_list(actor=chen, at=day, what="clients", form="xlsx")),
        (at - timedelta(days=3), lambda day: _look(gao, day, story, "id_number", "purpose.verify_identity", "看一下")),
    ]
    for days, place, kind, purpose, reason in _LOOKS:
        agent, file = files[place]
        look = partial(_look, agent, file=file, kind=kind, purpose=purpose, reason=reason)
        deeds.append((at - timedelta(days=days, hours=place % 5), look))
    for day, deed in sorted(deeds, key=lambda one: one[0]):
        with contextlib.suppress(Denied):  # the curiosity; it is recorded all the same
            deed(day)


def _look(agent: Actor, at: datetime, file: File, kind: str, purpose: str, reason: str) -> None:
    client_id, persons = file
    subject = persons[1 if len(persons) > 3 else 0]  # of the story's client, whoever comes next
    vault.reveal_field(
        actor=agent, at=at, client_id=client_id, subject_id=subject, kind=kind, purpose=purpose, reason=reason
    )
