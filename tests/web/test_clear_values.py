"""A value in clear: asked for with purpose and reason, shown after the entry is written, gone by itself."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from fengni.apps.ledger import sealer
from tests.cast import now
from tests.web.browsing import Open, picture
from tests.web.world import SHOWN_ID, World

pytestmark = pytest.mark.browser


def _person(world: World) -> str:
    return reverse("vault:person", args=[world.client, world.person])


def _ask(page: Page, kind: str, reason: str = "填写变更申请书") -> None:
    page.locator(f"tr:has(#value-{kind})").get_by_role("link", name="查看").click()
    dialog = page.locator("#ask")
    expect(dialog).to_be_visible()
    dialog.get_by_text("填写申请书", exact=True).click()
    dialog.get_by_label("事由").fill(reason)


@pytest.mark.parametrize("width", [1440, 375])
def test_a_value_is_shown_for_thirty_seconds_and_covered_again(width: int, world: World, screen: Open) -> None:
    page = screen(world.cast.agent, width=width).open(_person(world))
    assert SHOWN_ID not in page.content()
    page.clock.install()
    _ask(page, "id_number")
    picture(page, f"reveal-{width}", full_page=False)
    page.get_by_role("button", name="查看 30 秒").click()
    clear = page.locator("#value-id_number [data-clear]")
    expect(clear).to_contain_text("990101")
    expect(page.locator("#ask")).not_to_be_visible()
    expect(page.locator("#purpose > summary")).to_contain_text("填写申请书")
    expect(page.locator("#history article").first).to_contain_text("您")
    page.clock.run_for(11_000)
    expect(clear.locator("[data-left]")).to_have_text("19 秒")
    picture(page, f"clear-{width}", full_page=False)
    page.clock.run_for(20_000)
    expect(clear).to_have_count(0)
    assert SHOWN_ID not in page.content()
    expect(page.locator("#value-id_number")).to_contain_text(re.compile(r"990101\*+0212"))


@pytest.mark.parametrize("kinds", [("id_number", "mobile"), ("mobile", "id_number")])  # down the page and up
def test_a_second_value_covers_the_first_and_stays(kinds: tuple[str, str], world: World, screen: Open) -> None:
    page = screen(world.cast.agent).open(_person(world))
    for kind in kinds:
        _ask(page, kind)
        page.get_by_role("button", name="查看 30 秒").click()
        expect(page.locator(f"#value-{kind} [data-clear]")).to_be_visible()
    expect(page.locator("[data-clear]")).to_have_count(1)


def test_escape_covers_a_value(world: World, screen: Open) -> None:
    page = screen(world.cast.agent).open(_person(world))
    for kind in ("id_number", "mobile"):
        _ask(page, kind)
        page.get_by_role("button", name="查看 30 秒").click()
        expect(page.locator(f"#value-{kind} [data-clear]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-clear]")).to_have_count(0)
    assert "15400000002" not in page.content()


def test_the_entry_gets_its_number_while_one_looks(world: World, screen: Open) -> None:
    page = screen(world.cast.lead).open(_person(world))
    _ask(page, "home_address")
    page.get_by_role("button", name="查看 30 秒").click()
    newest = page.locator("#history article").first
    expect(newest).to_contain_text("您")  # an older entry may stand there, waiting too, until the look has been written
    expect(newest).to_contain_text("待封")
    sealer.seal_round(at=now())
    expect(newest).to_contain_text("已封存", timeout=45_000)


def test_without_a_reason_nothing_is_shown(world: World, screen: Open) -> None:
    page = screen(world.cast.agent).open(_person(world))
    _ask(page, "mobile", reason=" ")
    page.get_by_role("button", name="查看 30 秒").click()
    expect(page.locator("#ask .field-error")).to_be_visible()
    expect(page.locator("[data-clear]")).to_have_count(0)


def test_a_refusal_is_a_sentence_over_the_page(world: World, screen: Open) -> None:
    page = screen(world.cast.agent).open(_person(world))
    _ask(page, "mobile")
    _take_back(world, world.cast.agent.id)
    page.get_by_role("button", name="查看 30 秒").click()
    expect(page.locator("#toasts [role=alert]")).to_contain_text("经办范围")
    expect(page.locator("[data-clear]")).to_have_count(0)
    _hand_over(world, world.cast.agent.id)


def _take_back(world: World, member_id: UUID) -> None:
    from fengni.apps.parties.services import unassign_client

    unassign_client(actor=world.cast.owner, at=now(), client_id=world.client, member_id=member_id)


def _hand_over(world: World, member_id: UUID) -> None:
    from fengni.apps.parties.services import assign_client

    assign_client(actor=world.cast.owner, at=now(), client_id=world.client, member_id=member_id)


def test_it_works_without_scripts(world: World, screen: Open) -> None:
    page = screen(world.cast.agent, scripts=False).open(_person(world))
    page.locator("tr:has(#value-id_number)").get_by_role("link", name="查看").click()
    page.locator("#main").get_by_text("填写申请书", exact=True).click()
    page.get_by_label("事由").fill("填写变更申请书")
    page.get_by_role("button", name="查看 30 秒").click()
    expect(page.locator("[data-clear-text]")).to_contain_text("0212")
    assert "9901" not in page.url


def test_the_dpo_sees_numbers_masked_but_no_names(world: World, screen: Open) -> None:
    page = screen(world.cast.dpo).open(_person(world))
    expect(page.locator("h1")).not_to_contain_text("陆知衡")
    expect(page.locator("#history")).to_contain_text("陈一诺")
