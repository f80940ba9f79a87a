"""The registry of recognizers: one file each. To add one, see CONTRIBUTING.md.

A number recognizer has `TYPE`, `LENGTHS`, `SHAPE` and `judge(candidate)`; it sees digits already put together. A text
recognizer has `find(page)`. The order is the order of trust: the first judge that accepts a number keeps it.

>>> [judge.__module__.rpartition(".")[2] for _, judge in judges_by_length()[18]]
['uscc', 'id_card', 'bank_card']
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType

from fengni.core.pii.numbers import Judges
from fengni.core.pii.recognizers import (
    address,
    bank_account,
    bank_card,
    birth_date,
    chat_id,
    company,
    email,
    hk_macau_permit,
    id_card,
    invoice,
    ip_address,
    landline,
    mac_address,
    mobile,
    old_registration,
    passport,
    password,
    permanent_residence,
    person,
    plate,
    seal_code,
    taiwan_permit,
    uscc,
)  # fmt: skip

NUMBERS = (uscc, id_card, old_registration, bank_card, mobile, landline)
TEXTS = (
    email, passport, hk_macau_permit, taiwan_permit, permanent_residence, plate, ip_address, mac_address, chat_id,
    bank_account, invoice, seal_code, birth_date, password, person, company, address,
)  # fmt: skip


@cache
def judges_by_length() -> Judges:
    """The judges of numbers by the length they judge, in the order of trust."""
    lengths = {length for recognizer in NUMBERS for length in recognizer.LENGTHS}
    return MappingProxyType({n: tuple((r.SHAPE, r.judge) for r in NUMBERS if n in r.LENGTHS) for n in sorted(lengths)})
