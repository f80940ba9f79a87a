"""Sign-in, plugged into the kept identity package: our user table, our ledger, factors sealed at rest."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth import logout
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils.functional import lazy

from fengni.apps.accounts.models import User
from fengni.apps.accounts.queries import actor_of
from fengni.apps.accounts.services import change_credential, open_session
from fengni.apps.acts.acting import record_refusal
from fengni.apps.common.custodian import custodian
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.language import said
from fengni.core.access.actor import Actor
from fengni.core.vault.envelope import open_display, seal_display

_INSTALLATION = UUID(int=0)  # the key branch of things that belong to no tenant yet
_said = lazy(said, str)


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
    """No sign-up, no mail; every sign-in, every failed one and every change of a credential stands in the ledger."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _said("accounts.sign-in-failed"),
        "too_many_login_attempts": _said("accounts.sign-in-paused"),
        "rate_limited": _said("accounts.sign-in-paused"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        records = get_authentication_records(request, user)
        factor = str(records[-1].get("type") or records[-1].get("method", "password")) if records else "password"
        try:
            open_session(actor=_actor(request, user), at=datetime.now(UTC), factor=factor)
        except Exception:
            logout(request)  # a session that the ledger knows nothing of, or refuses, does not live
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        login = str(credentials.get("username") or "")
        user = User.objects.filter(login=login.strip()).first()
        if user is None:
            return  # nobody's ledger: a login that does not exist belongs to no tenant
        record_failure(request, user, "accounts.sign-in-failed")

    def send_notification_mail(self, template_prefix: str, user: User, *_: Any, **__: Any) -> None:
        """Called by the identity package after a change, with a name like `mfa/email/totp_activated`."""
        factor, change = template_prefix.rpartition("/")[2].rsplit("_", 1)
        change_credential(
            actor=_actor(self.request, user),
            at=datetime.now(UTC),
            factor=factor,
            change=change,
            session_key=self.request.session.session_key or "",
        )


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # the package ships no types
    """Second-factor secrets are sealed under the installation's display key."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": _said("accounts.code-wrong")}

    def encrypt(self, text: str) -> str:
        record = uuid7()
        sealed = seal_display(custodian().display_key(_INSTALLATION), _INSTALLATION, record, 0, {"secret": text})
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


def record_failure(request: HttpRequest, user: User, code: str) -> None:
    """Write a sign-in that failed into the ledger of the user's tenant."""
    actor = actor_of(user, address=client_address(request))
    record_refusal(actor=actor, act="accounts:session:open", at=datetime.now(UTC), code=code)


def _actor(request: HttpRequest, user: User) -> Actor:
    return actor_of(user, session_key=request.session.session_key or "", address=client_address(request))


def client_address(request: HttpRequest) -> str:
    """The reader's address: the peer's, or behind TLS what the one proxy in front says. No other header is believed."""
    return str(get_adapter(request).get_client_ip(request))
