"""Reads on tokens: numbers of the same form for test data, and which partners a workbook may be written for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fengni.apps.common.custodian import custodian
from fengni.apps.common.queries import query
from fengni.apps.vault.store.house import house
from fengni.core import fictitious
from fengni.core.access.actor import STAFF_ROLES, Actor
from fengni.core.errors import BadInput, Denied
from fengni.core.vault import formats
from fengni.core.vault.formats import Forms

MOST_FAKED: Final = 10_000


@query
def fake_numbers(*, actor: Actor, kind: str, values: Sequence[str]) -> list[str]:
    """Another number of the same form for each, always the same in this house: for test data, never for hiding.

    ID numbers and codes get the region 990101, which does not exist. Raises BadInput for what is no number of the kind.
    """
    if not actor.roles & STAFF_ROLES:
        raise Denied("access.role")
    if kind not in formats.KINDS:
        raise BadInput("vault.format-unknown")
    if len(values) > MOST_FAKED:
        raise BadInput("tokens.too-many", most=MOST_FAKED)
    home = house()
    [key] = custodian().tags(home.tenant_id, home.suite, [("format", [kind])])[0]
    form = Forms(key or b"", tweak=home.tenant_id.bytes)
    return [_nobodys(kind, form.encrypt(kind, value.strip())) for value in values]


def _nobodys(kind: str, value: str) -> str:
    if kind == "id_number":
        return fictitious.with_id_check(fictitious.AREA + value[6:17])
    if kind == "uscc":
        return fictitious.with_code_checks(f"91{fictitious.AREA}{value[8:16]}")
    return value
