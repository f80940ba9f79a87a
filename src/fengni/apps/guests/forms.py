"""What an inviter chooses."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class InviteForm(forms.Form):
    """Where codes go, and how long the link lives."""

    contact = forms.ChoiceField(
        label=_("Where the code goes"),
        choices=[
            ("mobile", _("By SMS to the mobile on file")),
            ("email", _("By e-mail to the address on file")),
            ("", _("Read out on the telephone")),
        ],
        widget=forms.RadioSelect,
        initial="mobile",
        required=False,
    )
    days = forms.TypedChoiceField(
        label=_("How long the link lives"),
        choices=[(3, _("3 days")), (7, _("7 days")), (14, _("14 days")), (30, _("30 days"))],
        coerce=int,
        initial=7,
    )
