"""Errors are sentences with what to do: as a page, as a note over it, in both languages; never a bare code."""

from __future__ import annotations

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import translation

from fengni.core.errors import BadInput, Denied, FengniError, KeysUnavailable, LedgerRefused, SealRefused
from fengni.definitions import text
from fengni.web.errors import broken, sentence_response

ERRORS = (
    (BadInput("accounts.name-missing"), 400),
    (Denied("access.scope"), 403),
    (SealRefused(), 409),
    (KeysUnavailable("keys.not-answering"), 503),
    (LedgerRefused("ledger.behind"), 503),
)


def _request(**headers: str) -> HttpRequest:
    request = RequestFactory(SERVER_NAME="127.0.0.1").get("/", headers=headers)
    request.session = {}  # type: ignore[assignment]  # no session is needed to read a sentence
    return request


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("error", "status"), ERRORS, ids=lambda value: str(value))
def test_an_error_is_a_page_with_its_sentence(error: FengniError, status: int, lang: str) -> None:
    with translation.override("en" if lang == "en" else "zh-hans"):
        answer = sentence_response(_request(), error)
    page = answer.content.decode()
    assert answer.status_code == status
    assert text(error.code, "en" if lang == "en" else "zh") in page
    assert error.code in page


@pytest.mark.parametrize(("error", "status"), ERRORS, ids=lambda value: str(value))
def test_for_a_part_of_a_page_it_is_a_note_over_the_page(error: FengniError, status: int) -> None:
    answer = sentence_response(_request(HX_Request="true"), error)
    assert answer.status_code == status
    assert answer["HX-Retarget"] == "#toasts"
    assert "<html" not in answer.content.decode()


def test_what_nobody_foresaw_is_said_too() -> None:
    answer = broken(_request())
    assert answer.status_code == 500
    assert text("web.broken", "zh") in answer.content.decode()


def test_a_policy_stands_on_every_answer() -> None:
    for path in ("/", "/sign-in/login/", "/people/demo/", "/static/fengni.css"):
        answer = Client(SERVER_NAME="127.0.0.1").get(path)
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'self'" in policy
        answer.close()  # a file that is served stays open until then
    assert answer["Cache-Control"] != "no-store"
    assert Client(SERVER_NAME="127.0.0.1").get("/people/demo/")["Cache-Control"].startswith(("no-store", "max-age=0"))


def test_no_template_holds_a_style_or_script_of_its_own() -> None:
    import re
    from pathlib import Path

    source = Path(__file__).resolve().parents[2] / "src" / "fengni"
    inline = re.compile(r"\sstyle=|<style|\son[a-z]+=\"|<script(?![^>]*(?:src=|application/json))")
    alone = {"verify_file.html", "copy_file.html"}  # files that people keep: opened without us and our policy
    pages = [p for p in source.rglob("templates/**/*.html") if p.name not in alone]
    assert [p.name for p in pages if inline.search(p.read_text("utf-8"))] == []
