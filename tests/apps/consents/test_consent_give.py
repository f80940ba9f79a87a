"""consents:consent:give"""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import transaction

from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.apps.consents import queries, register, services
from fengni.apps.consents.telling import Giving
from fengni.apps.guests.links import STAFF
from fengni.apps.guests.models import Guest
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from tests.apps.matters.portal import Mine, mine
from tests.apps.vault.files import entries
from tests.cast import now


def _scopes(one: Mine) -> dict[str, str]:
    with tenant(one.cast.tenant_id):
        return queries.standing(person_id=one.person_id, matter_id=one.matter_id).scopes


def _of_matter(one: Mine, actor: Actor, tenant_id: UUID | None = None) -> tuple[queries.ConsentRow, ...]:
    with tenant(tenant_id or one.cast.tenant_id), transaction.atomic():
        return queries.of_matter(actor=actor, at=now(), matter_id=one.matter_id)


def test_each_scope_is_a_yes_of_its_own_and_stands_once() -> None:
    one = mine()
    assert one.consent("notice") == ("notice",)
    assert _scopes(one) == {"notice": "given", "sensitive": "none", "partner": "none"}
    assert one.consent("notice", "sensitive") == ("sensitive",)
    last = entries(one.cast.tenant_id)[-1]
    assert last["facts"]["scopes"] == "sensitive"
    assert last["facts"]["text"] == one.telling.digest
    assert last["count"] == 1


def test_a_code_that_staff_read_out_counts_only_after_the_person_confirms() -> None:
    one = mine()
    one.consent("notice", "sensitive", assurance=STAFF)
    assert _scopes(one)["sensitive"] == "unproved"
    with tenant(one.cast.tenant_id), transaction.atomic():
        Guest.objects.filter(id=one.guest.id).update(confirmed_at=now())
    assert _scopes(one)["sensitive"] == "given"


def test_a_yes_by_the_person_takes_the_place_of_a_yes_by_staffs_word() -> None:
    one = mine()
    one.consent("notice", "sensitive", assurance=STAFF)
    assert one.consent("notice", "sensitive", assurance=STAFF) == ()  # no better than before
    assert one.consent("notice", "sensitive") == ("notice", "sensitive")
    assert _scopes(one)["sensitive"] == "given"
    assert one.consent("sensitive", assurance=STAFF) == ()  # a proved yes is not made worse
    assert _scopes(one)["sensitive"] == "given"


def test_staff_see_who_was_told_what_on_whose_word() -> None:
    one = mine()
    one.consent("notice", assurance=STAFF)
    one.consent("sensitive")
    rows = _of_matter(one, one.cast.owner)
    told = [(row.scope, row.state, row.assurance) for row in rows if row.person_id == one.person_id]
    assert told == [
        ("notice", "unproved", "staff"),
        ("sensitive", "given", "independent"),
        ("partner", "none", ""),
    ]
    for who in (one.cast.colleague, one.cast.intruder):
        with pytest.raises(Denied):
            _of_matter(one, who)
    assert _of_matter(one, one.cast.stranger, one.cast.stranger_tenant_id) == ()


def test_only_what_something_rests_on_is_asked() -> None:
    by_law, by_yes = (Giving(uuid7(), "purpose.bank_visit", ("name",), yes) for yes in (False, True))
    assert register.needed(["contract", "legal_duty"], [by_law]) == ("notice",)
    assert register.needed(["contract"], [by_law, by_yes]) == ("notice", "partner")
    assert register.needed(["legal_duty", "separate_consent"], [by_yes]) == register.SCOPES


def test_what_was_taken_back_is_gone_and_can_be_given_again() -> None:
    one = mine()
    one.consent()
    with tenant(one.cast.tenant_id), transaction.atomic():
        stood = register.withdraw(one.person_id, one.matter_id, register.SCOPES, now())
    assert stood == ("sensitive", "partner")  # that somebody was told cannot be taken back
    assert _scopes(one) == {"notice": "given", "sensitive": "withdrawn", "partner": "withdrawn"}
    assert one.consent("sensitive") == ("sensitive",)
    assert _scopes(one)["sensitive"] == "given"


def test_another_text_other_scopes_and_other_people_are_refused() -> None:
    one, other = mine(), mine()
    digest = one.telling.digest
    for scopes, text, code in (
        (("notice",), "0" * 64, "consents.text-changed"),
        ((), digest, "consents.scope-unknown"),
        (("everything",), digest, "consents.scope-unknown"),
    ):
        with pytest.raises(BadInput, match=code):
            services.give_consent(
                actor=one.guest, at=now(), matter_id=one.matter_id, scopes=scopes, text_hash=text, assurance=STAFF,
                lang="en",
            )  # fmt: skip
    cast = one.cast
    for who in (cast.owner, cast.colleague, cast.auditor, cast.intruder, cast.stranger, other.guest):
        with pytest.raises(Denied, match=r"consents.no-matter|access.role"):
            services.give_consent(
                actor=who, at=now(), matter_id=one.matter_id, scopes=("notice",), text_hash=digest, assurance=STAFF,
                lang="zh",
            )  # fmt: skip
    with pytest.raises(Denied, match=r"consents.no-matter"):
        services.give_consent(
            actor=one.guest, at=now(), matter_id=uuid7(), scopes=("notice",), text_hash=digest, assurance=STAFF,
            lang="zh",
        )  # fmt: skip


def test_the_wording_stands_in_both_languages() -> None:
    shown = register.notice()
    assert [code for code, *_ in shown.cards] == ["who", "what", "why", "whom", "long"]
    assert [code for code, *_ in shown.scopes] == list(register.SCOPES)
    assert all(all(texts) for _, *pairs in (*shown.cards, *shown.scopes) for texts in pairs)
    with pytest.raises(BadInput, match=r"consents.notice-unknown"):
        register.notice("1999-01")
