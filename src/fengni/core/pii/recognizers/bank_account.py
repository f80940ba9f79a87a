"""Accounts at banks that are no cards, such as enterprises have on VAT invoices: 9 to 30 digits after their name.

Nothing public checks them, so the name has to stand right before; a card number there is a card (bank_card.py).

>>> [f.value for f in find(Page("开户行及账号:示例银行样例支行 9900 2020 0990 0012 345,账户余额 123456789.00"))]
['9900202009900012345']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.page import Page
from fengni.core.pii.recognizers.beside import SEPARATORS, named, right_after

TYPE: Final = "BANK_ACCOUNT"
_BANK: Final = "(?: ?[:：]? ?[\u3400-\u9fff()·]{0,24}(?:银行|信用社|支行|分行|营业部|分理处)[\u3400-\u9fff()·]{0,20})?"
_LABELS: Final = named(
    f"(?:银行|开户|结算|对公|公司|基本户?|一般户?|收款|付款|缴税|扣税|存款)?(?:账|帐)[号户](?!余额){_BANK}|开户(?:银行|行)(?:及(?:账|帐)号)?{_BANK}",
    r"(?:bank )?(?:account|acct|a/c)(?: no| number)?|iban",
)
_WORDS: Final = ("账", "帐", "开户", "account", "acct", "a/c", "iban")
_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z.\-])[0-9](?:[ -]?[0-9]){8,29}(?![0-9A-Za-z]|[.\-][0-9]| ?[元万%])")


def find(page: Page) -> Iterator[Finding]:
    """The accounts of a page."""
    for match in right_after(page, _NUMBER, _LABELS, *_WORDS):
        yield Finding(TYPE, SEPARATORS.sub("", match[0]), *match.span(), 0.8)
