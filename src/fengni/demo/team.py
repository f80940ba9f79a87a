"""Who works at the demonstration's agency.

>>> [member.login for member in TEAM if "agent" in member.roles]
['chen', 'gao']
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fengni.apps.accounts.contact import Contact

AGENCY: Final = "示例·启明企业服务有限公司"
CONTACT: Final = Contact("苏明谨", "15400000999", "privacy@qiming.example", "示例省示例市演示区样例路117号")


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of the agency and the sign-in name; the first one founds it."""

    login: str
    name: str
    roles: tuple[str, ...]


TEAM: Final = (
    Colleague("jiang", "江述白", ("owner", "admin")),
    Colleague("zhou", "周予安", ("lead",)),
    Colleague("chen", "陈一诺", ("agent",)),
    Colleague("gao", "高见微", ("agent",)),
    Colleague("su", "苏明谨", ("dpo",)),
    Colleague("zheng", "郑望舒", ("security",)),
    Colleague("he", "何清和", ("auditor",)),
    Colleague("xu", "许知远", ("admin",)),
)
