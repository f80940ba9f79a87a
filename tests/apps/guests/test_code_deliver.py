"""guests:code:deliver, through real gateways: the code goes another way, and staff never see it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection, transaction

from fengni.apps.acts.acting import acting
from fengni.apps.common.custodian import custodian
from fengni.apps.common.tenancy import tenant
from fengni.apps.guests import services, tasks
from fengni.apps.guests.models import GuestMessage
from fengni.core.access.actor import Actor, system_actor
from fengni.core.errors import BadInput, Denied
from tests.apps.guests.gates import sms, smtp
from tests.apps.guests.inviting import change, digits, invited, link_of, phone, work
from tests.apps.imports.worker import wait_until, working
from tests.apps.vault.files import CANARY_MOBILE, entries, seen_of
from tests.cast import now

MAILBOX = "lu@example.invalid"

pytestmark = pytest.mark.usefixtures("apart")  # what it starts goes through every tenant


def test_by_sms_to_the_mobile_in_the_vault(settings: object) -> None:
    one = invited()
    before = custodian().releases(one.cast.tenant_id, [one.person_id])[0]
    with sms() as gate:
        settings.FENGNI_SMS_URL = gate.url  # type: ignore[attr-defined]  # the fixture of pytest-django
        browser = phone()
        browser.post(one.path, {"do": "ask"})
        assert gate.taken == [], "nothing is sent inside the guest's request"
        assert work(one.made.link_id) == 1
    ((to, text),) = gate.taken
    assert to == CANARY_MOBILE
    assert "示例·启明企业服务有限公司" in text
    assert gate.tokens == ["Bearer gate-token"]
    told = entries(one.cast.tenant_id)[-1]
    assert (told["act"], told["actor"]["roles"], told["clear"]) == ("guests:code:deliver", ["system"], 1)
    assert seen_of(one.cast.tenant_id)[one.person_id] == {"clear": 1, "fields": ["mobile"]}
    assert custodian().releases(one.cast.tenant_id, [one.person_id]) == [before + 1]
    assert CANARY_MOBILE not in str(told)
    assert digits(text) not in str(told["facts"])
    with tenant(one.cast.tenant_id), transaction.atomic():
        assert not GuestMessage.objects.exists(), "with a gateway nothing is kept"
    assert browser.post(f"{one.path}code/", {"code": digits(text)}).status_code == 302
    assert entries(one.cast.tenant_id)[-1]["facts"] == {"opened": 1, "assurance": "independent"}


def test_the_worker_itself_sends_it(settings: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    one = invited()
    with transaction.atomic(), connection.cursor() as cursor:  # codes that the others here asked for and nobody sent
        cursor.execute("UPDATE procrastinate_jobs SET status = 'cancelled' WHERE status = 'todo'")
    with sms() as gate:
        settings.FENGNI_SMS_URL = gate.url  # type: ignore[attr-defined]  # the fixture of pytest-django
        monkeypatch.setenv("FENGNI_SMS_URL", gate.url)
        browser = phone()
        browser.post(one.path, {"do": "ask"})
        with working(tmp_path) as process:
            wait_until(lambda: CANARY_MOBILE in [to for to, _ in gate.taken], process=process)
        text = next(text for to, text in reversed(gate.taken) if to == CANARY_MOBILE)
        log = (tmp_path / "worker.log").read_text("utf-8")
    assert CANARY_MOBILE not in log
    assert digits(text) not in log
    assert browser.post(f"{one.path}code/", {"code": digits(text)}).status_code == 302


def test_by_mail_to_the_mailbox_in_the_vault(settings: object) -> None:
    one = invited(contact="email", email=MAILBOX)
    with smtp() as gate:
        settings.FENGNI_SMTP_URL = gate.url  # type: ignore[attr-defined]  # the fixture of pytest-django
        browser = phone()
        browser.post(one.path, {"do": "ask"})
        assert work(one.made.link_id) == 1
    ((to, text),) = gate.taken
    assert to == MAILBOX
    assert "您的提取码" in text
    assert browser.post(f"{one.path}code/", {"code": digits(text)}).status_code == 302


def test_a_demonstration_without_gateways_has_its_own_phone() -> None:
    one = invited()
    phone().post(one.path, {"do": "ask"})
    assert work(one.made.link_id) == 1
    with tenant(one.cast.tenant_id), transaction.atomic():
        (kept,) = GuestMessage.objects.all()
    assert CANARY_MOBILE not in kept.text
    assert len(digits(kept.text)) == 6


def test_a_file_without_the_contact_sends_nothing_and_staff_see_it() -> None:
    one = invited()
    change(one.cast.tenant_id, one.made.link_id, contact="email")  # what the file held once is gone
    phone().post(one.path, {"do": "ask"})
    assert work(one.made.link_id) == 1
    link = link_of(one.cast.tenant_id, one.made.link_id)
    assert link.unsent_at is not None
    assert link.code_hash is None
    assert entries(one.cast.tenant_id)[-1]["act"] == "guests:code:fail"
    with pytest.raises(BadInput, match="no-contact"):
        services.deliver_code(actor=system_actor(one.cast.tenant_id), at=now(), link_id=one.made.link_id)


def test_a_link_that_was_taken_back_meanwhile_sends_nothing() -> None:
    one = invited()
    phone().post(one.path, {"do": "ask"})
    services.recall_link(actor=one.cast.owner, at=now(), link_id=one.made.link_id)
    tasks.send_code(link_id=str(one.made.link_id), tenant_id=str(one.cast.tenant_id))
    with tenant(one.cast.tenant_id), transaction.atomic():
        assert not GuestMessage.objects.exists()


def test_nobody_but_the_product_delivers() -> None:
    one = invited()
    guest = Actor(id=one.made.guest_id, tenant_id=one.cast.tenant_id, roles=frozenset({"client"}))
    for who in (one.cast.owner, one.cast.lead, one.cast.agent, one.cast.security, one.cast.intruder, guest):
        with pytest.raises(Denied, match=r"access\.role"):
            services.deliver_code(actor=who, at=now(), link_id=one.made.link_id)
    with pytest.raises(Denied, match="no-such-link"):
        services.deliver_code(actor=one.cast.stranger, at=now(), link_id=one.made.link_id)
    with pytest.raises(RuntimeError):
        acting()
