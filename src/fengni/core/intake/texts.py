"""Typed characters made plain: full-width forms, blanks of all sorts, characters without width.

Rules: names keep their characters (a rare ideograph is never replaced by a usual one); only what has no meaning goes.

>>> fold("Ａ１\\u200b（甲）\\u00a0乙")
'A1(甲) 乙'
>>> tidy_name("张\\u3000三 "), tidy_name("Mary  Example"), tidy_name("阿依古丽 · 买买提")
('张三', 'Mary Example', '阿依古丽·买买提')
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_WIDE: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20, 0x202F: 0x20}
_NO_WIDTH: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
)
_INVISIBLE: Final = re.compile(f"[{_NO_WIDTH}]")
_STRANGE: Final = re.compile(f"[{_NO_WIDTH}\uff01-\uff5e\u3000\u00a0\u202f]")
_HAN: Final = "\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_BETWEEN_HAN: Final = re.compile(f"(?<=[{_HAN}·])\\s+(?=[{_HAN}·])")
_LOOKALIKES: Final = str.maketrans("АВЕКМНОРСТУХхxх×✕✖", "ABEKMHOPCTYXXXXXXX")
_JOINTS: Final = re.compile("[\\s\\-_'\u2010-\u2015\u2212·.•,]+")
_PUNCTUATION: Final = re.compile(r"[\s*:：,，.。、;；/\\|_\-—'\"“”‘’!！?？]+")
_BRACKETED: Final = re.compile(r"[(（\[【〔][^)）\]】〕]*[)）\]】〕]")


def fold(text: str) -> str:
    """Half-width, without invisible characters, blanks of every sort as one kind; everything else as typed."""
    if text.isascii() or _STRANGE.search(text) is None:
        return text
    return _INVISIBLE.sub("", text.translate(_WIDE))


def visible(text: str) -> str:
    """The text without invisible characters and outer blanks; "" for a cell that only looks filled."""
    return _INVISIBLE.sub("", text).strip().strip("'\u3000").strip()


def tidy_name(text: str) -> str:
    """A name of a person: blanks between ideographs go, those between words become one."""
    text = _BETWEEN_HAN.sub("", fold(text).strip())
    return " ".join(text.split())


def tidy_text(text: str) -> str:
    """Free text: outer blanks and invisible characters go, the rest stays as typed."""
    return text.strip() if text.isascii() else _INVISIBLE.sub("", text).strip().strip("\u3000")


def tidy_code(text: str) -> str:
    """A number or code: only its letters and digits, upper case, letters of other scripts that look alike replaced.

    >>> tidy_code("990101-19880229 021х")
    '99010119880229021X'
    """
    return _JOINTS.sub("", fold(text).translate(_LOOKALIKES)).upper()


def tidy_heading(text: str) -> str:
    """A heading as it is compared: without blanks, punctuation and bracketed hints, in lower case.

    >>> tidy_heading("* 注册资本 \\n（万元）")
    '注册资本'
    """
    plain = unicodedata.normalize("NFKC", fold(text))
    return _PUNCTUATION.sub("", _BRACKETED.sub("", plain)).lower()


def hint_of(text: str) -> str:
    """What stands in the brackets of a heading, plain."""
    plain = unicodedata.normalize("NFKC", fold(text))
    return " ".join(part[1:-1] for part in _BRACKETED.findall(plain)).lower()


def is_han(character: str) -> bool:
    """Whether a character is an ideograph, rare blocks included."""
    return "\u3400" <= character <= "\u9fff" or "\U00020000" <= character <= "\U0003ffff" or character in "〇々"
