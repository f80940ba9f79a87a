"""guests:link:recall, and the story of the link that went to the wrong person."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from django.db import transaction

from fengni.apps.acts.models import Grant
from fengni.apps.common.tenancy import tenant
from fengni.apps.guests import services
from fengni.apps.ledger import queries as ledger
from fengni.apps.ledger import sealer
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied
from fengni.core.ledger import verifier
from tests.apps.guests.inviting import ask, come_in, invited, phone, wrong
from tests.apps.vault.files import refusals
from tests.cast import found, now


def test_the_wrong_chat_taken_back_unopened_and_the_ledger_proves_it() -> None:
    """Previews came, somebody pressed the button and guessed; nobody had the code. That is what the entry says."""
    one = invited()
    stranger = phone()
    for _ in range(3):
        stranger.get(one.path)
    code = ask(one, stranger)
    assert stranger.get(f"{one.path}code/").status_code == 200
    assert stranger.post(f"{one.path}code/", {"code": wrong(code)}).status_code == 400
    done = services.recall_link(actor=one.cast.owner, at=now(), link_id=one.made.link_id)
    assert (done.value.opened, done.value.opens, done.value.previews, done.value.asks) == (False, 0, 4, 1)
    assert "这个链接已被撤回" in stranger.post(f"{one.path}code/", {"code": code}).content.decode()
    assert refusals(one.cast.tenant_id, "guests:code:enter") == []  # the page said so before any act was tried
    sealer.seal_round(at=now())
    with tenant(one.cast.tenant_id):
        proof = ledger.entry_proof_file(one.cast.owner, entry_id=done.entry_id)
        key = ledger.log_fingerprint()
    assert verifier.check(proof, key=key).status == "verified"
    body = json.loads(proof)["entry"]["body"]
    assert (body["act"], body["outcome"], body["resource"]["id"]) == (
        "guests:link:recall", "done", one.made.link_id.hex,
    )  # fmt: skip
    assert body["facts"] == {"opened": 0, "opens": 0, "previews": 4, "asks": 1}


def test_taken_back_after_opening_the_doors_shut() -> None:
    one = invited()
    browser = come_in(one)
    assert browser.get("/my/").status_code in {200, 302}
    done = services.recall_link(actor=one.cast.owner, at=now(), link_id=one.made.link_id)
    assert (done.value.opened, done.value.opens) == (True, 1)
    assert browser.get("/my/").status_code == 401
    again = services.recall_link(actor=one.cast.lead, at=now(), link_id=one.made.link_id)
    assert again.value.opened
    with tenant(one.cast.tenant_id), transaction.atomic():
        assert not [g for g in Grant.objects.filter(member_id=one.made.guest_id) if g.until is None or g.until > now()]


def test_who_may_take_back() -> None:
    one = invited()
    cast = one.cast
    for who, code in (
        (cast.agent, "access.scope"),
        (cast.dpo, "access.role"),
        (cast.auditor, "access.role"),
        (cast.admin, "access.role"),
        (cast.intruder, "access.role"),
        (Actor(id=one.made.guest_id, tenant_id=cast.tenant_id, roles=frozenset({"client"})), "access.role"),
        (cast.stranger, "no-such-link"),
        (found(), "no-such-link"),
    ):
        with pytest.raises(Denied, match=code):
            services.recall_link(actor=who, at=now(), link_id=one.made.link_id)
    with pytest.raises(Denied, match="no-such-link"):
        services.recall_link(actor=cast.owner, at=now(), link_id=uuid4())
    assert len(refusals(cast.tenant_id, "guests:link:recall")) == 7
