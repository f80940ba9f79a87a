"""Matters in Chromium: a change is started, an item verified without a mouse, every screen looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from fengni.apps.ledger import sealer
from fengni.apps.matters import services
from tests.apps.matters.making import Made, hand_in, item_of, make_matter, settle
from tests.apps.vault.files import CANARY_ID, CANARY_MOBILE, entries
from tests.cast import Cast, assemble, now
from tests.core.pictures import samples
from tests.web.browsing import Open, look, picture

pytestmark = pytest.mark.browser

SWAPPED = CANARY_ID[:12] + CANARY_ID[13] + CANARY_ID[12] + CANARY_ID[14:]


@dataclass(frozen=True)
class Office:
    """Four matters: one being collected, one with the registry, one returned, one approved."""

    cast: Cast
    made: Made
    filed: Made
    returned: Made
    approved: Made


@pytest.fixture(scope="module")
def office() -> Office:
    cast = assemble()
    made = make_matter(cast)
    for code in ("resolution", "licence"):
        hand_in(cast.agent, item_of(cast, made, code).id, now() - timedelta(hours=3))
    front = item_of(cast, made, "new_representative_id_front")
    hand_in(cast.agent, front.id)
    services.claim_item(actor=cast.agent, at=now(), item_id=front.id)
    services.return_item(actor=cast.agent, at=now(), item_id=front.id, code="cut_off")
    services.invite_person(actor=cast.agent, at=now(), matter_id=made.matter_id, person_id=made.new)
    others = []
    for number, verbs in ((2, ()), (3, ("return",)), (4, ("approve",))):
        other = make_matter(cast, number, types=("NAME",), region="same")
        settle(cast, other)
        services.submit_filing(actor=cast.agent, at=now(), matter_id=other.matter_id, receipt_number=f"EX-000{number}")
        if "return" in verbs:
            services.return_filing(actor=cast.agent, at=now(), matter_id=other.matter_id, code="content_mismatch")
        if "approve" in verbs:
            services.approve_filing(actor=cast.agent, at=now(), matter_id=other.matter_id)
        others.append(other)
    return Office(cast, made, *others)


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_every_screen_is_fit_to_be_seen(office: Office, screen: Open, lang: str) -> None:
    made, cast = office.made, office.cast
    shown = screen(cast.lead, lang=lang)
    item = item_of(cast, made, "resolution")
    chosen = f"?client={made.client_id}&types=LEGAL&types=ADDR&region=cross"
    for name, path in (
        ("list", reverse("matters:list")),
        ("list-none", reverse("matters:list") + "?state=closed"),
        ("new-empty", reverse("matters:new")),
        ("new", reverse("matters:new") + chosen),
        ("new-nobody", reverse("matters:new") + f"?client={made.client_id}&types=NAME&offered={made.client_id}"),
        ("people-nobody", reverse("matters:people", args=[office.filed.matter_id])),
        ("page", reverse("matters:page", args=[made.matter_id])),
        ("people", reverse("matters:people", args=[made.matter_id])),
        ("documents", reverse("matters:documents", args=[made.matter_id])),
        ("sharing", reverse("matters:sharing", args=[made.matter_id])),
        ("papers", reverse("matters:papers", args=[made.matter_id])),
        ("evidence", reverse("matters:evidence", args=[made.matter_id])),
        ("filing", reverse("matters:filing", args=[made.matter_id])),
        ("answer", reverse("matters:filing", args=[office.filed.matter_id])),
        ("approved", reverse("matters:page", args=[office.approved.matter_id])),
        ("desk", reverse("matters:desk")),
        ("item-free", reverse("matters:item", args=[item.id])),
    ):
        shown.open(path)
        look(shown, f"matters-{name}", widths=(1440, 375))
        if name in ("page", "people"):
            shown.page.locator(".item details.menu summary").last.click()
            look(shown, f"matters-{name}-menu", widths=(375,), axe=False)


def test_the_desk_without_a_mouse(office: Office, screen: Open) -> None:
    made, cast = office.made, office.cast
    item = item_of(cast, made, "resolution")
    sealer.seal_round(at=now())  # what reads sealed numbers stops where the ledger is behind
    shown = screen(cast.agent)
    page = shown.open(reverse("matters:item", args=[item.id]))
    expect(page.locator(".grey").first).to_be_visible()  # nothing is shown before it is taken
    page.keyboard.press("c")
    expect(page.locator(".verdict [data-key=a]")).to_be_visible()
    page.keyboard.press("d")
    expect(page.locator("#given")).to_be_focused()
    page.locator("#person").select_option(str(made.new))
    page.locator("#given").focus()
    page.keyboard.type(SWAPPED)
    page.keyboard.press("Enter")
    expect(page.locator(".difference")).to_contain_text("13–14")
    assert CANARY_ID not in page.content()
    assert SWAPPED not in page.content()
    look(shown, "matters-difference")
    other = screen(cast.lead).open(reverse("matters:item", args=[item.id]))
    expect(other.locator(".grey").first).to_be_visible()
    page.keyboard.press("r")
    expect(page.locator("#return")).to_be_visible()
    look(shown, "matters-return")
    page.locator("#return input[value=mismatch]").press("Space")
    page.locator("#note").fill("决议上的号码与身份证不一致")
    page.locator("#return .btn-risk").press("Enter")
    expect(page.locator("h1")).not_to_contain_text("股东会决议")  # the next one is there
    assert item_of(cast, made, "resolution").return_code == "mismatch"


def test_a_scan_is_handed_in_opened_and_accepted(office: Office, screen: Open) -> None:
    made, cast = office.made, office.cast
    shown = screen(cast.agent)
    page = shown.open(reverse("matters:page", args=[made.matter_id]))
    row = page.locator(".item", has_text="身份证国徽面")
    row.locator("details.menu summary").click()
    scan = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": samples.jpeg(6)}
    row.locator("input[type=file]").set_input_files(scan)
    row.locator("button", has_text="封存并提交").click()
    expect(page.locator(".item", has_text="身份证国徽面")).to_contain_text("待核验")
    item = item_of(cast, made, "new_representative_id_back")
    assert item.material_id is not None
    sealer.seal_round(at=now())
    page = shown.open(reverse("matters:item", args=[item.id]))
    page.keyboard.press("c")
    expect(page.locator(".sealed-picture")).to_be_visible()
    page.keyboard.press("v")
    expect(page.locator("img[data-picture]")).to_be_visible()
    look(shown, "matters-picture")
    page.keyboard.press("a")
    expect(page.locator("h1")).not_to_contain_text("国徽面")  # the next one is there
    assert item_of(cast, made, "new_representative_id_back").state == "accepted"
    look(shown, "matters-accepted")


def test_a_change_is_started_and_its_list_is_seen_first(office: Office, screen: Open) -> None:
    made = office.made
    page = screen(office.cast.agent).open(reverse("matters:new") + f"?client={made.client_id}")
    page.locator("label.chip", has_text="法定代表人变更").click()
    expect(page.locator(".counted-figure b")).to_have_text("8")
    page.locator("input[name=region][value=cross] + span").click()
    page.locator("label.chip", has_text="住所").first.click()
    expect(page.locator(".counted-figure b")).to_have_text("11")
    expect(page.locator(".counted-figure")).to_contain_text("23")
    page.locator("fieldset", has_text="新任法定代表人").locator("label.chip", has_text="陆知衡").click()
    page.locator(".page-foot .btn-primary").click()
    expect(page.locator("h1")).to_contain_text("示例·青禾1号")
    expect(page.locator(".items .item")).to_have_count(11)


def test_a_field_is_copied_for_the_registry_counted_and_forgotten(office: Office, screen: Open) -> None:
    made, cast = office.made, office.cast
    sealer.seal_round(at=now())
    shown = screen(cast.agent)
    shown.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=shown.address)
    page = shown.open(reverse("matters:filing", args=[made.matter_id]))
    page.clock.install()
    for kind, value in (("mobile", CANARY_MOBILE), ("id_number", CANARY_ID)):
        page.locator(f"tr:has(#value-{kind})").get_by_role("button", name="复制（30 秒）").click()
        expect(page.locator(f"#value-{kind} [data-clear]")).to_be_visible()
        expect(page.locator("[data-clear]")).to_have_count(1)  # one clear value at a time
        page.wait_for_function("wanted => navigator.clipboard.readText().then(held => held === wanted)", arg=value)
        entry = entries(cast.tenant_id)[-1]
        assert (entry["act"], entry["purpose"], entry["clear"]) == ("vault:field:reveal", "purpose.fill_form", 1)
    picture(page, "matters-copied-1440")
    page.clock.run_for(31_000)
    expect(page.locator("[data-clear]")).to_have_count(0)
    page.wait_for_function("navigator.clipboard.readText().then(held => held === '')")
    assert CANARY_ID not in page.content()
