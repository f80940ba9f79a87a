"""Filters of cases."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def at(found: Mapping[object, object], key: object) -> object:
    """What stands at a key, or None."""
    return found.get(key)
