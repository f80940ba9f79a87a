"""matters:filing:submit"""

from __future__ import annotations

import pytest
from django.urls import reverse

from fengni.apps.common.tenancy import tenant
from fengni.apps.matters import queries, services
from fengni.core import fictitious
from fengni.core.errors import BadInput, Denied
from tests.apps.matters.making import make_matter, settle
from tests.apps.vault.files import entries
from tests.cast import assemble, now
from tests.web.browsing import signed_in


def test_filed_once_everything_has_a_verdict() -> None:
    cast = assemble()
    made = make_matter(cast)
    with pytest.raises(BadInput, match=r"matters.file-undecided"):
        services.submit_filing(actor=cast.agent, at=now(), matter_id=made.matter_id, receipt_number="EX-0001")
    settle(cast, made)
    for wrong, code in (
        ("??", "matters.receipt-wrong"),
        (fictitious.id_number("19880229", 21), "matters.receipt-is-a-person"),
        (fictitious.mobile(1), "matters.receipt-is-a-person"),
    ):
        with pytest.raises(BadInput, match=code):
            services.submit_filing(actor=cast.agent, at=now(), matter_id=made.matter_id, receipt_number=wrong)
    done = services.submit_filing(actor=cast.agent, at=now(), matter_id=made.matter_id, receipt_number=" EX-0001 ")
    assert entries(cast.tenant_id)[-1]["facts"] == {"filing": done.value.hex, "agent": cast.agent.id.hex}
    with tenant(cast.tenant_id):
        page = queries.matter_page(actor=cast.agent, at=now(), matter_id=made.matter_id)
        assert (page.row.state, page.row.waiting, page.row.days_left) == ("submitted", "registry", None)
        assert [(f.receipt_number, f.state) for f in page.filings] == [("EX-0001", "submitted")]
        assert [row.id for row in queries.today(actor=cast.agent, at=now()).registry] == [made.matter_id]
    with pytest.raises(BadInput, match=r"matters.with-registry"):
        services.submit_filing(actor=cast.agent, at=now(), matter_id=made.matter_id, receipt_number="EX-0002")


def test_who_notes_the_filing_names_the_colleague_who_filed() -> None:
    cast = assemble()
    made = make_matter(cast)
    settle(cast, made)
    services.change_team(actor=cast.lead, at=now(), matter_id=made.matter_id, add=(cast.colleague.id,))
    browser, there = signed_in(cast.agent), reverse("matters:filing", args=[made.matter_id])
    assert f'<option value="{cast.colleague.id}">' in browser.get(there).content.decode()
    given = {"receipt_number": "??", "agent": str(cast.colleague.id)}
    refused = browser.post(f"{there}submit/", given)
    assert (refused.status_code, f'"{cast.colleague.id}" selected' in refused.content.decode()) == (400, True)
    assert browser.post(f"{there}submit/", given | {"receipt_number": "EX-0001"}).status_code == 302
    assert entries(cast.tenant_id)[-1]["facts"]["agent"] == cast.colleague.id.hex


def test_others_are_refused() -> None:
    cast = assemble()
    made = make_matter(cast)
    for who, code in ((cast.colleague, "access.scope"), (cast.dpo, "access.role"), (cast.intruder, "access.role")):
        with pytest.raises(Denied, match=code):
            services.submit_filing(actor=who, at=now(), matter_id=made.matter_id, receipt_number="EX-0001")
    with pytest.raises(Denied, match=r"matters.no-such-matter"):
        services.submit_filing(actor=cast.stranger, at=now(), matter_id=made.matter_id, receipt_number="EX-0001")
