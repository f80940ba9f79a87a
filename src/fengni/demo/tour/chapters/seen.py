"""Who saw my information: on the phone, in words; a question freezes the viewer; a receipt checks itself offline."""

from __future__ import annotations

import re
from typing import Final

from playwright.sync_api import FilePayload, expect

from fengni.demo.tour.cast import AGENT, NEW, OFFICER, Tour
from fengni.demo.tour.report import Step, TourFailed


def seen(tour: Tour) -> None:
    """Everybody who looked stands there, with what, why and on which ground; the numbers have no gap."""
    client = tour.phone(NEW)
    page = client.go("/cases/my/seen/")
    counted = [int(one.inner_text()) for one in page.locator(".seen-sum b").all()]
    tour.figures.viewers, tour.figures.views = counted[0], counted[1]
    if page.locator(".seen-gap").count() or not counted[1]:
        raise TourFailed("seen: a number is missing, or nobody stands there")
    who = page.locator(".evs > article.ev header b").all_inner_texts()
    if not who or re.search(r"[a-z]+:[a-z]+", page.locator(".evs").inner_text()):
        raise TourFailed("seen: a code instead of words")
    client.look("seen")


def question(tour: Tour) -> None:
    """The client has a question about the agent: from this moment the agent cannot open the client."""
    client, chen = tour.phone(NEW), tour.desk(AGENT)
    mine = client.page.locator("article.ev", has_text=AGENT[0]).filter(has=client.page.locator(".ev-ask"))
    client.press(mine.first.locator(".ev-ask"))
    client.press("main form button")
    refused = chen.page.goto(chen.address + tour.paths["person"])
    if refused is None or refused.status != 403:
        raise TourFailed("person: a viewer who is asked about sees the client")
    chen.look("frozen")


def answer(tour: Tour) -> None:
    """The protection officer answers within the clock; the client reads it."""
    officer = tour.desk(OFFICER)
    officer.go("/cases/?kind=question")
    officer.press("main table a[href*='/cases/']")
    officer.page.locator("input[name=verdict][value=in_order]").check()
    officer.page.locator("#reason").fill("陈一诺是本事项经办人，填写申请书需要核对号码。")
    officer.press("main form .btn-primary")
    client = tour.phone(NEW)
    client.go("/cases/my/seen/")
    expect(client.page.locator(".ev-q").first).to_be_visible()
    client.look("answered")


def receipt(tour: Tour) -> None:
    """The receipt is downloaded and checked on the phone itself; one changed byte makes it fail."""
    client = tour.phone(NEW)
    page = client.go("/cases/my/receipt/")
    key = page.locator(".receipt-qr code").inner_text()
    with page.expect_download() as there:
        page.locator("main form button").click()
    content = there.value.path().read_bytes()
    page = client.go("/cases/my/verify/")
    for given, verdict in ((content.replace(b'"done"', b'"gone"', 1), "failed"), (content, "verified")):
        file: FilePayload = {"name": "receipt.json", "mimeType": "application/json", "buffer": given}
        page.locator("#v-file").set_input_files(file)
        page.locator("#v-key").fill(key)
        page.locator("#verify button").click()
        expect(page.locator(f"#verdict.verdict-{verdict}")).to_be_visible()
    client.look("verified")


STEPS: Final = (
    Step("seen", seen, "8"),
    Step("question", question, "8"),
    Step("answer", answer, "8"),
    Step("receipt", receipt, "14"),
)
