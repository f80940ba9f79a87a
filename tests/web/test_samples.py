"""The demonstration's workbooks as downloads; a real installation has no such address."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import override_settings
from django.urls import reverse

from fengni.demo.ledger_sheet import MESSY_NAME, messy
from tests.cast import assemble
from tests.web.browsing import signed_in


def test_the_messy_workbook_comes_under_its_name() -> None:
    answer = signed_in(assemble().agent).get(reverse("sample_messy"))
    assert answer.content == messy()
    assert quote(MESSY_NAME, safe="") in answer["Content-Disposition"]


@pytest.mark.parametrize("name", ["sample_messy", "sample_large"])
def test_a_real_installation_hands_out_no_workbook(name: str) -> None:
    client = signed_in(assemble().agent)
    with override_settings(DEMO=False):
        assert client.get(reverse(name)).status_code == 404


def test_the_first_screen_of_the_intake_offers_them() -> None:
    page = signed_in(assemble().agent).get(reverse("imports:list")).content.decode()
    assert reverse("sample_messy") in page
    assert reverse("sample_large") in page
