"""Somebody wants 500 clients as a file before leaving: a second person is asked before there is any file."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from fengni.apps.approvals import queries, services
from fengni.apps.common.tenancy import tenant
from fengni.core.errors import Denied
from fengni.core.pii.scanner import scan_text
from tests.apps.vault.files import entries, refusals, sheet, store
from tests.cast import Cast, assemble, now
from tests.web.browsing import signed_in

CLIENTS = 500


def _export(browser: Client) -> HttpResponse:
    return browser.post(reverse("vault:export", args=["persons"]), {"form": "csv"})  # type: ignore[return-value]


def _ask(browser: Client, reason: str) -> None:
    """Export, land at the question, send it."""
    answer = _export(browser)
    assert answer.status_code == 302, answer.content
    assert "Content-Disposition" not in answer
    page = browser.get(answer["Location"]).content.decode()
    assert f"<b>{CLIENTS}</b>" in page
    hidden = dict(re.findall(r'type="hidden" name="(persons|fields|detail)" value="([^"]*)"', page))
    assert browser.post(answer["Location"].split("?")[0], hidden | {"reason": reason}).status_code == 302


def _waiting(cast: Cast) -> UUID:
    """What waits for the lead; the asker himself has nothing to answer."""
    with tenant(cast.tenant_id):
        (one,) = queries.requests_page(actor=cast.lead, at=now()).waiting
        assert (one.persons, one.asked_by) == (CLIENTS, cast.agent.id)
        assert queries.requests_page(actor=cast.agent, at=now()).waiting == ()
    return one.id


def _done(cast: Cast) -> int:
    told = entries(cast.tenant_id)
    return sum((one["act"], one["outcome"]) == ("vault:list:export", "done") for one in told)


def test_a_stopped_export_is_seen_by_who_decides_before_anybody_gave_a_reason() -> None:
    cast = assemble()
    store(cast.agent, sheet(CLIENTS))
    leaver = signed_in(cast.agent)
    for _ in range(2):
        assert _export(leaver).status_code == 302
    with tenant(cast.tenant_id):
        for who in (cast.lead, cast.dpo, cast.security, cast.owner):
            (one,) = queries.requests_page(actor=who, at=now()).stopped
            assert (one.by, one.act, one.persons, one.tries) == (cast.agent.id, "vault:list:export", CLIENTS, 2)
            assert one.signs[:2] == (f"手上有 {CLIENTS} 户客户", "30 天内第一次提出")
        for who in (cast.agent, cast.colleague, cast.auditor):
            assert queries.requests_page(actor=who, at=now()).stopped == ()
    for address, words in (("home", "操作停住了"), ("measures:house", "操作停住了"), ("approvals:list", "2 次")):
        assert words in signed_in(cast.dpo).get(reverse(address)).content.decode(), address
    _ask(leaver, "整理台账")
    with tenant(cast.tenant_id):
        page = queries.requests_page(actor=cast.lead, at=now())
        assert (page.stopped, [one.signs[1] for one in page.waiting]) == ((), ["30 天内第一次提出"])
        assert queries.requests_page(actor=cast.agent, at=now()).own[0].signs == ()


def test_no_file_before_a_second_person_said_yes_and_one_file_after() -> None:
    cast = assemble()
    store(cast.agent, sheet(CLIENTS))
    leaver = signed_in(cast.agent)
    _ask(leaver, "整理台账")
    asked = _waiting(cast)
    with pytest.raises(Denied):
        services.give_approval(actor=cast.agent, at=now(), request_id=asked)
    services.refuse_approval(actor=cast.lead, at=now(), request_id=asked, reason="交接期间不导出")
    assert _export(leaver).status_code == 302
    assert _done(cast) == 0
    assert set(refusals(cast.tenant_id, "vault:list:export")) == {"access.second-person-required"}

    _ask(leaver, "监管抽查要名单")
    services.give_approval(actor=cast.lead, at=now(), request_id=_waiting(cast))
    file = _export(leaver)
    assert (file.status_code, file["Content-Disposition"][:10]) == (200, "attachment")
    lines = file.content.decode("utf-8-sig").splitlines()
    assert len(lines) == CLIENTS + 1
    assert {one.type for one in scan_text("\n".join(lines))} <= {"COMPANY", "PERSON"}  # numbers are masked
    assert _export(leaver).status_code == 302  # the yes was for one file
    assert _done(cast) == 1
