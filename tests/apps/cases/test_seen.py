"""谁看过我的资料: every way of seeing stands there, no third person does, numbers have no gap."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from fengni.apps.cases import queries, services
from fengni.apps.cases.queries import SeenPage
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.language import said
from fengni.apps.common.tenancy import tenant
from fengni.apps.guests.models import Guest
from fengni.apps.ledger import inbox
from fengni.apps.ledger import queries as ledger
from fengni.apps.vault import services as vault
from fengni.core.access.actor import Actor, system_actor
from fengni.core.errors import Denied
from tests.apps.cases.asking import OTHER_NAME, Watched, browser, look, seal, watched
from tests.apps.vault.files import CANARY_ID, CANARY_MOBILE
from tests.apps.vault.uploads import opened, upload
from tests.cast import now
from tests.web.browsing import signed_in

STATEMENTS = 23
"""Of the whole page on the phone, door and frame included, however many entries stand on it."""


def page_of(seen: Watched) -> SeenPage:
    with tenant(seen.cast.tenant_id):
        return queries.seen_page(actor=seen.guest, at=now())


@pytest.mark.parametrize("channel", ["web", "api", "cli", "worker", "portal"])
def test_a_view_by_any_channel_stands_there(channel: str) -> None:
    seen = watched()
    entry = look(replace(seen.cast.owner, channel=channel), seen.client_id, seen.person_id, "mobile")
    told = {one.entry_id: one for one in page_of(seen).told}[entry]
    assert told.channel == said(f"channel.{channel}")
    assert (told.clear, told.why) == (1, "填写申请书")
    assert told.sentence.endswith("\u3002")


def test_an_export_stands_there() -> None:
    seen = watched()
    vault.export_list(actor=seen.cast.owner, at=now(), what="persons", form="csv")
    (told,) = [one for one in page_of(seen).told if "导出" in one.sentence]
    assert "另外 1 人" in told.others
    assert told.clear == 0


def test_an_original_that_was_taken_out_stands_there_in_plain_words() -> None:
    seen = watched()
    owner, client_id = seen.cast.owner, seen.client_id
    entry = opened(owner, upload(owner, client_id, seen.person_id, kind="lease").material_id)
    told = {one.entry_id: one for one in page_of(seen).told}[entry]
    assert (told.what, told.clear, told.why) == ("租赁合同或产权证（取走原件，不带水印）", 1, "填写申请书")


def test_a_partners_view_stands_there_as_a_partners() -> None:
    seen = watched()
    with tenant(seen.cast.tenant_id), transaction.atomic():
        guest = Guest.objects.create(
            tenant_id=seen.cast.tenant_id, kind="partner", subject_id=UUID(int=9), created_at=now()
        )
    partner = Actor(guest.id, seen.cast.tenant_id, frozenset({"partner"}), channel="portal")
    with tenant(seen.cast.tenant_id), transaction.atomic():
        inbox.append(
            entry_id=uuid7(), actor=partner, act="vault:field:reveal", at=now(), outcome="done", purpose=None,
            resource=None, seen=(inbox.Seen(seen.person_id, ("name",)),), facts={}, reason=None,
        )  # fmt: skip
    (told,) = [one for one in page_of(seen).told if one.kind == "partner"]
    assert (told.who, told.what.startswith("姓名")) == ("合作方", True)


def test_who_when_what_why_on_which_basis() -> None:
    seen = watched()
    (told,) = [one for one in page_of(seen).told if one.entry_id == seen.entry_id]
    assert (told.who, told.role, told.channel) == ("陈**", "代办专员", "工作台")
    assert told.what == "身份证号\uff08完整\uff091 项"
    assert (told.why, told.basis) == ("填写申请书", "法定义务")
    assert "陈**\uff08代办专员\uff09在工作台看了身份证号" in told.sentence


def test_no_third_person_and_no_value_on_the_page() -> None:
    seen = watched()
    look(seen.cast.agent, seen.client_id, seen.other_id)
    vault.export_list(actor=seen.cast.owner, at=now(), what="persons", form="csv")
    phone = browser(seen)
    seal()
    shown = phone.get("/cases/my/seen/").content.decode()
    for other in (seen.other_id.hex, str(seen.other_id), OTHER_NAME, CANARY_ID, CANARY_MOBILE, "陈一诺", "江述白"):
        assert other not in shown
    assert seen.cast.agent.id.hex not in shown
    assert str(seen.cast.agent.id) not in shown


def test_numbers_have_no_gap_and_a_gap_would_be_seen() -> None:
    seen = watched()
    look(seen.cast.agent, seen.client_id, seen.person_id, "mobile")
    seal()
    page = page_of(seen)
    assert (page.gapless, page.waiting) == (True, 0)
    assert page.numbers == max(one.number or 0 for one in page.told)
    openings = sorted(one.opening for one in page.told if one.clear)
    assert openings == list(range(1, page.openings + 1))
    with tenant(seen.cast.tenant_id):
        strokes, last = ledger.person_strokes(seen.person_id)
    assert not queries.is_gapless(strokes[:1] + strokes[2:], last)
    assert not queries.is_gapless(strokes[:-1], last)
    assert queries.is_gapless(strokes, last)


def test_machines_and_the_own_acts_are_folded() -> None:
    seen = watched()
    services.raise_right(actor=seen.guest, at=now(), right="access")
    look(system_actor(seen.cast.tenant_id), seen.client_id, seen.person_id)
    page = page_of(seen)
    assert {fold.kind for fold in page.folds} == {"system", "own"}
    assert {one.kind for one in page.told} == {"staff"}
    assert page.viewers == 2  # owner and agent
    seal()
    page = page_of(seen)
    assert (page.openings, page.unseen) == (2, 1)  # the agent's look, and the product's own


def test_ninety_days_as_a_strip() -> None:
    seen = watched()
    page = page_of(seen)
    assert (len(page.strip), page.strip[-1].level) == (90, 2)
    with tenant(seen.cast.tenant_id):
        later = queries.seen_page(actor=seen.guest, at=now() + timedelta(days=91))
    assert (later.views, later.viewers, {day.level for day in later.strip}) == (0, 0, {0})


def test_statements_do_not_grow_with_entries() -> None:
    seen = watched()
    phone = browser(seen)
    seal()
    phone.get("/cases/my/seen/")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert phone.get("/cases/my/seen/").status_code == 200
        counts.append(len([one for one in asked if one["sql"] not in {"BEGIN", "COMMIT"}]))
        for kind in ("mobile", "id_number", "name"):
            look(seen.cast.agent, seen.client_id, seen.person_id, kind)
        seal()
    assert counts[0] == counts[1] == STATEMENTS


def test_it_is_the_clients_page_only() -> None:
    seen = watched()
    for who in (seen.cast.owner, seen.cast.agent, seen.cast.stranger):
        with tenant(who.tenant_id), pytest.raises(Denied, match=r"access\.role"):
            queries.seen_page(actor=who, at=now())
    assert signed_in(seen.cast.owner).get("/cases/my/seen/").status_code == 401
