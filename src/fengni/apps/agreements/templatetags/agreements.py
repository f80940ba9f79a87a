"""`{{ code|whole_code }}`: the text of a code that is a whole one, as a purpose is."""

from __future__ import annotations

from django import template

from fengni.apps.common.language import said

register = template.Library()


@register.filter
def whole_code(code: str) -> str:
    """The text of a code."""
    return said(code)
