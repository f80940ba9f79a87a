"""A matter that ran its course: told and agreed, seen in clear, shared with a partner who looked, approved, closed."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from fengni.apps.agreements import services as agreements
from fengni.apps.ledger import sealer
from fengni.apps.matters import services
from tests.apps.agreements.sharing import PURPOSE, guest_actor, partner
from tests.apps.cases.asking import look
from tests.apps.matters.making import Made, settle
from tests.apps.matters.portal import Mine, mine
from tests.cast import now

PARTNER = "示例·信达会计"


@cache
def ended() -> Mine:
    """Closed and sealed; made once, since nothing of it changes any more."""
    one = mine()
    cast = one.cast
    one.consent()
    for kind in ("id_number", "id_number", "mobile"):
        look(cast.agent, one.client_id, one.person_id, kind)
    partner_id = partner(cast)
    share = agreements.prepare_share(
        actor=cast.owner, at=now(), client_id=one.client_id, matter_id=one.matter_id, partner_id=partner_id,
        purpose=PURPOSE, selection=[(one.person_id, "name"), (one.person_id, "id_number")],
        until=now() + timedelta(days=7), most_views=5,
    ).value  # fmt: skip
    one.consent()  # the notice names the partner now
    sent = agreements.send_share(actor=cast.owner, at=now(), share_id=share).value
    sealer.seal_round(at=now())
    agreements.view_share(
        actor=guest_actor(cast.tenant_id, sent.guest_id, "partner"), at=now(), share_id=share,
        subject_id=one.person_id, kinds=("id_number",), purpose=PURPOSE,
    )  # fmt: skip
    settle(cast, Made(one.client_id, one.matter_id, one.person_id, one.shareholder))
    services.submit_filing(actor=cast.agent, at=now(), matter_id=one.matter_id, receipt_number="EX-0001")
    services.approve_filing(actor=cast.agent, at=now(), matter_id=one.matter_id)
    services.close_matter(actor=cast.agent, at=now(), matter_id=one.matter_id)
    look(cast.owner, one.client_id, one.person_id, "mobile")  # after the closing: proved, not counted
    sealer.seal_round(at=now())
    return one
