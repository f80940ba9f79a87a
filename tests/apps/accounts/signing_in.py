"""Signing in through the real pages: an address of one's own, a password, an authenticator computed by RFC 6238."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
import time
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from fengni.core.access.actor import Actor
from tests.cast import PASSWORD, login_of

PERIOD = 30


def browser(**headers: str) -> Client:
    """A browser at an address of its own, because failures are counted per address."""
    address = f"198.18.{secrets.randbelow(256)}.{secrets.randbelow(256)}"
    return Client(SERVER_NAME="127.0.0.1", REMOTE_ADDR=address, headers=headers)


def sign_in(client: Client, actor: Actor, password: str = PASSWORD) -> Any:
    """Send the sign-in form."""
    return client.post(reverse("account_login"), {"login": login_of(actor), "password": password})


def signed_in(actor: Actor) -> Client:
    """A browser after the password."""
    client = browser()
    assert sign_in(client, actor).status_code == 302
    return client


def code(secret: str) -> str:
    """The six digits an authenticator shows; never one that is about to change."""
    if time.time() % PERIOD > PERIOD - 5:
        time.sleep(PERIOD - time.time() % PERIOD)
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // PERIOD), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack_from('>I', digest, offset)[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def other(right: str) -> str:
    """A wrong code."""
    return f"{(int(right) + 1) % 1_000_000:06d}"


def confirm_password(client: Client, address: str) -> HttpResponse:
    """Open a page that first asks for the password again."""
    asked = client.get(address)
    assert asked.status_code == 302
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    return client.post(asked["Location"], {"password": PASSWORD, "next": address}, follow=True)  # type: ignore[return-value]  # a page


def set_up_totp(client: Client) -> str:
    """Set up an authenticator app as the pages ask for it; returns its secret."""
    page = confirm_password(client, reverse("mfa_activate_totp"))
    secret: str = page.context["form"].secret  # type: ignore[attr-defined]  # the test client's page
    done = client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert done.status_code == 302, done.content.decode()
    return secret


def enter_code(client: Client, typed: str) -> Any:
    """Send the second step."""
    return client.post(reverse("mfa_authenticate"), {"code": typed})
