"""Amounts of capital as people type them, given in ten thousands (万元); what has no unit is not guessed.

>>> read_capital("人民币壹佰万元整"), read_capital("1,000,000元"), read_capital("100"), read_capital("50万美元")
('100万元', '100万元', '', '50万美元')
>>> read_capital("100", unit="ten-thousand")
'100万元'
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

PLAIN_FROM: Final = 10_000  # a bare number from here on is taken as yuan
_DIGITS: Final = {c: i // 3 for i, c in enumerate("零〇○一壹幺二贰两三叁弎四肆亖五伍㐅六陆陸七柒漆八捌仈九玖镹")}
_UNITS: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_CURRENCIES: Final = {"美元": "美元", "美金": "美元", "usd": "美元", "港": "港元", "hkd": "港元", "欧元": "欧元"}
_AMOUNT: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)(亿|万)?")
_HAN_AMOUNT: Final = re.compile("([零〇一壹二贰两三叁四肆五伍六陆七柒八捌九玖十拾百佰千仟]+)(亿|万)?")
_WORDS: Final = re.compile(r"人民币|rmb|cny|usd|hkd|美金|欧元|美元|港[币元]|[¥￥,，\s元圆整正]")


def read_capital(text: str, *, unit: str = "") -> str:
    """The amount as "100万元" (or 万美元), "" when there is none or its unit is unknown; `unit`: yuan, ten-thousand."""
    lowered = text.lower()
    currency = next((name for word, name in _CURRENCIES.items() if word in lowered), "元")
    bare = _WORDS.sub("", lowered)
    has_yuan = "元" in lowered or "圆" in lowered
    if match := _AMOUNT.fullmatch(bare):
        number, scale = Decimal(match[1]), match[2]
    elif match := _HAN_AMOUNT.fullmatch(bare):
        number, scale = Decimal(_han(match[1])), match[2]
    else:
        return ""
    if scale:
        number *= 10_000 if scale == "亿" else 1
    elif unit == "ten-thousand":
        pass
    elif has_yuan or unit == "yuan" or number >= PLAIN_FROM:
        number /= 10_000
    else:
        return ""
    shown = f"{number:f}"
    return f"{shown.rstrip('0').rstrip('.') if '.' in shown else shown}万{currency}"


def _han(text: str) -> int:
    total, digit = 0, 0
    for character in text:
        if character in _UNITS:
            total += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return total + digit
