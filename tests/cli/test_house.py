"""fengni house: how clients reach the organisation, by command."""

from __future__ import annotations

import json
from contextvars import copy_context
from pathlib import Path

import pytest

from fengni.cli.main import run
from fengni.demo.team import CONTACT
from tests.cast import assemble
from tests.cli.test_clients import signed


def test_the_owner_changes_what_is_given_and_everybody_reads_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cast = assemble()

    def call(actor: object, *arguments: str) -> tuple[int, str, str]:
        code = copy_context().run(
            run,
            ["--lang", "zh", "house", *arguments, "--token-file", signed(actor, tmp_path)],  # type: ignore[arg-type]
        )
        said = capsys.readouterr()
        return code, said.out, said.err

    assert call(cast.owner, "edit", "--phone", "154 0000 0998")[0] == 0
    read = json.loads(call(cast.auditor, "show", "--json")[1])
    assert (read["contact"], read["phone"], read["email"]) == (CONTACT.contact, "154 0000 0998", CONTACT.email)
    code, _, err = call(cast.owner, "edit", "--email", "nobody")
    assert (code, "邮箱地址不对" in err) == (1, True)
    assert call(cast.agent, "edit", "--contact", "陈一诺")[0] == 3
    assert "154 0000 0998" in call(cast.agent, "show")[1].splitlines()
