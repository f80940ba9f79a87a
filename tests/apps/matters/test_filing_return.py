"""matters:filing:return"""

from __future__ import annotations

import pytest

from fengni.apps.common.tenancy import tenant
from fengni.apps.matters import queries, services
from fengni.core.errors import BadInput, Denied
from tests.apps.matters.making import item_of, make_matter, settle
from tests.apps.vault.files import entries
from tests.cast import assemble, now


def test_a_return_reopens_the_items() -> None:
    cast = assemble()
    made = make_matter(cast)
    settle(cast, made)
    services.submit_filing(actor=cast.agent, at=now(), matter_id=made.matter_id, receipt_number="EX-0001")
    item = item_of(cast, made, "resolution")
    with pytest.raises(BadInput, match=r"matters.with-registry"):
        services.claim_item(actor=cast.agent, at=now(), item_id=item.id)
    with pytest.raises(BadInput, match=r"matters.filing-code-unknown"):
        services.return_filing(actor=cast.agent, at=now(), matter_id=made.matter_id, code="they_say_so")
    services.return_filing(
        actor=cast.agent, at=now(), matter_id=made.matter_id, code="content_mismatch", reason="决议与申请书差一位"
    )
    entry = entries(cast.tenant_id)[-1]
    assert (entry["facts"], len(entry["reason"])) == ({"cause": "content_mismatch"}, 64)
    with tenant(cast.tenant_id):
        assert [row.id for row in queries.today(actor=cast.agent, at=now()).returned] == [made.matter_id]
        assert queries.first_time_right(actor=cast.agent, at=now()) == (0, 1)
    services.claim_item(actor=cast.agent, at=now(), item_id=item.id)  # accepted before: looked at once more
    services.return_item(actor=cast.agent, at=now(), item_id=item.id, code="mismatch")
    with pytest.raises(BadInput, match=r"matters.file-undecided \(items=1\)"):
        services.submit_filing(actor=cast.agent, at=now(), matter_id=made.matter_id, receipt_number="EX-0002")


def test_nothing_comes_back_that_was_not_filed_and_others_are_refused() -> None:
    cast = assemble()
    made = make_matter(cast)
    with pytest.raises(BadInput, match=r"matters.not-submitted"):
        services.return_filing(actor=cast.agent, at=now(), matter_id=made.matter_id, code="other")
    for who, code in ((cast.colleague, "access.scope"), (cast.dpo, "access.role"), (cast.intruder, "access.role")):
        with pytest.raises(Denied, match=code):
            services.return_filing(actor=who, at=now(), matter_id=made.matter_id, code="other")
    with pytest.raises(Denied, match=r"matters.no-such-matter"):
        services.return_filing(actor=cast.stranger, at=now(), matter_id=made.matter_id, code="other")
