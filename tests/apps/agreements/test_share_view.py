"""agreements:share:view"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fengni.apps.acts.models import Grant
from fengni.apps.agreements import services
from fengni.apps.agreements.models import Agreement, Share
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.core.errors import BadInput, Denied
from tests.apps.agreements.sharing import PURPOSE, change_share, shared, view
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


ENDS = {
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


def _agreement(one: object, **columns: object) -> None:
    with tenant(one.cast.tenant_id), transaction.atomic():  # type: ignore[attr-defined]
        Agreement.objects.update(**columns)


def _grants(one: object, **columns: object) -> None:
    with tenant(one.cast.tenant_id), transaction.atomic():  # type: ignore[attr-defined]
        Grant.objects.filter(member_id=one.made.guest_id).update(**columns)  # type: ignore[attr-defined]


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
