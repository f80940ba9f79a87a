"""matters:item:receive"""

from __future__ import annotations

from uuid import UUID

import pytest

from fengni.apps.matters import services
from fengni.apps.vault import services as vault
from fengni.core.errors import BadInput, Denied
from tests.apps.matters.making import item_of, make_matter
from tests.apps.vault.files import entries
from tests.apps.vault.uploads import upload
from tests.cast import assemble, now
from tests.core.pictures import samples


def test_fields_count_once_they_lie_sealed() -> None:
    cast = assemble()
    made = make_matter(cast)
    item = item_of(cast, made, "new_representative_identity")
    with pytest.raises(BadInput, match=r"matters.fields-missing"):
        services.receive_item(actor=cast.agent, at=now(), item_id=item.id)
    vault.replace_field(
        actor=cast.agent, at=now(), client_id=made.client_id, subject_id=made.new, kind="id_valid_until",
        value="2036-05-01", revision=1,
    )  # fmt: skip
    services.receive_item(actor=cast.agent, at=now(), item_id=item.id)
    assert item_of(cast, made, "new_representative_identity").state == "received"


def test_paper_is_seen_and_not_copied() -> None:
    cast = assemble()
    made = make_matter(cast)
    item = item_of(cast, made, "licence")
    services.receive_item(actor=cast.agent, at=now(), item_id=item.id, on_paper=True)
    assert entries(cast.tenant_id)[-1]["facts"] == {"item": "licence", "paper": 1}
    row = item_of(cast, made, "licence")
    assert (row.state, row.material_id) == ("received", None)


def test_a_document_of_the_item_and_no_others() -> None:
    cast = assemble()
    made, other = make_matter(cast), make_matter(cast, 2)
    item = item_of(cast, made, "new_representative_id_front")

    def hand_in(material_id: UUID) -> None:
        services.receive_item(actor=cast.agent, at=now(), item_id=item.id, material_id=material_id)

    for client_id, subject_id in ((other.client_id, None), (made.client_id, made.shareholder)):
        wrong = upload(cast.owner, client_id, subject_id).material_id
        with pytest.raises(BadInput, match=r"matters.others-document"):
            hand_in(wrong)
    with pytest.raises(Denied, match=r"vault.no-such-material"):
        hand_in(item.id)
    right = upload(cast.owner, made.client_id, made.new, content=samples.png()).material_id
    hand_in(right)
    assert item_of(cast, made, "new_representative_id_front").material_id == right


def test_others_are_refused() -> None:
    cast = assemble()
    made = make_matter(cast)
    item = item_of(cast, made, "licence")
    for who, code in ((cast.colleague, "access.scope"), (cast.dpo, "access.role"), (cast.intruder, "access.role")):
        with pytest.raises(Denied, match=code):
            services.receive_item(actor=who, at=now(), item_id=item.id, on_paper=True)
    with pytest.raises(Denied, match=r"matters.no-such-item"):
        services.receive_item(actor=cast.stranger, at=now(), item_id=item.id, on_paper=True)
