"""The ways in: password, second step, passkey, invitation, the demonstration's people; and the ways out."""

from __future__ import annotations

import hashlib
import hmac
import struct
import time
from base64 import b32decode

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from fengni.apps.accounts import services as accounts
from fengni.apps.accounts.queries import session_pseudonym
from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger import queries as ledger
from fengni.core.access.actor import Actor
from tests.cast import PASSWORD, found, hire, login_of, now
from tests.web.browsing import Open, Screen, signed_in
from tests.web.world import World

pytestmark = pytest.mark.browser


def _sign_in(shown: Screen, login: str, password: str = PASSWORD) -> Page:
    page = shown.open(reverse("account_login"))
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    return page


def _confirm(page: Page) -> None:
    """Factors are changed only by somebody who types the password once more."""
    expect(page.locator("h1")).to_have_text("确认是您本人")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="确认", exact=True).click()


def _digits(secret: str) -> str:
    """The six digits of RFC 6238 at this moment."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    mac = hmac.new(b32decode(secret), counter, hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def _entries(actor: Actor, act: str) -> list[str]:
    with tenant(actor.tenant_id):
        page = ledger.entries(actor, act=act)
    return [row.refused or "done" for row in (*page.waiting, *page.rows)]


def test_a_password_opens_and_a_wrong_one_says_so_in_the_ledger(screen: Open) -> None:
    owner = found()
    page = _sign_in(screen(), login_of(owner), "wrong-horse-battery")
    expect(page.get_by_role("alert")).to_contain_text("登录名或密码不对")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.locator("h1")).to_contain_text("江述白")
    assert _entries(owner, "accounts:session:open") == ["done", "accounts.sign-in-failed"]


def test_guessing_is_slowed_down(screen: Open) -> None:
    login = login_of(found())
    for _ in range(6):
        page = _sign_in(screen(), login, "wrong-horse-battery")
    expect(page.get_by_role("alert")).to_contain_text("登录暂停几分钟")


def test_a_second_step_is_set_up_and_asked_for(screen: Open) -> None:
    owner = found()
    shown = screen()
    page = _sign_in(shown, login_of(owner))
    expect(page.locator("h1")).to_contain_text("江述白")
    shown.open(reverse("mfa_activate_totp"))
    _confirm(page)
    secret = page.locator("code.secret").inner_text()
    page.get_by_label("验证码").fill(_digits(secret))
    page.locator("#main").get_by_role("button", name="设置").click()
    expect(page.locator(".codes li").first).to_be_visible()
    code = page.locator(".codes li").first.inner_text()
    again = _sign_in(screen(), login_of(owner))
    expect(again.locator("h1")).to_have_text("第二步验证")
    again.get_by_label("验证码").fill(code)
    again.get_by_role("button", name="登录", exact=True).click()
    expect(again.locator("h1")).to_contain_text("江述白")


def test_a_passkey_opens_without_a_password(screen: Open) -> None:
    owner = found()
    shown = screen()
    page = _sign_in(shown, login_of(owner))
    devtools = shown.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    local = shown.address.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, not to an address
    page.goto(local + reverse("account_login"))
    page.get_by_label("登录名").fill(login_of(owner))
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.locator("h1")).to_contain_text("江述白")
    page.goto(local + reverse("mfa_add_webauthn"))
    _confirm(page)
    page.locator("input[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    expect(page.locator(".codes li").first).to_be_visible()
    page.goto(local + reverse("account_logout"))
    page.locator("#main").get_by_role("button", name="退出登录").click()
    page.goto(local + reverse("account_login"))
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.locator("h1")).to_contain_text("江述白")
    page.goto(local + reverse("mfa_list_webauthn"))
    expect(page.locator("tbody tr")).to_have_count(1)


def test_an_invitation_is_used_once_and_looking_does_not_use_it(screen: Open) -> None:
    owner = found()
    page = screen(owner).open(reverse("accounts:people"))
    page.get_by_role("button", name="邀请同事").click()
    page.locator("#invite").get_by_label("姓名").fill("林知夏")
    page.locator("#invite").get_by_label("代办专员").check()
    page.get_by_role("button", name="生成邀请链接").click()
    link = page.locator(".secret-line").inner_text()
    for _ in range(3):
        assert Client(SERVER_NAME="127.0.0.1").get(reverse("accounts:accept")).status_code == 200
    newcomer = screen().page
    newcomer.goto(link)
    assert "#" not in newcomer.url
    login = f"lin-{owner.id.hex[-8:]}"
    newcomer.get_by_label("登录名").fill(login)
    newcomer.get_by_label("密码").fill("a-sentence-is-best")
    newcomer.get_by_role("button", name="开通账号").click()
    expect(newcomer.locator("h1")).to_have_text("登录")
    newcomer.get_by_label("登录名").fill(login)
    newcomer.get_by_label("密码").fill("a-sentence-is-best")
    newcomer.get_by_role("button", name="登录", exact=True).click()
    expect(newcomer.locator("h1")).to_contain_text("林知夏")
    second = screen().page
    second.goto(link)
    second.get_by_label("登录名").fill(f"{login}-2")
    second.get_by_label("密码").fill("a-sentence-is-best")
    second.get_by_role("button", name="开通账号").click()
    expect(second.locator("#main")).to_contain_text("邀请链接无效")


def test_a_session_that_was_ended_is_dead_with_its_next_request() -> None:
    owner = found()
    agent = hire(owner.tenant_id, "agent", "陈一诺")
    lost, keeper = signed_in(agent), signed_in(owner)
    assert lost.get(reverse("vault:clients")).status_code == 200
    page = keeper.get(reverse("accounts:devices")).content.decode()
    assert "陈一诺" in page
    keeper.post(reverse("accounts:end_session"), {"session": session_pseudonym(lost.cookies["fengni_session"].value)})
    assert lost.get(reverse("vault:clients")).status_code == 302


def test_a_token_is_shown_once(screen: Open) -> None:
    page = screen(found()).open(reverse("accounts:devices"))
    page.get_by_label("用来做什么？").fill("夜间导入")
    page.get_by_role("button", name="发放令牌").click()
    token = page.locator(".secret-line").inner_text()
    assert token.startswith("fgn_")
    page.get_by_role("link", name="完成").click()
    expect(page.get_by_role("row", name="夜间导入")).to_be_visible()
    assert token not in page.content()


def test_the_demonstration_lets_a_newcomer_be_anybody_on_this_machine_only(world: World) -> None:
    client = Client(SERVER_NAME="127.0.0.1")
    member = world.cast.agent.id
    elsewhere = client.post(reverse("accounts:demo_become", args=[member]), REMOTE_ADDR="203.0.113.7")
    assert elsewhere.status_code == 404
    here = client.post(reverse("accounts:demo_become", args=[member]))
    assert here.status_code == 302
    assert "陈一诺" in client.get("/").content.decode()


def test_an_old_form_is_refused_with_a_sentence(screen: Open) -> None:
    shown = screen(found())
    page = shown.open(reverse("vault:clients"))
    shown.context.clear_cookies(name="csrftoken")
    page.locator("#search").fill("陆知衡")
    page.locator("#search").press("Enter")
    expect(page.locator("#main")).to_contain_text("这张表单已过期")


def test_roles_and_access_are_changed_from_the_people_page(screen: Open) -> None:
    owner = found()
    member = hire(owner.tenant_id, "agent", "陈一诺")
    page = screen(owner).open(reverse("accounts:people"))
    page.get_by_role("row", name="陈一诺").get_by_role("button", name="调整").click()
    page.locator("dialog[open]").get_by_label("主管").check()
    page.get_by_role("button", name="调整为这些岗位").locator("visible=true").click()
    expect(page.get_by_role("row", name="陈一诺")).to_contain_text("主管、代办专员")
    accounts.deactivate_member(actor=owner, at=now(), member_id=member.id)
    page.reload()
    expect(page.get_by_role("row", name="陈一诺")).to_contain_text("已停用")
