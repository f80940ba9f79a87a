"""Names of persons where the grammar says so: after a label and a colon, or under a heading such as 姓名.

Rules: high precision, no model. A name begins with a surname (or has the dot of a transcribed name) and ends where the
ideographs end or the next label begins. Names inside running text are not found; docs/spec/scan.md says so.

>>> [f.value for f in find(Page("法定代表人:沈若溪 联系人: 陆知衡电话154,负责人:任何人"))]
['沈若溪', '陆知衡']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.page import Page

TYPE: Final = "PERSON"
_SURNAMES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
    "庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜"
    "詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边饶巩"
    "闻戚宫瞿褚臧鞠仇郎晏卓骆滕匡祖应蒲冷晁冀蔺屠宗荆娄巫桑邬楼简阙辜"
)
_DOUBLE: Final = (
    "欧阳|司马|诸葛|上官|司徒|夏侯|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|东方|独孤|南宫|端木|轩辕|闻人|申屠|钟离|澹台"
)
_HAN: Final = "\u3400-\u9fff"
_NAME: Final = (
    f"(?:(?:{_DOUBLE})[{_HAN}]{{1,2}}?|[{_SURNAMES}] ?[{_HAN}]{{1,2}}?|[{_HAN}]{{2,6}}(?:[·•][{_HAN}]{{1,6}}){{1,3}})"
)
_ROLE: Final = (
    "姓名|法定代表人(?:姓名)?|法人代表|法人|负责人(?:姓名)?|财务负责人|联系人(?:姓名)?|联络员|经办人|委托人|受托人"
    "|代理人|申请人|股东(?:姓名)?|监事|执行董事|董事长?|总经理|经理|办税人员?|开票人|收件人|持卡人|开户人|签字人|投资人|实际控制人"
)
_STOP: Final = (
    f"(?![{_HAN}·•])|(?=电话|手机|联系|身份|性别|证件|先生|女士|住址|地址|职务|签字|签名|邮箱|微信|职业|民族|出生)"
)
_LABELLED: Final = re.compile(f"(?:{_ROLE}) ?: ?({_NAME})(?:{_STOP})")
_HEADING: Final = re.compile(f"(?:客户|员工|本人|自然人)?(?:{_ROLE})|(?i:full name|contact name|person)")
_CELL: Final = re.compile(f' *"?({_NAME})"? *')
_NO_NAMES: Final = re.compile(
    "任何|任何人|高兴|方向|安全|安排|平安|高级|马上|全部|方案|常见|时间|管理|关于|向上|"
    "文件|应用|强制|成功|简介|包括|单位|单独|解除|项目|金额|万元|费用|白天|黄金|毛利|余额|"
    "易用|应当|时候|路由|计划|游客|成立|车辆|房屋|边缘|盛大|王老吉|张小泉|石油|华为|武汉|"
    "温州|成都|安徽|江苏|江西|江阴|常州|金华|宁波|甘肃|贵州|龙岩|景德镇|关联方|高管"
    "|章程|程序|申请|成本|安装|常务|宣传|邮件|计算|时限|谢谢|金融|钱款|雷同|解散|应收|万一|查询|巩固|房产|温馨|经营|高新|包装"
)


def find(page: Page) -> Iterator[Finding]:
    """The names of a page."""
    if page.text.isascii():
        return
    for match in _LABELLED.finditer(page.text):
        yield from _found(match[1], match.start(1), 0.9)
    if page.table is not None:
        yield from _under_headings(page, page.table.delimiter, page.table.headings)
    elif any(_HEADING.fullmatch(line.strip(" :")) for line in page.heading.split("\n")):
        cell = _CELL.fullmatch(page.text)
        if cell:
            yield from _found(cell[1], cell.start(1), 0.85)


def _under_headings(page: Page, delimiter: str, headings: tuple[str, ...]) -> Iterator[Finding]:
    columns = [at for at, heading in enumerate(headings) if _HEADING.fullmatch(heading.strip(' "'))]
    start = 0
    for line in page.text.split("\n") if columns else ():
        cells = line.split(delimiter)
        for column in columns:
            cell = _CELL.fullmatch(cells[column].rstrip("\r")) if column < len(cells) else None
            if cell and line.count('"') < 3:
                before = sum(len(c) + 1 for c in cells[:column])
                yield from _found(cell[1], start + before + cell.start(1), 0.85)
        start += len(line) + 1


def _found(written: str, start: int, score: float) -> Iterator[Finding]:
    value = written.replace(" ", "")
    if not _NO_NAMES.fullmatch(value):
        yield Finding(TYPE, value, start, start + len(written), score)
