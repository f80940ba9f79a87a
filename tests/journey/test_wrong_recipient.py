"""A link goes to the wrong person: held at first, useless without the code, taken back, and the client is told."""

from __future__ import annotations

from django.urls import reverse

from fengni.apps.ledger import sealer
from fengni.core.access.actor import Actor
from tests.apps.guests.inviting import Invited, ask, come_in, invite, invited, pass_hold, phone, wrong
from tests.apps.vault.files import CANARY_NAME
from tests.cast import now
from tests.web.browsing import signed_in


def _recalled(one: Invited, by: Actor) -> str:
    """The page that answers whether it was opened."""
    answer = signed_in(by).post(reverse("invitations:recall", args=[one.made.link_id]))
    assert answer.status_code == 200
    return str(answer.content.decode())


def _told(one: Invited) -> str:
    """What the client reads after coming in by a new link."""
    sealer.seal_round(at=now())
    made = invite(one.cast.owner, one.client_id, one.person_id)
    pass_hold(one.cast.tenant_id, made.link_id)
    mine = come_in(Invited(one.cast, one.client_id, one.person_id, made))
    sealer.seal_round(at=now())
    return str(mine.get(reverse("cases:seen")).content.decode())


def test_nobody_opened_it_and_that_is_what_everybody_reads() -> None:
    one = invited(held=True)
    stranger, owner = phone(), one.cast.owner
    held = stranger.get(one.path).content.decode()
    assert 'name="do"' not in held
    assert stranger.post(one.path, {"do": "ask"}).status_code in {200, 403}
    pass_hold(one.cast.tenant_id, one.made.link_id)
    code = ask(one, stranger)
    for _ in range(3):
        page = stranger.post(f"{one.path}code/", {"code": wrong(code)})
        assert page.status_code == 400
        assert CANARY_NAME not in page.content.decode()
    card = signed_in(owner).get(reverse("invitations:show", args=[one.made.link_id])).content.decode()
    assert "输错" in card
    today = signed_in(owner).get(reverse("home")).content.decode()
    assert "输错了 3 次" in today
    assert reverse("invitations:show", args=[one.made.link_id]) in today
    assert "从未打开过" in _recalled(one, owner)
    assert "输错了 3 次" not in signed_in(owner).get(reverse("home")).content.decode()
    assert stranger.post(f"{one.path}code/", {"code": code}).status_code != 302
    assert "撤回之前没有被打开过" in _told(one)


def test_it_had_been_opened_twice_and_the_doors_shut() -> None:
    one = invited()
    strangers = [come_in(one), come_in(one)]
    page = _recalled(one, one.cast.owner)
    assert "2 次" in page
    assert [stranger.get("/my/").status_code for stranger in strangers] == [401, 401]
    assert "撤回之前已被打开 2 次" in _told(one)
