"""cases:feedback:give: every person of a closed matter is asked, and says it once."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.test import Client

from fengni.apps.cases import queries, services
from fengni.apps.common.tenancy import tenant
from fengni.apps.matters import services as matters
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from tests.apps.cases.asking import stored
from tests.apps.guests.inviting import Invited, come_in, invite, pass_hold
from tests.apps.matters.making import Made, make_matter
from tests.apps.matters.test_matter_close import approved
from tests.apps.vault.files import entries, refusals
from tests.cast import Cast, assemble, now


def closed() -> tuple[Cast, Made, Invited, Actor]:
    """A closed matter, and its new representative with a link that still opens."""
    cast = assemble()
    made = approved(cast)
    matters.close_matter(actor=cast.agent, at=now(), matter_id=made.matter_id)
    link = invite(cast.owner, made.client_id, made.new)
    pass_hold(cast.tenant_id, link.link_id)
    one = Invited(cast, made.client_id, made.new, link)
    return cast, made, one, Actor(link.guest_id, cast.tenant_id, frozenset({"client"}), channel="portal")


def give(guest: Actor, matter_id: UUID, score: int = 5, reason: str = "很放心") -> UUID:
    return services.give_feedback(actor=guest, at=now(), matter_id=matter_id, score=score, reason=reason).value


def test_everybody_is_asked_until_it_is_given() -> None:
    cast, made, _one, guest = closed()
    with tenant(cast.tenant_id):
        assert [due.matter_id for due in queries.feedback_due(actor=guest)] == [made.matter_id]
    case = stored(cast, give(guest, made.matter_id))
    assert (case.kind, case.score, case.matter_id) == ("feedback", 5, made.matter_id)
    entry = entries(cast.tenant_id)[-1]
    assert (entry["facts"], "放心" in str(entry)) == ({"score": 5}, False)
    with tenant(cast.tenant_id):
        assert queries.feedback_due(actor=guest) == ()
    with pytest.raises(BadInput, match=r"cases\.already-given"):
        give(guest, made.matter_id)


def test_only_of_an_own_closed_matter_and_from_one_to_five() -> None:
    cast, made, _one, guest = closed()
    other = make_matter(cast, 2)
    for matter_id in (other.matter_id, uuid4()):
        with pytest.raises(BadInput, match=r"cases\.no-such-matter"):
            give(guest, matter_id)
    for score in (0, 6):
        with pytest.raises(BadInput, match=r"cases\.score-unknown"):
            give(guest, made.matter_id, score)
    for who in (cast.owner, cast.agent, cast.dpo, cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            give(who, made.matter_id)
    with pytest.raises(Denied):
        give(cast.stranger, made.matter_id)
    assert len(refusals(cast.tenant_id, "cases:feedback:give")) == 4


def test_on_the_phone() -> None:
    _cast, made, one, _guest = closed()
    phone: Client = come_in(one)
    address = f"/cases/my/feedback/{made.matter_id}/"
    assert address in phone.get("/cases/my/seen/").content.decode()
    assert phone.get(address).status_code == 200
    assert phone.post(address, {"score": "", "reason": "很放心"}).status_code == 400
    assert phone.post(address, {"score": "4", "reason": "很放心"}).status_code == 302
    assert address not in phone.get("/cases/my/seen/").content.decode()
