"""A consent is taken back in mid-matter: what rests on it stops at once, everything else goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from fengni.apps.agreements import services as agreements
from fengni.apps.cases import queries
from fengni.apps.cases import services as cases
from fengni.apps.common.tenancy import tenant
from fengni.apps.consents import queries as consents
from fengni.apps.ledger import sealer
from fengni.apps.matters import services as matters
from fengni.apps.vault import services as vault
from fengni.apps.vault.models import Material
from fengni.core.errors import BadInput, Denied
from tests.apps.agreements.sharing import PURPOSE, guest_actor, partner
from tests.apps.matters.making import open_matter
from tests.apps.matters.portal import mine
from tests.apps.matters.test_item_upload import begin, send
from tests.apps.vault.files import CANARY_ID, entries, make_client, make_person
from tests.cast import now
from tests.core.pictures.samples import jpeg


def test_what_rests_on_consent_stops_and_the_other_matter_goes_on() -> None:
    one, content = mine(), jpeg()
    cast = one.cast
    one.consent()
    kept = send(one, begin(one, content).material_id, 0, content)
    elsewhere = make_client(cast.owner, 7)
    make_person(cast.owner, elsewhere)  # the same human being in another file
    open_matter(cast.owner, elsewhere, one.person_id)
    partner_id = partner(cast)
    share = agreements.prepare_share(
        actor=cast.owner, at=now(), client_id=one.client_id, matter_id=one.matter_id, partner_id=partner_id,
        purpose=PURPOSE, selection=[(one.person_id, "name")], until=now() + timedelta(days=7),
    ).value  # fmt: skip
    one.consent("notice", "partner")  # the partner is named now
    made = agreements.send_share(actor=cast.owner, at=now(), share_id=share).value
    sealer.seal_round(at=now())

    with tenant(cast.tenant_id):
        said = dict(queries.rights_page(actor=one.guest, at=now()).rights)["withdraw"]
    assert said is not None
    assert (said.destroyed, said.beyond, said.stops) == (("material_id_front",), (), ("示例·信达会计",))
    assert {"name", "id_number"} <= {kind for kind, _ in said.sealed}

    case_id = cases.raise_right(actor=one.guest, at=now(), right="withdraw").value

    facts = entries(cast.tenant_id)[-1]["facts"]
    assert (facts["consents"], facts["items"], facts["pictures"], facts["shares"]) == (2, 2, 1, 1)
    with tenant(cast.tenant_id):  # the three lists stand at once, for the person and for who answers
        [told] = queries.rights_page(actor=one.guest, at=now()).cases
        row = queries.case(actor=cast.dpo, at=now(), case_id=case_id)
    assert (told.state, told.lists) == ("open", row.lists)
    assert row.lists is not None
    assert (row.lists.destroyed, row.lists.sealed, row.lists.beyond) == (said.destroyed, said.sealed, ())
    with tenant(cast.tenant_id), transaction.atomic():
        assert not Material.objects.filter(id=kept.material_id).exists()
        scopes = consents.standing(person_id=one.person_id, matter_id=one.matter_id).scopes
    assert scopes == {"notice": "given", "sensitive": "withdrawn", "partner": "withdrawn"}
    assert one.item("new_representative_id_front").state == "waived"
    with pytest.raises(BadInput, match=r"consents.needed|matters.item-decided"):
        begin(one, content)
    with pytest.raises(Denied, match=r"agreements.share-recalled"):
        agreements.view_share(
            actor=guest_actor(cast.tenant_id, made.guest_id, "partner"), at=now(), share_id=share,
            subject_id=one.person_id, kinds=("name",), purpose=PURPOSE,
        )  # fmt: skip
    sealer.seal_round(at=now())
    other = vault.reveal_field(
        actor=cast.owner, at=now(), client_id=elsewhere, subject_id=one.person_id, kind="id_number",
        purpose="purpose.fill_form", reason="另一件事照常办理",
    ).value  # fmt: skip
    assert other.value == CANARY_ID
    one.consent()  # the person comes back to it: the answer takes nothing of that away
    cases.answer_right(actor=cast.dpo, at=now(), case_id=case_id, granted=True, reason="已停止，改走纸质办理")
    with tenant(cast.tenant_id), transaction.atomic():
        assert consents.standing(person_id=one.person_id, matter_id=one.matter_id).scopes["sensitive"] == "given"
        [told] = queries.rights_page(actor=one.guest, at=now()).cases
    assert (told.state, told.lists) == ("done", row.lists)


def test_a_deletion_is_not_called_done_before_anything_was_destroyed() -> None:
    one = mine()
    case_id = cases.raise_right(actor=one.guest, at=now(), right="delete").value
    with pytest.raises(BadInput, match=r"cases.delete-first-run"):
        cases.answer_right(actor=one.cast.dpo, at=now(), case_id=case_id, granted=True, reason="已删除")


def test_an_answer_reaches_no_other_matter_of_the_same_file() -> None:
    one = mine()
    cast = one.cast
    one.consent()
    other, _item = open_matter(cast.owner, one.client_id, one.person_id)
    link = matters.invite_person(
        actor=cast.owner, at=now(), matter_id=other, person_id=one.person_id, contact="mobile"
    ).value
    again = replace(one, matter_id=other, guest=guest_actor(cast.tenant_id, link.guest_id, "client"))
    again.consent()
    case_id = cases.raise_right(actor=one.guest, at=now(), right="withdraw").value
    cases.answer_right(actor=cast.dpo, at=now(), case_id=case_id, granted=True, reason="已停止，改走纸质办理")
    with tenant(cast.tenant_id):
        asked = consents.standing(person_id=one.person_id, matter_id=one.matter_id).scopes
        kept = consents.standing(person_id=one.person_id, matter_id=other).scopes
    assert (asked["sensitive"], kept["sensitive"], kept["partner"]) == ("withdrawn", "given", "given")
    assert again.item("new_representative_id_front").state == "wanted"
