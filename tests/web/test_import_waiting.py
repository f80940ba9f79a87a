"""The page of an import that waits for its turn or is under work; here no worker runs, so that it stays so."""

from __future__ import annotations

import pytest
from django.db import transaction
from playwright.sync_api import expect

from fengni.apps.common.tenancy import tenant
from fengni.apps.imports.models import Job
from tests.apps.imports.sheets import row, sheet, upload
from tests.cast import assemble
from tests.web.browsing import Open, look

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1440, 375])
def test_progress_is_counted_and_stopping_keeps_nothing(width: int, screen: Open) -> None:
    cast = assemble()
    job_id = upload(cast.agent, sheet([row(1)]))
    shown = screen(cast.agent, width=width)
    page = shown.open(f"/imports/{job_id}/")
    expect(page.locator("#progress")).to_contain_text("正在排队")
    with tenant(cast.tenant_id), transaction.atomic():
        Job.objects.filter(id=job_id).update(progress=4_200, progress_of=10_000)
    expect(page.locator("#progress")).to_contain_text("4,200 / 10,000")
    look(shown, "import-working", axe=False)
    page.locator(".btn-risk").click()
    page.wait_for_selector(".empty-done")
