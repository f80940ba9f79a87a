"""agreements:partner:add, :edit, :end and :invite share this cast."""

from __future__ import annotations

import json

import pytest
from django.db import connection, transaction

from fengni.apps.agreements import queries, services
from fengni.apps.common.tenancy import tenant
from fengni.core.errors import BadInput, Denied
from tests.apps.agreements.sharing import agreement_of, partner
from tests.apps.vault.files import entries, refusals
from tests.cast import assemble, now


def test_a_partner_is_sealed_and_offered_the_agreement() -> None:
    cast = assemble()
    partner_id = partner(cast, agreed=False)
    with tenant(cast.tenant_id), transaction.atomic():
        [row] = queries.partners_page(actor=cast.dpo, at=now())
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM agreements_partner")
            stored = str(cursor.fetchall())
    assert (row.name, row.mobile, row.agreement.state if row.agreement else "") == (
        "示例·信达会计", "154****01", "offered",
    )  # fmt: skip
    assert "信达" not in stored
    assert "15400009001" not in stored
    said = json.dumps(entries(cast.tenant_id), default=str, ensure_ascii=False)
    assert "信达" not in said
    assert agreement_of(cast.tenant_id, partner_id).template == "partner_nda"


def test_who_may_register_and_what_is_refused() -> None:
    cast = assemble()
    for who in (cast.auditor, cast.security, cast.admin, cast.intruder):
        with pytest.raises(Denied, match=r"access.role"):
            services.add_partner(actor=who, at=now(), name="示例·信达会计")
    assert refusals(cast.tenant_id, "agreements:partner:add") == ["access.role"] * 4
    for wrong, code in (
        ({"name": " "}, "agreements.partner-name-missing"),
        ({"name": "示例·信达", "mobile": "call me"}, "vault.mobile-wrong"),
        ({"name": "示例·信达", "email": "nobody"}, "agreements.email-wrong"),
        ({"name": "示例·信达", "contact": "王" * 201}, "agreements.partner-too-long"),
    ):
        with pytest.raises(BadInput, match=code):
            services.add_partner(actor=cast.agent, at=now(), **wrong)
    services.add_partner(actor=cast.colleague, at=now(), name="示例·安居地址托管")
    with tenant(cast.stranger_tenant_id):
        assert queries.partners_page(actor=cast.stranger, at=now()) == ()
