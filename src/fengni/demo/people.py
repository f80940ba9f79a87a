"""Names, companies and identifiers of the demonstration, each computed from its number.

>>> person(2).name, person(2).id_number
('陆知衡', '990101198802290212')
>>> company(1).name, company(1).uscc
('示例·青禾智造有限公司', '91990101MADEM00117')
>>> company(7) == company(7)
True
"""

from __future__ import annotations

from dataclasses import dataclass

from fengni.core import fictitious

# Six people of the story that README and tour tell; the rest are combined from the lists below.
_CAST = (
    ("沈若溪", "19790314", 23),
    ("陆知衡", "19880229", 21),
    ("顾南乔", "19910706", 46),
    ("温子墨", "19850121", 35),
    ("乔安禾", "19960910", 62),
    ("傅云舟", "19731105", 17),
)
_SURNAMES = "沈陆顾温乔傅林苏周江郑何许叶裴程宋韩谢方"
_GIVEN = (
    "若溪", "知衡", "南乔", "子墨", "安禾", "云舟", "清和", "望舒", "见微", "予安", "述白", "明谨", "知夏", "一诺",
    "知远", "听澜", "景行", "书言", "以宁", "怀瑾", "星阑", "砚秋", "修远", "青梧", "映雪", "思齐", "扶光", "允执",
)  # fmt: skip
_BRANDS = (
    "青禾", "云岫", "澄江", "松间", "望川", "知行", "远山", "半夏", "栖木", "长风", "拾光", "听雨", "白鹭", "星野",
    "见山", "流萤", "南枝", "沐阳", "临溪", "金穗",
)  # fmt: skip
_TRADES = ("智造", "商贸", "文化传媒", "物流", "餐饮管理", "软件", "建材", "咨询")
_ROADS = ("样例路", "示范街", "演练大道", "模拟巷")
_DISTRICTS = ("演示区", "样例区")


@dataclass(frozen=True, slots=True)
class Person:
    """A human being who does not exist."""

    name: str
    id_number: str
    mobile: str
    address: str


@dataclass(frozen=True, slots=True)
class Company:
    """An enterprise that does not exist."""

    name: str
    short_name: str
    uscc: str
    address: str
    capital: str
    established_on: str


def person(number: int) -> Person:
    """Person `number`, from 1. Names repeat after some hundreds; numbers never do (up to a hundred thousand)."""
    mobile = fictitious.mobile(number)
    address = f"示例省示例市{_DISTRICTS[number % 2]}{_ROADS[number % 4]}{number % 300 + 1}号{number % 28 + 1}室"
    if number <= len(_CAST):
        name, birth, sequence = _CAST[number - 1]
        return Person(name, fictitious.id_number(birth, sequence), mobile, address)
    name = _SURNAMES[number * 7 % len(_SURNAMES)] + _GIVEN[(number * 11 + number // 20) % len(_GIVEN)]
    days = number // 900  # 900 sequence numbers a day of birth, so that no two numbers meet
    birth = f"{1965 + days % 38}{days // 38 % 12 + 1:02d}{days // 456 % 28 + 1:02d}"
    return Person(name, fictitious.id_number(birth, 100 + number % 900), mobile, address)


def company(number: int) -> Company:
    """Company `number`, from 1. Names differ up to 160, then carry their number."""
    brand, trade = _BRANDS[(number - 1) % len(_BRANDS)], _TRADES[(number - 1) // len(_BRANDS) % len(_TRADES)]
    serial = "" if number <= len(_BRANDS) * len(_TRADES) else f"{number}号"
    return Company(
        name=f"示例·{brand}{serial}{trade}有限公司",
        short_name=f"{brand}{serial}{trade}",
        uscc=fictitious.uscc(number),
        address=f"示例省示例市{_DISTRICTS[number % 2]}{_ROADS[number % 4]}{number % 900 + 1}号",
        capital=f"{(number % 20 + 1) * 50}万元",
        established_on=f"{2008 + number % 16}-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
    )
