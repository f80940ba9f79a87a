"""disposals:certificate:issue"""

from __future__ import annotations

import json
import subprocess
import sys
from contextvars import copy_context
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.urls import reverse

from fengni.apps.common.tenancy import tenant
from fengni.apps.disposals import papers, queries, running, services
from fengni.apps.disposals.models import BackupPolicy
from fengni.apps.ledger import queries as ledger
from fengni.apps.ledger import sealer
from fengni.cli.main import run
from fengni.core.errors import BadInput, Denied, VerificationFailed
from fengni.core.ledger import verifier
from fengni.core.printing import Paper, attached, page_texts, pdf
from tests.apps.disposals.closing import (
    NUMBER,
    Scene,
    approved,
    backups_end,
    close,
    destroyed,
    parts_of,
    rows,
    scene,
)
from tests.apps.vault.files import CANARY_ID, CANARY_MOBILE, CANARY_NAME, entries
from tests.cast import now
from tests.web.browsing import signed_in


def _certified(at: Scene) -> tuple[bytes, str]:
    """The file and the fingerprint of the house."""
    disposal = destroyed(at)
    backups_end(at.cast)
    services.issue_certificate(actor=at.cast.dpo, at=now(), disposal_id=disposal)
    sealer.seal_round(at=now())
    return _file(at, disposal)


def _file(at: Scene, disposal: UUID) -> tuple[bytes, str]:
    with tenant(at.cast.tenant_id), transaction.atomic():
        file = queries.certificate_file(actor=at.cast.dpo, disposal_id=disposal)
        return file, ledger.log_fingerprint()


def test_it_verifies_with_the_verifier_that_stands_alone(tmp_path: Path) -> None:
    at = scene()
    file, key = _certified(at)
    (tmp_path / "certificate.json").write_bytes(file)
    alone = tmp_path / "verifier.py"
    alone.write_bytes(Path(verifier.__file__).read_bytes())
    done = subprocess.run(
        [sys.executable, "-I", alone, tmp_path / "certificate.json", "--key", key, "--json"], capture_output=True,
        timeout=60,
    )  # fmt: skip
    report = json.loads(done.stdout)
    assert (done.returncode, report["status"]) == (0, "verified")
    stated = report["statement"]
    assert stated["counts"] == {"units": 4, "persons": 1, "records": 4, "tags": 1, "pieces": 0}
    assert (stated["matter"], stated["alone"], stated["not_recalled"]) == (NUMBER, False, {"filed": 1})
    assert stated["trial"] == {"tried": 4, "opened": 0}
    assert {one["law"] for one in stated["units"]} == {"pipl-47"}
    assert [one["kept"] for one in stated["sealed"]] == ["practice_record"]
    assert stated["backups_until"] >= now().date().isoformat()
    for clear in (CANARY_NAME, CANARY_ID, CANARY_MOBILE, "青禾"):
        assert clear not in file.decode()


def _edit(file: bytes, change: Any) -> bytes:
    content = json.loads(file)
    change(content)
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c["statement"].update(matter="M-2026-0001"),
        lambda c: c["statement"].update(backups_until="2026-11-26"),
        lambda c: c["statement"]["units"].pop(),
        lambda c: c["statement"]["units"][0].update(commitment="0" * 64),
        lambda c: c["statement"]["sealed"].clear(),
        lambda c: c["statement"].update(disposal="0" * 32),
        lambda c: c["statement"].update(tenant="0" * 32),
        lambda c: c["statement"].update(more=1),
        lambda c: c["destroyed"]["body"]["facts"].update(commits="0" * 64),
        lambda c: c["issued"]["body"]["actor"].update(id="0" * 32),
        lambda c: c.update(destroyed=c["issued"]),
        lambda c: c.update(issued=c["destroyed"]),
    ],
)
def test_an_edited_certificate_fails(change: Any) -> None:
    at = scene()
    file, key = _certified(at)
    assert verifier.check(file, key=key).status == "verified"
    assert verifier.check(_edit(file, change), key=key).status == "failed"


def test_another_houses_certificate_is_none_of_this_one() -> None:
    one, other = scene(), scene()
    file, _ = _certified(one)
    theirs, their_key = _certified(other)
    assert verifier.check(file, key=their_key).reason == "key"
    mixed = _edit(theirs, lambda c: c.update(statement=json.loads(file)["statement"]))
    assert verifier.check(mixed, key=their_key).reason == "statement"
    assert verifier.check(file).status == "insufficient"


def test_another_disposals_statement_does_not_fit_its_entries() -> None:
    at = scene()
    first, key = _certified(at)
    second, _ = _file(at, destroyed_again(at))
    mixed = _edit(second, lambda c: c.update(statement=json.loads(first)["statement"]))
    assert verifier.check(mixed, key=key).status == "failed"


def destroyed_again(at: Scene) -> UUID:
    """A second disposal, of the other file."""
    rows(at.cast, "DELETE FROM matters_matter WHERE client_id = %s", at.other)
    close(at.cast, at.other, "M-2026-0118", days=40)
    other = Scene(at.cast, at.other, at.person, at.client, at.matter)
    disposal = services.propose_disposal(
        actor=at.cast.lead, at=now(), client_id=other.client, number="M-2026-0118", reason="办结期满"
    ).value
    services.approve_disposal(actor=at.cast.dpo, at=now(), disposal_id=disposal, number="M-2026-0118")
    running.carry_out(actor=at.cast.dpo, disposal_id=disposal, clock=now)
    services.issue_certificate(actor=at.cast.dpo, at=now(), disposal_id=disposal)
    sealer.seal_round(at=now())
    return disposal


def test_where_nobody_knows_about_backups_there_is_no_certificate() -> None:
    at = scene()
    disposal = destroyed(at)
    with tenant(at.cast.tenant_id), transaction.atomic():
        BackupPolicy.objects.all().delete()
    with pytest.raises(BadInput, match=r"disposals\.horizon-unknown"):
        services.issue_certificate(actor=at.cast.dpo, at=now(), disposal_id=disposal)
    backups_end(at.cast)
    services.issue_certificate(actor=at.cast.dpo, at=now(), disposal_id=disposal)


def test_once_when_done_and_not_before() -> None:
    at = scene()
    backups_end(at.cast)
    disposal = approved(at)
    with pytest.raises(BadInput, match=r"disposals\.not-now"):
        services.issue_certificate(actor=at.cast.dpo, at=now(), disposal_id=disposal)
    with tenant(at.cast.tenant_id), transaction.atomic(), pytest.raises(BadInput, match=r"disposals\.no-certificate"):
        queries.certificate_file(actor=at.cast.dpo, disposal_id=disposal)
    running.carry_out(actor=at.cast.dpo, disposal_id=disposal, clock=now)
    services.issue_certificate(actor=at.cast.dpo, at=now(), disposal_id=disposal)
    assert set(entries(at.cast.tenant_id)[-1]["facts"]) == {"commits"}
    assert len(parts_of(at.cast, disposal)) == 6
    with pytest.raises(BadInput, match=r"disposals\.issued-already"):
        services.issue_certificate(actor=at.cast.dpo, at=now(), disposal_id=disposal)


def test_who_may() -> None:
    at = scene()
    disposal = destroyed(at)
    backups_end(at.cast)
    for who in (at.cast.agent, at.cast.security, at.cast.admin, at.cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            services.issue_certificate(actor=who, at=now(), disposal_id=disposal)
    with pytest.raises(Denied, match=r"disposals\.no-such-disposal"):
        services.issue_certificate(actor=at.cast.stranger, at=now(), disposal_id=disposal)
    services.issue_certificate(actor=at.cast.auditor, at=now(), disposal_id=disposal)


def test_on_paper_it_says_the_same_and_carries_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = scene()
    file, key = _certified(at)
    disposal = rows(at.cast, "SELECT id FROM disposals_disposal")[0][0]
    titles = {"zh": ("客户信息销毁证书", "示例·启明企业服务有限公司"), "en": ("Certificate of destruction",)}
    for lang, words in titles.items():
        with tenant(at.cast.tenant_id), transaction.atomic():
            paper = queries.certificate_paper(actor=at.cast.dpo, disposal_id=disposal, lang=lang)
        assert attached(paper) == {papers.ATTACHED: file}
        said = "\n".join(page_texts(paper))
        stated = json.loads(file)["statement"]
        units = [unit["commitment"] for unit in stated["units"]]
        for word in (*words, NUMBER, key, stated["backups_until"], stated["sealed"][0]["until"], *units):
            assert word in said
        for clear in (CANARY_NAME, CANARY_ID, CANARY_MOBILE, "青禾"):
            assert clear not in said
    (tmp_path / "paper.pdf").write_bytes(paper)
    for typed, code in ((key, 0), ("a" * 52, 5), (None, 6)):
        fingerprint = [] if typed is None else ["--key", typed]
        assert copy_context().run(run, ["--lang", "en", "verify", str(tmp_path / "paper.pdf"), *fingerprint]) == code
        assert papers.ATTACHED in capsys.readouterr().err
    (tmp_path / "none.pdf").write_bytes(pdf(Paper("", "zh", now().date(), ())))
    assert copy_context().run(run, ["--lang", "zh", "verify", str(tmp_path / "none.pdf")]) == 1
    assert "没有证明文件" in capsys.readouterr().err
    with pytest.raises(VerificationFailed):
        papers.certificate(_edit(file, lambda c: c["statement"].update(matter="M-2026-0001")), house="x", lang="zh")
    with tenant(at.cast.tenant_id), transaction.atomic(), pytest.raises(Denied, match=r"access\.role"):
        queries.certificate_paper(actor=at.cast.agent, disposal_id=disposal, lang="zh")
    client = signed_in(at.cast.dpo)
    answer = client.get(reverse("disposals:certificate_pdf", args=[disposal]) + "?lang=en")
    assert (answer.status_code, answer["Content-Type"], answer.content) == (200, "application/pdf", paper)
    assert client.get(reverse("disposals:certificate_pdf", args=[disposal]) + "?lang=fr").status_code == 400
