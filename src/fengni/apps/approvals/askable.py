"""Which acts a second person may be asked for, and who that may be. An act that is not here cannot be asked for.

>>> sorted(askable("vault:list:export").approvers)
['dpo', 'lead', 'owner', 'security']
>>> askable("vault:client:create")
Traceback (most recent call last):
    ...
fengni.core.errors.BadInput: approvals.not-askable
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from fengni.core.errors import BadInput


@dataclass(frozen=True, slots=True)
class Askable:
    """`approvers`: roles that may say yes. `with_dpo`: one of the two must be the DPO. `page`: where the yes is given,
    when a yes on the list is not enough."""

    approvers: frozenset[str]
    with_dpo: bool = False
    page: str = ""

    def may_answer(self, asker: frozenset[str], other: frozenset[str]) -> bool:
        """Whether somebody of these roles may say yes to somebody of those."""
        return bool(other & self.approvers) and (not self.with_dpo or "dpo" in asker | other)


_LEADING: Final = frozenset({"owner", "lead", "dpo"})
_ASKABLE: Final[Mapping[str, Askable]] = MappingProxyType(
    {
        "vault:list:export": Askable(_LEADING | {"security"}),
        "disposals:sealed:reveal": Askable(_LEADING, with_dpo=True),
        "rotations:rotation:begin": Askable(_LEADING | {"security"}),
        "rotations:rotation:finish": Askable(_LEADING | {"security"}),
        "disposals:disposal:run": Askable(_LEADING, page="disposals:show"),
        "reach:grant:give": Askable(_LEADING, page="reach:request"),
    }
)


def askable(act: str) -> Askable:
    """What is known of an act. Raises BadInput ("approvals.not-askable")."""
    found = _ASKABLE.get(act)
    if found is None:
        raise BadInput("approvals.not-askable")
    return found
