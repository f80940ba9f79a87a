"""The documents of a client file in Chromium: a list, small marked pictures, an original taken out."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from fengni.apps.ledger import sealer
from tests.apps.vault.files import make_client, make_person
from tests.apps.vault.uploads import upload
from tests.cast import found, now
from tests.core.pictures import samples
from tests.web.browsing import Open, look

pytestmark = pytest.mark.browser
BOTH = (1440, 375)


def test_small_pictures_are_looked_through_and_an_original_is_taken_out(screen: Open) -> None:
    owner = found()
    client_id = make_client(owner)
    person_id = make_person(owner, client_id)
    upload(owner, client_id, person_id)
    archive = b"PK\x03\x04" + bytes(range(256)) * 9_000
    recording = upload(owner, client_id, content=archive, kind="recording").material_id
    upload(owner, client_id, content=samples.pdf(3), kind="lease")
    sealer.seal_round(at=now())
    shown = screen(owner)
    page = shown.open(reverse("vault:client", args=[client_id]))
    page.get_by_role("link", name="翻看这些文件").click()
    assert page.locator(".doc-small").count() == 0
    look(shown, "documents", widths=BOTH)
    page.locator("#browse-purpose").select_option("purpose.verify_identity")
    page.get_by_role("button", name="显示小图").click()
    expect(page.locator(".doc-small")).to_have_count(2)
    sizes = page.locator(".doc-small").evaluate_all("all => all.map(one => [one.naturalWidth, one.naturalHeight])")
    assert all(max(size) == 160 for size in sizes), sizes
    look(shown, "documents-small", widths=BOTH, axe=False)
    page.locator(f"a[href*='{recording}']").click()
    look(shown, "document-original", widths=BOTH)
    page.locator(".chip").first.click()
    page.locator("#id_reason").fill("办理变更")
    with page.expect_download() as downloading:
        page.locator(".ask button.btn-primary").click()
    assert downloading.value.suggested_filename.endswith(".zip")
    assert downloading.value.path().read_bytes() == archive
    english = screen(owner, lang="en")
    english.open(reverse("vault:documents", args=[client_id]))
    look(english, "documents", axe=False)
