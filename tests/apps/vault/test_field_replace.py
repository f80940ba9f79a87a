"""vault:field:replace"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from fengni.apps.common.tenancy import tenant
from fengni.apps.parties import services as parties
from fengni.apps.vault import queries, services
from fengni.core import fictitious
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from fengni.host import state
from tests.apps.vault.files import (
    CANARY_MOBILE,
    company,
    entries,
    make_client,
    make_person,
    refusals,
    seen_of,
)
from tests.cast import assemble, found, now

OTHER_ID = fictitious.id_number("19900101", 2)


def replace(actor: Actor, client_id: UUID, subject_id: UUID, kind: str, value: str, revision: int = 1) -> int:
    done = services.replace_field(
        actor=actor,
        at=now(),
        client_id=client_id,
        subject_id=subject_id,
        kind=kind,
        value=value,
        revision=revision,
    )
    return done.value


def shown(actor: Actor, client_id: UUID, person_id: UUID) -> dict[str, tuple[str, int]]:
    with tenant(actor.tenant_id):
        page = queries.person_page(actor=actor, at=now(), client_id=client_id, person_id=person_id)
    return {field.kind: (field.shown, field.revision) for field in page.fields}


def test_a_value_is_replaced_and_found_under_the_new_one_only() -> None:
    owner = found()
    client_id = make_client(owner)
    person_id = make_person(owner, client_id)
    assert replace(owner, client_id, person_id, "mobile", "154-0000 0099") == 2
    assert shown(owner, client_id, person_id)["mobile"] == ("154****0099", 2)
    assert shown(owner, client_id, person_id)["id_number"] == ("990101********0212", 1)
    assert seen_of(owner.tenant_id) == {person_id: {"clear": 0, "fields": ["mobile"]}}
    new = services.search_number(actor=owner, at=now(), number=fictitious.mobile(99)).value.rows
    old = services.search_number(actor=owner, at=now(), number=CANARY_MOBILE).value.rows
    assert ([row.person_id for row in new], old) == ([person_id], ())


def test_a_new_value_where_there_was_none_and_the_same_value_again() -> None:
    owner = found()
    client_id = make_client(owner)
    person_id = make_person(owner, client_id)
    account = fictitious.bank_account(1)
    assert replace(owner, client_id, person_id, "bank_account", account, revision=0) == 1
    assert replace(owner, client_id, person_id, "bank_account", account, revision=1) == 1
    assert replace(owner, client_id, person_id, "email", "example@example.com", revision=1) == 2


def test_a_changed_company_name_stays_as_former_name() -> None:
    owner = found()
    client_id = make_client(owner, 1)
    assert replace(owner, client_id, client_id, "company_name", "示例·新名有限公司") == 2
    with tenant(owner.tenant_id):
        page = queries.client_page(actor=owner, at=now(), client_id=client_id)
        assert {f.kind: f.shown for f in page.fields}["former_name"] == company(1)
        for words in (company(1), "示例·新名有限公司"):
            assert [row.client_id for row in queries.search(actor=owner, at=now(), words=words).rows] == [client_id]
    assert entries(owner.tenant_id)[-1]["facts"]["field"] == "company_name"


def test_who_comes_second_is_told_so() -> None:
    owner = found()
    client_id = make_client(owner)
    person_id = make_person(owner, client_id)
    replace(owner, client_id, person_id, "mobile", fictitious.mobile(2), revision=1)
    for revision in (1, 3, 0):
        with pytest.raises(BadInput, match=r"vault.changed-meanwhile"):
            replace(owner, client_id, person_id, "mobile", fictitious.mobile(3), revision=revision)
    assert shown(owner, client_id, person_id)["mobile"] == ("154****0002", 2)


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("mobile", "154****0001", "vault.value-is-masked"),
        ("name", "陆•衡", "vault.value-is-masked"),
        ("id_number", OTHER_ID[:-1] + "0", "vault.id-number-wrong"),
        ("mobile", "23", "vault.mobile-wrong"),
        ("mobile", "  ", "vault.value-missing"),
        ("uscc", fictitious.uscc(1), "vault.kind-unknown"),
    ],
)
def test_wrong_values_are_refused(kind: str, value: str, code: str) -> None:
    owner = found()
    client_id = make_client(owner)
    person_id = make_person(owner, client_id)
    with pytest.raises(BadInput, match=code):
        replace(owner, client_id, person_id, kind, value)
    assert entries(owner.tenant_id)[-1]["act"] == "vault:person:add"


def test_a_number_of_somebody_else_is_refused() -> None:
    owner = found()
    first, second = make_client(owner, 1), make_client(owner, 2)
    make_person(owner, first)
    other = make_person(owner, first, name="示例", id_number=OTHER_ID)
    with pytest.raises(BadInput, match=r"vault.person-exists"):
        replace(owner, first, other, "id_number", fictitious.id_number("19880229", 21))
    with pytest.raises(BadInput, match=r"vault.client-exists"):
        replace(owner, second, second, "uscc", fictitious.uscc(1))


def test_a_replacement_is_no_silent_way_to_ask_who_is_known() -> None:
    cast = assemble()
    make_person(cast.owner, make_client(cast.owner, 1))
    mine = make_client(cast.agent, 2)
    other = make_person(cast.agent, mine, name="示例", id_number=OTHER_ID, mobile=fictitious.mobile(2))
    stale = {"client_id": mine, "revision": 7, "actor": cast.agent, "at": now()}
    for kind, subject, value in (
        ("id_number", other, fictitious.id_number("19880229", 21)),
        ("id_number", other, fictitious.id_number("19880229", 23)),
        ("uscc", mine, fictitious.uscc(1)),
        ("uscc", mine, fictitious.uscc(3)),
    ):
        with pytest.raises(BadInput, match=r"vault.changed-meanwhile"):
            services.replace_field(kind=kind, subject_id=subject, value=value, **stale)
    with pytest.raises(Denied, match=r"vault.person-exists"):
        replace(cast.agent, mine, other, "id_number", fictitious.id_number("19880229", 21))
    with pytest.raises(Denied, match=r"vault.client-exists"):
        replace(cast.agent, mine, mine, "uscc", fictitious.uscc(1))
    assert refusals(cast.tenant_id, "vault:field:replace") == ["vault.person-exists", "vault.client-exists"]


def test_of_two_first_values_at_once_one_is_kept_and_the_other_told() -> None:
    owner = found()
    client_id = make_client(owner)
    person_id = make_person(owner, client_id)

    def enter(number: int) -> str:
        try:
            replace(owner, client_id, person_id, "bank_account", fictitious.bank_account(number), revision=0)
        except BadInput as error:
            return error.code
        finally:
            connection.close()
        return "kept"

    with ThreadPoolExecutor(2) as pool, psycopg.connect(state.database_url("super"), autocommit=True) as writer:
        lock = [f"vault:{owner.tenant_id}"]
        writer.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", lock)  # both read before either writes
        waiting = [pool.submit(enter, number) for number in (1, 2)]
        wait(waiting, timeout=1.5)
        writer.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", lock)
        assert sorted(one.result() for one in waiting) == ["kept", "vault.changed-meanwhile"]


def test_scope_roles_and_tenants() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    person_id = make_person(cast.owner, client_id)
    new = fictitious.mobile(5)
    with pytest.raises(Denied, match=r"access.scope"):
        replace(cast.colleague, client_id, person_id, "mobile", new)
    for who in (cast.auditor, cast.dpo, cast.intruder):
        with pytest.raises(Denied, match=r"access.role"):
            replace(who, client_id, person_id, "mobile", new)
    with pytest.raises(Denied, match=r"parties.no-such-client"):
        replace(cast.stranger, client_id, person_id, "mobile", new)
    assert refusals(cast.tenant_id, "vault:field:replace") == ["access.scope"] + ["access.role"] * 3
    parties.assign_client(actor=cast.owner, at=now(), client_id=client_id, member_id=cast.agent.id)
    assert replace(cast.agent, client_id, person_id, "mobile", new) == 2
