"""The reader's language, for texts of codes; screens use gettext."""

from __future__ import annotations

from django.utils import translation

from fengni.definitions import Lang, text


def lang() -> Lang:
    """zh or en, from the active translation."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh"


def said(code: str, **params: str | int) -> str:
    """The text of a code in the reader's language."""
    return text(code, lang(), **params)
