"""A second factor in a real browser: outside a demonstration the password leads to its set-up, and a passkey opens."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from fengni.core.access.actor import Actor
from tests.apps.vault.files import entries
from tests.cast import PASSWORD, found, login_of
from tests.web.browsing import Open, Screen

pytestmark = pytest.mark.browser
KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def _at(shown: Screen, name: str) -> str:
    """An address by the name of the machine: a passkey belongs to a name, not to a number."""
    return shown.address.replace("127.0.0.1", "localhost") + reverse(name)


def _sign_in(shown: Screen, actor: Actor) -> Page:
    page = shown.page
    page.goto(_at(shown, "account_login"))
    page.locator("input[name=login]").fill(login_of(actor))
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    return page


def test_a_passkey_is_set_up_before_anything_else_and_opens_from_then_on(screen: Open) -> None:
    owner, shown = found(demo=False), screen()
    devtools = shown.context.new_cdp_session(shown.page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})

    page = _sign_in(shown, owner)
    page.wait_for_url(_at(shown, "mfa_index"))
    page.goto(_at(shown, "vault:clients"))
    expect(page).to_have_url(_at(shown, "mfa_index"))
    page.locator(f"a[href='{reverse('mfa_add_webauthn')}']").click()
    page.locator("#main input[name=password], main input[name=password]").first.fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.locator("#mfa_webauthn_add").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.goto(_at(shown, "vault:clients"))
    expect(page).to_have_url(_at(shown, "vault:clients"))

    shown.context.clear_cookies()
    page = _sign_in(shown, owner)
    page.wait_for_url(_at(shown, "mfa_authenticate"))
    page.locator("#mfa_webauthn_authenticate").click()
    page.wait_for_url(_at(shown, "home"))
    told = [(e["act"], e["facts"].get("factor")) for e in entries(owner.tenant_id)]
    assert told[1:] == [
        ("accounts:session:open", "password"),
        ("accounts:credential:change", "webauthn"),
        ("accounts:session:open", "webauthn"),
    ]
