"""Working with the console as people do: searching, replacing, exporting, handing over, by keyboard and on a phone."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from fengni.core import fictitious
from tests.apps.vault.files import make_client, make_person
from tests.cast import Cast, assemble
from tests.web.browsing import Open, signed_in
from tests.web.world import SHOWN, SHOWN_ID, World

pytestmark = pytest.mark.browser


def _search(page: Page, words: str) -> None:
    page.locator("#search").fill(words)
    page.locator("#search").press("Enter")
    page.wait_for_load_state()


@pytest.mark.parametrize(
    "words", [SHOWN, "lzh", "知衡", "陆 0212", "陆知衡/0212", SHOWN_ID, "990101 19880229 0212", "15400000002"]
)
def test_a_person_is_found_and_nothing_typed_stands_in_an_address(words: str, world: World, screen: Open) -> None:
    page = screen(world.cast.owner).open(reverse("home"))
    _search(page, words)
    expect(page.get_by_role("link", name=SHOWN).first).to_be_visible()
    assert page.url.endswith(reverse("vault:search"))
    assert SHOWN_ID not in page.content()


def test_a_company_is_found_by_its_code(world: World, screen: Open) -> None:
    page = screen(world.cast.owner).open(reverse("home"))
    _search(page, fictitious.uscc(1))
    expect(page.locator("#main")).to_contain_text("按信用代码命中")


def test_an_agent_finds_nobody_outside_the_scope(world: World, screen: Open) -> None:
    page = screen(world.cast.colleague).open(reverse("home"))
    _search(page, SHOWN)
    expect(page.locator("h1")).to_have_text("没有命中")


def test_keys_lead_through_a_list(world: World, screen: Open) -> None:
    page = screen(world.cast.owner).open(reverse("vault:clients"))
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    second = page.locator("table[data-keys] tbody tr").first
    expect(second).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).not_to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(reverse("vault:clients") + "[0-9a-f-]{36}/$"))


def test_pinyin_that_is_being_composed_is_neither_a_shortcut_nor_sent(world: World, screen: Open) -> None:
    page = screen(world.cast.owner).open(reverse("vault:clients"))
    page.evaluate("""() => document.body.dispatchEvent(
        new KeyboardEvent("keydown", {key: "?", isComposing: true, bubbles: true, cancelable: true}))""")
    expect(page.locator("#help")).not_to_be_visible()
    page.locator("#search").fill("lu")
    stopped = page.locator("#search").evaluate("""(input) => {
        const event = new KeyboardEvent("keydown", {key: "Enter", isComposing: true, bubbles: true, cancelable: true});
        input.dispatchEvent(event);
        return event.defaultPrevented;
    }""")
    assert stopped is True


def test_shortcuts_can_be_turned_off(world: World, screen: Open) -> None:
    page = screen(world.cast.owner).open(reverse("vault:clients"))
    page.keyboard.press("?")
    page.locator("[data-keys-off]").check()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#help")).not_to_be_visible()


@pytest.fixture
def small() -> tuple[Cast, str, str]:
    """An agency of its own for what changes things: cast, address of the client, address of the person."""
    cast = assemble()
    client = make_client(cast.owner)
    person = make_person(cast.owner, client)
    return cast, reverse("vault:client", args=[client]), reverse("vault:person", args=[client, person])


def test_a_value_is_replaced_and_a_mask_is_refused(small: tuple[Cast, str, str], screen: Open) -> None:
    cast, _, person = small
    page = screen(cast.owner).open(person)
    page.locator("tr:has(#value-mobile)").get_by_role("link", name="替换").click()
    page.get_by_label("新内容").fill("154****0009")
    page.get_by_role("button", name="替换并加封").click()
    expect(page.locator("#ask .field-error")).to_be_visible()
    page.get_by_label("新内容").fill(fictitious.mobile(9))
    page.get_by_role("button", name="替换并加封").click()
    expect(page.locator(".notice-ok")).to_contain_text("手机已替换并加封")
    expect(page.locator("#value-mobile")).to_contain_text("0009")
    assert fictitious.mobile(9) not in page.content()


def test_what_was_not_collected_can_be_entered(small: tuple[Cast, str, str], screen: Open) -> None:
    cast, _, person = small
    page = screen(cast.owner).open(person)
    page.locator(".missing summary").click()
    page.locator(".missing li", has_text="电子邮箱").get_by_role("link", name="填写").click()
    page.get_by_label("新内容").fill("lu@example.com")
    page.get_by_role("button", name="加封保存").click()
    expect(page.locator("#value-email")).to_contain_text("@example.com")


def test_a_file_is_handed_over_and_taken_back(small: tuple[Cast, str, str], screen: Open) -> None:
    cast, client, _ = small
    agent, owner = screen(cast.agent), screen(cast.owner)
    assert agent.open(client).locator("h1").inner_text() == "这里不对您开放"
    page = owner.open(client)
    page.get_by_label("交给", exact=True).select_option(label="陈一诺")
    page.get_by_role("button", name="交接").click()
    expect(page.locator("#main")).to_contain_text("已交接")
    assert "示例·青禾" in agent.open(client).locator("h1").inner_text()
    page.get_by_role("button", name="收回").click()
    assert agent.open(client).locator("h1").inner_text() == "这里不对您开放"


def test_a_client_and_a_person_are_made_by_hand(small: tuple[Cast, str, str], screen: Open) -> None:
    cast, _, _ = small
    page = screen(cast.owner).open(reverse("vault:new_client"))
    page.get_by_label("企业名称").fill("示例·新禾商贸有限公司")
    page.get_by_label("统一社会信用代码").fill(fictitious.uscc(40))
    page.get_by_role("button", name="加封保存").click()
    expect(page.locator("h1")).to_have_text("示例·新禾商贸有限公司")
    page.get_by_role("link", name="添加人员").click()
    page.get_by_label("姓名").fill("顾南乔")
    page.get_by_label("身份证号").fill("990101199107060461")
    page.locator("input[name=roles]").first.check()
    page.get_by_role("button", name="加封保存").click()
    expect(page.locator(".notice-failed")).to_be_visible()  # the check digit is wrong
    page.get_by_label("身份证号").fill(fictitious.id_number("19910706", 46))
    page.get_by_role("button", name="加封保存").click()
    expect(page.locator("h1")).to_contain_text("顾南乔")


def test_a_list_leaves_as_a_masked_file(small: tuple[Cast, str, str]) -> None:
    cast, _, _ = small
    answer = signed_in(cast.owner).post(reverse("vault:export", args=["persons"]), {"form": "csv"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert "0212" not in answer.content.decode()
    assert re.fullmatch(r'attachment; filename="fengni-persons-[0-9-]+\.csv"', answer["Content-Disposition"])


def test_the_language_and_the_purpose_are_kept(world: World, screen: Open) -> None:
    page = screen(world.cast.owner).open(reverse("vault:clients"))
    page.locator("#purpose > summary").click()
    page.get_by_role("button", name="联系客户").click()
    expect(page.locator("#purpose > summary")).to_contain_text("用途：联系客户")
    page.locator(".me > summary").click()
    page.locator(".me").get_by_role("button", name="English").click()
    expect(page.locator("#purpose > summary")).to_contain_text("Purpose: Contact the client")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.url.endswith(reverse("vault:clients"))


def test_a_phone_reaches_everything(world: World, screen: Open) -> None:
    page = screen(world.cast.owner, width=375).open(reverse("home"))
    page.locator(".me > summary").click()
    for place in ("措施", "成员", "会话与设备", "双重验证"):
        expect(page.locator(".me-sheet").get_by_role("link", name=place).first).to_be_visible()
    sizes = page.locator(".rail-list > li:visible a, .me > summary").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert all(size >= 44 for size in sizes)
