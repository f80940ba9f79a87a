"""A labelled corpus of client papers, generated: fictitious values in the forms people write them, among numbers that
belong to nobody.

By the same hand as the recognizers, so its figures are an upper bound; docs/spec/scan.md says so.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from fengni.core import fictitious

NAMES = ("沈若溪", "陆知衡", "顾南乔", "温子墨", "乔安禾", "傅云舟", "欧阳明月", "陈一诺", "江述白", "阿依古丽·买买提")
COMPANIES = (
    "示例·启明企业服务有限公司", "示例·南屏科技有限公司", "北京示例远航股份有限公司",
    "示例·云栖管理咨询合伙企业(有限合伙)", "上海示例律师事务所", "示例·和平里餐饮管理有限责任公司",
)  # fmt: skip
ADDRESSES = ("示例省示例市演示区样例路1号", "示例市演示区范例大道 88 号3栋201室", "示例省示例县样本镇示范街12-3号")
PLATES = ("浙A12345", "京AD12345", "粤B·1X234", "沪C1234挂")
PASSPORTS = ("E12345678", "EA1234567", "G87654321")
PERMITS = ("C12345678", "CA1234567", "H1234567801")


@dataclass(frozen=True)
class Label:
    """What should be found: type, normalised value, place in the text."""

    type: str
    value: str
    start: int
    end: int


def piece(draw: random.Random) -> tuple[str, str, str]:
    """(type, value, as written) of one piece of information with its label around it given by `SENTENCES`."""
    kind = draw.choice(tuple(SENTENCES))
    value = _VALUES[kind](draw)
    return kind, value, draw.choice(_FORMS.get(kind, _AS_IS))(value, draw)


def document(seed: int, lines: int = 60) -> tuple[str, list[Label]]:
    """A text of so many lines and its labels."""
    draw = random.Random(seed)
    text, labels = "", []
    for _ in range(lines):
        if draw.random() < 0.35:
            text += draw.choice(BACKGROUND)(draw) + "\n"
            continue
        kind, value, written = piece(draw)
        before, _, after = draw.choice(SENTENCES[kind]).partition("{}")
        start = len(text) + len(before)
        labels.append(Label(kind, value, start, start + len(written)))
        text += f"{before}{written}{after}\n"
    return text, labels


def id_number(draw: random.Random) -> str:
    """A fictitious resident ID number."""
    return fictitious.id_number(
        f"{draw.randint(1930, 2020)}{draw.randint(1, 12):02d}{draw.randint(1, 28):02d}", draw.randint(0, 999)
    )


def _old_id_number(draw: random.Random) -> str:
    return f"990101{draw.randint(30, 99)}{draw.randint(1, 12):02d}{draw.randint(1, 28):02d}{draw.randint(0, 999):03d}"


def _landline(draw: random.Random) -> str:
    area, length = draw.choice((("010", 8), ("0571", 8), ("0990", 7), ("025", 8)))
    return f"{area}-{draw.randint(2 * 10 ** (length - 1), 9 * 10 ** (length - 1) - 1)}"


def _registration(draw: random.Random) -> str:
    body, product = f"990101{_digits(draw, 8)}", 10
    for digit in body:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return body + str((11 - product) % 10)


def cut(value: str, *groups: int, by: str) -> str:
    """A value in groups of so many characters."""
    parts, at = [], 0
    for group in groups:
        parts.append(value[at : at + group])
        at += group
    return by.join(p for p in [*parts, value[at:]] if p)


def wide(value: str) -> str:
    """In full-width characters."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in value)


def _zero_width(value: str, draw: random.Random) -> str:
    at = draw.randint(1, len(value) - 1)
    return value[:at] + draw.choice("\u200b\u2060\ufeff") + value[at:]


_VALUES = {
    "CN_ID_CARD": lambda d: id_number(d) if d.random() < 0.85 else _old_id_number(d),
    "CN_MOBILE": lambda d: fictitious.mobile(d.randint(0, 99_999_999)),
    "CN_LANDLINE": _landline,
    "BANK_CARD": lambda d: fictitious.bank_account(d.randint(0, 10**9)),
    "EMAIL": lambda d: (
        f"{d.choice(('a.b', 'kefu', 'x_1', 'zhang-san'))}@{d.choice(('example.com', 'mail.example.cn'))}"
    ),
    "CN_USCC": lambda d: fictitious.uscc(d.randint(0, 3000)),
    "PERSON": lambda d: d.choice(NAMES),
    "COMPANY": lambda d: d.choice(COMPANIES),
    "ADDRESS": lambda d: d.choice(ADDRESSES),
    "PASSPORT": lambda d: d.choice(PASSPORTS),
    "HK_MACAU_PERMIT": lambda d: d.choice(PERMITS),
    "PLATE": lambda d: d.choice(PLATES),
    "TAIWAN_PERMIT": lambda d: _digits(d, 8),
    "PERMANENT_RESIDENCE": lambda d: f"{d.choice(('CAN', 'AUS', 'SGP'))}9901{_digits(d, 8)}",
    "CN_OLD_REGISTRATION": _registration,
    "IP_ADDRESS": lambda d: d.choice((f"192.0.2.{d.randint(10, 250)}", f"2001:db8::{d.randint(16, 9999):x}")),
    "MAC_ADDRESS": lambda d: f"02:{d.randbytes(4).hex(':')}:fe",
    "WECHAT_ID": lambda d: d.choice(("shen_ruoxi", "wxid_", "lu-zhiheng")) + _digits(d, 4),
    "QQ_ID": lambda d: _digits(d, d.randint(6, 10)),
    "BANK_ACCOUNT": lambda d: f"9900{_digits(d, d.choice((8, 9, 10, 16)))}",  # else one in ten is a card
    "INVOICE_NO": lambda d: _digits(d, d.choice((8, 20))),
    "SEAL_CODE": lambda d: f"990101{_digits(d, d.choice((7, 8)))}",
    "BIRTH_DATE": lambda d: f"19{d.randint(40, 99)}-{d.randint(1, 12):02d}-{d.randint(1, 28):02d}",
    "PASSWORD": lambda d: f"{d.choice(('Qm', 'shili', 'Tax'))}{d.choice('#@!')}{_digits(d, 4)}",
}
_AS_IS = (lambda v, d: v,)
_WIDE = (lambda v, d: wide(v),)


def _cuts(by: str, *groups: int) -> tuple[Callable[[str, random.Random], str]]:
    return (lambda v, d: cut(v, *groups, by=by),)


_FORMS = {
    "CN_ID_CARD": (
        *_AS_IS * 2, lambda v, d: v.lower(), *_cuts(" ", 6, 4, 4), *_cuts("-", 6, 8), *_WIDE, _zero_width,
        lambda v, d: " ".join(v),
    ),
    "CN_MOBILE": (*_AS_IS * 2, *_cuts(" ", 3, 4), *_cuts("-", 3, 4), *_WIDE, _zero_width),
    "CN_LANDLINE": (*_AS_IS, *(lambda v, d, by=by: v.replace("-", by) for by in (" ", "－", " - "))),
    "BANK_CARD": (*_AS_IS, *_cuts(" ", 4, 4, 4, 4), *_cuts("-", 4, 4, 4, 4), *_WIDE),
    "CN_USCC": (*_AS_IS, lambda v, d: v.lower(), *_cuts(" ", 8), *_WIDE),
}  # fmt: skip
SENTENCES = {
    "CN_ID_CARD": (
        "身份证号:{}",
        "法定代表人身份证号码为{},请核对。",
        "证件号码 {}",
        "id_card={} status=ok",
        "居民身份证{}，有效期至2036年",
    ),
    "CN_MOBILE": ("手机:{}", "请拨打{}联系", "联系电话 {},微信同号", "phone={} login ok", "{}", "+86 {}"),
    "CN_LANDLINE": ("座机:{}", "办公电话{}", "传真 {}", "公司总机：{}转801"),
    "BANK_CARD": ("银行卡号:{}", "开户行示例银行，账号 {}", "请打到卡号{}上", "card_no={}"),
    "EMAIL": ("邮箱:{}", "发到{}，谢谢", "email={};", "<{}>"),
    "CN_USCC": ("统一社会信用代码:{}", "税号{}", "信用代码 {}，正常", "{}"),
    "PERSON": ("姓名:{}", "法定代表人：{}", "联系人: {}，职务经理", "经办人:{} 日期"),
    "COMPANY": ("甲方:{}", "名称：{}", "{}于今年成立", "客户:{}。"),
    "ADDRESS": ("住址:{}", "注册地址：{}，邮编", "住所 {}。"),
    "PASSPORT": ("护照号:{}", "护照号码 {}", "passport no {}"),
    "HK_MACAU_PERMIT": ("港澳通行证:{}", "往来港澳通行证号码 {}", "回乡证 {}"),
    "PLATE": ("车牌:{}", "车辆{}已过户", "（{}）"),
    "TAIWAN_PERMIT": ("台胞证号:{}", "台湾居民来往大陆通行证号码为{}，有效", "台胞证 {}"),
    "PERMANENT_RESIDENCE": ("外国人永久居留身份证:{}", "永久居留证号 {}。"),
    "CN_OLD_REGISTRATION": ("工商注册号:{}", "原营业执照注册号为{}，已换发", "注册号 {}"),
    "IP_ADDRESS": ("登录IP:{}", "来源地址 {}，异常", "client ip={} ok"),
    "MAC_ADDRESS": ("网卡 {}", "mac={} up", "设备（{}）"),
    "WECHAT_ID": ("微信号:{}", "加微信 {}，备注", "wechat: {}"),
    "QQ_ID": ("QQ:{}", "QQ号 {}，在线", "qq={}"),
    "BANK_ACCOUNT": ("开户行及账号：示例银行样例支行 {}", "对公账号:{}", "基本户账号 {}，请核对"),
    "INVOICE_NO": ("发票号码:{}", "发票号 {} 已开", "invoice no: {}"),
    "SEAL_CODE": ("公章编码:{}", "印章编号 {}，备案", "财务章编码：{}"),
    "BIRTH_DATE": ("出生日期:{}", "生于{}，汉族", "DOB: {}"),
    "PASSWORD": ("电子税务局密码:{}", "登录口令 {}，请勿外传", "pwd={} "),
}


def _digits(draw: random.Random, length: int) -> str:
    return str(draw.randint(10 ** (length - 1), 10**length - 1))


BACKGROUND = (
    lambda d: f"订单号:{_digits(d, 18)}",
    lambda d: f"流水号 {_digits(d, 11)},批次 {_digits(d, 16)}",
    lambda d: f"2026-11-25 02:22:49.{_digits(d, 6)} INFO request_id={_digits(d, 19)} took {_digits(d, 4)}ms",
    lambda d: f"快递单号SF{_digits(d, 13)}，运单 {_digits(d, 12)}",
    lambda d: f"sha256 {d.randbytes(32).hex()} md5:{d.randbytes(16).hex()}",
    lambda d: f"trace 550e8400-e29b-41d4-a716-{d.randbytes(6).hex()} v1.{d.randint(0, 99)}.{d.randint(0, 9999)}",
    lambda d: f"合同金额¥{_digits(d, 11)}.00，大写略；税额 {_digits(d, 9)}.15元",
    lambda d: f"型号X1{_digits(d, 10)} 序列号{_digits(d, 15)}",
    lambda d: "公司类型：其他有限责任公司，执行《公司法》第二十三条，负责人:任何人不得代签",
    lambda d: f"坐标 120.{_digits(d, 12)},30.{_digits(d, 12)} 时间戳{_digits(d, 13)}",
    lambda d: "客服热线 400-800-8820，95588，12345；版本 2026.11.25",
    lambda d: "今天下午把材料交到窗口，没有缺的，月底前办完。",
)
