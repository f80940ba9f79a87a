"""accounts:tenant:keep_passwords"""

from __future__ import annotations

import pytest
from django.urls import reverse

from fengni.apps.accounts.models import Tenant
from fengni.apps.vault import services
from fengni.core.errors import BadInput, Denied
from tests.apps.imports.owner import places_of
from tests.apps.imports.sheets import look, row, sheet, stored
from tests.apps.vault.box import PASSWORD, clients, page, reveal, switch, with_box
from tests.apps.vault.files import entries, refusals
from tests.apps.vault.test_secret_discard import boxes
from tests.cast import assemble, found, now
from tests.web.browsing import signed_in


def test_an_organisation_begins_without_a_box_and_keeps_no_password() -> None:
    owner = found()
    job_id = stored(owner, sheet([row(1, password=PASSWORD)]))
    result = look(owner, job_id).row.result
    assert (result["passwords"], result["passwords_kept"]) == (1, 0)
    assert page(owner, clients(owner)[0]).secrets == ()
    assert boxes(owner) == []
    assert list(places_of([PASSWORD])) == []


def test_turning_on_needs_a_reason_and_lets_imports_lock_passwords_in() -> None:
    owner = found()
    with pytest.raises(BadInput, match=r"vault\.box-reason-missing"):
        switch(owner, keep=True, reason=" ")
    assert not Tenant.objects.get(id=owner.tenant_id).keeps_passwords
    switch(owner, keep=True)
    entry = entries(owner.tenant_id)[-1]
    assert (entry["act"], entry["facts"], len(entry["reason"])) == ("accounts:tenant:keep_passwords", {"keep": 1}, 64)
    job_id = stored(owner, sheet([row(1, password=PASSWORD), row(2)]))
    assert look(owner, job_id).row.result["passwords_kept"] == 1
    commit = next(e for e in entries(owner.tenant_id) if e["act"] == "imports:job:commit")
    assert commit["facts"]["passwords"] == 1
    assert reveal(owner, clients(owner)[0]).value == PASSWORD


def test_turning_off_destroys_every_box() -> None:
    owner, other = found(), found()
    one, two = with_box(owner, "One1#pass", "Two2#pass")
    theirs = with_box(other)[0]
    assert switch(owner, keep=False, reason="") == 2
    assert boxes(owner) == [("destroyed", 0)] * 2
    assert (page(owner, one).secrets, page(owner, two).secrets) == ((), ())
    facts = entries(owner.tenant_id)[-1]["facts"]
    assert (facts["keep"], facts["records"]) == (0, 2)
    assert reveal(other, theirs).value == PASSWORD
    assert switch(owner, keep=False, reason="") == 0
    job_id = stored(owner, sheet([row(3, password=PASSWORD)]))
    assert look(owner, job_id).row.result["passwords_kept"] == 0


def test_only_an_owner_turns_it() -> None:
    cast = assemble()
    for who in (cast.lead, cast.agent, cast.dpo, cast.auditor, cast.security, cast.admin, cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            switch(who, keep=True)
    services.keep_passwords(actor=cast.stranger, at=now(), keep=True, reason="别家机构自己的开关")
    assert not Tenant.objects.get(id=cast.tenant_id).keeps_passwords
    assert refusals(cast.tenant_id, "accounts:tenant:keep_passwords") == ["access.role"] * 7


def test_the_page_switches_it_and_the_clients_page_destroys_a_box() -> None:
    owner = found()
    client = signed_in(owner)
    address = reverse("vault:password_box")
    assert client.post(address, {"keep": "yes", "reason": " "}).status_code == 400
    assert client.post(address, {"keep": "yes", "reason": "客户书面委托"}).status_code == 302
    stored(owner, sheet([row(1, password=PASSWORD)]))
    file = clients(owner)[0]
    shown = client.get(reverse("vault:client", args=[file])).content.decode()
    assert [words in shown for words in ("登录口令 · 电子税务局", "已锁入密码匣", PASSWORD)] == [True, True, False]
    asked = reverse("vault:reveal", args=[file, file, "secret_tax"])
    assert client.get(asked).status_code == 200
    seen = client.post(asked, {"purpose": "purpose.change_registration", "reason": "代办变更登记"})
    assert PASSWORD in seen.content.decode()
    assert client.post(reverse("vault:discard_secrets", args=[file])).status_code == 302
    assert "已锁入密码匣" not in client.get(reverse("vault:client", args=[file])).content.decode()
    assert client.post(address, {"keep": "no"}).status_code == 302
    assert not Tenant.objects.get(id=owner.tenant_id).keeps_passwords
