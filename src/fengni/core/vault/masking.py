"""Masks: what may be seen of a value without opening it for a purpose.

    rule           person page                list
    name           陆*衡, 欧阳**               whole (display-class inside one's client scope)
    id_number      first 6 and last 4         first 1 and last 1
    bank_account   first 6 and last 4         first 1 and last 1
    account_tail   last 4                     last 1
    mobile         first 3 and last 4         first 1 and last 1
    landline       area code and the end      first 1 and last 1
    passport       first 1 and last 3         first 1 and last 1
    email          first letter and domain    the same
    address        down to the county         the same
    amount         nothing                    nothing
    hidden         nothing                    nothing
    none           whole                      whole

Rules: a mask keeps two ends only where at least four characters between them stay hidden; a shorter value falls back
to one character each side, and below that to `HIDDEN`, which does not tell the length. Blanks and hyphens inside
numbers are left out, so they neither show a grouping nor count as hidden. Of a kind with several values each line is
masked for itself. What a mask hides cannot be had back from it; masking a mask shows nothing more.

>>> mask("id_number", "990101198802290212"), mask_list("id_number", "990101198802290212")
('990101********0212', '9****************2')
>>> mask("mobile", "154 0000 0001"), mask_list("mobile", "15400000001")
('154****0001', '1*********1')
>>> mask("home_address", "示例省示例市演示区示例路1号"), mask("email", "example@example.com")
('示例省示例市演示区****', 'e***@example.com')
>>> mask("id_number", "12"), mask("person_note", "示例")
('••••', '••••')
>>> mask_name("陆知衡"), mask_name("欧阳示例"), mask_name("示例"), mask_list("name", "陆知衡")
('陆*衡', '欧阳**', '示*', '陆知衡')
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from fengni.core.vault.blind_index import is_ideograph
from fengni.core.vault.catalogue import element
from fengni.core.vault.surnames import DOUBLE

HIDDEN: Final = "••••"
AMOUNT: Final = "¥****"
_STARS: Final = "****"
_LEAST_HIDDEN: Final = 4
_JOINTS: Final = re.compile(r"[\s\-\u2010-\u2015\u2212]")
_LANDLINE: Final = re.compile(r"(0[12][0-9]|0[3-9][0-9]{2})([0-9]{7,8})")
_WORD: Final = re.compile(r"[^\W_]+")

# One step of an address: characters up to a suffix of its level, never across a road, a village, a house or a number.
_NEVER: Final = "[路街号號弄巷村栋幢座室层樓园苑院厦场家]|大道|小区|社区|(?<![鼓钟])楼|镇(?!市)|乡(?![市县区族宁城])"
_INSIDE: Final = rf"(?:(?!{_NEVER})[㐀-鿿])"
_STEP: Final = rf"[㐀-鿿]{_INSIDE}{{0,12}}?"
_DISTRICT: Final = re.compile(
    rf"(?:{_STEP}(?:自治区|特别行政区|省))?(?:{_STEP}(?:自治州|地区|盟|市))?(?:{_STEP}(?<![小社园校厂库景])(?:[区县旗市]))?"
)


def mask(kind: str, value: str) -> str:
    """The mask of a value on a person's or client's page. Raises BadInput for an unknown kind."""
    return _each_line(_PAGE[element(kind).mask], value)


def mask_list(kind: str, value: str) -> str:
    """The mask of a value in a list: numbers one and one, names whole. Raises BadInput for an unknown kind."""
    return _each_line(_LIST[element(kind).mask], value)


def mask_name(value: str) -> str:
    """A name for readers who may not see names: surname and last character, or a double surname alone.

    >>> mask_name("阿依古丽·买买提"), mask_name("Example Person"), mask_name("示")
    ('阿***·买**', 'E****** P*****', '*')
    """
    name = unicodedata.normalize("NFKC", value).strip()
    if any(map(is_ideograph, name)):
        name = "".join(name.split())
    words = _WORD.findall(name)
    if not words or sum(map(len, words)) == 1:
        return "*" if words else HIDDEN
    if len(words) > 1 or not any(map(is_ideograph, name)):
        return _WORD.sub(lambda word: _initial(word.group()), name)
    if len(name) > 2 and name[:2] in DOUBLE:
        return name[:2] + "*" * (len(name) - 2)
    return name[0] + "*" * max(len(name) - 2, 1) + name[2:][-1:]


def contains_mask(value: str) -> bool:
    """Whether a value carries the mark of a mask. Such a value is never stored: replacing must not save a mask."""
    return any(mark in value for mark in "*＊•●")


def _each_line(rule: Callable[[str], str], value: str) -> str:
    if "\n" not in value:
        return rule(value) if value else ""
    return "\n".join(rule(line) for line in value.splitlines() if line)


def _ends(first: int, last: int) -> Callable[[str], str]:
    def rule(value: str) -> str:
        text = value if value.isascii() else unicodedata.normalize("NFKC", value)
        text = _JOINTS.sub("", text)
        for head, tail in ((first, last), (min(first, 1), min(last, 1))):
            hidden = len(text) - head - tail
            if hidden >= _LEAST_HIDDEN:
                return text[:head] + "*" * hidden + text[len(text) - tail :]
        return HIDDEN

    return rule


def _landline(value: str) -> str:
    found = _LANDLINE.fullmatch(_JOINTS.sub("", unicodedata.normalize("NFKC", value)))
    if found is None:
        return _ends(3, 4)(value)
    return f"{found[1]}-{_STARS}{found[2][_LEAST_HIDDEN:]}"


def _email(value: str) -> str:
    local, at, domain = value.strip().rpartition("@")
    if not at or not local or not domain:
        return HIDDEN
    return f"{local[0] if len(local) > 1 else ''}***@{domain}"


def _address(value: str) -> str:
    found = _DISTRICT.match(value.strip())
    return found.group() + _STARS if found and found.group() else HIDDEN


def _initial(word: str) -> str:
    return word[0] + "*" * (len(word) - 1) if len(word) > 1 else "*"


def _whole(value: str) -> str:
    return value


def _tail(shown: int) -> Callable[[str], str]:
    ends = _ends(0, shown)

    def rule(value: str) -> str:
        masked = ends(value)
        return masked if masked == HIDDEN else _STARS + masked.lstrip("*")

    return rule


def _nothing(shown: str) -> Callable[[str], str]:
    return lambda value: shown


_PAGE: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        "name": mask_name,
        "id_number": _ends(6, 4),
        "bank_account": _ends(6, 4),
        "account_tail": _tail(4),
        "mobile": _ends(3, 4),
        "landline": _landline,
        "passport": _ends(1, 3),
        "email": _email,
        "address": _address,
        "amount": _nothing(AMOUNT),
        "hidden": _nothing(HIDDEN),
        "none": _whole,
    }
)
_ONE_EACH: Final = _ends(1, 1)
_LIST: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        **_PAGE,
        "name": _whole,
        "id_number": _ONE_EACH,
        "bank_account": _ONE_EACH,
        "account_tail": _tail(1),
        "mobile": _ONE_EACH,
        "landline": _ONE_EACH,
        "passport": _ONE_EACH,
    }
)
