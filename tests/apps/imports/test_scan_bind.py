"""imports:scan:bind"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.imports import services
from fengni.apps.imports.models import Folder
from fengni.apps.imports.services import Choice
from fengni.apps.matters import services as matters
from fengni.apps.parties import services as parties
from fengni.apps.vault import services as vault
from fengni.apps.vault.store.materials import KINDS
from fengni.core.errors import BadInput, Denied
from fengni.definitions import has_text, load
from tests.apps.imports.folders import bind, bound, choose, opened, planned, row_of, shown, staged, states
from tests.apps.imports.owner import places_of
from tests.apps.imports.test_folder_check import pictures
from tests.apps.matters.making import item_of, make_matter
from tests.apps.vault.files import entries, refusals
from tests.apps.vault.uploads import faithful, listed
from tests.cast import assemble, now
from tests.core.pictures import samples


def test_scans_lie_sealed_in_their_file_and_items_are_handed_in() -> None:
    cast = assemble()
    made = make_matter(cast)
    front = item_of(cast, made, "new_representative_id_front")
    files = {"1.jpg": samples.jpeg(), "2.pdf": samples.pdf(), "3.jpg": b"no", "4.png": samples.png()}
    folder_id = planned(cast.agent, files)
    choose(
        cast.agent, folder_id, Choice(1, "id_front", made.client_id, made.new, front.id),
        Choice(2, "lease", made.client_id),
    )  # fmt: skip
    bound(cast.agent, folder_id)
    assert states(cast.agent, folder_id) == {"1.jpg": "bound", "2.pdf": "bound", "3.jpg": "refused", "4.png": "choice"}
    documents = {row.kind: row for row in listed(cast.agent, made.client_id)}
    assert (documents["id_front"].subject_id, documents["id_front"].matter_id) == (made.new, made.matter_id)
    assert (documents["lease"].pages, documents["lease"].matter_id) == (2, None)
    item = item_of(cast, made, "new_representative_id_front")
    assert (item.state, item.material_id) == ("received", documents["id_front"].id)
    last = [one for one in entries(cast.tenant_id) if one["act"] == "imports:scan:bind"]
    assert [(one["count"], one["facts"]["kind"]) for one in last] == [(1, "id_front"), (0, "lease")]
    row = row_of(cast.agent, folder_id)
    assert (row.state, row.places, staged(cast.agent)) == ("done", 2, 0)
    assert faithful(cast.tenant_id)
    assert list(places_of([samples.MARK.decode()])) == []
    image = vault.view_material(
        actor=cast.agent, at=now(), material_id=documents["lease"].id, page=1, purpose="purpose.verify_identity",
        reason="核对租赁合同",
    ).value  # fmt: skip
    assert image.startswith(b"\xff\xd8")


def test_killed_between_two_scans_it_goes_on_and_run_again_nothing_is_doubled() -> None:
    cast = assemble()
    made, files = make_matter(cast), pictures("1.jpg", "2.jpg", "3.jpg")
    folder_id = planned(cast.agent, files)
    choose(cast.agent, folder_id, *(Choice(n, "lease", made.client_id) for n in (1, 2, 3)))
    services.confirm_folder(actor=cast.agent, at=now(), folder_id=folder_id)
    services.bind_scan(actor=cast.agent, at=now(), folder_id=folder_id, number=2)  # and there the power went
    assert len(listed(cast.agent, made.client_id)) == 1
    bind(cast.agent, folder_id)
    bind(cast.agent, folder_id)
    assert len(listed(cast.agent, made.client_id)) == 3
    with pytest.raises(BadInput, match=r"imports.folder-over"):
        services.bind_scan(actor=cast.agent, at=now(), folder_id=folder_id, number=1)
    again = opened(cast.agent, files)
    assert (again.wants, set(states(cast.agent, again.folder_id).values())) == ({}, {"held"})
    assert len(listed(cast.agent, made.client_id)) == 3


def test_an_item_handed_in_meanwhile_is_left_alone_and_the_document_lies_in_the_file() -> None:
    cast = assemble()
    made = make_matter(cast)
    licence = item_of(cast, made, "licence").id
    folder_id = planned(cast.agent, {"营业执照.jpg": samples.jpeg()})
    choose(cast.agent, folder_id, Choice(1, "licence", made.client_id, None, licence))
    matters.receive_item(actor=cast.agent, at=now(), item_id=licence, on_paper=True)
    bound(cast.agent, folder_id)
    (row,) = shown(cast.agent, folder_id).values()
    assert (row.state, row.code) == ("bound", "imports.scan-item-gone")
    assert item_of(cast, made, "licence").material_id is None
    assert len(listed(cast.agent, made.client_id)) == 1


def test_a_client_handed_over_before_the_binding_is_refused_and_the_others_go_on() -> None:
    cast = assemble()
    made, other = make_matter(cast), make_matter(cast, 2)
    folder_id = planned(cast.agent, pictures("1.jpg", "2.jpg"))
    choose(cast.agent, folder_id, Choice(1, "lease", made.client_id), Choice(2, "lease", other.client_id))
    matters.change_team(
        actor=cast.owner, at=now(), matter_id=made.matter_id, add=(cast.colleague.id,), remove=(),
        lead_id=cast.colleague.id,
    )  # fmt: skip
    parties.unassign_client(actor=cast.owner, at=now(), client_id=made.client_id, member_id=cast.agent.id)
    bound(cast.agent, folder_id)
    assert states(cast.agent, folder_id) == {"1.jpg": "refused", "2.jpg": "bound"}
    assert refusals(cast.tenant_id, "imports:scan:bind") == ["access.scope"]
    assert row_of(cast.agent, folder_id).state == "done"


def test_who_may_and_every_kind_has_a_name() -> None:
    cast = assemble()
    made = make_matter(cast)
    folder_id = planned(cast.agent, pictures("1.jpg"))
    choose(cast.agent, folder_id, Choice(1, "lease", made.client_id))
    services.confirm_folder(actor=cast.agent, at=now(), folder_id=folder_id)
    for who in (cast.colleague, cast.dpo, cast.auditor, cast.intruder):
        with pytest.raises(Denied, match=r"access.(scope|role)"):
            services.bind_scan(actor=who, at=now(), folder_id=folder_id, number=1)
    with pytest.raises(BadInput, match=r"imports.no-such-folder"):
        services.bind_scan(actor=cast.stranger, at=now(), folder_id=folder_id, number=1)
    with tenant(cast.tenant_id), transaction.atomic():
        assert Folder.objects.get(id=folder_id).expires_at - now() < timedelta(days=1)
    assert set(load("scans")["kinds"]) <= set(KINDS)
    assert all(has_text(f"matters.material.{kind}") for kind in set(KINDS) - {"embedded"})
