"""The form of handing a client file over."""

from __future__ import annotations

from django import forms


class MemberForm(forms.Form):
    """The colleague it is about."""

    member = forms.UUIDField()
