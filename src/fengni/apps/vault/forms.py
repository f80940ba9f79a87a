"""Forms of the sealed store: purpose and reason of a clear view, a new value, a new client, a new person."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from fengni.apps.common.language import said
from fengni.apps.parties.models import RELATION_ROLES
from fengni.core.vault.catalogue import ELEMENTS

CLIENT_KINDS = ("company_name", "uscc", "registered_address", "registered_capital")
PERSON_KINDS = ("name", "id_number", "mobile", "home_address")
_LONGEST = 400


class RevealForm(forms.Form):
    """For what, and why, a value is looked at."""

    purpose = forms.ChoiceField(label=_("For what?"))
    reason = forms.CharField(label=_("Reason"), min_length=2, max_length=200)

    def __init__(self, data: object, *, purposes: Iterable[str], chosen: str = "") -> None:
        super().__init__(data, initial={"purpose": chosen})  # type: ignore[arg-type]  # a QueryDict or None
        self.fields["purpose"].choices = [(code, said(code)) for code in purposes]  # type: ignore[attr-defined]


class ReplaceForm(forms.Form):
    """Another value; `revision` says which one the reader had before him."""

    value = forms.CharField(label=_("New value"), max_length=4000)
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class _ValuesForm(forms.Form):
    """Fields of kinds, named as the catalogue names them. What is wrong with a value is said by the act."""

    kinds: tuple[str, ...] = ()

    def __init__(self, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict or None
        for kind in self.kinds:
            widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
            self.fields[kind] = forms.CharField(
                label=said(f"field.{kind}"), max_length=_LONGEST, required=kind == self.kinds[0], widget=widget
            )

    @property
    def values(self) -> dict[str, str]:
        """What was typed, by kind."""
        return {kind: self.cleaned_data[kind] for kind in self.kinds if self.cleaned_data.get(kind)}


class ClientForm(_ValuesForm):
    """A new client file."""

    kinds = CLIENT_KINDS


class PersonForm(_ValuesForm):
    """A new person in a client file."""

    kinds = PERSON_KINDS

    def __init__(self, data: object = None) -> None:
        super().__init__(data)
        self.fields["roles"] = forms.MultipleChoiceField(
            label=_("Role in the company"),
            choices=[(role, said(f"intake.role.{role}")) for role in RELATION_ROLES],
            widget=forms.CheckboxSelectMultiple,
        )


assert set(CLIENT_KINDS + PERSON_KINDS) <= set(ELEMENTS)  # noqa: S101  # a kind that goes must leave the forms too
