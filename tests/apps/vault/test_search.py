"""Search by words: names, initials, companies, surname with last four; inside the scope and masked."""

from __future__ import annotations

from uuid import UUID

import pytest

from fengni.apps.common.tenancy import tenant
from fengni.apps.parties import services as parties
from fengni.apps.vault import queries
from fengni.core import fictitious
from fengni.core.access.actor import Actor
from tests.apps.vault.files import CANARY_ID, CANARY_MOBILE, CANARY_NAME, company, make_client, make_person
from tests.cast import assemble, found, now


def search(actor: Actor, words: str) -> list[tuple[UUID, UUID | None, str]]:
    with tenant(actor.tenant_id):
        found = queries.search(actor=actor, at=now(), words=words)
    assert not found.full_number
    return [(row.client_id, row.person_id, row.by) for row in found.rows]


@pytest.mark.parametrize(
    ("words", "by"),
    [
        (CANARY_NAME, "name"),
        (" 陆 知 衡 ", "name"),
        ("lzh", "name_initials"),
        ("LZH", "name_initials"),
        ("陆0212", "last4_surname"),
        ("陆 0212", "last4_surname"),
        ("陆/0212", "last4_surname"),
        ("陆知衡 0212", "last4_surname"),
    ],
)
def test_a_person_is_found(words: str, by: str) -> None:
    owner = found()
    client_id = make_client(owner)
    person_id = make_person(owner, client_id)
    assert search(owner, words) == [(client_id, person_id, by)]


@pytest.mark.parametrize(
    "words",
    [
        company(1), "示例（青禾1号智造）有限公司", "青禾1号智造", "青禾1号智造有限责任公司", "qhhzz",
        fictitious.uscc(1), fictitious.uscc(1).lower(),
    ],
)  # fmt: skip
def test_a_client_is_found(words: str) -> None:
    owner = found()
    client_id = make_client(owner, 1)
    assert [row[:2] for row in search(owner, words)] == [(client_id, None)]


@pytest.mark.parametrize(
    "words", ["", "  ", "有限公司", "0212", "知", "衡", "例", "赵0212", "陆0213", "zhl", "%", "陆_衡", "' OR 1=1 --"]
)
def test_nothing_else_is_found(words: str) -> None:
    owner = found()
    make_person(owner, make_client(owner))
    assert search(owner, words) == []


@pytest.mark.parametrize("number", [CANARY_ID, CANARY_MOBILE, "E00000001", "154 0000 0001"])
def test_a_full_number_of_a_person_is_for_the_act(number: str) -> None:
    owner = found()
    make_person(owner, make_client(owner), passport="E00000001")
    with tenant(owner.tenant_id):
        assert queries.search(actor=owner, at=now(), words=number) == queries.Found(full_number=True)


def test_double_surnames_are_found_under_both_readings() -> None:
    owner = found()
    client_id = make_client(owner)
    person_id = make_person(owner, client_id, name="欧阳示例")
    for words in ("欧阳0212", "欧阳示例0212"):
        assert search(owner, words) == [(client_id, person_id, "last4_surname")]


def test_search_ends_at_the_scope_and_at_the_tenant() -> None:
    cast = assemble()
    client_id = make_client(cast.owner, 1)
    make_person(cast.owner, client_id)
    for words in (CANARY_NAME, "lzh", "陆0212", company(1), fictitious.uscc(1)):
        assert search(cast.agent, words) == search(cast.stranger, words) == search(cast.intruder, words) == []
    parties.assign_client(actor=cast.owner, at=now(), client_id=client_id, member_id=cast.agent.id)
    assert len(search(cast.agent, CANARY_NAME)) == 1
    with tenant(cast.tenant_id):
        [row] = queries.search(actor=cast.auditor, at=now(), words=CANARY_NAME).rows
    assert (row.name, row.id_number, row.mobile) == ("陆*衡", "9****************2", "1*********1")
