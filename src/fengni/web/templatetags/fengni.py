"""Filters that give identifiers and times their look.

`grouped` sets the groups of an identifier apart with elements instead of spaces, so that copying gives the bare number.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeData, SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fengni.apps.common.language import lang, said
from fengni.definitions import has_text

register = template.Library()

# Lengths of the groups of each kind: 990101 19880229 0212, 91 990101 MADEM0011 7, 154 0000 0001.
_GROUPS: dict[str, tuple[int, ...]] = {
    "id_number": (6, 8, 4),
    "uscc": (2, 6, 9, 1),
    "mobile": (3, 4, 4),
    "hk_macau_permit": (1, 4, 4),
}
_FOURS = frozenset({"bank_account", "corporate_account", "receipt"})
_PROSE = frozenset(
    {
        "name",
        "home_address",
        "registered_address",
        "company_name",
        "former_name",
        "business_scope",
        "note",
        "registered_capital",
        "",
    }
)


@register.filter
def grouped(value: object, kind: str = "") -> SafeString:
    """The identifier in its groups; a value without the length of its kind stays whole. Escapes what is not safe."""
    raw = str(value).strip()
    if "<" in raw or "&" in raw or " " in raw:
        return mark_safe(raw) if isinstance(value, SafeData) else format_html("{}", raw)  # noqa: S308  # escaped by the template before
    sizes = _GROUPS.get(kind, ())
    if kind in _FOURS and len(raw) > 6:
        sizes = (4,) * (len(raw) // 4) + ((len(raw) % 4,) if len(raw) % 4 else ())
    if not sizes or sum(sizes) != len(raw):
        return format_html("{}", raw)
    starts = [sum(sizes[:i]) for i in range(len(sizes))]
    return format_html_join(
        "", '<span class="g">{}</span>', ((raw[a : a + n],) for a, n in zip(starts, sizes, strict=True))
    )


@register.filter
def prose(kind: str) -> bool:
    """Whether a kind of field is words (set in the text face) rather than digits (set in the mono face)."""
    return kind in _PROSE


@register.filter
def ago(moment: datetime | None) -> SafeString | str:
    """`3 minutes ago`, with the exact time in the title and in datetime=. None gives a dash."""
    if moment is None:
        return "—"
    past = timezone.now() - moment
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.astimezone(UTC).isoformat(timespec="seconds"),
        local.strftime("%Y-%m-%d %H:%M:%S"),
        _age(past, local),
    )


def _age(past: timedelta, local: datetime) -> str:
    minutes = int(past.total_seconds() // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
    if minutes < 24 * 60:
        hours = minutes // 60
        return ngettext("%(n)d hour ago", "%(n)d hours ago", hours) % {"n": hours}
    return local.strftime("%m-%d %H:%M" if local.year == timezone.localtime().year else "%Y-%m-%d")


@register.simple_tag(takes_context=True)
def who(context: Context, member_id: UUID) -> str:
    """The name of a colleague for the reader: you, the name, the product itself, or somebody who came by a link."""
    request = context["request"]
    if member_id == request.actor.id:
        return _("You")
    return request.member_names.get(member_id) or (_("Came by a link") if member_id.int else said("role.system"))


@register.simple_tag
def said_code(family: str, code: str) -> str:
    """The text of a code of a family: `{% said_code 'basis' row.basis %}`."""
    return said(f"{family}.{code}")


@register.filter
def field_name(kind: str) -> str:
    """The name of a kind of field."""
    return said(f"field.{kind}")


@register.filter
def is_destroyed(name: str) -> bool:
    """Whether a name is the word that stands for a destroyed one."""
    return name == said("vault.name-destroyed")


@register.filter
def fact_name(name: str) -> str:
    """The name of a fact of a ledger entry; one of an older version keeps its code."""
    return said(f"fact.{name}") if has_text(f"fact.{name}") else name


@register.filter
def relations(roles: Iterable[str]) -> str:
    """The names of a person's roles in a company, joined; one of an older version keeps its code."""
    return together([said(f"intake.role.{role}") if has_text(f"intake.role.{role}") else role for role in roles])


@register.filter
def together(words: Iterable[str]) -> str:
    """Words in a row, set apart as the reader's language does it."""
    return (", " if lang() == "en" else "、").join(words)


@register.filter
def field_names(kinds: Iterable[str]) -> str:
    """The names of kinds of fields, in a row."""
    return together([field_name(kind) for kind in kinds])


@register.filter
def clock(moment: datetime) -> SafeString:
    """`11-25 10:21:07`, with date and zone in the title: the ledger counts seconds."""
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.astimezone(UTC).isoformat(timespec="seconds"),
        local.strftime("%Y-%m-%d %H:%M:%S %z"),
        local.strftime("%m-%d %H:%M:%S"),
    )


# In this order: each later name also appears in what the earlier ones send.
_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@register.filter
def browser(agent: str) -> str:
    """`Chrome · Windows` of what a browser says it is; an unknown one stays as it named itself, cut short."""
    names = [next((name for sign, name in signs if sign in agent), "") for signs in (_BROWSERS, _SYSTEMS)]
    return " · ".join(n for n in names if n) or agent[:40] or "—"


@register.filter
def share(part: float | int, whole: float | int = 1) -> int:
    """A part of a whole as 0 to 100, for widths of drawings; an empty whole gives 0."""
    return max(0, min(100, round(100 * float(part) / float(whole)))) if whole else 0
