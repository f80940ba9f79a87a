"""The rail as data: what the console's menu holds, for whom, and where it leads.

An entry whose page does not exist yet is not shown; neither is one whose roles the reader lacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the rail. Empty `roles` means every member; `icon` names a drawing of `<c-icon>`."""

    name: str | Promise
    url_name: str
    icon: str = ""
    roles: frozenset[str] = frozenset()
    children: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as it is drawn for one reader: resolved, current or not."""

    name: str
    url: str
    icon: str
    current: bool
    children: tuple[Item, ...] = ()


ENTRIES: tuple[Entry, ...] = (
    Entry(_("Today"), "home", icon="today"),
    Entry(_("Clients"), "vault:clients", icon="clients"),
    Entry(_("Matters"), "matters:list", icon="matters"),
    Entry(_("Verification"), "matters:desk", icon="check", roles=frozenset({"owner", "lead", "agent"})),
    Entry(_("Sharing"), "agreements:list", icon="share"),
    Entry(_("Imports"), "imports:list", icon="import", roles=frozenset({"owner", "lead", "agent"})),
    Entry(_("Ledger"), "ledger:entries", icon="ledger"),
    Entry(
        _("Governance"),
        "measures:list",
        icon="governance",
        children=(
            Entry(_("The house"), "measures:house", roles=frozenset({"owner", "lead", "dpo", "auditor"})),
            Entry(_("Measures"), "measures:list"),
            Entry(_("Information policy"), "measures:policy"),
            Entry(_("Registration agents"), "measures:agents"),
            Entry(_("Second person"), "approvals:list"),
            Entry(
                _("Access and emergencies"),
                "reach:list",
                roles=frozenset({"owner", "lead", "agent", "dpo", "security", "auditor"}),
            ),
            Entry(
                _("Retention and destruction"),
                "disposals:list",
                roles=frozenset({"owner", "lead", "dpo", "auditor"}),
            ),
            Entry(_("Requests and questions"), "cases:list"),
            Entry(_("People"), "accounts:people"),
            Entry(_("Our organisation"), "accounts:house"),
            Entry(_("Sessions and devices"), "accounts:devices"),
            Entry(
                _("Changing keys"),
                "rotations:list",
                roles=frozenset({"owner", "lead", "dpo", "security", "auditor", "admin"}),
            ),
            Entry(_("Password box"), "vault:password_box", roles=frozenset({"owner"})),
        ),
    ),
)

# Addresses that the shell itself links to, by what they are for. Missing ones are left out of the page.
PLACES: Mapping[str, str] = {
    "home": "home",
    "language": "language",
    "search": "vault:search",
    "purpose": "purpose",
    "imports": "imports:list",
    "stand_ins": "tokens:sheet",
    "whose": "tokens:whose",
    "sample_messy": "sample_messy",
    "sample_large": "sample_large",
    "persons": "accounts:demo_people",
    "devices": "accounts:devices",
    "factors": "mfa_index",
    "sign_in": "account_login",
    "sign_out": "account_logout",
}


def address(url_name: str) -> str:
    """The path of a named page, or an empty string while there is none."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def places() -> dict[str, str]:
    """Every place of the shell with its path; empty where the page does not exist."""
    return {key: address(url_name) for key, url_name in PLACES.items()}


def menu(*, roles: frozenset[str], path: str) -> tuple[Item, ...]:
    """The rail for a reader: entries that exist and that one of `roles` may open; the one `path` lies in is current."""
    return _items(ENTRIES, roles=roles, path=path)


def _items(entries: tuple[Entry, ...], *, roles: frozenset[str], path: str) -> tuple[Item, ...]:
    open_to = [(e, address(e.url_name)) for e in entries if not e.roles or e.roles & roles]
    drawn: list[tuple[Entry, str, tuple[Item, ...]]] = []
    for entry, url in open_to:
        children = _items(entry.children, roles=roles, path=path)
        url = url or (children[0].url if children else "")
        if url:
            drawn.append((entry, url, children))
    reach = [max([_reach(url, path), *(_reach(c.url, path) for c in children)]) for _entry, url, children in drawn]
    best = max(reach, default=0)
    return tuple(
        Item(str(e.name), url, e.icon, 0 < best == mine, children)
        for (e, url, children), mine in zip(drawn, reach, strict=True)
    )


def _reach(url: str, path: str) -> int:
    """How much of `path` an address covers: the longest wins, so a page inside a section lights its nearest entry."""
    return len(url) if path == url or (path.startswith(url) and url != "/") else 0
