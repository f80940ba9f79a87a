"""What stands in the slots of a template: fictitious identifiers as people write them, and what only looks so.

Identifiers belong to nobody (core/fictitious.py): region 990101, mobile prefix 154, cards from 99, networks and domains
of the RFCs' examples (5737, 3849, 7042, 2606), plates of letters that no city has. `HARD` are the hard negatives: what
a detector takes for a person's and is not.

>>> draw = random.Random(1)
>>> written("CN_MOBILE", "", draw)
Written(text='154 1803 4063', lead=0)
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from benchmarks.pii import lists
from fengni.core import fictitious

Draw = random.Random


@dataclass(frozen=True, slots=True)
class Written:
    """A value as it stands on paper; of the first `lead` characters (+86) a detector may take any or none."""

    text: str
    lead: int = 0


def written(type_: str, form: str, draw: Draw) -> Written:
    """A value of a type in a form of it. Raises KeyError for a type that no slot may name."""
    made = VALUES[type_](draw, form)
    lead = draw.choice(("+86 ", "+86-", "0086 ")) if type_ == "CN_MOBILE" and form == "abroad" else ""
    return Written(lead + made, len(lead))


def digits(draw: Draw, length: int) -> str:
    return "".join(draw.choices("0123456789", k=length))


def spread(value: str, by: str, *groups: int) -> str:
    """A value cut into groups of so many characters; what is left over is the last."""
    at = 0
    parts = []
    for group in groups:
        parts.append(value[at : at + group])
        at += group
    return by.join([*parts, value[at:]] if value[at:] else parts)


def full_width(value: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if one.isascii() and one.isalnum() else one for one in value)


def _day(draw: Draw) -> tuple[int, int, int]:
    return draw.randint(1948, 2006), draw.randint(1, 12), draw.randint(1, 28)


def _id_card(draw: Draw, form: str) -> str:
    year, month, day = _day(draw)
    if form == "old":
        return f"990101{year % 100:02d}{month:02d}{day:02d}{digits(draw, 3)}"
    value = fictitious.id_number(f"{year}{month:02d}{day:02d}", draw.randint(0, 999))
    ways: tuple[Callable[[str], str], ...] = (
        str, str, str, str.lower, full_width, lambda v: spread(v, " ", 6, 8), lambda v: spread(v, " ", 6, 4, 4),
    )  # fmt: skip
    return value if form == "plain" else draw.choice(ways)(value)


def _mobile(draw: Draw, form: str) -> str:
    value = fictitious.mobile(draw.randint(0, 99_999_999))
    if form in ("plain", "abroad") or draw.random() < 0.5:
        return value
    return draw.choice((spread(value, " ", 3, 4), spread(value, "-", 3, 4), full_width(value)))


def _landline(draw: Draw, form: str) -> str:
    area, length = draw.choice((("010", 8), ("021", 8), ("0571", 8), ("0999", 7)))
    number = draw.choice("2345678") + digits(draw, length - 1)
    return draw.choice((f"{area}-{number}", f"{area}-{number}", f"{area} {number}"))


def _card(draw: Draw, form: str) -> str:
    value = fictitious.bank_account(draw.randint(0, 10**16 - 1))
    return value if form == "plain" or draw.random() < 0.5 else spread(value, " ", 4, 4, 4, 4)


def _uscc(draw: Draw, form: str) -> str:
    value = fictitious.nobodys_uscc(draw.randrange(31**8))
    return draw.choice((value, value, value, value.lower(), spread(value, " ", 2, 6))) if form != "plain" else value


def _registration(draw: Draw, form: str) -> str:
    body, product = f"990101{digits(draw, 8)}", 10
    for digit in body:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return body + str((11 - product) % 10)


def _email(draw: Draw, form: str) -> str:
    name = draw.choice(
        ("jinglan.zhuo", "ruan_ruzhou", "tong-sq", "cw", "fawu01", "h.oakhollow", "lixin_gong88", "2231547")
    )
    return f"{name}@{draw.choice(('example.com', 'mail.example.cn', 'example.org', 'suihe.example'))}"


def _birth(draw: Draw, form: str) -> str:
    year, month, day = _day(draw)
    return draw.choice((
        f"{year}年{month}月{day}日", f"{year}-{month:02d}-{day:02d}", f"{year}.{month:02d}.{day:02d}",
        f"{year}/{month}/{day}",
    )) if form != "iso" else f"{year}-{month:02d}-{day:02d}"  # fmt: skip


def _account(draw: Draw, form: str) -> str:
    value = "99" + digits(draw, draw.choice((10, 12, 15)))
    while luhn(value):
        value = "99" + digits(draw, len(value) - 2)
    return value


def luhn(value: str) -> bool:
    """Whether digits pass ISO/IEC 7812-1, annex B."""
    return sum(sum(divmod(int(d) * (1 + at % 2), 10)) for at, d in enumerate(reversed(value))) % 10 == 0


def _plate(draw: Draw, form: str) -> str:
    start = draw.choice(("浙R", "苏X", "皖W", "闽Y", "赣X"))
    return draw.choice(
        (f"{start}{digits(draw, 5)}", f"{start}·{draw.choice('BKQ')}{digits(draw, 4)}", f"{start}D{digits(draw, 5)}")
    )


def _ip(draw: Draw, form: str) -> str:
    return draw.choice((
        f"192.0.2.{draw.randint(10, 254)}", f"198.51.100.{draw.randint(10, 254)}", f"203.0.113.{draw.randint(10, 254)}",
        f"2001:db8:{draw.randint(16, 9999):x}::{draw.randint(16, 9999):x}",
    ))  # fmt: skip


def _mac(draw: Draw, form: str) -> str:
    by = draw.choice(":-")
    return by.join(("00", "00", "5e", "00", "53", f"{draw.randint(0, 255):02x}")).replace(
        "5e", draw.choice(("5e", "5E"))
    )


def _invoice(draw: Draw, form: str) -> str:
    return f"{draw.randint(22, 26)}99{digits(draw, 16)}" if draw.random() < 0.5 else digits(draw, 8)


VALUES: Final[dict[str, Callable[[Draw, str], str]]] = {
    "PERSON": lists.person,
    "ADDRESS": lambda draw, form: lists.address(draw),
    "COMPANY": lists.company,
    "CN_ID_CARD": _id_card,
    "CN_MOBILE": _mobile,
    "CN_LANDLINE": _landline,
    "BANK_CARD": _card,
    "BANK_ACCOUNT": _account,
    "CN_USCC": _uscc,
    "CN_OLD_REGISTRATION": _registration,
    "EMAIL": _email,
    "PASSPORT": lambda draw, form: draw.choice(("E99", "E99", "EF9", "EM9")) + digits(draw, 6),
    "HK_MACAU_PERMIT": lambda draw, form: f"{draw.choice('CHM')}9901{digits(draw, 4)}",
    "TAIWAN_PERMIT": lambda draw, form: f"9901{digits(draw, 4)}",
    "PERMANENT_RESIDENCE": lambda draw, form: f"{draw.choice(('NOR', 'CAN', 'NZL'))}9901{digits(draw, 8)}",
    "PLATE": _plate,
    "IP_ADDRESS": _ip,
    "MAC_ADDRESS": _mac,
    "WECHAT_ID": lambda draw, form: draw.choice(("zhuojl", "ruzhou-wx", "tong_sq", "suihe_kf")) + digits(draw, 4),
    "QQ_ID": lambda draw, form: draw.choice("1239") + digits(draw, draw.randint(6, 9)),
    "INVOICE_NO": _invoice,
    "SEAL_CODE": lambda draw, form: f"990101{digits(draw, draw.choice((7, 8)))}",
    "BIRTH_DATE": _birth,
    "PASSWORD": lambda draw, form: draw.choice(("Suihe", "kaihu", "Qingdai")) + draw.choice("@#!_") + digits(draw, 4),
}  # fmt: skip


def _date(draw: Draw, by: str) -> str:
    return by.join((str(draw.randint(2024, 2026)), f"{draw.randint(1, 12):02d}", f"{draw.randint(1, 28):02d}"))


def _clock(draw: Draw) -> str:
    return f"{draw.randint(8, 19):02d}:{draw.randint(0, 59):02d}:{draw.randint(0, 59):02d}"


def _one_of(words: str) -> Callable[[Draw], str]:
    choice = words.split()
    return lambda draw: draw.choice(choice)


HARD: Final[dict[str, Callable[[Draw], str]]] = {
    "order": lambda d: _date(d, "") + digits(d, d.choice((8, 10))),
    "batch": lambda d: f"{d.choice(('LOT', 'P', 'B'))}{digits(d, 11)}",
    "part": lambda d: f"X138{digits(d, 2)}138{digits(d, 2)}",
    "timestamp": lambda d: f"17{digits(d, 8)}{digits(d, 3)}",
    "instant": lambda d: f"{_date(d, '-')} {_clock(d)}",
    "day": lambda d: f"{d.randint(2024, 2026)}年{d.randint(1, 12)}月{d.randint(1, 28)}日",
    "gps": lambda d: f"{d.randint(100, 122)}.{digits(d, 11)},{d.randint(22, 40)}.{digits(d, 11)}",
    "price": lambda d: f"¥{d.randint(1, 999)},{digits(d, 3)},{digits(d, 3)}.{digits(d, 2)}",
    "amount": lambda d: f"{d.randint(13, 18)}{digits(d, 9)}元",
    "isbn": lambda d: f"978-7-{digits(d, 3)}-{digits(d, 5)}-{digits(d, 1)}",
    "formula": lambda d: d.choice(("C12H22O11", "C6H8O7·H2O", "Na2CO3", "C17H35COONa", "2-(2-氨基乙氧基)乙醇")),
    "article": lambda d: (
        f"《{d.choice(('公司法', '民法典', '市场主体登记管理条例'))}》"
        f"第{d.choice(('一千一百三十八', '二十三', '一百六十一', '三百五十'))}条"
    ),
    "brand": _one_of(
        "王老吉 张小泉 李锦记 马应龙 王致和 陈李济 周大生 曹操出行 胡庆余堂 谢馥春"
    ),
    "word": _one_of(
        "高兴 任何 方向 安全 马上 成功 应当 时候 关于 任何人 何时 高度重视 万一 常见 白天 温馨 金额 黄金"
    ),
    "country": _one_of(
        "马来西亚 安哥拉 黎巴嫩 柬埔寨 毛里求斯 巴拿马 塞浦路斯 文莱 伊朗 秘鲁"
    ),
    "place": _one_of(
        "石家庄 连云港 马鞍山 张家口 乐山 江阴 龙岩 景德镇 高新区 黄山"
    ),
    "hotline": lambda d: d.choice(("400-820-8820", "95588", "12345", "12366", "800-810-0001")),
    "version": lambda d: f"V{d.randint(1, 9)}.{d.randint(0, 20)}.{d.randint(0, 99)}.{digits(d, 4)}",
    "uuid": lambda d: str(uuid.UUID(int=d.getrandbits(128), version=4)),
    "tracking": lambda d: f"{d.choice(('SF', 'YT', 'JD'))}{digits(d, 13)}",
    "serial": lambda d: digits(d, 15),
    "form": _one_of(
        "有限责任公司（自然人投资或控股） 其他股份有限公司（非上市） 个人独资企业 有限合伙企业"
    ),
    "group": lambda d: f"QQ群{d.choice('56789')}{digits(d, 8)}",
}  # fmt: skip

NEUTRAL: Final[dict[str, Callable[[Draw], str]]] = {
    "bank": lists.bank,
    "authority": lambda d: d.choice(("市场监督管理局", "税务局第二税务所", "不动产登记中心", "政务服务中心", "公证处")),
}
"""Organisations that are nobody's client information; a detector may name them or not."""
