"""What an inviter chooses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

READ_OUT = "none"
WAYS = (
    ("mobile", _("By SMS to the mobile on file")),
    ("email", _("By e-mail to the address on file")),
    (READ_OUT, _("Read out on the telephone")),
)


class InviteForm(forms.Form):
    """Where codes go, and how long the link lives. Ways for which the file holds nothing are not offered."""

    days = forms.TypedChoiceField(
        label=_("How long the link lives"),
        choices=[(3, _("3 days")), (7, _("7 days")), (14, _("14 days")), (30, _("30 days"))],
        coerce=int,
        initial=7,
    )

    def __init__(self, *args: Any, contacts: Mapping[str, str], **kwargs: Any) -> None:  # Any: Django's own parameters
        super().__init__(*args, **kwargs)
        ways = [
            (kind, f"{words} {contacts[kind]}" if kind in contacts else words)
            for kind, words in WAYS
            if kind == READ_OUT or kind in contacts
        ]
        self.fields["contact"] = forms.ChoiceField(
            label=_("Where the code goes"), choices=ways, widget=forms.RadioSelect, initial=ways[0][0]
        )
