"""The way in: previews use nothing up and show no name; every bad state has its screen; no secret reaches a log."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from fengni.apps.common.logs import WithoutPersonalInformation
from fengni.apps.guests.views import STATUS
from tests.apps.guests.inviting import (
    WECHAT,
    Invited,
    ask,
    change,
    come_in,
    digits,
    invite,
    invited,
    link_of,
    message,
    phone,
    work,
    wrong,
)
from tests.apps.vault.files import CANARY_MOBILE, CANARY_NAME, company, entries, refusals
from tests.cast import now

AGENTS = (
    WECHAT,
    "WeChat/8.0 LinkPreview",
    "Mozilla/5.0 (iPhone) facebookexternalhit/1.1 Facebot Twitterbot/1.0",  # what iOS says when it draws a preview
    "Mozilla/5.0 (compatible; Feishu-LinkPreview/1.0)",
    "DingTalkBot-LinkService/1.0",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "WhatsApp/2.24",
    "TelegramBot (like TwitterBot)",
    "Mozilla/5.0 (compatible; bingbot/2.0)",
    "curl/8.9.1",
)
AGENCY = "示例·启明"


def shown(answer: object) -> str:
    """A page's text."""
    return answer.content.decode()  # type: ignore[attr-defined]  # the test client's response


def test_fifty_previews_leave_a_link_intact_and_see_no_name() -> None:
    one = invited()
    before = len(entries(one.cast.tenant_id))
    for turn in range(50):
        browser = phone(AGENTS[turn % len(AGENTS)])
        answer = browser.head(one.path) if turn % 2 else browser.get(one.path)
        assert answer.status_code == 200
        for word in (CANARY_NAME, CANARY_MOBILE, company(1), AGENCY):
            assert word not in shown(answer)
        assert answer["Referrer-Policy"] == "same-origin"
        assert "no-store" in answer["Cache-Control"]
    link = link_of(one.cast.tenant_id, one.made.link_id)
    assert (link.previews, link.asks, link.opens, link.codes) == (50, 0, 0, 0)
    assert work(one.made.link_id) == 0
    assert len(entries(one.cast.tenant_id)) == before
    assert come_in(one).get("/my/").status_code in {200, 302}
    assert link_of(one.cast.tenant_id, one.made.link_id).opens == 1


def test_the_code_form_shows_no_name_either() -> None:
    one = invited()
    browser = phone()
    ask(one, browser)
    for address in (f"{one.path}code/", one.path):
        assert not any(word in shown(browser.get(address)) for word in (CANARY_NAME, CANARY_MOBILE, company(1), AGENCY))


def test_nobody_opens_it_in_the_first_half_minute() -> None:
    one = invited(held=True)
    browser = phone()
    answer = browser.get(one.path)
    assert answer.status_code == 200
    assert "链接马上就好" in shown(answer)
    assert "data-hold" in shown(answer)
    assert "链接马上就好" in shown(browser.post(one.path, {"do": "ask"}))
    assert "链接马上就好" in shown(browser.post(f"{one.path}code/", {"code": "123456"}))
    assert work(one.made.link_id) == 0
    assert link_of(one.cast.tenant_id, one.made.link_id).asks == 0


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_a_link_that_opens_nothing_tells_what_to_do_and_nothing_else(method: str) -> None:
    one = invited()
    expired, recalled, other = one, invited(), "/p/" + "a" * 52 + "/"
    change(expired.cast.tenant_id, expired.made.link_id, expires_at=now() - timedelta(seconds=1))
    invite(recalled.cast.owner, recalled.client_id, recalled.person_id)
    sentences = {expired.path: "这个链接已经过期", recalled.path: "这个链接已被撤回", other: "没有这个链接"}
    sentences["/p/short/"] = "没有这个链接"
    told = set()
    for path, sentence in sentences.items():
        answer = getattr(phone(), method)(path, **({"data": {"do": "ask"}} if method == "post" else {}))
        assert answer.status_code == 404
        assert method == "head" or sentence in shown(answer)
        assert not any(word in shown(answer) for word in (CANARY_NAME, company(1), AGENCY))
        told.add((tuple(sorted(answer.headers.keys())), tuple(answer.cookies)))
    assert len(told) == 1, "guessed, expired and recalled links can be told apart by more than their sentence"
    assert {STATUS[name] for name in ("unknown", "recalled", "expired")} == {404}


def test_a_token_of_another_tenant_finds_nothing_in_this_one() -> None:
    one, other = invited(), invited()
    mixed = one.path[3:29] + other.path[29:]
    assert "没有这个链接" in shown(phone().get("/p/" + mixed))


def test_five_wrong_codes_end_a_code_and_three_codes_lock_the_link_for_an_hour() -> None:
    one = invited()
    browser = phone()
    for turn in range(3):
        code = ask(one, browser, again=turn > 0)
        for left in (4, 3, 2, 1, 0):
            answer = browser.post(f"{one.path}code/", {"code": wrong(code)})
            assert answer.status_code == (429 if turn == 2 and not left else 400)
            if left:
                assert f"还可以试 {left} 次" in shown(answer)
        assert browser.post(f"{one.path}code/", {"code": code}).status_code != 302, "a dead code opened"
    assert "这个链接先歇一会儿" in shown(browser.get(one.path))
    assert browser.post(one.path, {"do": "again"}).status_code == 429
    assert work(one.made.link_id) == 0
    link = link_of(one.cast.tenant_id, one.made.link_id)
    assert (link.misses, link.opens, link.codes) == (15, 0, 3)
    assert refusals(one.cast.tenant_id, "guests:code:ask") == ["guests.link-locked"]
    change(one.cast.tenant_id, one.made.link_id, codes_since=now() - timedelta(minutes=61))
    assert browser.post(f"{one.path}code/", {"code": ask(one, browser, again=True)}).status_code == 302


def test_pressing_twice_sends_one_code_and_another_comes_after_a_minute() -> None:
    one = invited()
    browser = phone()
    ask(one, browser)
    for how in ("ask", "again"):
        browser.post(one.path, {"do": how})
        assert work(one.made.link_id) == 0
    change(one.cast.tenant_id, one.made.link_id, code_until=now() + timedelta(minutes=8))
    browser.post(one.path, {"do": "again"})
    assert work(one.made.link_id) == 1


def test_a_code_opens_once_and_another_device_needs_another() -> None:
    one = invited()
    first = phone()
    code = ask(one, first)
    assert first.post(f"{one.path}code/", {"code": f" {code[:3]} {code[3:]} "}).status_code == 302
    second = phone("Mozilla/5.0 (X11; Linux)")
    assert second.post(f"{one.path}code/", {"code": code}).status_code == 400
    assert first.get(one.path)["Location"] == "/my/", "whoever is in already is led on"
    assert second.get(one.path).status_code == 200


def test_a_code_dies_after_ten_minutes() -> None:
    one = invited()
    browser = phone()
    code = ask(one, browser)
    change(one.cast.tenant_id, one.made.link_id, code_until=now() - timedelta(seconds=1))
    answer = browser.post(f"{one.path}code/", {"code": code})
    assert answer.status_code == 400
    assert "现在没有有效的提取码" in shown(answer)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "12345a"])
def test_what_is_no_code_is_no_try(typed: str) -> None:
    one = invited()
    browser = phone()
    ask(one, browser)
    answer = browser.post(f"{one.path}code/", {"code": typed})
    assert answer.status_code == 400
    assert "提取码是六位数字" in shown(answer)
    assert link_of(one.cast.tenant_id, one.made.link_id).code_tries == 0


def test_forms_need_their_own_page() -> None:
    one = invited()
    browser = phone(csrf=True)
    assert browser.post(one.path, {"do": "ask"}).status_code == 403
    browser.get(one.path)
    token = browser.cookies["csrftoken"].value
    assert browser.post(one.path, {"do": "ask", "csrfmiddlewaretoken": token}).status_code == 302


def test_neither_ledger_nor_rows_nor_log_hold_the_secret(caplog: pytest.LogCaptureFixture) -> None:
    one = invited()
    secret = one.path.split("/")[2]
    browser = come_in(one)
    cookie = browser.cookies["fengni_guest"].value
    phone().get(one.path + "no-such-page/")
    phone().get(f"/p/{secret[:-1]}b/")
    with connection.cursor() as cursor:
        for table in ("guests_link", "guests_session", "guests_guest", "guests_message", "ledger_inbox"):
            cursor.execute("SELECT set_config('app.tenant_id', %s, false)", [str(one.cast.tenant_id)])
            cursor.execute(f"SELECT {table}::text FROM {table}")
            rows = "".join(row[0] for row in cursor.fetchall())
            assert secret not in rows
            assert secret[27:] not in rows
            assert cookie not in rows
    filtered = WithoutPersonalInformation()
    paths = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert paths, "nothing was logged, so nothing was tested"
    for record in paths:
        filtered.filter(record)
        assert secret[:40] not in record.getMessage()
    assert secret not in repr(one.made)


def test_cookies_are_closed_to_scripts_and_other_sites() -> None:
    morsel = come_in(invited()).cookies["fengni_guest"]
    assert morsel["httponly"]
    assert morsel["samesite"] == "Lax"
    assert morsel["path"] == "/"


def test_a_phone_page_belongs_to_demonstrations(settings: object) -> None:
    one = invited()
    browser = phone()
    code = ask(one, browser)
    assert code in shown(browser.get(f"{one.path}phone/"))
    settings.DEMO = False  # type: ignore[attr-defined]  # the fixture of pytest-django
    assert browser.get(f"{one.path}phone/").status_code == 404
    assert digits(message(one.cast.tenant_id)) == code


def test_whoever_is_signed_in_as_staff_is_nobody_in_the_portal() -> None:
    from tests.web.browsing import signed_in

    one: Invited = invited()
    staff: Client = signed_in(one.cast.owner)
    assert CANARY_NAME not in shown(staff.get(one.path))
    assert staff.get("/my/").status_code == 401
