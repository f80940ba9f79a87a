"""A block stops reading too: the next page, the next REST call, the next command, not only the next act."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse

from fengni.apps.accounts.models import ApiToken
from fengni.apps.accounts.queries import session_pseudonym, token_digest
from fengni.apps.accounts.services import issue_token
from fengni.apps.acts.models import Block
from fengni.apps.common.tenancy import tenant
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied
from tests.apps.accounts.signing_in import browser, signed_in
from tests.apps.vault.files import make_client
from tests.cast import assemble, now


def _block(actor: Actor, kind: str, subject: str, *, until: timedelta | None = None) -> Block:
    at = now()
    with tenant(actor.tenant_id), transaction.atomic():
        return Block.objects.create(
            tenant_id=actor.tenant_id, kind=kind, subject=subject, code="test", created_at=at,
            until=at + until if until is not None else None,
        )  # fmt: skip


def _subject(kind: str, actor: Actor, client: Client) -> str:
    return {
        "account": actor.id.hex,
        "session": session_pseudonym(client.session.session_key or ""),
        "address": str(client.defaults["REMOTE_ADDR"]),
    }[kind]


@pytest.mark.parametrize("kind", ["account", "session", "address"])
def test_the_blocked_read_nothing(kind: str) -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    client, colleague = signed_in(cast.lead), signed_in(cast.owner)
    pages = [reverse(n) for n in ("home", "vault:clients", "vault:persons", "ledger:entries", "accounts:people")]
    pages.append(reverse("vault:client", args=[client_id]))
    assert [client.get(page).status_code for page in pages] == [200] * len(pages)
    row = _block(cast.lead, kind, _subject(kind, cast.lead, client))
    for page in pages:
        answer = client.get(page)
        assert (answer.status_code, "您的访问已被暂停" in answer.content.decode()) == (403, True), page
        assert "示例·青禾" not in answer.content.decode()
    rest = client.get("/api/v1/clients")
    assert (rest.status_code, rest.json()["type"]) == (403, "urn:fengni:access.blocked")
    assert client.post(reverse("vault:search"), {"q": "lzh"}).status_code == 403
    assert colleague.get(reverse("vault:clients")).status_code == 200
    with tenant(cast.tenant_id), transaction.atomic():
        row.lifted_at = now()
        row.save()
    assert client.get(reverse("vault:clients")).status_code == 200
    _block(cast.lead, kind, _subject(kind, cast.lead, client))
    assert client.post(reverse("account_logout")).status_code == 302  # the way out stays open


def test_a_block_ends_at_its_instant_and_binds_its_tenant() -> None:
    cast = assemble()
    client = signed_in(cast.lead)
    _block(cast.lead, "account", cast.lead.id.hex, until=timedelta(seconds=-1))
    _block(cast.stranger, "account", cast.lead.id.hex)
    _block(cast.lead, "person_view", f"{cast.lead.id.hex}:{cast.lead.id.hex}")
    assert client.get(reverse("vault:clients")).status_code == 200


def test_an_address_is_the_readers_and_nobody_can_make_one_up() -> None:
    """Behind TLS the proxy names the reader; the proxy's own address would stand for everybody."""
    cast = assemble()
    client = signed_in(cast.lead)
    _block(cast.lead, "address", "198.51.100.7")

    def asked(forwarded: str) -> int:
        return client.get(reverse("vault:clients"), headers={"x-forwarded-for": forwarded}).status_code

    assert asked("198.51.100.7") == 200  # no proxy is trusted: the header is anybody's word
    with override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1):
        assert asked("203.0.113.9, 198.51.100.7") == 403
        assert asked("198.51.100.7, 203.0.113.9") == 200


def test_a_blocked_members_token_reads_nothing(tmp_path: Path) -> None:
    from fengni.cli.session import signed_in as command

    cast = assemble()
    token = issue_token(actor=cast.lead, at=now(), label="夜间导入").value
    file = tmp_path / "token"
    file.write_text(token, "utf-8")
    file.chmod(0o600)
    rest = browser(authorization=f"Bearer {token}")
    assert rest.get("/api/v1/clients").status_code == 200
    assert command(file).id == cast.lead.id
    row = ApiToken.objects.get(token_hash=token_digest(token))
    for kind, subject in (("account", cast.lead.id.hex), ("session", row.id.hex)):
        block = _block(cast.lead, kind, subject)
        assert rest.get("/api/v1/clients").json()["type"] == "urn:fengni:access.blocked"
        with pytest.raises(Denied, match=r"access.blocked"):
            command(file)
        with tenant(cast.tenant_id), transaction.atomic():
            block.lifted_at = now()
            block.save()
