"""How the house is reached: who answers for personal information, by telephone, e-mail or letter (PIPL art. 17 (1) 1).

It stands in every notice that clients read, so it is no secret. Without it nobody can be told whom to turn to: no
invitation goes out.

>>> Contact("苏明谨", phone="15400000117").is_known, Contact("苏明谨").is_known
(True, False)
"""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass
from typing import Final

from fengni.core.errors import BadInput

LONGEST: Final = 120
_PHONE: Final = re.compile(r"[+]?[0-9][0-9 ()-]{4,28}[0-9]")
_EMAIL: Final = re.compile(r"[^@\s*]+@[^@\s*]+\.[^@\s*.]+")


@dataclass(frozen=True, slots=True)
class Contact:
    """Who answers, and the ways to reach them; what is not known is empty."""

    contact: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""

    @property
    def is_known(self) -> bool:
        """Whether a person who reads it can turn to somebody."""
        return bool(self.contact and (self.phone or self.email))


def is_email(address: str) -> bool:
    """Whether something can be an address of e-mail."""
    return len(address) <= LONGEST and bool(_EMAIL.fullmatch(address))


def checked(given: Contact) -> Contact:
    """The contact without blanks around it. Raises BadInput when nobody could be reached by it."""
    stripped = Contact(given.contact.strip(), given.phone.strip(), given.email.strip(), given.address.strip())
    if max(map(len, astuple(stripped))) > LONGEST:
        raise BadInput("accounts.house-too-long", most=LONGEST)
    if len(stripped.contact) < 2:
        raise BadInput("accounts.house-contact-missing")
    if not stripped.phone and not stripped.email:
        raise BadInput("accounts.house-way-missing")
    if stripped.phone and not _PHONE.fullmatch(stripped.phone):
        raise BadInput("accounts.house-phone-wrong")
    if stripped.email and not is_email(stripped.email):
        raise BadInput("accounts.house-email-wrong")
    return stripped
