"""An agreement on paper: text by version, who accepted it when and how, and the bytes its hash is of."""

from __future__ import annotations

import hashlib
from contextvars import copy_context
from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction

from fengni.apps.agreements import papers, queries, services, signing
from fengni.apps.common.tenancy import tenant
from fengni.apps.guests.models import Guest
from fengni.cli.main import run
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied
from fengni.core.printing import attached, page_texts
from fengni.definitions import Lang
from tests.apps.agreements.sharing import agreement_of, partner
from tests.apps.matters.portal import mine
from tests.apps.vault.files import CANARY_ID, CANARY_NAME
from tests.apps.vault.test_rest import Caller
from tests.cast import Cast, now
from tests.cli.test_clients import signed
from tests.web.browsing import ARTIFACTS, signed_in


def _paper(cast: Cast, actor: Actor, agreement: UUID, lang: Lang = "zh") -> bytes:
    with tenant(actor.tenant_id), transaction.atomic():
        return queries.agreement_paper(actor=actor, at=now(), agreement_id=agreement, lang=lang)


def test_on_paper(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = mine()
    cast = one.cast
    client = agreement_of(cast.tenant_id, one.client_id)
    assert "还没有被接受" in "".join(page_texts(_paper(cast, cast.agent, client.id)))
    services.accept_agreement(
        actor=one.guest,
        at=now(),
        agreement_id=client.id,
        text_hash=client.text_hash,
        assurance="independent",
        lang="zh",
    )
    ARTIFACTS.mkdir(exist_ok=True)
    for lang, words in (
        ("zh", ("客户信息保密约定", "本人收码确认", "生效中")),
        ("en", ("Accepted by", "own code", "Chinese")),
    ):
        made = _paper(cast, cast.agent, client.id, lang)
        (ARTIFACTS / f"agreement-{lang}.pdf").write_bytes(made)
        said = "".join(page_texts(made))
        for word in (*words, client.text_hash, "2026-11", "陆*衡"):
            assert word in said
        assert CANARY_NAME not in said
        assert CANARY_ID not in said
        assert hashlib.sha256(attached(made)[papers.ATTACHED]).hexdigest() == client.text_hash
    text = signing.text_of("client_nda")
    flat = "".join("".join(page_texts(_paper(cast, cast.agent, client.id))).split())
    assert all("".join(clause.split()) in flat for clause in text.said("zh"))
    with tenant(cast.tenant_id), transaction.atomic():
        guest = Guest.objects.get(id=one.guest.id)
        own = queries.own_agreement_paper(guest=guest, at=now(), agreement_id=client.id, lang="zh")
        assert attached(own) == attached(made)
    theirs = agreement_of(cast.tenant_id, partner(cast))
    assert "示例·信达会计" in "".join(page_texts(_paper(cast, cast.auditor, theirs.id)))
    with tenant(cast.tenant_id), transaction.atomic(), pytest.raises(Denied, match=r"no-such-agreement"):
        queries.own_agreement_paper(guest=guest, at=now(), agreement_id=theirs.id, lang="zh")
    for who, code in ((cast.colleague, "access.scope"), (cast.stranger, "no-such-agreement")):
        with pytest.raises(Denied, match=code):
            _paper(cast, who, client.id)
    page = signed_in(cast.agent).get(f"/agreements/{client.id}/agreement.pdf?lang=en")
    assert (page.status_code, page["Content-Type"], page["Cache-Control"]) == (200, "application/pdf", "no-store")
    sharing = signed_in(cast.agent).get(f"/matters/{one.matter_id}/sharing/").content.decode()
    assert f"/agreements/{client.id}/agreement.pdf" in sharing
    answer = Caller(cast.agent)._client.get(f"/api/v1/agreements/{client.id}/agreement.pdf?lang=zh")
    assert list(attached(answer.content)) == [papers.ATTACHED]
    path, token = tmp_path / "agreement.pdf", signed(cast.agent, tmp_path)
    told = ["--lang", "en", "partner", "agreement", str(client.id), "-o", str(path), "--token-file", token]
    assert copy_context().run(run, told) == 0
    assert "Accepted by" in "".join(page_texts(path.read_bytes()))
    capsys.readouterr()
