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
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final
from uuid import NAMESPACE_OID, UUID, uuid5

from fengni.apps.common.language import said
from fengni.core.errors import BadInput
from fengni.core.vault.suites import OFFERED

KEY_CHANGES: Final[Mapping[str, UUID]] = MappingProxyType(
    {
        kind: uuid5(NAMESPACE_OID, f"fengni/rotation/{kind}")
        for kind in ("epoch", "unit", "display", "index", *(f"suite-{suite}" for suite in OFFERED))
    }
)
"""The kinds of a change of keys, which has no row before it begins: a yes to one kind is none to another."""


@dataclass(frozen=True, slots=True)
class Askable:
    """`approvers`: roles that may say yes. `with_dpo`: one of the two must be the DPO. `page`: where the yes is given,
    when a yes on the list is not enough. `named`: the code of the text of a resource that is one of a few."""

    approvers: frozenset[str]
    with_dpo: bool = False
    page: str = ""
    named: Mapping[UUID, str] = field(default_factory=dict)

    def may_answer(self, asker: frozenset[str], other: frozenset[str]) -> bool:
        """Whether somebody of these roles may say yes to somebody of those."""
        return bool(other & self.approvers) and (not self.with_dpo or "dpo" in asker | other)


_LEADING: Final = frozenset({"owner", "lead", "dpo"})
_ASKABLE: Final[Mapping[str, Askable]] = MappingProxyType(
    {
        "vault:list:export": Askable(_LEADING | {"security"}),
        "vault:fields:reveal": Askable(_LEADING, with_dpo=True),
        "disposals:sealed:reveal": Askable(_LEADING, with_dpo=True),
        "rotations:rotation:begin": Askable(
            _LEADING | {"security"}, named={one: f"rotations.kind.{kind}" for kind, one in KEY_CHANGES.items()}
        ),
        "rotations:rotation:finish": Askable(_LEADING | {"security"}),
        "disposals:disposal:run": Askable(_LEADING, page="disposals:show"),
        "reach:grant:give": Askable(_LEADING, page="reach:request"),
    }
)


def answered_on_the_list() -> frozenset[str]:
    """The acts for which a yes is given on the list of requests."""
    return frozenset(act for act, about in _ASKABLE.items() if not about.page)


def text_of(act: str, resource_id: UUID) -> str:
    """An act in the reader's language, with what it is about where that is one of a few: it is told by the resource
    that the yes binds, never by what the asker says of it."""
    named = askable(act).named.get(resource_id)
    return f"{said(act)} · {said(named)}" if named else said(act)


def askable(act: str) -> Askable:
    """What is known of an act. Raises BadInput ("approvals.not-askable")."""
    found = _ASKABLE.get(act)
    if found is None:
        raise BadInput("approvals.not-askable")
    return found
