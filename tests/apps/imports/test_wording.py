"""What the intake's screens say about places and about what may be put right there."""

from __future__ import annotations

import pytest
from django.utils import translation

from fengni.apps.common.tenancy import tenant
from fengni.apps.imports import queries
from fengni.apps.imports.wording import place_words
from tests.apps.imports.sheets import checked, row, sheet
from tests.cast import assemble


@pytest.mark.parametrize(
    ("label", "zh", "en"),
    [
        ("B10", "B10", "B10"),
        ("B10#comment", "B10 批注", "B10 comment"),
        ("H12#picture1", "H12 图片 1", "H12 picture 1"),
        ("#name2", "定义的名称 2", "defined name 2"),
        ("B7#2", "B7#2", "B7#2"),
    ],
)
def test_what_hangs_on_a_cell_is_named_in_words(label: str, zh: str, en: str) -> None:
    with translation.override("zh-hans"):
        assert place_words(label) == zh
    with translation.override("en"):
        assert place_words(label) == en


def test_a_value_is_asked_for_only_where_it_would_be_taken_in() -> None:
    cast = assemble()
    wrong = row(1, folk="汉族")
    wrong[3] = wrong[3][:-1] + ("0" if wrong[3][-1] != "0" else "1")
    job_id = checked(cast.agent, sheet([wrong, row(2), row(3)]))
    with tenant(cast.tenant_id):
        lines = queries.lines(actor=cast.agent, job_id=job_id).page.object_list
    found = {c["cell"]: c["replaceable"] for line in lines for c in line["cells"] if "choices" in c}
    assert found["D2"] is True  # the check digit does not fit
    assert [cell for cell, replaceable in found.items() if not replaceable] == ["F2"]  # the nation has no purpose here
