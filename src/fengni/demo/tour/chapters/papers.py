"""Papers of the matter: what can be sent on holds no number; the page with the numbers is a document of its own."""

from __future__ import annotations

import zipfile
from typing import Final

from playwright.sync_api import expect

from fengni.core.printing import page_texts
from fengni.demo.people import person
from fengni.demo.tour.cast import AGENT, NEW, Tour
from fengni.demo.tour.report import Step, TourFailed

_NEW_DOMICILE: Final = "示例省示例市样例区样例路 2 号"


def papers(tour: Tour) -> None:
    """What stands in no file is typed; each paper is previewed, masked."""
    chen = tour.desk(AGENT)
    page = chen.go(f"{tour.paths['matter']}papers/")
    page.locator("#given-new_address").fill(_NEW_DOMICILE)
    expect(page.locator(".paper-preview")).not_to_have_count(0)
    if person(2).id_number in page.content():
        raise TourFailed("papers: the number stands in the preview")
    chen.look("papers")


def make(tour: Tour) -> None:
    """The application as a Word document without a number, and the registry's page as a PDF with it."""
    chen = tour.desk(AGENT)
    number = person(2).id_number
    rest = chen.download(f"{_APPLICATION}[value='rest.docx']")
    with zipfile.ZipFile(rest) as document:
        text = document.read("word/document.xml").decode()
    if NEW not in text or _NEW_DOMICILE not in text or number in text:
        raise TourFailed("application: something is missing, or a number stands in it")
    apart = "".join(page_texts(chen.download(f"{_APPLICATION}[value='sensitive.pdf']").read_bytes()))
    if number not in apart:
        raise TourFailed("sensitive page: the number is missing")


_APPLICATION: Final = "button[formaction$='/papers/application/']"
STEPS: Final = (
    Step("papers", papers, "9"),
    Step("make", make, "9"),
)
