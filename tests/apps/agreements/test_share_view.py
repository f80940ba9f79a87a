"""agreements:share:view"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fengni.apps.acts.models import Grant
from fengni.apps.agreements import queries, services
from fengni.apps.agreements.models import Agreement, Share
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.apps.guests.models import Guest
from fengni.apps.vault.models import Unit
from fengni.core.errors import BadInput, Denied
from tests.apps.agreements.sharing import PURPOSE, Shared, change_share, freeze, shared, view
from tests.apps.vault.files import CANARY_ID, entries, refusals
from tests.cast import now


def test_a_partner_sees_what_was_named_and_each_view_is_an_entry_about_the_person() -> None:
    one = shared()
    assert view(one, "name") == {"name": "陆知衡"}
    assert view(one, "id_number") == {"id_number": CANARY_ID}
    assert set(view(one, "company_name", "uscc", subject_id=one.client_id)) == {"company_name", "uscc"}
    written = [entry for entry in entries(one.cast.tenant_id) if entry["act"] == "agreements:share:view"]
    assert [(entry["purpose"], entry["count"], entry["facts"]) for entry in written] == [
        (PURPOSE, 1, {"view": 1}), (PURPOSE, 1, {"view": 2}), (PURPOSE, 0, {"view": 3}),
    ]  # fmt: skip
    assert CANARY_ID not in str(written)


def test_what_was_not_named_is_absent() -> None:
    one = shared()
    for kinds, subject in ((("mobile",), None), (("name", "mobile"), None), ((), None), (("name",), one.client_id)):
        with pytest.raises(Denied, match=r"agreements.not-shared"):
            view(one, *kinds, subject_id=subject)
    with pytest.raises(BadInput, match=r"agreements.one-at-a-time"):
        view(shared(person_kinds=("id_number", "mobile")), "id_number", "mobile")


def test_nobody_else_views_a_share() -> None:
    one, other = shared(), shared()
    for who, code in (
        (other.guest, "agreements.no-such-share"),
        (one.cast.owner, "agreements.no-such-share"),
        (one.cast.colleague, "agreements.no-such-share"),
        (one.cast.auditor, "agreements.no-such-share"),
        (one.cast.intruder, "agreements.no-such-share"),
        (one.cast.stranger, "agreements.no-such-share"),
    ):
        with pytest.raises(Denied, match=code):
            view(one, "name", actor=who)
    assert set(refusals(one.cast.tenant_id, "agreements:share:view")) == {"agreements.no-such-share"}
    with pytest.raises(Denied, match=r"access.scope|access.purpose"):
        services.view_share(
            actor=one.guest, at=now(), share_id=one.share_id, subject_id=one.person_id, kinds=("name",),
            purpose="purpose.accounting",
        )  # fmt: skip


def test_what_was_opened_is_told_to_the_sender_only() -> None:
    one = shared()
    view(one, "name")
    view(one, "id_number")
    with tenant(one.cast.tenant_id), transaction.atomic():
        page = queries.share(actor=one.cast.owner, at=now(), share_id=one.share_id)
        assert [(seen.name, seen.kinds) for seen in page.seen] == [("陆知衡", ("id_number",)), ("陆知衡", ("name",))]
        assert [seen.seen for seen in queries.room(guest=Guest.objects.get(id=one.made.guest_id), at=now())] == [()]


def test_a_value_that_is_not_on_file_counts_as_no_clear_view() -> None:
    one = shared(person_kinds=("bank_account",))
    assert view(one, "bank_account") == {"bank_account": ""}
    assert entries(one.cast.tenant_id)[-1]["clear"] == 0


def test_what_the_law_seals_is_not_opened_and_a_frozen_view_is_refused() -> None:
    one = shared()
    with tenant(one.cast.tenant_id), transaction.atomic():
        Unit.objects.filter(subject_id=one.person_id).update(sealed_until=now().date())
    with pytest.raises(Denied, match=r"vault.sealed"):
        view(one, "name")
    freeze(one)
    with pytest.raises(Denied, match=r"access.view-frozen"):
        view(one, "name")


ENDS: dict[str, tuple[str, Callable[[Shared], None]]] = {
    "recalled": ("agreements.share-recalled", lambda one: change_share(one, recalled_at=now())),
    "expired": ("agreements.share-expired", lambda one: change_share(one, until=now() - timedelta(seconds=1))),
    "used up": ("agreements.share-used-up", lambda one: change_share(one, views=20)),
    "never sent": ("agreements.share-prepared", lambda one: change_share(one, sent_at=None)),
    "another guest's": ("agreements.no-such-share", lambda one: change_share(one, guest_id=uuid7())),
    "agreement over": ("agreements.share-uncovered", lambda one: _agreement(one, until=now())),
    "agreement ended": ("agreements.share-uncovered", lambda one: _agreement(one, state="ended")),
    "agreement unproved": ("agreements.share-uncovered", lambda one: _agreement(one, assurance="staff")),
    "grant over": ("access.scope", lambda one: _grants(one, until=now())),
    "grant without agreement": ("access.no-agreement", lambda one: _grants(one, agreement="")),
    "grant of other fields": ("access.scope", lambda one: _grants(one, fields=["mobile"])),
}


def _agreement(one: Shared, **columns: object) -> None:
    with tenant(one.cast.tenant_id), transaction.atomic():
        Agreement.objects.update(**columns)


def _grants(one: Shared, **columns: object) -> None:
    with tenant(one.cast.tenant_id), transaction.atomic():
        Grant.objects.filter(member_id=one.made.guest_id).update(**columns)


@pytest.mark.parametrize("how", sorted(ENDS))
def test_whatever_ended_lets_nothing_out(how: str) -> None:
    one = shared()
    code, end = ENDS[how]
    end(one)
    with pytest.raises(Denied) as refused:
        view(one, "name")
    assert refused.value.code == code


@given(st.sets(st.sampled_from(sorted(ENDS)), min_size=1, max_size=4))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_combination_of_ends_lets_a_value_out(how: set[str]) -> None:
    one = shared(client_kinds=(), person_kinds=("name",))
    for end in sorted(how):
        ENDS[end][1](one)
    with pytest.raises(Denied):
        view(one, "name")
    with tenant(one.cast.tenant_id), transaction.atomic():
        assert Share.objects.get(id=one.share_id).views in {0, 20}
