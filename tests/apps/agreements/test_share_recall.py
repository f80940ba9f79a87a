"""agreements:share:recall"""

from __future__ import annotations

import pytest
from django.db import transaction

from fengni.apps.acts.models import Grant
from fengni.apps.agreements import services, sharing
from fengni.apps.common.tenancy import tenant
from fengni.core.errors import Denied
from tests.apps.agreements.sharing import shared, view
from tests.apps.guests.inviting import link_of
from tests.apps.vault.files import entries
from tests.cast import now


def test_recalling_ends_grants_and_link_and_tells_what_was_seen() -> None:
    one = shared()
    view(one, "name")
    done = services.recall_share(actor=one.cast.owner, at=now(), share_id=one.share_id).value
    assert not done.opened  # seen by the actor of this test, never through the link
    assert entries(one.cast.tenant_id)[-1]["facts"] == {"opened": 0, "views": 1}
    with pytest.raises(Denied, match=r"agreements.share-recalled"):
        view(one, "name")
    assert link_of(one.cast.tenant_id, one.made.link_id).recalled_at is not None
    with tenant(one.cast.tenant_id), transaction.atomic():
        assert not Grant.objects.filter(member_id=one.made.guest_id, until__gt=now()).exists()
    again = services.recall_share(actor=one.cast.owner, at=now(), share_id=one.share_id).value
    assert again == done


def test_shares_of_a_matter_or_about_a_person_are_recalled_together() -> None:
    one = shared()
    with tenant(one.cast.tenant_id), transaction.atomic():
        assert sharing.live_shares(one.matter_id, now())
        assert sharing.recall_shares(person_id=one.matter_id, at=now()) == 0
        assert sharing.recall_shares(person_id=one.person_id, at=now()) == 1
        assert sharing.recall_shares(matter_id=one.matter_id, at=now()) == 0
        assert sharing.live_shares(one.matter_id, now()) == []


def test_others_recall_nothing() -> None:
    one = shared()
    for who, code in (
        (one.cast.agent, "access.scope"),
        (one.cast.auditor, "access.role"),
        (one.cast.intruder, "access.role"),
        (one.guest, "access.role"),
        (one.cast.stranger, "agreements.no-such-share"),
    ):
        with pytest.raises(Denied, match=code):
            services.recall_share(actor=who, at=now(), share_id=one.share_id)
    assert view(one, "name")
