"""Filters of cases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from django import template

from fengni.apps.common.language import said

register = template.Library()
_NUMBER: Final = re.compile(r"M-[0-9]{4}-[0-9]+")


@register.filter
def went_out(beyond: Iterable[str]) -> list[str]:
    """What cannot be recalled, each in words: a matter whose papers the registry has, a partner who looked."""
    return [said("cases.beyond.filed", number=one) if _NUMBER.fullmatch(one) else one for one in beyond]


@register.filter
def at(found: Mapping[object, object], key: object) -> object:
    """What stands at a key, or None."""
    return found.get(key)
