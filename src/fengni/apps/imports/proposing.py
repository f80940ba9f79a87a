"""Whose scans may be: proposals from names in their paths, by index entries and masks alone. Nothing is opened.

Rules: only the reader's own clients are proposed. A word is a client's name or short name, or part of exactly those
names it is found in; or the whole name of a person. Where several fit, none is taken and all are named. An item of a
matter under way is proposed when it is the only one that wants such a document of that person. Two scans of one plan
never get the same item without somebody's word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from fengni.apps.imports.models import Scan
from fengni.apps.matters import items
from fengni.apps.matters.items import ItemRow
from fengni.apps.vault import queries as vault
from fengni.apps.vault.queries.lists import MOST_ROWS, scope
from fengni.apps.vault.store.finding import hits
from fengni.apps.vault.store.house import house
from fengni.core.access.actor import Actor
from fengni.core.intake.scans import Named
from fengni.core.vault.grams import brand

PERSONAL: Final = frozenset({"id_front", "id_back"})  # about one person, so nobody's without one
MOST_OFFERED: Final = 8
_WANTED: Final = frozenset({"wanted", "returned"})


@dataclass(frozen=True, slots=True)
class Known:
    """What the words of a plan name: clients by word, (client, person) by word."""

    clients: Mapping[str, frozenset[UUID]]
    persons: Mapping[str, frozenset[tuple[UUID, UUID]]]


@dataclass(slots=True)
class Proposal:
    """What a scan may be and whose; `asks` is what somebody has to choose, `options` what there is to choose from."""

    kind: str = ""
    client_id: UUID | None = None
    subject_id: UUID | None = None
    item_id: UUID | None = None
    asks: list[str] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)  # Any: ids and codes, by what they are for


def known(actor: Actor, at: datetime, words: Iterable[str]) -> Known:
    """Look words up among the reader's clients and their persons."""
    given = list(dict.fromkeys(words))
    home, within = house(), scope(actor, at)
    asked = {"company_name": list(dict.fromkeys([*given, *map(brand, given)])), "name": given}
    words_of: dict[tuple[str, str], set[str]] = {}
    for index, values in asked.items():
        for value in values:
            words_of[index, value] = {word for word in given if value in (word, _short(index, word))}
    clients: dict[str, set[UUID]] = {}
    persons: dict[str, set[tuple[UUID, UUID]]] = {}
    for hit in hits(home, asked, clients=within):
        for word in words_of[hit.by, hit.value]:
            if hit.subject_kind == "person":
                persons.setdefault(word, set()).add((hit.client, hit.subject))
            else:
                clients.setdefault(word, set()).add(hit.client)
    _by_part(actor, at, [w for w in given if w not in clients and w not in persons], clients)
    return Known({w: frozenset(c) for w, c in clients.items()}, {w: frozenset(p) for w, p in persons.items()})


def _short(index: str, word: str) -> str:
    return brand(word) if index == "company_name" else word


def _by_part(actor: Actor, at: datetime, words: Sequence[str], clients: dict[str, set[UUID]]) -> None:
    """Words that are part of a client's name, as the list of clients shows it."""
    page = pages = 1
    while words and page <= pages:
        found = vault.clients_page(actor=actor, at=at, page=page, size=MOST_ROWS)
        for row in found.rows:
            name = row.name.casefold()
            for word in words:
                if word in name:
                    clients.setdefault(word, set()).add(row.id)
        page, pages = page + 1, found.pages


def propose(named: Named, by_word: Known) -> Proposal:
    """Whose a scan may be by its words. Items are proposed by `with_items`."""
    clients = _narrowed([by_word.clients[w] for w in named.words if w in by_word.clients])
    pairs = set().union(*(by_word.persons[w] for w in named.words if w in by_word.persons))
    if clients:
        pairs = {(client, person) for client, person in pairs if client in clients}
    clients = {client for client, _ in pairs} or set(clients)
    made = Proposal(kind=named.kinds[0] if len(named.kinds) == 1 else "")
    if len(clients) == 1:
        (made.client_id,) = clients
    people = {person for client, person in pairs if client == made.client_id}
    if len(people) == 1 and made.kind in (*PERSONAL, ""):
        (made.subject_id,) = people
    made.options = {"kinds": list(named.kinds), "clients": sorted(map(str, clients))[:MOST_OFFERED]}
    return made


def _narrowed(found: Sequence[frozenset[UUID]]) -> set[UUID]:
    """The clients that all words fit; where no client fits all, those of any."""
    if not found:
        return set()
    return set(frozenset.intersection(*found) or frozenset.union(*found))


def with_items(proposals: Sequence[Proposal], given: Iterable[UUID] = ()) -> None:
    """Propose items of matters under way, and say of each proposal what is still asked.

    `given`: items that go to other scans already.
    """
    wanted = _wanted({one.client_id for one in proposals if one.client_id})
    for one in proposals:
        fitting = [row for row in wanted.get(one.client_id, ()) if _fits(row, one)]
        if len(fitting) == 1 and not (fitting[0].person_id and one.subject_id is None):
            one.item_id = fitting[0].id
        one.options["items"] = [str(row.id) for row in fitting]
    taken = Counter([one.item_id for one in proposals if one.item_id] + list(given))
    for one in proposals:
        twice = one.item_id is not None and taken[one.item_id] > 1
        one.item_id = None if twice else one.item_id
        one.asks = missing(one.kind, one.client_id, one.subject_id)
        if twice or (not one.asks and one.item_id is None and one.options["items"]):
            one.asks.append("item")


def missing(kind: str, client_id: UUID | None, subject_id: UUID | None) -> list[str]:
    """What a scan cannot be taken in without: `kind`, `client`, `person`.

    >>> missing("", None, None), missing("lease", UUID(int=1), None), missing("id_front", UUID(int=1), None)
    (['kind', 'client'], [], ['person'])
    """
    asks = [] if kind else ["kind"]
    asks += [] if client_id else ["client"]
    return [*asks, "person"] if client_id and kind in PERSONAL and subject_id is None else asks


def wanting(client_id: UUID) -> list[ItemRow]:
    """The items of a client's matters under way that want a document."""
    return list(_wanted({client_id}).get(client_id, ()))


def _wanted(clients: Iterable[UUID]) -> dict[UUID | None, list[ItemRow]]:
    found: dict[UUID | None, list[ItemRow]] = {}
    for client in clients:
        matters = [matter.id for matter in items.hold_of(client) if matter.state in items.WORKED_ON]
        rows = [row for matter in matters for row in items.items_of(matter)]
        found[client] = [row for row in rows if row.state in _WANTED and row.asked.material]
    return found


def _fits(row: ItemRow, one: Proposal) -> bool:
    person = row.person_id is None or one.subject_id is None or row.person_id == one.subject_id
    return row.asked.material == one.kind and person


def put(scan: Scan, one: Proposal) -> None:
    """Write a proposal into a scan; the caller saves it."""
    scan.kind, scan.client_id, scan.subject_id, scan.item_id = one.kind, one.client_id, one.subject_id, one.item_id
    scan.asks, scan.options = one.asks, one.options
    scan.state = Scan.State.CHOICE if one.asks else Scan.State.FRESH
