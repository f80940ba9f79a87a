"""How many statements the client's own pages ask of the database: pinned, whatever the number of items."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.apps.guests.inviting import digits, message, pass_hold, phone, work
from tests.apps.matters.portal import Mine, mine

PINNED = {"matters:my": 22, "matters:notice": 20, "matters:my_item": 19}


def come_in(one: Mine) -> Client:
    """A phone with an open session."""
    pass_hold(one.cast.tenant_id, one.link_id)
    browser = phone()
    browser.post(one.path, {"do": "ask"})
    work(one.link_id)
    answer = browser.post(f"{one.path}code/", {"code": digits(message(one.cast.tenant_id))})
    assert (answer.status_code, answer["Location"]) == (302, "/my/")
    return browser


@pytest.mark.parametrize("page", sorted(PINNED))
def test_a_page_asks_as_much_as_is_written_down(page: str) -> None:
    one = mine()
    browser = come_in(one)
    one.consent()
    arguments = [one.item("new_representative_id_front").id] if page == "matters:my_item" else []
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(reverse(page, args=arguments))
    assert answer.status_code == 200
    statements = [one["sql"] for one in asked if one["sql"] not in {"BEGIN", "COMMIT"}]
    assert len(statements) == PINNED[page], "\n".join(one[:200] for one in statements)
