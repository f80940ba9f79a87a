"""accounts:session:end"""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from fengni.apps.accounts import queries
from fengni.apps.accounts.queries import session_pseudonym
from fengni.apps.accounts.services import end_session
from fengni.apps.common.tenancy import tenant
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from tests.apps.accounts.signing_in import signed_in
from tests.apps.vault.files import entries, refusals
from tests.cast import assemble, now


def _listed(reader: Actor) -> list[UUID]:
    with tenant(reader.tenant_id):
        return [row.member_id for row in queries.sessions(actor=reader, at=now())]


def _pseudonym(client: Client) -> str:
    return session_pseudonym(client.session.session_key or "")


def test_no_page_shows_a_key_that_opens_a_session() -> None:
    cast = assemble()
    colleague, owner = signed_in(cast.agent), signed_in(cast.owner)
    page = owner.get(reverse("accounts:devices")).content.decode()
    assert _pseudonym(colleague) in page
    for client in (colleague, owner):
        assert client.session.session_key not in page


def test_a_killed_session_is_signed_out_at_its_next_request() -> None:
    cast = assemble()
    lost, kept = signed_in(cast.agent), signed_in(cast.agent)
    assert kept.post(reverse("accounts:end_session"), {"session": _pseudonym(lost)}).status_code == 302
    assert lost.get(reverse("vault:clients"))["Location"].startswith(reverse("account_login"))
    assert lost.get("/api/v1/clients").status_code == 401
    assert kept.get(reverse("vault:clients")).status_code == 200
    entry = entries(cast.tenant_id)[-1]
    assert (entry["act"], entry["resource"]["id"]) == ("accounts:session:end", cast.agent.id.hex)


@pytest.mark.parametrize("who", ["owner", "admin", "security"])
def test_keepers_see_and_end_everybodys(who: str) -> None:
    cast = assemble()
    client = signed_in(cast.agent)
    keeper = getattr(cast, who)
    assert _listed(keeper) == [cast.agent.id]
    end_session(actor=keeper, at=now(), session=_pseudonym(client))
    assert _listed(keeper) == []
    assert client.get(reverse("vault:clients")).status_code == 302


@pytest.mark.parametrize("who", ["lead", "colleague", "dpo", "auditor", "intruder"])
def test_others_neither_see_nor_end_a_colleagues(who: str) -> None:
    cast = assemble()
    client = signed_in(cast.agent)
    assert _listed(getattr(cast, who)) == []
    with pytest.raises(Denied, match=r"access.role"):
        end_session(actor=getattr(cast, who), at=now(), session=_pseudonym(client))
    assert refusals(cast.tenant_id, "accounts:session:end") == ["access.role"]
    assert client.get(reverse("vault:clients")).status_code == 200


def test_a_stranger_does_not_find_the_session() -> None:
    cast = assemble()
    client = signed_in(cast.agent)
    for unknown in (_pseudonym(client), client.session.session_key or "", "a" * 32):
        with pytest.raises(BadInput, match=r"accounts.no-such-session"):
            end_session(actor=cast.stranger, at=now(), session=unknown)
    assert _listed(cast.stranger) == []
    assert client.get(reverse("vault:clients")).status_code == 200


def test_a_session_ends_after_twelve_hours_however_busy_it_is() -> None:
    client = signed_in(assemble().agent)
    assert client.get(reverse("vault:clients")).status_code == 200
    session = client.session
    session["since"] -= 12 * 3600 - 60
    session.save()
    assert client.get(reverse("vault:clients")).status_code == 200
    assert client.get("/api/v1/clients").status_code == 200
    session = client.session
    session["since"] -= 61
    session.save()
    assert client.get("/api/v1/clients").status_code == 401
    assert client.get(reverse("vault:clients")).status_code == 302


def test_signing_out_ends_the_session() -> None:
    cast = assemble()
    client = signed_in(cast.agent)
    client.post(reverse("account_logout"))
    assert client.get(reverse("vault:clients")).status_code == 302
    assert _listed(cast.owner) == []
