"""Names of enterprises that end in a legal form: 有限公司, 股份有限公司, 合伙企业, 事务所 and the like.

Rules: the form is the anchor, the name is read to its left until a mark, a label or a joining word. A bare form
(其他有限责任公司 as a kind of company) is no name.

>>> [f.value for f in find(Page("甲方:示例·启明企业服务有限公司与乙方某某有限公司"))]
['示例·启明企业服务有限公司']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.page import Page

TYPE: Final = "COMPANY"
_FORM: Final = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|合伙企业(?:\((?:有限|普通|特殊普通)合伙\))?|(?:会计师|律师|税务师)事务所"
    r"(?:\((?:特殊)?普通合伙\))?|农民专业合作社)(?:[\u3400-\u9fff]{2,8}?分公司)?"
)
_NAME: Final = re.compile(r"[\u3400-\u9fff0-9A-Za-z·•&()]+\Z")
_LABEL: Final = re.compile(
    "客户|甲方|乙方|丙方|委托|名称|我司|本公司|变更为|变更前|变更后|关于|收到|通过|以及|来自|原名|现名|股东|单位"
    "|签订|供应商|租给|转给|售给"
)
_JOINING: Final = re.compile("[与和及向由在为是对给将的于致受被把]")
REGIONS: Final = re.compile(
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃"
    "|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|中国|示例·"
)
_KINDS: Final = re.compile(
    "其他|一人|国有|外商|自然人|本|该|某|这|每|各|任何|上述|一家|两家|多家|此|贵|台港澳|港澳台|内资|私营|公司|变更|登记"
)
_LONGEST: Final = 32


def find(page: Page) -> Iterator[Finding]:
    """The enterprises of a page."""
    if page.text.isascii():
        return
    least = 0
    for form in _FORM.finditer(page.text):
        start = _begin(page.text, max(least, form.start() - _LONGEST), form.start())
        least = form.end()
        if form.start() - start >= 3 and not _KINDS.match(page.text, start):
            yield Finding(TYPE, page.text[start : form.end()], start, form.end(), 0.85)


def _begin(text: str, least: int, end: int) -> int:
    """Where the name before a legal form begins."""
    run = _NAME.search(text[least:end])
    if run is None:
        return end
    name = run[0]
    for label in reversed(list(_LABEL.finditer(name))):
        if len(name) - label.end() >= 2:
            name = name[label.end() :]
            break
    if not REGIONS.match(name):
        inside = REGIONS.search(name)
        joints = [j.end() for j in _JOINING.finditer(name)]
        joints = [at for at in joints if len(name) - at >= 4 and name[at] not in "市县区省平"]
        if inside and (not joints or inside.start() >= joints[-1]):
            name = name[inside.start() :]
        elif joints:
            name = name[joints[-1] :]
    opened = name.count("(") - name.count(")")
    if opened < 0:
        name = name[name.index(")") + 1 :]
    return end - len(name)
