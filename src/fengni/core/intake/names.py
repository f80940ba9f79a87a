"""Names: several people in one cell, remarks behind a name, companies with former names, names that mean the same.

>>> people_in("示例一/示例二"), people_in("示 例"), people_in("阿依古丽·买买提"), people_in("Example, Mary")
(['示例一', '示例二'], ['示例'], ['阿依古丽·买买提'], ['Example, Mary'])
>>> company_names("示例·新名有限公司（原示例·旧名有限公司）")
('示例·新名有限公司', '示例·旧名有限公司')
>>> name_key("示例（北京）科技有限公司") == name_key("示例(北京)科技有限 公司")
True
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from fengni.core.errors import BadInput
from fengni.core.intake.texts import fold, is_han, tidy_name, tidy_text
from fengni.core.vault.blind_index import normalise
from fengni.core.vault.surnames import DOUBLE
from fengni.definitions import load

_DATA: Final = load("intake")
_ENDINGS: Final = tuple(_DATA["company_endings"])
_PEOPLE: Final = re.compile(r"[/／\\、;；&＆,，\r\n|+]+|(?<=[\u3400-\u9fff])[和与及](?=[\u3400-\u9fff]{2,4}$)")
_WORDS: Final = re.compile(r"[\s\u3000]+")
_REMARK: Final = re.compile(r"\s*[(\[【〔].*[)\]】〕]\s*$")
_LONGEST: Final = 200
_FORMER: Final = re.compile(
    r"^(.+?)\s*[(（【\[]\s*(?:原名称|原名|曾用名|前名称|旧称|旧名|原|曾)\s*[:：是为]?\s*(.+?)\s*[)）】\]]\s*$"
)
_PLAIN: Final = re.compile("[0-9A-Za-z\u4e00-\u9fff·（）() ]+")  # here the index's normaliser does no more than this
_DROPPED: Final = re.compile("[·（）() ]+")
_HAN_ONLY: Final = re.compile("[\u4e00-\u9fff]+")
_BRANCH: Final = re.compile("分公司|分店|分部|分厂|办事处|分行|支行|分所|分校|门店")
_SHORTENED: Final = re.compile(r"(?:集团|股份|有限责任|有限|公司|示例·)+")


def people_in(text: str) -> list[str]:
    """The names in a cell: split at marks between people, and at blanks between two whole names; tidied."""
    plain = fold(text).strip()
    if len(plain) > _LONGEST:
        return [tidy_name(plain)]
    if plain.isalpha() and len(plain) <= 4:
        return [plain]
    if any(map(is_han, plain)):
        parts = [p for p in _PEOPLE.split(_REMARK.sub("", plain)) if p.strip()]
        words = [w for w in _WORDS.split(plain) if w]
        whole = all(2 <= len(w) <= 4 and all(map(is_han, w)) for w in words)
        spaced = len(words) == 2 and words[0] in DOUBLE  # 欧阳 示例 is one person
        if len(parts) == 1 and len(words) > 1 and whole and not spaced:
            parts = words
    else:
        parts = [p for p in re.split(r"[/、;；\r\n|&]+", plain) if p.strip()]
    names = [without_remark(p) for p in parts]
    return [n for n in names if n] or [tidy_name(plain)]


def without_remark(text: str) -> str:
    """A name without the bracketed remark behind it."""
    if text.isalpha() or len(text) > _LONGEST:
        return text
    name = tidy_name(text)
    bare = _REMARK.sub("", name) if name.endswith((")", "]", "】", "〕")) else name
    return bare or name


@lru_cache(maxsize=4096)
def looks_like_company(text: str) -> bool:
    """Whether a name ends like one of a firm."""
    return 3 < len(text) <= _LONGEST and text.lower().rstrip(".)） ").endswith(_ENDINGS)


def company_names(text: str) -> tuple[str, str]:
    """The name of a firm and its former name in brackets ("" when there is none)."""
    name = tidy_text(text)
    if len(name) > _LONGEST or not any(mark in name for mark in ("原", "曾", "旧", "前名")):
        return name, ""
    match = _FORMER.match(name)
    return (match[1], match[2]) if match else (name, "")


def name_key(name: str) -> str:
    """What two spellings of one firm's name have in common: no brackets, blanks, dots."""
    if _PLAIN.fullmatch(name):
        return _DROPPED.sub("", name).upper()
    return _indexed("company_name", name)


def person_key(name: str) -> str:
    """What two spellings of one person's name have in common."""
    return name if _HAN_ONLY.fullmatch(name) else _indexed("name", name)


def _indexed(kind: str, name: str) -> str:
    try:
        return normalise(kind, name)
    except BadInput:  # nothing is left to compare
        return ""


def loose_key(key: str) -> str:
    """A name key in which the forms of limited companies are one."""
    return key.replace("有限责任公司", "有限公司")


def core_of(name: str) -> str:
    """What is left of a firm's name without its legal form."""
    return name_key(_SHORTENED.sub("", name)) if _SHORTENED.sub("", name).strip() else ""


def is_branch(name: str) -> bool:
    """Whether a name is that of a branch, which is an enterprise of its own."""
    return _BRANCH.search(name) is not None
