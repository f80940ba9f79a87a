"""Addresses with a road and a house number, under a division or after a label.

Rules: the anchor is road and number (样例路1号); a division (省 市 区 县 镇 乡) or a label must stand to the left, and
rooms are read to the right. Village groups and places without a number are not found; docs/spec/scan.md says so.

>>> [f.value for f in find(Page("住址:示例省示例市演示区样例路 1 号2栋301室,电话"))]
['示例省示例市演示区样例路1号2栋301室']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.page import Page
from fengni.core.pii.recognizers.company import REGIONS

TYPE: Final = "ADDRESS"
_NUMBERED: Final = re.compile(
    r"(?:路|街|道|巷|弄|胡同|里|村|庄|园|段) ?[0-9一二三四五六七八九十百]{1,6}(?:[-之][0-9]{1,4})? ?(?:号|弄)"
)
_RUN: Final = re.compile(r"[\u3400-\u9fff0-9A-Za-z·-]+\Z")
_LABEL: Final = re.compile(
    "住址|地址|住所|位于|场所|注册地|现住|户籍地?|寄到|寄往|搬到|迁至|迁往|迁到|变更为|设在|家住|[在至到]"
)
_DIVISION: Final = re.compile("[省市区县州旗镇乡盟]")
_ROOMS: Final = re.compile(
    r"(?:[ ]?[\u3400-\u9fff]{2,10}?(?:大厦|广场|中心|小区|花园|园区|公寓|大楼|家园))?"
    r"(?:[ ]?[0-9A-Za-z一二三四五六七八九十]{1,5}(?:-[0-9A-Za-z]{1,5})*"
    r"(?:号楼|号院|栋|幢|座|单元|层|楼|室|号房|房|铺|门|号))*"
)
_LONGEST: Final = 48


def find(page: Page) -> Iterator[Finding]:
    """The addresses of a page."""
    if page.text.isascii():
        return
    least = 0
    for number in _NUMBERED.finditer(page.text):
        run = _RUN.search(page.text[max(least, number.start() - _LONGEST) : number.start()])
        least = number.end()
        if run is None:
            continue
        place, labelled = _begin(run[0])
        if len(place) < 2 or not (labelled or _DIVISION.search(place)):
            continue
        rooms = _ROOMS.match(page.text, number.end())
        start, least = number.start() - len(place), rooms.end() if rooms else number.end()
        yield Finding(TYPE, page.text[start:least].replace(" ", ""), start, least, 0.85)


def _begin(run: str) -> tuple[str, bool]:
    """The part of a run that is the address, and whether a label stood before it."""
    labels = [label for label in _LABEL.finditer(run) if len(run) - label.end() >= 2]
    if labels:
        run = run[labels[-1].end() :]
    region = REGIONS.search(run)
    return (run[region.start() :] if region else run), bool(labels) and len(labels[-1][0]) > 1
