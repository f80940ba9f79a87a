"""Sign-in, plugged into the kept identity package: our user table, our ledger, factors sealed at rest."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from fengni.apps.accounts.models import Member, User
from fengni.apps.accounts.queries import actor_of
from fengni.apps.accounts.services import open_session
from fengni.apps.acts.acting import record_refusal
from fengni.apps.common.custodian import custodian
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.core.vault.envelope import open_display, seal_display

_INSTALLATION = UUID(int=0)  # the key branch of things that belong to no tenant yet


class LoginBackend:
    """Checks login and password against the exempt user table; the same work is done for an unknown login."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        if not username or password is None:
            return None
        user = User.objects.select_related("tenant").filter(login=username.strip()).first()
        if user is None:
            make_password(password)  # as slow as a check, so that time tells nothing about who exists
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: str) -> User | None:
        return User.objects.select_related("tenant").filter(id=user_id, is_active=True).first()


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the package ships no types
    """No sign-up; every sign-in and every failed one stands in the ledger."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        actor = actor_of(user, session_key=request.session.session_key or "", address=client_address(request))
        records = get_authentication_records(request)
        factor = str(records[-1].get("type") or records[-1].get("method", "password")) if records else "password"
        open_session(actor=actor, at=datetime.now(UTC), factor=factor)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        login = str(credentials.get("username") or "")
        user = User.objects.filter(login=login.strip()).first()
        if user is None:
            return  # nobody's ledger: a login that does not exist belongs to no tenant
        record_refusal(
            actor=actor_of(user, address=client_address(request)),
            act="accounts:session:open",
            at=datetime.now(UTC),
            code="accounts.sign-in-failed",
        )


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # the package ships no types
    """Second-factor secrets are sealed under the installation's display key."""

    def encrypt(self, text: str) -> str:
        record = uuid7()
        sealed = seal_display(
            custodian().display_key(_INSTALLATION), _INSTALLATION, record, 0, {"secret": text}
        )
        return f"{record.hex}.{sealed.hex()}"

    def decrypt(self, encrypted_text: str) -> str:
        record, sealed = encrypted_text.split(".", 1)
        fields = open_display(
            custodian().display_key(_INSTALLATION), _INSTALLATION, UUID(hex=record), 0, bytes.fromhex(sealed)
        )
        return fields["secret"]

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": "Fengni 封泥"}


def client_address(request: HttpRequest) -> str:
    """The peer's address as the server sees it; no forwarded header is believed here."""
    return str(request.META.get("REMOTE_ADDR") or "")


def member_of(user: User) -> Member:
    """The member behind a signed-in user."""
    with tenant(user.tenant_id):
        return Member.objects.get(user_id=user.pk)
