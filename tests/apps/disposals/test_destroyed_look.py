"""What is destroyed says so, with the way to its certificate: never an empty name, never 'not collected'."""

from __future__ import annotations

from uuid import uuid4

from django.db import transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.guests.models import Guest
from fengni.apps.matters import queries as matters
from fengni.apps.vault import queries as vault
from tests.apps.disposals.closing import destroyed, rows, scene
from tests.apps.vault.files import CANARY_NAME
from tests.cast import now
from tests.web.browsing import signed_in


def test_a_person_whose_number_is_gone_and_a_file_of_which_nothing_is_left() -> None:
    at = scene()
    destroyed(at)
    with tenant(at.cast.tenant_id):
        page = vault.person_page(actor=at.cast.lead, at=now(), client_id=at.client, person_id=at.person)
    assert page.name == CANARY_NAME  # the law keeps it, sealed
    assert {"mobile", "email", "bank_account"} <= set(page.gone)
    assert {"passport"} <= {one.kind for one in page.missing} - set(page.gone)
    lead, agent = signed_in(at.cast.lead), signed_in(at.cast.agent)
    shown = lead.get(f"/clients/{at.client}/persons/{at.person}/").content.decode()
    way = f"/disposals/clients/{at.client}/"
    assert "已销毁" in shown
    assert way in shown
    assert "的销毁与证书" in lead.get(way).content.decode()

    rows(at.cast, "UPDATE matters_matter SET closed_at = now() - interval '11 years' WHERE id = %s", at.matter)
    rows(at.cast, "UPDATE vault_unit SET sealed_until = now() - interval '1 day' WHERE sealed_until IS NOT NULL")
    destroyed(at)
    with tenant(at.cast.tenant_id), transaction.atomic():
        names = {row.id: (row.name, row.destroyed) for row in vault.clients_page(actor=at.cast.lead, at=now()).rows}
        people = {
            (row.client_id, row.person_id): row.state for row in vault.persons_page(actor=at.cast.lead, at=now()).rows
        }
        guest = Guest(
            id=uuid4(), tenant_id=at.cast.tenant_id, kind="client", subject_id=at.person, client_id=at.client,
            matter_id=at.matter,
        )  # fmt: skip
        assert matters.own_page(guest=guest, at=now()).company == "已销毁"
    assert names[at.client] == ("", True)
    assert not names[at.other][1]
    assert (people[at.client, at.person], people[at.other, at.person]) == ("destroyed", "")
    for path in ("/clients/", "/clients/persons/", f"/clients/{at.client}/", f"/matters/{at.matter}/", "/disposals/"):
        page_shown = lead.get(path).content.decode()
        assert "已销毁" in page_shown, path
        assert "未填名称" not in page_shown, path
        assert path in ("/disposals/",) or way in page_shown, path
    assert way not in agent.get("/clients/").content.decode()  # who may not open it gets no link
