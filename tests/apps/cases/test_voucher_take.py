"""cases:voucher:take: the client takes the own voucher, on the phone."""

from __future__ import annotations

import pytest

from fengni.apps.cases import services
from fengni.core.errors import BadInput, Denied
from fengni.core.printing import attached
from tests.apps.agreements.sharing import guest_actor
from tests.apps.cases.ended import ended
from tests.apps.guests.inviting import Invited, come_in, invite, pass_hold
from tests.apps.matters.making import make_matter
from tests.cast import now


def test_on_the_phone_after_a_second_invitation() -> None:
    one = ended()
    link = invite(one.cast.owner, one.client_id, one.person_id)
    pass_hold(one.cast.tenant_id, link.link_id)
    phone = come_in(Invited(one.cast, one.client_id, one.person_id, link))
    page = phone.get("/cases/my/receipt/").content.decode()
    assert f"/cases/my/voucher/{one.matter_id}/" in page
    assert "信息保护凭证" in page
    answer = phone.post(f"/cases/my/voucher/{one.matter_id}/", {"lang": "en"})
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "no-store")
    assert list(attached(answer.content)) == ["fengni-receipt.json"]
    other = make_matter(one.cast, 2)
    assert phone.post(f"/cases/my/voucher/{other.matter_id}/").status_code == 302  # the page says why


def test_only_the_own_and_only_clients() -> None:
    one = ended()
    made = services.take_voucher(actor=one.guest, at=now(), matter_id=one.matter_id, lang="zh")
    assert list(attached(made.value)) == ["fengni-receipt.json"]  # the link became narrow with the closing
    link = invite(one.cast.owner, one.client_id, one.person_id)
    again = guest_actor(one.cast.tenant_id, link.guest_id, "client")
    with pytest.raises(BadInput, match=r"cases\.no-such-matter"):
        services.take_voucher(actor=again, at=now(), matter_id=one.client_id, lang="zh")
    for who in (one.cast.owner, one.cast.dpo, one.cast.auditor, one.cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            services.take_voucher(actor=who, at=now(), matter_id=one.matter_id, lang="zh")
    with pytest.raises(Denied):
        services.take_voucher(actor=one.cast.stranger, at=now(), matter_id=one.matter_id, lang="zh")
