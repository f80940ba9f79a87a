"""Retention, destruction by two persons, the certificate and a list that needs a second person, in Chromium."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from fengni.apps.disposals import services
from fengni.apps.ledger import sealer
from tests.apps.approvals.lists import many
from tests.apps.disposals.closing import NUMBER, backups_end, close, scene
from tests.apps.vault.files import make_client
from tests.cast import assemble, now
from tests.web.browsing import Open, look

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1440, 375])
def test_a_client_file_is_destroyed_by_two_and_does_not_open(screen: Open, width: int) -> None:
    at = scene()
    held = make_client(at.cast.owner, 3, note="请先打电话")
    close(at.cast, held, "M-2026-0120", days=3)
    services.set_hold(actor=at.cast.lead, at=now(), client_id=held, reason="法院要求保全，案件未结")
    lead, dpo = screen(at.cast.lead, width=width), screen(at.cast.dpo, width=width)
    page = lead.open(reverse("disposals:list"))
    expect(page.locator(".goes")).to_contain_text("法院要求保全")
    look(lead, "disposals", axe=False)
    page = lead.open(reverse("disposals:calendar"))
    expect(page.locator("dl.facts")).to_contain_text("可销毁 4 份，转封存 2 份")
    look(lead, "retention-calendar")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出").click()
    assert download.value.suggested_filename == "fengni-retention.csv"
    lead.speak("en")
    lead.open(reverse("disposals:calendar"))
    look(lead, "retention-calendar", axe=False)
    lead.speak("zh-hans")
    page = lead.open(reverse("disposals:file", args=[at.client]))
    look(lead, "disposal-file", axe=False)
    page.locator("#id_number").fill("M-2026-0001")
    page.locator("#id_reason").fill("办结期满")
    page.locator(".danger button").click()
    expect(page.locator(".notice-failed")).to_contain_text("事项编号不对")
    page.locator("#id_number").fill(NUMBER)
    page.locator("#id_reason").fill("办结期满")
    page.locator(".danger button").click()
    page.wait_for_url("**/disposals/*-*/")
    look(lead, "disposal-proposed", axe=False)
    assert page.locator("#id_number").count() == 0
    waiting = dpo.open(reverse("approvals:list"))
    look(dpo, "approvals-waiting", axe=False)
    waiting.get_by_text("去看看").click()
    look(dpo, "disposal-second", axe=False)
    waiting.locator("#id_number").fill(NUMBER)
    waiting.locator(".danger button").click()
    expect(waiting.locator(".v-destroyed").first).to_be_visible()
    backups_end(at.cast)
    waiting.get_by_role("button", name="出具证书").click()
    expect(waiting.locator(".secret-line")).to_contain_text("fengni verify")
    sealer.seal_round(at=now())
    waiting.get_by_role("button", name="试着打开").click()
    expect(waiting.locator(".notice-ok")).to_contain_text("打不开")
    look(dpo, "disposal-done")
    page = lead.open(reverse("vault:person", args=[at.client, at.person]))
    expect(page.locator("#value-id_number .v-sealed")).to_be_visible()
    look(lead, "person-sealed", axe=False)
    page = lead.open(reverse("disposals:sealed", args=[at.client, at.person, "id_number"]))
    look(lead, "sealed", axe=False)


@pytest.mark.parametrize("width", [1440, 375])
def test_a_list_of_many_waits_for_a_second_person_and_leaves_once(screen: Open, width: int) -> None:
    cast = assemble()
    many(cast.owner)
    lead, dpo = screen(cast.lead, width=width), screen(cast.dpo, width=width)
    page = lead.open(reverse("vault:persons"))
    page.locator("details.menu summary").first.click()
    page.locator("button[name=form][value=csv]").click()
    expect(page.locator("h1")).to_have_text("需要第二人复核")
    look(lead, "approvals-ask")
    stopped = dpo.open(reverse("home"))
    expect(stopped.locator(".notice-failed")).to_contain_text("操作停住了")
    stopped.locator(".notice-failed a").click()
    expect(stopped.locator("main")).to_contain_text("还没有人说明理由")
    look(dpo, "approvals-stopped")
    page.locator("#id_reason").fill("年度盘点")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/approvals/")
    look(lead, "approvals-asked", axe=False)
    answering = dpo.open(reverse("approvals:list"))
    expect(answering.locator("main")).to_contain_text("年度盘点")
    answering.get_by_role("button", name="同意", exact=True).click()
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载一次").click()
    assert download.value.suggested_filename.startswith("fengni-persons-")
    page.reload()
    expect(page.locator("main")).to_contain_text("已同意并用过")
    look(lead, "approvals-used", axe=False)
