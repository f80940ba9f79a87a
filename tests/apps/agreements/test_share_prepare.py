"""agreements:share:prepare"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fengni.apps.agreements import queries, services
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.core.errors import BadInput, Denied
from fengni.definitions import text
from tests.apps.agreements.sharing import PURPOSE, partner, shared
from tests.apps.vault.files import make_client, make_person
from tests.apps.vault.uploads import upload
from tests.cast import assemble, now
from tests.core.pictures.samples import jpeg


def test_what_is_prepared_gives_nothing_and_can_be_previewed() -> None:
    one = shared(send=False)
    with tenant(one.cast.tenant_id):
        page = queries.share(actor=one.cast.owner, at=now(), share_id=one.share_id)
    assert (page.row.state, page.row.views, page.row.sent_at) == ("prepared", 0, None)
    assert {(s.is_client, s.open_kinds, s.sensitive_kinds) for s in page.subjects} == {
        (True, ("company_name", "uscc"), ()), (False, ("name",), ("id_number",)),
    }  # fmt: skip


def test_wrong_choices_get_their_sentence() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    person_id, partner_id = make_person(cast.owner, client_id), partner(cast)
    right: dict[str, Any] = {
        "client_id": client_id, "matter_id": uuid7(), "partner_id": partner_id, "purpose": PURPOSE,
        "selection": [(person_id, "name")],
    }  # fmt: skip
    for wrong, code in (
        ({"purpose": "purpose.curiosity"}, "agreements.purpose-unknown"),
        ({"partner_id": uuid7()}, "agreements.no-such-partner"),
        ({"selection": []}, "agreements.nothing-selected"),
        ({"selection": [(person_id, "company_name")]}, "agreements.field-unknown"),
        ({"selection": [(client_id, "secret_bank")]}, "agreements.field-unknown"),
        ({"selection": [(uuid7(), "name")]}, "agreements.field-unknown"),
        ({"selection": [(person_id, "person_note")]}, "agreements.field-beyond-purpose"),
        ({"pages": [uuid7()]}, "agreements.field-unknown"),
        ({"until": now() - timedelta(seconds=1)}, "agreements.share-too-long"),
        ({"until": now() + timedelta(days=91)}, "agreements.share-too-long"),
        ({"most_views": 0}, "agreements.share-too-long"),
    ):
        with pytest.raises(BadInput, match=code):
            services.prepare_share(actor=cast.owner, at=now(), **(right | wrong))


def test_what_is_not_kept_for_the_purpose_is_named() -> None:
    cast = assemble()
    client_id, one = make_client(cast.owner), partner(cast)
    with pytest.raises(BadInput) as refused:
        services.prepare_share(
            actor=cast.owner, at=now(), client_id=client_id, matter_id=uuid7(), partner_id=one,
            purpose="purpose.notarise", selection=[(make_person(cast.owner, client_id), "bank_account")],
        )  # fmt: skip
    assert text(refused.value.code, "zh", **refused.value.params).startswith("“银行账户”不用于“")
    beyond = (("id_front", "purpose.accounting"), ("seal", PURPOSE), ("recording", PURPOSE))
    for number, (kind, purpose) in enumerate(beyond, 1):
        document = upload(cast.owner, client_id, kind=kind, content=jpeg(number)).material_id
        with pytest.raises(BadInput, match=r"agreements\.field-beyond-purpose"):
            services.prepare_share(
                actor=cast.owner, at=now(), client_id=client_id, matter_id=uuid7(), partner_id=one,
                purpose=purpose, selection=[], pages=[document],
            )  # fmt: skip


def test_only_who_handles_the_client_prepares() -> None:
    cast = assemble()
    client_id, partner_id = make_client(cast.owner), partner(cast)
    for who, code in (
        (cast.agent, "access.scope"),
        (cast.dpo, "access.role"),
        (cast.auditor, "access.role"),
        (cast.intruder, "access.role"),
        (cast.stranger, "parties.no-such-client"),
    ):
        with pytest.raises(Denied, match=code):
            services.prepare_share(
                actor=who, at=now(), client_id=client_id, matter_id=uuid7(), partner_id=partner_id, purpose=PURPOSE,
                selection=[(client_id, "company_name")],
            )  # fmt: skip
