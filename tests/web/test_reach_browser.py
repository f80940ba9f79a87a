"""Access for some hours and emergencies in Chromium: refused, asked, given; broken, alarmed, reviewed. Both widths."""

from __future__ import annotations

import pytest
from django.urls import reverse

from fengni.apps.ledger import sealer
from tests.apps.reach.scene import WHY, scene
from tests.cast import now
from tests.web.browsing import WIDTHS, Open, Screen, look, ways

pytestmark = pytest.mark.browser


def _look(shown: Screen, name: str, path: str = "") -> None:
    for lang in reversed(ways("zh-hans", "en")):
        shown.speak(lang)
        page = shown.open(path) if path else shown.page
        look(shown, f"reach/{name}", page=page, widths=tuple(WIDTHS))


def test_from_the_refusal_to_the_review(screen: Open) -> None:
    one = scene()
    cast, file = one.cast, reverse("vault:client", args=[one.client_id])
    person = reverse("vault:person", args=[one.client_id, one.person_id])
    agent, lead, owner = screen(cast.agent), screen(cast.lead), screen(cast.owner)

    page = agent.open(file)
    _look(agent, "refused", file)
    page.get_by_role("link", name="申请临时查看").click()
    page.wait_for_url("**/ask/")
    _look(agent, "ask", page.url.removeprefix(agent.address))
    page.locator("main").get_by_text("联系客户", exact=True).click()
    page.get_by_label("事由").fill("客户只肯和我通话")
    page.get_by_role("button", name="申请", exact=True).click()
    page.get_by_text("等待答复").first.wait_for()

    page = lead.open("/")
    page.get_by_role("link", name="去看看").first.click()
    page.get_by_role("link", name="陈一诺").click()
    page.wait_for_url("**/requests/**")
    _look(lead, "decide", page.url.removeprefix(lead.address))
    page.get_by_role("button", name="同意", exact=True).click()
    page.get_by_text("自动结束").first.wait_for()

    _look(agent, "lent", person)
    assert agent.page.get_by_role("link", name="替换").count() == 0
    page = agent.page
    sealer.seal_round(at=now())
    page.get_by_role("link", name="查看", exact=True).first.click()
    page.get_by_label("事由").fill("回电核实")
    page.get_by_role("button", name="查看 30 秒").click()
    page.get_by_text("临时开放，由负责人同意").first.wait_for()

    officer = screen(cast.security)
    page = officer.open(reverse("reach:list"))
    page.get_by_label("企业全称").fill("示例·青禾1号智造有限公司")
    page.get_by_role("button", name="紧急查看…").click()
    page.wait_for_url("**/break/")
    _look(officer, "break", page.url.removeprefix(officer.address))
    page.locator("main").get_by_text("处置安全事件", exact=True).click()
    page.get_by_label("发生了什么").fill(WHY)
    page.get_by_role("button", name="立即打开").click()
    page.wait_for_url(f"**{file}")
    assert "紧急查看中" in page.locator("main").inner_text()
    _look(officer, "broken", person)
    sealer.seal_round(at=now())
    page.get_by_role("link", name="查看", exact=True).first.click()
    page.get_by_label("事由").fill("确认是否被冒用")
    page.get_by_role("button", name="查看 30 秒").click()
    page.get_by_text("紧急查看，未经事先批准").first.wait_for()

    sealer.seal_round(at=now())
    _look(owner, "today", "/")
    page = owner.page
    page.get_by_role("link", name="去看看").first.click()
    _look(owner, "list", reverse("reach:list"))
    page.get_by_role("link", name="郑望舒").click()
    page.wait_for_url("**/emergencies/**")
    _look(owner, "review", page.url.removeprefix(owner.address))
    page.locator("main").get_by_text("有必要", exact=True).click()
    page.get_by_label("一句话说明").fill("核实过来电记录，确有必要")
    page.get_by_role("button", name="提交复核").click()
    page.get_by_text("复核：有必要").first.wait_for()
    assert officer.open(file).get_by_text("这里不对您开放").count() == 1
    for shown in (agent, lead, owner, officer):
        assert shown.complaints == []
