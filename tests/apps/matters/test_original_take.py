"""matters:original:take"""

from __future__ import annotations

from contextvars import copy_context
from pathlib import Path

import pytest

from fengni.apps.matters import services
from fengni.cli.main import run
from fengni.core.errors import BadInput, Denied
from tests.apps.matters.portal import mine
from tests.apps.vault.files import entries, seen_of
from tests.apps.vault.test_rest import Caller
from tests.cast import now
from tests.cli.test_clients import signed


def test_it_stands_in_the_persons_history_and_what_cannot_be_is_refused() -> None:
    one = mine()
    cast = one.cast
    take = {"at": now(), "matter_id": one.matter_id, "code": "seal_company"}
    for wrong, code in (
        ({"code": "house"}, "original-unknown"), ({"count": 0}, "original-count"), ({"count": 100}, "original-count"),
        ({"person_id": cast.owner.id}, "no-such-participant"),
    ):  # fmt: skip
        with pytest.raises(BadInput, match=code):
            services.take_original(actor=cast.agent, **take | wrong)
    services.take_original(actor=cast.agent, **take, person_id=one.person_id)
    told = entries(cast.tenant_id)[-1]
    assert told["facts"] == {"matter": one.matter_id.hex, "original": "seal_company", "count": 1}
    assert one.person_id in seen_of(cast.tenant_id)
    for who, code in ((cast.dpo, "role"), (cast.auditor, "role"), (cast.intruder, "role"), (one.guest, "role"),
                      (cast.colleague, "scope"), (cast.stranger, "no-such-matter")):  # fmt: skip
        with pytest.raises(Denied, match=code):
            services.take_original(actor=who, **take)


def test_over_rest_and_by_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = mine()
    caller, there = Caller(one.cast.agent), f"/matters/{one.matter_id}/originals"
    made = caller.post(there, {"code": "ukey", "person_id": str(one.person_id), "on_paper": True}, 201)["id"]
    assert [(row["id"], row["state"], row["taken_proof"]) for row in caller.get(there)] == [(made, "here", "paper")]
    token = signed(one.cast.agent, tmp_path)

    def told(*arguments: str, lang: str = "zh") -> str:
        assert copy_context().run(run, ["--lang", lang, "original", *arguments, "--token-file", token]) == 0
        return capsys.readouterr().out

    new = told("take", str(one.matter_id), "seal_company").strip()
    assert told("list", str(one.matter_id)).splitlines()[1].split("\t")[:3] == [new, "公章 × 1", "在我们手里"]
    told("give", new, "--person", str(one.person_id))
    assert "handed over, not confirmed" in told("list", str(one.matter_id), lang="en")
    caller.post(f"/matters/originals/{made}:give", {"person_id": str(one.person_id), "on_paper": True})
    assert {row["given_proof"] for row in caller.get(there)} == {"", "paper"}
