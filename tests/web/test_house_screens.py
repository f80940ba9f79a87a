"""The house in Chromium: one page for the owner, today for the agent, measures with their evidence, policy, agents."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from fengni.apps.cases import services as cases
from fengni.apps.ledger import sealer
from fengni.apps.measures import policies, services
from fengni.core.access.actor import Actor
from tests.apps.matters.making import make_matter
from tests.apps.measures.living import House, changed, live, restored
from tests.cast import now
from tests.web.browsing import Open, Screen, look

pytestmark = pytest.mark.browser


def _click(selector: str, wait_for: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator(selector).first.click()
        page.locator(wait_for).first.wait_for()

    return act


def _look(shown: Screen, page: Page, name: str) -> None:
    """One screen at both widths."""
    look(shown, f"house/{name}", page=page, widths=(375, 1440), full_page=not page.locator("dialog[open]").count())


def _disorder(house: House) -> None:
    """Some things to decide: a partner whose agreement ended, a draft, a client who asks, matters that wait."""
    make_matter(house.cast, 7)
    services.draft_policy(actor=house.cast.dpo, at=now(), text=policies.standard("zh") + "\n补充：下班前清空桌面。")
    changed(house.id, "UPDATE agreements_agreement SET state = 'ended' WHERE party_kind = 'partner'")
    [(guest,)] = changed(
        house.id, "SELECT h.id FROM guests_guest h JOIN guests_link l ON l.guest_id = h.id AND l.recalled_at IS NULL"
        " WHERE h.kind = 'client' AND h.client_id = %s", house.client_id,
    )  # fmt: skip
    client = Actor(guest, house.id, frozenset({"client"}), channel="portal")
    cases.raise_right(actor=client, at=now(), right="access")
    sealer.seal_round(at=now())


def test_the_house_at_both_widths_in_both_languages(screen: Open) -> None:
    with restored():
        house = live()
        _disorder(house)
        drawer = _click("a[data-drawer^=M06]", "#drawer[open] .tests")
        walk: tuple[tuple[str, Actor, str, Callable[[Page], None] | None], ...] = (
            ("house", house.cast.owner, reverse("measures:house"), None),
            ("measures", house.cast.owner, reverse("measures:list"), None),
            ("evidence", house.cast.owner, reverse("measures:list"), drawer),
            ("policy", house.cast.owner, reverse("measures:policy"), None),
            ("agents", house.cast.lead, reverse("measures:agents"), None),
            ("assess", house.cast.lead, reverse("agreements:assess", args=[house.partner_id]), None),
            ("partner", house.cast.lead, reverse("agreements:partner", args=[house.partner_id]), None),
            ("today", house.cast.agent, reverse("home"), None),
        )
        for who in dict.fromkeys(actor for _, actor, _, _ in walk):
            shown = screen(who)
            for lang in ("zh-hans", "en"):
                shown.speak(lang)
                for name, actor, path, act in walk:
                    if actor != who:
                        continue
                    page = shown.open(path)
                    if act:
                        act(page)
                    _look(shown, page, name)
        _counted(screen(house.cast.owner))


def _counted(shown: Screen) -> None:
    """Each part of the sentence leads to its evidence by one click; three decisions are shown, others one click off."""
    page = shown.open(reverse("measures:house"))
    said = page.locator(".house-says").inner_text()
    assert said == "本周 2 次查看都有用途，2 项措施失效，先看“信息安全技术”。"
    decisions = page.locator(".house-decisions >> nth=0").locator("li")
    assert (decisions.count(), decisions.first.inner_text().splitlines()[0]) == (3, "答复客户的 1 件请求（0 件已超期）")
    assert page.locator(".house-rest li").count() == 4
    page.locator(".house-says a[data-drawer=M02]").click()
    page.locator("#drawer[open] .tests").wait_for()
    assert page.locator("#drawer .tests > li").count() == 7
