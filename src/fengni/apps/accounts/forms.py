"""Forms of sign-in, invitations and members."""

from __future__ import annotations

from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from fengni.apps.accounts.authentication import record_failure
from fengni.apps.common.language import said
from fengni.core.access.actor import STAFF_ROLES

ROLE_ORDER = ("owner", "lead", "agent", "dpo", "auditor", "security", "admin")
assert set(ROLE_ORDER) == STAFF_ROLES  # noqa: S101  # a new role must get its place here


class SignInForm(LoginForm):  # type: ignore[misc]  # the package ships no types
    """Login and password, in our words."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Login")
        self.fields["login"].widget.attrs = {
            "autocomplete": "username",
            "autofocus": "autofocus",
            "class": "form-control",
        }
        self.fields["password"].widget.attrs = {"autocomplete": "current-password", "class": "form-control"}


class SecondStepForm(AuthenticateForm):  # type: ignore[misc]  # the package ships no types
    """The code of an authenticator, or a recovery code; a wrong one stands in the ledger like a wrong password."""

    def clean_code(self) -> str:
        try:
            return str(super().clean_code())
        except forms.ValidationError as error:
            if error.code == "incorrect_code":
                record_failure(context.request, self.user, "accounts.code-wrong")
            raise


class RolesField(forms.MultipleChoiceField):
    """Roles by their names in the reader's language."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Roles"),
            choices=lambda: [(role, said(f"role.{role}")) for role in ROLE_ORDER],
            widget=forms.CheckboxSelectMultiple,
        )


class InviteForm(forms.Form):
    """A colleague to invite."""

    name = forms.CharField(label=_("Name"), max_length=60)
    roles = RolesField()


class RolesForm(forms.Form):
    """Other roles for a member."""

    roles = RolesField()


class AcceptForm(forms.Form):
    """What a new colleague chooses."""

    login = forms.RegexField(
        r"^[a-z0-9][a-z0-9._-]{1,39}$",
        label=_("Login"),
        help_text=_("2 to 40 characters: a–z, 0–9, dot, hyphen. Not your phone or ID number."),
        error_messages={"invalid": _("Use 2 to 40 characters: a–z, 0–9, dot, hyphen.")},
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        min_length=10,
        help_text=_("At least 10 characters; a sentence is best."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class TokenForm(forms.Form):
    """An API token's label."""

    label = forms.CharField(label=_("What is it for?"), max_length=60)
