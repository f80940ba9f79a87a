"""agreements:agreement:offer"""

from __future__ import annotations

import pytest

from fengni.apps.agreements import queries, services
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.core.errors import Denied
from tests.apps.vault.files import make_client, refusals
from tests.cast import assemble, now


def test_offering_twice_gives_one_agreement_per_matter() -> None:
    cast = assemble()
    client_id, matter_id = make_client(cast.owner), uuid7()
    first = services.offer_agreement(actor=cast.owner, at=now(), client_id=client_id, matter_id=matter_id).value
    again = services.offer_agreement(actor=cast.lead, at=now(), client_id=client_id, matter_id=matter_id).value
    other = services.offer_agreement(actor=cast.owner, at=now(), client_id=client_id, matter_id=uuid7()).value
    assert first == again != other
    with tenant(cast.tenant_id):
        [row] = queries.matter_agreements(actor=cast.owner, matter_id=matter_id, at=now())
        with pytest.raises(Denied, match=r"access\.scope"):
            queries.matter_agreements(actor=cast.colleague, matter_id=matter_id, at=now())
    assert (row.state, row.template, len(row.text_hash)) == ("offered", "client_nda", 64)


def test_only_who_handles_the_client_offers() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    for who, code in ((cast.agent, "access.scope"), (cast.auditor, "access.role"), (cast.intruder, "access.role")):
        with pytest.raises(Denied, match=code):
            services.offer_agreement(actor=who, at=now(), client_id=client_id, matter_id=uuid7())
    with pytest.raises(Denied, match=r"parties.no-such-client"):
        services.offer_agreement(actor=cast.stranger, at=now(), client_id=client_id, matter_id=uuid7())
    assert refusals(cast.tenant_id, "agreements:agreement:offer") == ["access.scope", "access.role", "access.role"]
