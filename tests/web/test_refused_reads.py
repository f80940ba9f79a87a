"""Being refused something to read stands in the ledger: by page and by REST, once, without whom it was about."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from fengni.apps.accounts.services import issue_token
from tests.apps.vault.files import make_client, refusals
from tests.cast import Cast, assemble, now
from tests.web.browsing import signed_in

READ = "web:page:read"


@pytest.fixture(scope="module")
def cast() -> Cast:
    return assemble()


@pytest.fixture(scope="module")
def client_id(cast: Cast) -> UUID:
    return make_client(cast.owner)


def test_a_colleague_without_the_client_is_refused_and_recorded(cast: Cast, client_id: UUID) -> None:
    before = refusals(cast.tenant_id, READ)
    assert signed_in(cast.colleague).get(f"/clients/{client_id}/").status_code == 403
    new = refusals(cast.tenant_id, READ)[len(before) :]
    assert len(new) == 1
    assert new[0].startswith(("access.", "parties."))


def test_over_rest_too(cast: Cast, client_id: UUID) -> None:
    before = refusals(cast.tenant_id, READ)
    token = issue_token(actor=cast.colleague, at=now(), label="test").value
    answer = Client(headers={"Authorization": f"Bearer {token}"}).get(f"/api/v1/clients/{client_id}")
    assert answer.status_code == 403
    assert len(refusals(cast.tenant_id, READ)) == len(before) + 1


def test_what_was_answered_is_no_refusal(cast: Cast, client_id: UUID) -> None:
    before = refusals(cast.tenant_id, READ)
    assert signed_in(cast.owner).get(f"/clients/{client_id}/").status_code == 200
    assert signed_in(cast.colleague).get("/clients/no-such-page/").status_code == 404
    assert refusals(cast.tenant_id, READ) == before
