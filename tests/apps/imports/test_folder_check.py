"""imports:folder:check"""

from __future__ import annotations

import pytest
from django.db import transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.imports import services
from fengni.apps.imports.services import Choice
from fengni.apps.vault import queries as vault
from fengni.apps.vault.store.indexing import brand
from fengni.core.errors import BadInput, Denied
from tests.apps.imports.folders import choose, planned, received, row_of, shown
from tests.apps.matters.making import item_of, make_matter
from tests.apps.vault.files import make_client, make_person
from tests.cast import assemble, now
from tests.core.pictures import samples
from tests.core.pictures.samples import drawing, saved


def pictures(*paths: str) -> dict[str, bytes]:
    """A picture of its own for each path."""
    return {path: saved("JPEG", drawing(300 + 10 * number)) for number, path in enumerate(paths)}


def test_names_propose_and_what_is_not_sure_is_asked() -> None:
    cast = assemble()
    made = make_matter(cast)
    with tenant(cast.tenant_id), transaction.atomic():
        firm = vault.clients_page(actor=cast.agent, at=now()).rows[0].name
    name = "陆知衡"
    sure = (f"{brand(firm)}/{name}身份证正面.jpg", f"{firm}/2024/营业执照.jpg", f"{brand(firm)[:3]}/租赁合同.jpg")
    open_ = (f"{firm}/IMG_1.jpg", f"{firm}/身份证反面.jpg", "无名氏/章程.jpg", f"{firm}/{name} 身份证.jpg")
    folder_id = planned(cast.agent, pictures(*sure, *open_))
    rows = shown(cast.agent, folder_id)
    card, licence, lease = (rows[path] for path in sure)
    assert (card.kind, card.client_id, card.subject_id) == ("id_front", made.client_id, made.new)
    assert card.item_id == item_of(cast, made, "new_representative_id_front").id
    assert (licence.kind, licence.client_id, licence.item_id) == (
        "licence", made.client_id, item_of(cast, made, "licence").id,
    )  # fmt: skip
    assert (lease.kind, lease.client_id, lease.state) == ("lease", made.client_id, "fresh")
    asked = [rows[path].asks for path in open_]
    assert asked == [("kind",), ("person",), ("client",), ("kind",)]
    assert rows[open_[3]].kinds == ("id_front", "id_back")
    assert {person for person, _ in rows[open_[1]].persons} == {made.new, made.shareholder}
    assert row_of(cast.agent, folder_id).counts == {"fresh": 3, "choice": 4}


def test_two_scans_of_one_item_are_asked_and_what_somebody_said_stays() -> None:
    cast = assemble()
    made = make_matter(cast)
    with tenant(cast.tenant_id), transaction.atomic():
        firm = vault.clients_page(actor=cast.agent, at=now()).rows[0].name
    files = pictures("旧/1.jpg", f"{firm}/营业执照2.jpg")
    files[f"{firm}/营业执照1.jpg"] = files["旧/1.jpg"]  # what lies in two places is called by both names
    folder_id = planned(cast.agent, files)
    assert [row.asks for row in shown(cast.agent, folder_id).values()] == [("item",), ("item",), ()]
    item = item_of(cast, made, "licence").id
    choose(cast.agent, folder_id, Choice(2, "licence", made.client_id, None, item))
    services.check_folder(actor=cast.agent, at=now(), folder_id=folder_id)
    first, second, _twin = shown(cast.agent, folder_id).values()
    assert (first.asks, first.item_id, second.state, second.item_id) == (("item",), None, "fresh", item)


def test_only_the_readers_own_clients_are_proposed_and_two_that_fit_are_asked() -> None:
    cast = assemble()
    for number in (1, 2):
        make_person(cast.owner, make_client(cast.owner, number))  # the same person in both files
    files = pictures("陆知衡身份证正面.jpg")
    (row,) = shown(cast.owner, planned(cast.owner, files)).values()
    assert (row.client_id, len(row.clients), row.asks) == (None, 2, ("client",))
    (row,) = shown(cast.agent, planned(cast.agent, files)).values()
    assert (row.client_id, row.clients) == (None, ())


def test_who_may() -> None:
    cast = assemble()
    folder_id = received(cast.agent, {"a.jpg": samples.jpeg()})
    for who in (cast.colleague, cast.dpo, cast.auditor, cast.intruder):
        with pytest.raises(Denied, match=r"access.(scope|role)"):
            services.check_folder(actor=who, at=now(), folder_id=folder_id)
    with pytest.raises(BadInput, match=r"imports.no-such-folder"):
        services.check_folder(actor=cast.stranger, at=now(), folder_id=folder_id)
