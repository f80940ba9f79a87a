"""The rail offers nobody a page that is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fengni.core.access.actor import STAFF_ROLES
from fengni.web.navigation import Item, menu
from tests.cast import assemble
from tests.web.browsing import signed_in


def _all(items: tuple[Item, ...]) -> Iterator[Item]:
    for one in items:
        yield one
        yield from _all(one.children)


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_every_entry_opens(role: str) -> None:
    actor = getattr(assemble(), role)
    assert role in actor.roles
    client = signed_in(actor)
    answers = {item.url: client.get(item.url).status_code for item in _all(menu(roles=actor.roles, path="/"))}
    assert len(answers) > 5
    assert set(answers.values()) == {200}, {url: status for url, status in answers.items() if status != 200}
