"""tokens:export:trace"""

from __future__ import annotations

import csv
import io
import random

import openpyxl
import pytest

from fengni.apps.ledger import sealer
from fengni.apps.tokens import services
from fengni.apps.vault import services as vault
from fengni.apps.vault.queries.files import as_csv
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied, UnreadableFile
from tests.apps.tokens.making import trace
from tests.apps.vault.files import entries, refusals, sheet, store
from tests.cast import assemble, found, now

DICE = random.Random(20260117)


def rows_of(content: bytes) -> list[list[str]]:
    if content.startswith(b"PK"):
        book = openpyxl.load_workbook(io.BytesIO(content)).active
        assert book is not None
        return [[str(cell or "") for cell in row] for row in book.iter_rows(values_only=True)]
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_twenty_rows_name_the_export() -> None:
    cast = assemble()
    store(cast.owner, sheet(120))
    # the house counts 120 persons, so the list of clients is about them: a lead's yes would be needed; tokens are not
    lists = [services.export_sheet(actor=cast.owner, at=now()) for _ in range(3)]
    told = [one.value.content for one in lists]
    jobs = [one.entry_id for one in lists]
    assert [one.value.canaries for one in lists] == [12] * 3
    sealer.seal_round(at=now())
    title, *rows = rows_of(told[1])
    assert len(rows) == 132
    assert rows != rows_of(told[0])[1:]
    part = rows[40:60]
    gapped = [row for row in rows[:40] if DICE.random() < 0.5][:20]
    shuffled = DICE.sample(part, 20)
    columns = [[row[5], row[0]] for row in part]  # exchanged columns need their titles
    for sample in ([title, *part], part, gapped, [title, *shuffled], shuffled, [[title[5], title[0]], *columns]):
        named = trace(cast.security, as_csv(sample)).named
        assert [one.job.id for one in named][:1] == [jobs[1]], len(sample)
        assert named[0].chance < 1e-6
        assert (named[0].job.member_id, named[0].job.rows) == (cast.owner.id, 120)
    entry = entries(cast.tenant_id)[-1]
    assert entry["facts"] == {"rows": 20, "jobs": 3, "named": 1}
    assert entry["resource"]["id"] == jobs[1].hex

    # what no export of this house is
    other = found()
    store(other, sheet(120))
    foreign = services.export_sheet(actor=other, at=now()).value.content
    for sample in (foreign, as_csv([["示例·甲", "1"], ["示例·乙", "2"]])):
        assert trace(cast.dpo, sample).named == ()
    with pytest.raises(UnreadableFile):
        trace(cast.owner, b"")
    for who in (cast.agent, cast.colleague, cast.admin, cast.intruder):
        with pytest.raises(Denied, match=r"access.role"):
            trace(who, as_csv(part))
    assert refusals(cast.tenant_id, "tokens:export:trace") == ["access.role"] * 4
    assert trace(cast.stranger, as_csv(part)).named == ()


def clients(actor: Actor, form: str) -> vault.queries.ListFile:
    return vault.export_list(actor=actor, at=now(), what="clients", form=form).value


def test_masked_lists_carry_marks_too() -> None:
    owner = found()
    store(owner, sheet(20))
    for what, form, canaries in (("clients", "xlsx", 2), ("clients", "csv", 2), ("persons", "csv", 0)):
        done = vault.export_list(actor=owner, at=now(), what=what, form=form)
        assert (done.value.rows, done.value.canaries) == (20, canaries)
        facts = entries(owner.tenant_id)[-1]["facts"]
        assert facts == {"list": what, "form": form, "rows": 20} | ({"canaries": canaries} if canaries else {})
        rows = rows_of(done.value.content)
        assert len(rows) == 21 + canaries
        for sample in (rows[1:], rows[3:18]):
            named = trace(owner, as_csv(sample)).named
            assert [one.job.id for one in named] == [done.entry_id]
            assert (named[0].job.list, named[0].fit.exchanged) == (what, 0)
    assert {row[1][:8] for row in rows_of(clients(owner, "csv").content)[1:]} == {"91990101"}
