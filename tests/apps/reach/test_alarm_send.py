"""reach:alarm:send, through a real mail server: who reviews is told at once, in words that name nobody."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from fengni.apps.accounts.models import Tenant
from fengni.apps.common.tenancy import tenant
from fengni.apps.reach import services, tasks
from fengni.core.access.actor import system_actor
from tests.apps.guests.gates import smtp
from tests.apps.reach.scene import WHY, code, emergency_row, glass, scene
from tests.apps.vault.files import CANARY_NAME, company, entries
from tests.cast import now


def test_owner_and_protection_officer_get_a_mail_and_nobody_else(settings: object) -> None:
    one = scene()
    cast = one.cast
    with smtp() as gate:
        settings.FENGNI_SMTP_URL = gate.url  # type: ignore[attr-defined]  # the fixture of pytest-django
        for who, address in ((cast.owner, "owner@example.invalid"), (cast.dpo, "dpo@example.invalid")):
            services.set_alarm_address(actor=who, at=now(), address=address)
        emergency = glass(one)
        with transaction.atomic():
            jobs = ProcrastinateJob.objects.filter(task_name="reach.alarm", args__emergency_id=str(emergency))
            [args] = jobs.values_list("args", flat=True)
        assert gate.taken == [], "nothing is sent inside the act"
        tasks.alarm(**args)
    assert [to for to, _ in gate.taken] == ["owner@example.invalid", "dpo@example.invalid"]
    text = gate.taken[0][1]
    assert "24 小时内复核" in text
    assert "within 24 hours" in text
    for secret in (company(1), CANARY_NAME, "陈一诺", WHY, one.client_id.hex, str(one.client_id)):
        assert secret not in text
    told = entries(cast.tenant_id)[-1]
    assert (told["act"], told["actor"]["roles"], told["facts"]) == ("reach:alarm:send", ["system"], {"mails": 2})
    assert emergency_row(cast.owner, emergency).mails == 2
    # without an address of their own, the house's is told; without a gateway, nothing waits
    settings.FENGNI_SMTP_URL = ""  # type: ignore[attr-defined]  # the fixture of pytest-django
    for who in (cast.owner, cast.dpo):
        services.set_alarm_address(actor=who, at=now(), address="")
    with transaction.atomic():
        Tenant.objects.filter(id=cast.tenant_id).update(email="hello@example.invalid")
    quiet = glass(one, by=cast.colleague)
    with transaction.atomic():
        assert not ProcrastinateJob.objects.filter(args__emergency_id=str(quiet)).exists()
    system = system_actor(cast.tenant_id)
    [letter] = services.prepare_alarm(actor=system, at=now(), emergency_id=quiet).value
    assert letter.to == "hello@example.invalid"
    assert "hello" not in repr(letter)
    for who in (cast.owner, cast.dpo, cast.agent, cast.security, cast.intruder):
        refused = code(services.prepare_alarm, actor=who, at=now(), emergency_id=quiet)
        assert refused == "access.role"
    stranger = cast.stranger
    assert code(services.prepare_alarm, actor=stranger, at=now(), emergency_id=quiet) == "reach.no-such-emergency"
    with tenant(cast.tenant_id), transaction.atomic():
        assert emergency_row(cast.owner, quiet).mails == 1
