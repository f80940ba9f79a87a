"""Names of enterprises that end in a legal form: 有限公司, 股份有限公司, 合伙企业, 事务所 and the like.

Rules: the form is the anchor; the name is read to its left until a mark, a label or a joining word. Laws speak of forms
all the time (申请设立合伙企业), so words of the law, bare forms and kinds (其他有限责任公司) are no names.

>>> [f.value for f in find(Page("甲方:示例·启明企业服务有限公司与乙方某某有限公司,申请设立合伙企业"))]
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
_RUN: Final = re.compile(r"[\u3400-\u9fff0-9A-Za-z·•&()]+\Z")
_NUMBERED: Final = re.compile(r"\A.{0,2}\([一二三四五六七八九十0-9]{1,3}\)|\A[0-9]+")
_LABEL: Final = re.compile(
    "客户|甲方|乙方|丙方|委托|名称|我司|本公司|变更为|变更前|变更后|关于|收到|通过|以及|来自|原名|现名|股东|单位"
    "|签订|供应商|租给|转给|售给"
)
_JOINING: Final = re.compile("[与和及向由在为是对给将的于致受被把使]")
_ALSO: Final = frozenset("市县区省平")  # 大同市, 和平
REGIONS: Final = re.compile(
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃"
    "|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|中国|示例·"
)
_KINDS: Final = re.compile(
    "其他|一人|国有|外商|自然人|本|该|某|这|每|各|任何|上述|一家|两家|多家|此|贵|台港澳|港澳台|内资|私营|公司|变更|登记|其"
)
_LAW: Final = re.compile(
    "设立|依法|依照|法定|规定|股东|出资|以及|或者|应当|可以|聘请|解聘|承办|人数|不得|冒用|境内|本法|标明|约定|允许|发起|募集"
    "|申请|登记为|监事会|中华人民共和国|必要时|有权"
)
_LONGEST: Final = 32
_SHORTEST: Final = 3


def find(page: Page) -> Iterator[Finding]:
    """The enterprises of a page."""
    if page.text.isascii():
        return
    least = 0
    for form in _FORM.finditer(page.text):
        run = _RUN.search(page.text[max(least, form.start() - _LONGEST) : form.start()])
        least = form.end()
        name = _name(run[0]) if run else ""
        if len(name) >= _SHORTEST and not _KINDS.match(name) and not _LAW.search(name):
            start = form.start() - len(name)
            yield Finding(TYPE, page.text[start : form.end()], start, form.end(), 0.85)


def _name(run: str) -> str:
    """The end of a run that is a name, or nothing."""
    run = _NUMBERED.sub("", run)
    labels = [match.end() for match in _LABEL.finditer(run)]
    run = run[labels[-1] :] if labels else run
    if not REGIONS.match(run):
        inside = REGIONS.search(run)
        joints = [match.end() for match in _JOINING.finditer(run) if run[match.end() : match.end() + 1] not in _ALSO]
        if joints and len(run) - joints[-1] < 2:
            return ""
        joints = [at for at in joints if len(run) - at > _SHORTEST]
        if inside and (not joints or inside.start() >= joints[-1]):
            run = run[inside.start() :]
        elif joints:
            run = run[joints[-1] :]
    return run[run.index(")") + 1 :] if run.count(")") > run.count("(") else run
