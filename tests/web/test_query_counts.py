"""How many statements a page asks of the database: pinned, so that a loop over rows cannot creep in unseen.

A page that needs more says so by a change of `tests/architecture/query_counts.json`, where a reviewer sees it.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.web.browsing import signed_in
from tests.web.world import World

PINNED = json.loads((Path(__file__).resolve().parents[1] / "architecture" / "query_counts.json").read_text("utf-8"))


@pytest.mark.parametrize("page", sorted(PINNED))
def test_a_page_asks_as_much_as_is_written_down(page: str, world: World) -> None:
    url_name, *fields = page.split()
    arguments = [getattr(world, name) if hasattr(world, name) else name for name in fields]
    client = signed_in(world.cast.owner)
    client.get(reverse("vault:clients"))  # the session's first request writes where it came from
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(reverse(url_name, args=arguments))
    assert answer.status_code == 200
    statements = [one["sql"] for one in asked if one["sql"] not in {"BEGIN", "COMMIT"}]
    assert len(statements) == PINNED[page], "\n".join(one[:160] for one in statements)
