"""reach:client:find: a client outside the scope, by its whole name or USCC; each look is an entry, found or not."""

from __future__ import annotations

import pytest

from fengni.apps.reach import services
from fengni.apps.vault.store.throttle import MOST
from fengni.core import fictitious
from fengni.core.errors import BadInput, Denied
from tests.apps.reach.scene import code, scene
from tests.apps.vault.files import company, entries
from tests.cast import now


def test_whole_names_alone_find_and_every_look_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    one = scene()
    cast, uscc = one.cast, fictitious.uscc(1)

    def find(named: str, who: object = cast.agent) -> object:
        return services.find_client(actor=who, at=now(), named=named).value  # type: ignore[arg-type]  # an actor

    assert [find(company(1)), find(uscc), find(f" {company(1)} ", cast.security)] == [one.client_id] * 3
    assert [find("示例·青禾"), find(company(2)), find(fictitious.uscc(2)), find("陆知衡陆知衡")] == [None] * 4
    told = [entry for entry in entries(cast.tenant_id) if entry["act"] == "reach:client:find"]
    assert [entry["facts"] for entry in told] == [{"hits": 1}] * 3 + [{"hits": 0}] * 4
    assert company(1) not in str(told)
    assert code(find, "青禾") == "reach.name-short"
    for who in (cast.owner, cast.lead, cast.dpo, cast.auditor, cast.admin, cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            find(company(1), who)
    with pytest.raises(Denied, match=r"access\.role"):
        find(company(1), cast.stranger)
    monkeypatch.setitem(MOST, "number", 6)
    assert code(find, company(1)) == "vault.too-many-searches"
    with pytest.raises(BadInput):
        find("   ")
