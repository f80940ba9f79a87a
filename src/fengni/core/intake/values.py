"""One cell's text as a value of the kind its column holds: ready, or a question, or a reason to leave it out.

Rules: the table "Values" of docs/spec/import.md. A value that Excel damaged, or that fails its check, is never
repaired; what is only probable is a proposal inside a question.

>>> read_value("mobile", "+86 154-0000-0001(微信同号)", Setting(demo=True)).values
(('mobile', '15400000001'),)
>>> read_value("id_number", "990101198802290000", Setting(demo=True)).question
'damaged-id'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Final, NamedTuple

from fengni.core.intake import contacts, dates
from fengni.core.intake.amounts import read_capital
from fengni.core.intake.identifiers import (
    FICTITIOUS_REGION,
    converted,
    id_number_faults,
    is_luhn,
    is_uscc,
    uscc_reading,
)
from fengni.core.intake.names import company_names, looks_like_company, people_in, without_remark
from fengni.core.intake.texts import fold, tidy_code, tidy_name, tidy_text

EXACT_DIGITS: Final = 15  # a spreadsheet keeps no more of a number
_PLAIN_ID: Final = re.compile(r"[0-9]{17}[0-9X]")
_IDS: Final = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
_PLAIN_USCC: Final = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_PLAIN_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_FICTITIOUS_STARTS: Final = MappingProxyType({"mobile": "154", "bank_account": "99", "corporate_account": "99"})
_SCIENTIFIC: Final = re.compile(r"\s*[0-9](?:\.[0-9]+)?[eE]\+?[0-9]{1,2}\s*")
_PASSPORT: Final = re.compile(r"[A-Z]{1,2}[0-9]{7,8}|[A-Z][0-9]{8}")
_PERMIT: Final = re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?")
_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_EMAIL_BETWEEN: Final = re.compile(r"[\s,，;；、/|]+")
_HAS_DIGIT: Final = re.compile("[0-9]")
_ZERO_TIME: Final = re.compile(r"\.0+$")


class Setting(NamedTuple):
    """What a value is read under: `number` if the file stores a number, the unit its heading states, demo or not."""

    demo: bool = False
    number: bool = False
    unit: str = ""


class Parsed(NamedTuple):
    """What a cell holds. `question` and `skip` (the end of a reason) are "" when the values are ready.

    `values` are (kind, value); with an open question what would be kept. `split`: several values came of one cell.
    """

    values: tuple[tuple[str, str], ...] = ()
    question: str = ""
    skip: str = ""
    proposal: str = ""
    positions: tuple[int, ...] = ()
    fictitious: bool = False
    split: bool = False
    left: str = ""  # what a damaged value still shows; only ever masked


def read_value(kind: str, text: str, setting: Setting) -> Parsed:
    """The value of a cell that is neither blank nor a placeholder."""
    reader = _READERS.get(kind)
    return reader(kind, text, setting) if reader else Parsed(((kind, tidy_text(text)),))


def _integer(text: str, number: bool) -> str | None:
    """The digits of a stored number or of one in scientific notation; None for other text."""
    if not number and not _SCIENTIFIC.fullmatch(text):
        return None
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return f"{value:.0f}" if value == value.to_integral_value() and abs(value) < Decimal("1e40") else None


def _id_number(kind: str, text: str, setting: Setting) -> Parsed:
    code = text
    if setting.number or not _PLAIN_ID.fullmatch(text):
        digits = _integer(text, setting.number)
        if digits is not None and (len(digits) > EXACT_DIGITS or not setting.number):
            return Parsed(question="damaged-id", left=digits[:EXACT_DIGITS] if setting.number else digits[:6])
        found = _IDS.findall(fold(text))
        if len(found) > 1:
            return Parsed(tuple((kind, f.upper()) for f in found), question="two-values")
        code = digits or tidy_code(found[0] if found else text)
        if not _PLAIN_ID.fullmatch(code):
            return _other_document(kind, code, text)
    faults = id_number_faults(code)
    if faults:
        if code.endswith("000") and faults == (18,):
            return Parsed(question="damaged-id", left=code[:EXACT_DIGITS])
        return Parsed(((kind, code),), question="id-check", positions=faults, fictitious=code.startswith("99"))
    return _of_region(kind, code, code[:2] == FICTITIOUS_REGION, setting)


def _of_region(kind: str, code: str, fictitious: bool, setting: Setting) -> Parsed:
    """Fictitious numbers belong into a demo only, real ones never."""
    if fictitious == setting.demo:
        return Parsed(((kind, code),), fictitious=fictitious)
    return Parsed(skip="skipped.fictitious" if fictitious else "skipped.real-data", fictitious=fictitious)


def _other_document(kind: str, code: str, text: str) -> Parsed:
    if len(code) == 15 and code.isdecimal():
        new = converted(code)
        if new:
            return Parsed(((kind, code),), question="old-id", proposal=new, fictitious=code.startswith("99"))
    if _PERMIT.fullmatch(code):
        return Parsed((("hk_macau_permit", code),))
    if _PASSPORT.fullmatch(code):
        return Parsed((("passport", code),))
    if _PLAIN_MOBILE.fullmatch(code) or (_PLAIN_USCC.fullmatch(code) and is_uscc(code)):
        return Parsed(((kind, tidy_text(text)),), question="other-kind")
    return Parsed(((kind, code or tidy_text(text)),), question="id-length")


def _uscc(kind: str, text: str, setting: Setting) -> Parsed:
    code = text
    if setting.number or not _PLAIN_USCC.fullmatch(text):
        digits = _integer(text, setting.number)
        if digits is not None and (len(digits) > EXACT_DIGITS or not setting.number):
            return Parsed(question="damaged-code", left=digits[:EXACT_DIGITS] if setting.number else digits[:6])
        code = digits or tidy_code(text)
    if len(code) == 15 and code.isdecimal():
        return Parsed((("registration_number", code),))
    if len(code) != 18 or not code.isascii() or not code.isalnum():
        if _PLAIN_MOBILE.fullmatch(code):
            return Parsed(((kind, tidy_text(text)),), question="other-kind")
        return Parsed(((kind, code),), question="code-length")
    if is_uscc(code):
        return _of_region(kind, code, code[2:4] == FICTITIOUS_REGION, setting)
    reading = uscc_reading(code)
    if reading:
        return Parsed(((kind, code),), question="code-suggestion", proposal=reading)
    if _PLAIN_ID.fullmatch(code) and not id_number_faults(code):
        return Parsed(((kind, code),), question="other-kind")
    return Parsed(((kind, code),), question="code-check")


def _phone(kind: str, text: str, setting: Setting) -> Parsed:
    if _PLAIN_MOBILE.fullmatch(text) and kind == "mobile":
        return _in_demo(Parsed(((kind, text),)), setting)
    if not setting.number and _SCIENTIFIC.fullmatch(text):
        return Parsed(((kind, tidy_text(text)),), question="phone")
    text = _integer(text, setting.number) or text
    for found in _IDS.findall(tidy_code(text)):
        if not id_number_faults(found):
            return Parsed(((kind, tidy_text(text)),), question="other-kind")
    numbers = contacts.read_phones(text)
    if not numbers:
        return Parsed(((kind, tidy_text(text)),), question="phone")
    client = kind.startswith("client")
    values = tuple(("client_landline" if client else what, value) for what, value in numbers)
    return _in_demo(Parsed(values, split=len(values) > 1), setting)


def _in_demo(parsed: Parsed, setting: Setting) -> Parsed:
    """What was read, or that a demo leaves it out: a mobile or account that could be somebody's."""
    if setting.demo and any(not value.startswith(_FICTITIOUS_STARTS.get(kind, "")) for kind, value in parsed.values):
        return Parsed(skip="skipped.real-data")
    return parsed


def _name(kind: str, text: str, setting: Setting) -> Parsed:
    if _HAS_DIGIT.search(text):
        return _numbered_name(kind, text)
    people = people_in(text)
    if len(people) > 1:
        return Parsed(tuple((kind, p) for p in people), question="two-people")
    name = without_remark(text)
    if looks_like_company(name):
        return Parsed(((kind, tidy_name(text)),), question="other-kind")
    return Parsed(((kind, name),))


def _numbered_name(kind: str, text: str) -> Parsed:
    code = tidy_code(text)
    alone = _PLAIN_MOBILE.fullmatch(code) or _PLAIN_ID.fullmatch(code) or _PLAIN_USCC.fullmatch(code)
    return Parsed(((kind, tidy_name(text)),), question="other-kind" if alone else "mixed")


def _date(kind: str, text: str, setting: Setting) -> Parsed:
    if setting.number:
        from fengni.core.intake.xlsx_cells import serial_date

        bare = _ZERO_TIME.sub("", text)
        if len(bare) == 8 and (day := dates.read_date(bare)):
            return Parsed(((kind, day),))
        serial = serial_date(bare) if len(bare) == 5 and bare.isdecimal() and int(bare) <= 80_000 else ""
        return Parsed(((kind, serial),)) if serial else Parsed(((kind, text),), question="date")
    plain = fold(text).strip()
    if plain.isdecimal() and len(plain) == 5:
        return _date(kind, plain, setting._replace(number=True))
    if day := dates.read_date(plain):
        return Parsed(((kind, day),))
    span = dates.read_span(plain)
    if span and kind in ("service_from", "service_until"):
        return Parsed((("service_from", span[0]), ("service_until", span[1])), split=True)
    if span:
        return Parsed(((kind, span[1]),))
    return Parsed(((kind, tidy_text(text)),), question="date")


def _capital(kind: str, text: str, setting: Setting) -> Parsed:
    found = read_capital(fold(text), unit=setting.unit)
    return Parsed(((kind, found),)) if found else Parsed(((kind, tidy_text(text)),), question="amount")


def _email(kind: str, text: str, setting: Setting) -> Parsed:
    plain = fold(text).strip().replace("。", ".").replace(" ", "") if "@" in fold(text) else text
    parts = [p for p in _EMAIL_BETWEEN.split(plain) if p]
    if not parts or not all(_EMAIL.fullmatch(p) for p in parts):
        return Parsed(((kind, tidy_text(text)),), question="email")
    return Parsed(tuple((kind, p) for p in dict.fromkeys(parts)), split=len(parts) > 1)


def _account(kind: str, text: str, setting: Setting) -> Parsed:
    digits = _integer(text, setting.number)
    if digits is not None and (len(digits) > EXACT_DIGITS or not setting.number):
        return Parsed(question="damaged-account", left=digits[:6])
    code = digits or tidy_code(text)
    right = code.isdecimal() and code.isascii() and 8 <= len(code) <= 32
    if right and kind == "bank_account" and len(code) in (16, 19):
        right = is_luhn(code)
    if right:
        return _in_demo(Parsed(((kind, code),)), setting)
    return Parsed(((kind, tidy_text(text)),), question="account")


def _company(kind: str, text: str, setting: Setting) -> Parsed:
    name, former = company_names(text)
    code = tidy_code(text) if _HAS_DIGIT.search(text) else ""
    if code and (_PLAIN_MOBILE.fullmatch(code) or _PLAIN_ID.fullmatch(code) or _PLAIN_USCC.fullmatch(code)):
        return Parsed(((kind, tidy_text(text)),), question="other-kind")
    if former and kind == "company_name":
        return Parsed(((kind, name), ("former_name", former)), split=True)
    return Parsed(((kind, name),))


def _document(kind: str, text: str, setting: Setting) -> Parsed:
    return Parsed(((kind, tidy_code(text)),))


_READERS: Final[Mapping[str, Callable[[str, str, Setting], Parsed]]] = {
    "id_number": _id_number,
    "uscc": _uscc,
    "registration_number": _document,
    "passport": _document,
    "hk_macau_permit": _document,
    "mobile": _phone,
    "landline": _phone,
    "client_landline": _phone,
    "email": _email,
    "client_email": _email,
    "name": _name,
    "company_name": _company,
    "former_name": _company,
    "short_name": _company,
    "established_on": _date,
    "valid_until": _date,
    "service_from": _date,
    "service_until": _date,
    "id_valid_until": _date,
    "registered_capital": _capital,
    "bank_account": _account,
    "corporate_account": _account,
}


def quick_reader(kind: str, *, demo: bool) -> Callable[[str], bool] | None:
    """A cheap test whether a text, exactly as it stands, is a good value of a kind; False only means: read it properly.

    >>> quick = quick_reader("mobile", demo=True)
    >>> quick("15400000001"), quick("154 0000 0001")
    (True, False)
    """
    if kind == "id_number":
        region = FICTITIOUS_REGION if demo else f"(?!{FICTITIOUS_REGION})[1-9]"
        plain = re.compile(f"{region}[0-9]{{15,16}}[0-9X]").fullmatch
        return lambda text: len(text) == 18 and plain(text) is not None and not id_number_faults(text)
    if kind == "uscc":
        region = FICTITIOUS_REGION if demo else f"(?!{FICTITIOUS_REGION})[0-9]{{2}}"
        code = re.compile(f"[0-9A-HJ-NPQRTUWXY]{{2}}{region}[0-9A-HJ-NPQRTUWXY]{{14}}").fullmatch
        return lambda text: code(text) is not None and is_uscc(text)
    pattern = _QUICK_IN_DEMO.get(kind) if demo and kind in _QUICK_IN_DEMO else _QUICK.get(kind)
    if pattern is None:
        return None
    matches = pattern.fullmatch
    return lambda text: matches(text) is not None


_QUICK_IN_DEMO: Final = MappingProxyType({"mobile": re.compile("154[0-9]{8}")})
_QUICK: Final[Mapping[str, re.Pattern[str]]] = {
    "mobile": _PLAIN_MOBILE,
    "name": re.compile("(?!暂无|没有|待补|待定|不详|未知|未提|空)[\u4e00-\u9fff]{2,4}"),
    "company_name": re.compile("(?!.*(?:[原曾旧前]|[0-9]{7}))[0-9A-Za-z\u4e00-\u9fff·（）()]{2,60}公司"),
    "registered_address": re.compile("(?!.*(?:密|口令|[Pp].?.?[Ww]))[\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff-]{9,100}"),
}
