"""Search by words: names, initials, companies, surname with last four; inside the scope and masked."""

from __future__ import annotations

from importlib import import_module
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from fengni.apps.common.custodian import custodian
from fengni.apps.common.tenancy import tenant
from fengni.apps.parties import services as parties
from fengni.apps.vault import queries, services
from fengni.apps.vault.store import finding, indexing
from fengni.apps.vault.store.house import house
from fengni.core import fictitious
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied
from fengni.core.intake.plan import EnterpriseRecord
from tests.apps.ledger.owner import as_owner
from tests.apps.vault.files import (
    CANARY_ID,
    CANARY_MOBILE,
    CANARY_NAME,
    company,
    make_client,
    make_person,
    plan,
    ready,
    sheet,
    store,
    undo,
)
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


@pytest.mark.parametrize("suite", [1, 4])
def test_parts_of_names_find_whom_they_are_part_of_and_nobody_else(suite: int) -> None:
    owner = found(suite=suite)
    first, second = make_client(owner, 1, former_name="示例·沧浪旧号有限公司"), make_client(owner, 2)
    named = {
        name: make_person(owner, first, name=name, id_number=fictitious.id_number("19880229", 100 + at), mobile="")
        for at, name in enumerate(
            ("林若溪", "沈若溪", "溪沈", "阿依古丽·买买提", "𠮷野示", "Example Person", "禤示例", "王示例", "陆")
        )
    }
    whose = {person: name for name, person in named.items()}
    uyghur, english = {"阿依古丽·买买提"}, {"Example Person"}
    persons: dict[str, set[str]] = {
        "若溪": {"林若溪", "沈若溪"}, "若  溪": {"林若溪", "沈若溪"}, "林若": {"林若溪"}, "溪若": set(),
        "沈": {"沈若溪"}, "溪": {"溪沈"}, "陆": {"陆"}, "禤": {"禤示例"}, "王": {"王示例"},
        "示例": {"禤示例", "王示例"},
        "买买提": uyghur, "买": uyghur, "古丽·买": uyghur, "𠮷野": {"𠮷野示"}, "𠮷": {"𠮷野示"}, "吉野": set(),
        "amp": english, "ple pers": english, "PE": english, "x": set(), "xa": set(),
    }  # fmt: skip
    for words, names in persons.items():
        assert {whose[person] for _, person, _ in search(owner, words) if person} == names, words
    both = {first, second}
    companies: dict[str, set[UUID]] = {
        "青禾": both, "智造": both, "青": both, "示例": both, "1号": {first}, "沧浪": {first},
        "禾1号智造有限公司": {first}, "号智造股份有限公司": both,
        "智": set(), "公司": set(), "有限": set(), "禾青": set(),
    }  # fmt: skip
    for words, clients in companies.items():
        assert {client for client, person, _ in search(owner, words) if person is None} == clients, words
    assert search(owner, "青禾1")[0] == (first, None, "company_part")
    assert custodian().releases(owner.tenant_id, list(named.values())) == [0] * len(named)  # nothing was opened


def test_candidates_that_only_share_tags_are_no_hits() -> None:
    owner = found()
    client_id = make_client(owner)
    right = make_person(owner, client_id, name="沈若溪")
    wrong = make_person(owner, client_id, name="陆知衡", id_number=fictitious.id_number("19880229", 30), mobile="")
    with as_owner(owner.tenant_id) as cursor:  # as if every tag of the one were a tag of the other by chance
        for table, tag in (("vault_gram", "tags"), ("vault_tag", "tag")):
            cursor.execute(
                f"UPDATE {table} t SET {tag} = o.{tag} FROM {table} o WHERE t.subject_id = %s AND o.subject_id = %s "
                "AND t.kind = o.kind AND t.kind IN (4, 5, 6, 9)",
                [wrong, right],
            )
            assert cursor.rowcount in (1, 3)
    with tenant(owner.tenant_id), transaction.atomic():
        grams = finding._candidates(("name_part", 1), "若溪", _tags_of(owner, "若溪"), True, None, 10)
    assert {entry.subject for entry in grams} == {right, wrong}  # the table says both
    for words in ("若溪", "沈", "沈若溪", "srx", "沈0212"):
        assert [person for _, person, _ in search(owner, words)] == [right], words


def _tags_of(owner: Actor, words: str) -> list[int]:
    asked, _ = indexing.asked_for("name_part", words)
    return list(indexing.gram_tags(house(), {"name_part": asked})["name_part"].values())


def test_parts_go_with_what_they_are_part_of() -> None:
    owner = found()
    before = _grams(owner)
    import_id = uuid4()
    store(owner, sheet(3), import_id=import_id)
    assert len(search(owner, "青禾2号")) == 1
    assert {by for _, _, by in search(owner, "陆示")} == {"name_part"}
    kept = _grams(owner)
    again = uuid4()
    renamed = plan([EnterpriseRecord("e2", ready(company_name="示例·沧浪智造有限公司", uscc=fictitious.uscc(2)))])
    store(owner, renamed, import_id=again)
    assert len(search(owner, "沧浪")) == len(search(owner, "青禾2号")) == 1  # the former name leads there as well
    undo(owner, again)
    assert (_grams(owner), search(owner, "沧浪")) == (kept, [])
    undo(owner, import_id)
    assert (_grams(owner), search(owner, "青禾")) == (before, [])
    client_id = make_client(owner)
    person_id = make_person(owner, client_id, name="林若溪")
    services.replace_field(
        actor=owner, at=now(), client_id=client_id, subject_id=person_id, kind="name", value="林知衡", revision=1
    )
    assert (search(owner, "若溪"), len(search(owner, "知衡"))) == ([], 1)


def _grams(actor: Actor) -> list[tuple[object, ...]]:
    with tenant(actor.tenant_id), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM vault_gram ORDER BY 1, 2, 3, 4")
        return list(cursor.fetchall())


def test_whole_tags_of_an_older_house_are_cut_and_find_as_before() -> None:
    owner = found()
    client_id = make_client(owner)
    person_id = make_person(owner, client_id)
    rest = "substring(sha256(tag) FOR 13)"
    with as_owner(owner.tenant_id) as cursor:
        cursor.execute(f"UPDATE vault_tag SET tag = substring(tag FOR 3) || {rest} WHERE kind = 6")
        cursor.execute(
            f"UPDATE vault_tag SET tag = set_byte(substring(tag FOR 3) || {rest}, 1, get_byte(tag, 1) | 3) "
            "WHERE kind IN (4, 5)"
        )
    assert search(owner, "lzh") == search(owner, "陆0212") == []
    with as_owner(owner.tenant_id) as cursor:
        for statement in import_module("fengni.apps.vault.migrations.0007_grams")._CUT:
            cursor.execute(statement)
    for words, by in (("lzh", "name_initials"), ("陆0212", "last4_surname"), (CANARY_NAME, "name")):
        assert search(owner, words) == [(client_id, person_id, by)]


def test_three_hundred_words_an_hour_and_parts_of_names_for_those_who_read_names() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    make_person(cast.owner, client_id)
    assert [by for _, _, by in search(cast.owner, "知衡")] == ["name_part"]
    assert search(cast.auditor, "知衡") == search(cast.auditor, "陆") == []  # a mask is not guessed sign by sign
    assert [by for _, _, by in search(cast.auditor, "青禾")] == ["company_part"]
    with as_owner(cast.tenant_id) as cursor:
        cursor.execute("UPDATE vault_search_count SET words = 299 WHERE member_id = %s", [cast.owner.id])
    search(cast.owner, "知衡")
    with pytest.raises(Denied, match=r"vault.too-many-words"):
        search(cast.owner, "知衡")


def test_a_search_for_parts_uses_the_index_and_keeps_to_its_tenant() -> None:
    owner, other = found(), found()
    make_person(owner, make_client(owner))
    asked = "EXPLAIN SELECT 1 FROM vault_gram WHERE tags @> ARRAY[1, 2]"
    with as_owner(owner.tenant_id) as cursor:  # as the function runs
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(asked)
        assert "vault_gram_by_tag" in str(cursor.fetchall())
    with tenant(owner.tenant_id), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(asked)
        assert "vault_gram_by_tag" not in str(cursor.fetchall())  # why there is a function at all
    with tenant(owner.tenant_id), transaction.atomic():
        mine = _tags_of(owner, "知衡")
        assert len(finding._candidates(("name_part", 1), "知衡", mine, True, None, 10)) == 1
    with tenant(other.tenant_id), transaction.atomic():
        assert finding._candidates(("name_part", 1), "知衡", mine, True, None, 10) == []
        assert _tags_of(other, "知衡") != mine


def test_search_ends_at_the_scope_and_at_the_tenant() -> None:
    cast = assemble()
    client_id = make_client(cast.owner, 1)
    make_person(cast.owner, client_id)
    for words in (CANARY_NAME, "lzh", "陆0212", company(1), fictitious.uscc(1), "知衡", "陆", "青禾"):
        assert search(cast.agent, words) == search(cast.stranger, words) == search(cast.intruder, words) == []
    parties.assign_client(actor=cast.owner, at=now(), client_id=client_id, member_id=cast.agent.id)
    assert len(search(cast.agent, CANARY_NAME)) == 1
    with tenant(cast.tenant_id):
        [row] = queries.search(actor=cast.auditor, at=now(), words=CANARY_NAME).rows
    assert (row.name, row.id_number, row.mobile) == ("陆*衡", "9****************2", "1*********1")
