"""Storing an import's plan, storing it again, correcting it, taking it back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from fengni.apps.common.custodian import custodian
from fengni.apps.common.tenancy import tenant
from fengni.apps.vault import queries, services
from fengni.apps.vault.store import Tally, forget_former
from fengni.core import fictitious
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from fengni.core.intake.plan import EnterpriseRecord, FieldValue, PersonRecord, Relation, State
from tests.apps.vault.files import (
    CANARY_ID,
    CANARY_NAME,
    ROW,
    company,
    make_client,
    make_person,
    plan,
    ready,
    refusals,
    seen_of,
    sheet,
    store,
    undo,
)
from tests.cast import assemble, found, now

TABLES = (
    "parties_client", "parties_person", "parties_relation", "parties_counter", "vault_unit", "vault_record",
    "vault_tag", "vault_gram", "vault_record_history", "acts_grant",
)  # fmt: skip


def state_of(actor: Actor) -> dict[str, list[Any]]:
    """Every row of the store, as text."""
    with tenant(actor.tenant_id), transaction.atomic(), connection.cursor() as cursor:
        rows = {}
        for table in TABLES:
            cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
            rows[table] = [row[0] for row in cursor.fetchall() if not row[0].endswith(",0)")]  # a total of nothing
        return rows


def people(actor: Actor) -> list[queries.PersonRow]:
    with tenant(actor.tenant_id):
        return list(queries.persons_page(actor=actor, at=now(), size=100).rows)


@pytest.mark.parametrize("suite", [1, 4])
def test_a_file_is_stored_and_the_same_file_changes_nothing(suite: int) -> None:
    owner = found(suite=suite)
    first = store(owner, sheet(20))
    assert (first.clients, first.persons, first.left_out) == (Tally(created=20), Tally(created=20), 0)
    assert len(seen_of(owner.tenant_id)) == 20
    before = state_of(owner)
    persons = [row.person_id for row in people(owner)]
    released = custodian().releases(owner.tenant_id, persons)
    again = store(owner, sheet(20))
    assert (again.created, again.updated, again.unchanged, again.seen) == (0, 0, 40, ())
    assert state_of(owner) == before
    assert custodian().releases(owner.tenant_id, persons) == released  # nothing was opened to see that


def test_a_corrected_file_updates_only_what_changed() -> None:
    owner = found()
    store(owner, sheet(10))
    corrected = sheet(10)
    new = PersonRecord("p3", tuple(
        FieldValue("mobile", State.READY, fictitious.mobile(77)) if value.kind == "mobile" else value
        for value in corrected.persons[3].fields
    ))  # fmt: skip
    persons = [*corrected.persons[:3], new, *corrected.persons[4:]]
    done = store(owner, plan(list(corrected.enterprises), persons, list(corrected.relations)))
    assert (done.clients, done.persons) == (Tally(unchanged=10), Tally(updated=1, unchanged=9))
    [one] = done.seen
    assert (one.fields, one.clear) == (("mobile",), 0)
    [hit] = services.search_number(actor=owner, at=now(), number=fictitious.mobile(77)).value.rows
    assert hit.person_id == one.person_id


def test_undo_of_a_first_import_leaves_nothing() -> None:
    owner = found()
    empty, import_id = state_of(owner), uuid4()
    store(owner, sheet(10), import_id=import_id)
    undone = undo(owner, import_id)
    assert (undone.deleted, undone.restored, len(undone.seen)) == (30, 0, 10)
    assert state_of(owner) == empty
    with pytest.raises(BadInput, match=r"vault.import-undone-already"):
        undo(owner, import_id)
    assert store(owner, sheet(10)).created == 20


@pytest.mark.parametrize("suite", [1, 4])
def test_undo_of_a_correction_restores_every_byte(suite: int) -> None:
    owner = found(suite=suite)
    store(owner, sheet(10))
    client_id = make_client(owner, 900)
    make_person(owner, client_id)
    before, import_id = state_of(owner), uuid4()
    changed = sheet(12, mobile_from=500)
    more = EnterpriseRecord("x", ready(company_name=company(900), uscc=fictitious.uscc(900), note="示例", tag="欠费"))
    again = PersonRecord("y", ready(name=CANARY_NAME, id_number=CANARY_ID, bank_account=fictitious.bank_account(1)))
    roles = [Relation("x", "y", "shareholder", ROW), Relation("x", "p0", "contact", ROW)]
    given = plan([*changed.enterprises, more], [*changed.persons, again], [*changed.relations, *roles])
    done = store(owner, given, import_id=import_id)
    assert (done.clients, done.persons) == (Tally(2, 1, 10), Tally(2, 11, 0))
    assert state_of(owner) != before
    undo(owner, import_id)
    assert state_of(owner) == before
    with tenant(owner.tenant_id):
        assert queries.unfaithful_records() == []


def test_undo_stops_when_something_was_changed_since() -> None:
    owner = found()
    import_id = uuid4()
    store(owner, sheet(3), import_id=import_id)
    one = people(owner)[0]
    services.replace_field(
        actor=owner, at=now(), client_id=one.client_id, subject_id=one.person_id, kind="mobile",
        value=fictitious.mobile(99), revision=1,
    )  # fmt: skip
    before = state_of(owner)
    with pytest.raises(BadInput, match=r"vault.changed-since-import"):
        undo(owner, import_id)
    assert state_of(owner) == before


def test_undo_stops_when_somebody_works_with_an_imported_client() -> None:
    owner = found()
    import_id = uuid4()
    store(owner, sheet(3), import_id=import_id)
    make_person(owner, people(owner)[0].client_id)
    with pytest.raises(BadInput, match=r"vault.changed-since-import"):
        undo(owner, import_id)


def test_clients_are_recognised_by_uscc_then_by_name_but_never_across_two_usccs() -> None:
    owner = found()
    client_id = make_client(owner, 1)
    without = make_client(owner, 2, uscc="")
    given = [
        EnterpriseRecord("a", ready(company_name="示例·改名后", uscc=fictitious.uscc(1))),
        EnterpriseRecord("b", ready(company_name=company(2), uscc=fictitious.uscc(22))),
        EnterpriseRecord("c", ready(company_name=company(1), uscc=fictitious.uscc(3))),
    ]
    assert store(owner, plan(given)).clients == Tally(created=1, updated=2)
    with tenant(owner.tenant_id):
        pages = [queries.client_page(actor=owner, at=now(), client_id=one) for one in (client_id, without)]
    shown = [{field.kind: field.shown for field in page.fields} for page in pages]
    assert (shown[0]["company_name"], shown[0]["former_name"]) == ("示例·改名后", company(1))
    assert shown[1]["uscc"] == fictitious.uscc(22)


def test_persons_are_recognised_by_number_everywhere_and_by_name_in_one_file() -> None:
    owner = found()
    first, second = make_client(owner, 1), make_client(owner, 2)
    known = make_person(owner, first)
    nameless = make_person(owner, second, id_number="", name="示例甲")
    enterprises = [EnterpriseRecord(f"e{n}", ready(company_name=company(n), uscc=fictitious.uscc(n))) for n in (1, 2)]
    persons = [
        PersonRecord("known", ready(name=CANARY_NAME, id_number=CANARY_ID)),
        PersonRecord("same", ready(name="示例甲", id_number=fictitious.id_number("19900101", 2))),
        PersonRecord("other", ready(name=CANARY_NAME, id_number=fictitious.id_number("19900101", 4))),
    ]
    relations = [
        Relation("e2", "known", "shareholder", ROW),
        Relation("e2", "same", "contact", ROW),
        Relation("e1", "other", "manager", ROW),
    ]
    assert store(owner, plan(enterprises, persons, relations)).persons == Tally(created=1, updated=2)
    places = {(row.client_id, row.person_id) for row in people(owner)}
    assert {(first, known), (second, known), (second, nameless)} < places
    assert len(places) == 4


def test_marks_are_kept_and_a_damaged_value_replaces_nothing() -> None:
    owner = found()
    damaged = FieldValue("id_number", State.DAMAGED, value="", hint="990101****")
    verify = FieldValue("mobile", State.VERIFY, value=fictitious.mobile(5))
    held = FieldValue("email", State.HELD, value="example@example.com")
    enterprise = EnterpriseRecord("e", ready(company_name=company(1)))
    relation = Relation("e", "p", "contact", ROW)

    def given(*values: FieldValue) -> Any:
        return plan([enterprise], [PersonRecord("p", (*ready(name="示例甲"), *values))], [relation])

    store(owner, given(damaged, verify, held))
    [row] = people(owner)
    assert (row.state, row.id_number) == ("damaged", "••••")
    with tenant(owner.tenant_id):
        page = queries.person_page(actor=owner, at=now(), client_id=row.client_id, person_id=row.person_id)
    fields = {field.kind: (field.shown, field.state, field.can) for field in page.fields}
    assert fields["id_number"] == ("990101****", "damaged", ("replace",))
    assert fields["mobile"] == ("154****0005", "verify", ("reveal", "replace"))
    assert "email" not in fields
    with pytest.raises(BadInput, match=r"vault.no-value"):
        services.reveal_field(
            actor=owner, at=now(), client_id=row.client_id, subject_id=row.person_id, kind="id_number",
            purpose="purpose.fill_form", reason="核对",
        )  # fmt: skip
    assert store(owner, given(*ready(id_number=CANARY_ID))).updated == 1
    assert store(owner, given(damaged)).updated == 0
    [row] = people(owner)
    assert (row.state, row.id_number) == ("verify", "9****************2")


def test_a_person_of_no_enterprise_is_counted_and_not_stored() -> None:
    owner = found()
    done = store(owner, plan([], [PersonRecord("p", ready(name="示例甲"))]))
    assert (done.left_out, done.created, people(owner)) == (1, 0, [])


def test_a_demo_and_a_real_tenant_refuse_each_others_numbers() -> None:
    demo, real = found(), found(demo=False)
    nobody = [EnterpriseRecord("e", ready(company_name=company(1), corporate_account="0" * 19))]
    with pytest.raises(BadInput, match=r"vault.demo-refuses-real-data"):
        store(demo, plan(nobody))
    with pytest.raises(BadInput, match=r"vault.fictitious-in-real-tenant"):
        store(real, sheet(1))
    assert state_of(demo) == state_of(real) == {table: [] for table in TABLES}


def test_an_import_is_no_way_around_the_scope() -> None:
    cast = assemble()
    make_client(cast.owner, 1)
    before = state_of(cast.owner)
    with pytest.raises(Denied, match=r"vault.clients-outside-scope"):
        store(cast.agent, sheet(3))
    assert state_of(cast.owner) == before
    assert refusals(cast.tenant_id, "test:plan:store") == ["vault.clients-outside-scope"]
    store(cast.agent, sheet(3, first=10))
    assert store(cast.agent, sheet(3, first=10)).unchanged == 6
    with tenant(cast.tenant_id):
        assert queries.clients_page(actor=cast.agent, at=now()).total == 3


def test_a_cancelled_import_keeps_nothing() -> None:
    owner = found()

    class Stop(Exception):
        pass

    def cancel(done: int, total: int) -> None:
        raise Stop

    from fengni.apps.acts.acting import FUNCTIONS, Outcome, act
    from fengni.apps.vault.store import store_plan

    if "test:plan:cancel" not in FUNCTIONS:

        @act("test:plan:cancel", roles=("owner",))
        def stored(*, actor: Actor, at: Any) -> Outcome[None]:
            store_plan(plan=sheet(5), import_id=uuid4(), at=at, progress=cancel)
            return Outcome(None)

    with pytest.raises(Stop):
        FUNCTIONS["test:plan:cancel"](actor=owner, at=now())
    assert state_of(owner) == {table: [] for table in TABLES}


def test_what_an_import_replaced_is_kept_until_it_is_forgotten() -> None:
    owner = found()
    store(owner, sheet(3))
    import_id = uuid4()
    assert store(owner, sheet(3, mobile_from=500), import_id=import_id).updated == 3
    assert len(state_of(owner)["vault_record_history"]) == 3
    with tenant(owner.tenant_id), transaction.atomic():
        forget_former(import_id=import_id)
    assert state_of(owner)["vault_record_history"] == []
    with pytest.raises(BadInput, match=r"vault.import-too-old-to-undo"):
        undo(owner, import_id)


def test_two_who_replace_at_once_do_not_lose_a_value() -> None:
    owner = found()
    client_id = make_client(owner)
    person_id = make_person(owner, client_id)

    def replace(number: int) -> str:
        try:
            services.replace_field(
                actor=owner, at=now(), client_id=client_id, subject_id=person_id, kind="mobile",
                value=fictitious.mobile(number), revision=1,
            )  # fmt: skip
        except BadInput as refused:
            return refused.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(replace, range(10, 14)))
    assert sorted(outcomes) == ["done"] + ["vault.changed-meanwhile"] * 3


def test_two_imports_at_once_make_a_client_once() -> None:
    owner = found()

    def run(_: int) -> int:
        try:
            return store(owner, sheet(5)).created
        finally:
            connection.close()

    store(owner, sheet(1, first=900))  # declares the act before two threads do
    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(run, range(3))) == [0, 0, 10]
    assert len(people(owner)) == 6
