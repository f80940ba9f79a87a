"""`{% new_link made %}`: a link just made, as its inviter sees it once: address, QR code, what to forward."""

from __future__ import annotations

from typing import Any

import segno
from django import template
from django.template import Context

from fengni.apps.guests.links import NewLink

register = template.Library()


@register.inclusion_tag("guests/_new_link.html", takes_context=True)
def new_link(context: Context, made: NewLink) -> dict[str, Any]:
    """The address with this installation's host; the QR code is drawn here, no other site gets to see it."""
    url = context["request"].build_absolute_uri(made.path)
    code = segno.make(url, error="m", micro=False).svg_data_uri(border=2, dark="#1c2126", light="#fff", omitsize=True)
    return {"made": made, "url": url, "qr": code, "request": context["request"], "csrf_token": context["csrf_token"]}
