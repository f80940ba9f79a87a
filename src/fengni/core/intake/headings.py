"""What a heading says its column holds: a field of the enterprise or of a person in a role, a login, nothing to keep.

>>> read_heading("法定代表人 身份证号码").target
'legal_representative.id_number'
>>> read_heading("股东2手机").target, read_heading("信用代码(税号)").target, read_heading("电子税务局密码").target
('shareholder#2.mobile', 'enterprise.uscc', 'lock')
>>> read_heading("手机号"), read_heading("天气").target
(Heading(target='.mobile', exact=True), 'unknown')
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from fengni.core.intake.texts import hint_of, tidy_heading
from fengni.definitions import load

_DATA: Final = load("intake")


def _words(entries: dict[str, list[str]]) -> dict[str, str]:
    return {word: kind for kind, words in entries.items() for word in words}


LONGEST: Final = 60  # no heading is longer
ROLES: Final[tuple[str, ...]] = tuple(_DATA["roles"])
_ROLES: Final = _words(_DATA["roles"])
_PERSON: Final = _words(_DATA["person"])
_ENTERPRISE: Final = _words(_DATA["enterprise"])
_LONGEST_ROLES: Final = sorted(_ROLES, key=len, reverse=True)
_LONGEST_PERSON: Final = sorted((w for w in _PERSON if len(w) > 1), key=len, reverse=True)
_LONGEST_ENTERPRISE: Final = sorted((w for w in _ENTERPRISE if len(w) > 2), key=len, reverse=True)
_NO_PURPOSE: Final = frozenset(_DATA["no_purpose"])
_ROW_NUMBER: Final = frozenset(_DATA["row_number"])
_PASSWORD: Final[list[str]] = _DATA["password"]
_LOGIN: Final[list[str]] = _DATA["login"]
_LOGIN_SERVICES: Final[list[str]] = _DATA["login_services"]
_NUMERALS: Final = {c: i for i, c in enumerate("一二三四五六七八九十", 1)}
_NUMBER: Final = re.compile(r"^第?([0-9]{1,2}|[一二三四五六七八九十])位?|([0-9]{1,2}|[一二三四五六七八九十])$")
_OF: Final = re.compile(r"^(?:的|之|本人|个人)+|的$")
_COMPANY: Final = re.compile(r"^(?:公司|企业|单位|客户|商户)")
_NAME_WORDS: Final = frozenset(("", "姓名", "名字", "名称", "name"))


class Heading(NamedTuple):
    """`target` as in ColumnGuess; ".<kind>" is a person's field whose role must come from the columns around."""

    target: str
    exact: bool = True


UNKNOWN: Final = Heading("unknown", False)


@lru_cache(maxsize=2048)
def read_heading(text: str, group: str = "") -> Heading:
    """What a heading says; `group` is the heading above it that spans several columns."""
    if len(text) > LONGEST:
        return UNKNOWN
    plain, above = tidy_heading(text), tidy_heading(group[:LONGEST])
    if above:
        joined = _read(above + plain, hint_of(text))
        own = _read(plain, hint_of(text))
        if joined.target in ("lock", "login", "no-purpose") or _role_at(above) or own is UNKNOWN:
            return joined if joined is not UNKNOWN else own
        return own
    return _read(plain, hint_of(text))


def _read(plain: str, hint: str) -> Heading:
    if not plain:
        return UNKNOWN
    if any(w in plain for w in _PASSWORD if len(w) > 2 or plain == w or not w.isascii()):
        return Heading("lock")
    if plain in _ROW_NUMBER:
        return Heading("skip")
    if _is_login(plain):
        return Heading("login")
    if plain in _NO_PURPOSE:
        return Heading("no-purpose")
    if plain in _ENTERPRISE and not _role_at(tidy_heading(hint)):
        return Heading(f"enterprise.{_ENTERPRISE[plain]}")
    return _persons(plain, hint) or _contained(plain)


def _is_login(plain: str) -> bool:
    """A word for a login name with a login service, or a word that means nothing else."""
    for word in _LOGIN:
        if word in plain and (word.isascii() is False or plain == word):
            if word not in ("账号", "帐号"):
                return True
            if any(s in plain for s in _LOGIN_SERVICES) or any(s in plain for s in ("税", "工商", "平台", "系统")):
                return True
    return False


def is_bare_login(text: str) -> bool:
    """Whether a heading only says "account": of a login beside a password column, of a bank elsewhere."""
    return tidy_heading(text) in ("账号", "帐号", "account", "登录")


def names_login_service(text: str) -> bool:
    """Whether a heading names a login service and nothing else about it."""
    plain = tidy_heading(text)
    return any(s in plain for s in _LOGIN_SERVICES)


def unit_of(text: str) -> str:
    """The unit of amounts that a heading states: ten-thousand, yuan or ""."""
    if "万" in text:
        return "ten-thousand"
    return "yuan" if re.search(r"[(（]\s*(?:元|人民币|rmb)", text, re.IGNORECASE) else ""


def _role_at(plain: str) -> str:
    return next((w for w in _LONGEST_ROLES if plain.startswith(w)), "")


def _persons(plain: str, hint: str) -> Heading | None:
    """A field of a person: with its role before, in brackets or after; or without any role."""
    bare = _COMPANY.sub("", plain) if plain not in _PERSON else plain
    word = _role_at(bare)
    number = ""
    if not word and (match := re.match(r"第([0-9一二三四五六七八九十])(?=[^年月])", bare)):
        number, bare = match[1], bare[match.end() :].removeprefix("位").removeprefix("个")
        word = _role_at(bare)
    if word:
        rest = bare[len(word) :]
        rest, found = _without_number(rest)
        kind = _person_kind(_OF.sub("", rest))
        if kind:
            return Heading(f"{_ROLES[word]}{_numbered(number or found)}.{kind}")
        return Heading("no-purpose") if rest in _NO_PURPOSE else None
    kind = _PERSON.get(plain, "")
    in_brackets = _role_at(tidy_heading(hint)) if hint else ""
    if kind and in_brackets:
        return Heading(f"{_ROLES[in_brackets]}.{kind}")
    if kind:
        return Heading(f".{kind}")
    for role in _LONGEST_ROLES:
        if plain.endswith(role) and (kind := _person_kind(plain[: -len(role)])) and kind != "name":
            return Heading(f"{_ROLES[role]}.{kind}")
    return None


def _without_number(rest: str) -> tuple[str, str]:
    match = _NUMBER.search(rest)
    if match is None:
        return rest, ""
    return rest[: match.start()] + rest[match.end() :], match[1] or match[2]


def _numbered(number: str) -> str:
    value = _NUMERALS.get(number) or int(number or 1)
    return f"#{value}" if value > 1 else ""


def _person_kind(rest: str) -> str:
    if rest in _NAME_WORDS:
        return "name"
    if rest in _PERSON:
        return _PERSON[rest]
    if rest in ("地址", "住所"):
        return "home_address"
    if rest in ("账户", "账号"):
        return "bank_account"
    if rest in ("备注", "说明"):
        return "person_note"
    return next((_PERSON[w] for w in _LONGEST_PERSON if w in rest and not w.isascii()), "")


def _contained(plain: str) -> Heading:
    """A longer heading in which a known one stands: less sure, so values may overrule it easily."""
    if any(w in plain for w in _NO_PURPOSE if len(w) > 1 and not w.isascii()):
        return Heading("no-purpose")
    company = _COMPANY.match(plain) is not None
    for word in _LONGEST_ENTERPRISE:
        if word in plain and not word.isascii():
            return Heading(f"enterprise.{_ENTERPRISE[word]}", exact=False)
    for word in _LONGEST_PERSON:
        if word in plain and not word.isascii():
            kind = _PERSON[word]
            if company and kind in ("mobile", "email"):
                return Heading(f"enterprise.client_{'landline' if kind == 'mobile' else 'email'}", exact=False)
            return Heading(f".{kind}", exact=False)
    for word in ("备注", "地址", "简称", "资本", "业务"):
        if word in plain:
            return Heading(f"enterprise.{_ENTERPRISE[word]}", exact=False)
    return UNKNOWN
