"""matters:filing:approve"""

from __future__ import annotations

import pytest

from fengni.apps.common.tenancy import tenant
from fengni.apps.matters import queries, services
from fengni.core.errors import BadInput, Denied
from tests.apps.matters.making import make_matter, settle
from tests.cast import assemble, now


def test_approved_at_once_counts_as_right_the_first_time() -> None:
    cast = assemble()
    made = make_matter(cast)
    with pytest.raises(BadInput, match=r"matters.not-submitted"):
        services.approve_filing(actor=cast.agent, at=now(), matter_id=made.matter_id)
    settle(cast, made)
    services.submit_filing(actor=cast.agent, at=now(), matter_id=made.matter_id, receipt_number="EX-0001")
    services.approve_filing(actor=cast.agent, at=now(), matter_id=made.matter_id)
    with tenant(cast.tenant_id):
        page = queries.matter_page(actor=cast.agent, at=now(), matter_id=made.matter_id)
        assert (page.row.state, page.row.waiting) == ("approved", "closing")
        assert queries.first_time_right(actor=cast.agent, at=now()) == (1, 1)
        assert queries.first_time_right(actor=cast.colleague, at=now()) == (0, 0)
    with pytest.raises(BadInput, match=r"matters.approved-already"):
        services.approve_filing(actor=cast.agent, at=now(), matter_id=made.matter_id)


def test_others_are_refused() -> None:
    cast = assemble()
    made = make_matter(cast)
    for who, code in ((cast.colleague, "access.scope"), (cast.dpo, "access.role"), (cast.intruder, "access.role")):
        with pytest.raises(Denied, match=code):
            services.approve_filing(actor=who, at=now(), matter_id=made.matter_id)
    with pytest.raises(Denied, match=r"matters.no-such-matter"):
        services.approve_filing(actor=cast.stranger, at=now(), matter_id=made.matter_id)
