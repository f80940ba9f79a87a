"""What the screens of reach send, read into the arguments of acts. What is wrong with it is said by the act."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from fengni.apps.common.language import said
from fengni.apps.vault.resources import PURPOSES

HOURS = (1, 4, 8, 24, 72)


class AskForm(forms.Form):
    """For what, how long, and why a file is needed."""

    purpose = forms.ChoiceField(label=_("For what?"))
    hours = forms.IntegerField(label=_("For how many hours?"), min_value=1, max_value=72, initial=4)
    reason = forms.CharField(label=_("Reason"), min_length=2, max_length=500)

    def __init__(self, data: object = None, *, chosen: str = "") -> None:
        super().__init__(data, initial={"purpose": chosen})  # type: ignore[arg-type]  # a QueryDict or None
        self.fields["purpose"].choices = [(code, said(code)) for code in PURPOSES]  # type: ignore[attr-defined]


class BreakForm(forms.Form):
    """For what and why a file has to be opened now."""

    purpose = forms.ChoiceField(label=_("What is the emergency?"))
    reason = forms.CharField(label=_("What has happened, and why it cannot wait"), max_length=500)

    def __init__(self, data: object = None, *, purposes: tuple[str, ...] = ()) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict or None
        self.fields["purpose"].choices = [(code, said(code)) for code in purposes]  # type: ignore[attr-defined]
