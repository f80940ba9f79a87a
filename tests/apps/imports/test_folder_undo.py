"""imports:folder:undo"""

from __future__ import annotations

from datetime import timedelta

import pytest

from fengni.apps.imports import services
from fengni.apps.imports.services import Choice
from fengni.apps.matters import services as matters
from fengni.core.errors import BadInput, Denied
from tests.apps.imports.folders import bound, choose, planned, row_of
from tests.apps.imports.owner import rows_of_the_store
from tests.apps.imports.test_folder_check import pictures
from tests.apps.matters.making import item_of, make_matter
from tests.apps.vault.uploads import faithful, listed, upload
from tests.cast import assemble, now
from tests.core.pictures import samples


def test_a_folder_goes_as_it_came_and_its_items_are_wanted_again() -> None:
    cast = assemble()
    made = make_matter(cast)
    stays, licence = upload(cast.agent, made.client_id, content=samples.webp()), item_of(cast, made, "licence").id
    before = rows_of_the_store(cast.tenant_id)
    folder_id = planned(cast.agent, pictures("1.jpg", "2.jpg"))
    choose(
        cast.agent, folder_id, Choice(1, "licence", made.client_id, None, licence), Choice(2, "lease", made.client_id)
    )
    with pytest.raises(BadInput, match=r"imports.nothing-to-undo"):
        services.undo_folder(actor=cast.agent, at=now(), folder_id=folder_id)
    bound(cast.agent, folder_id)
    for who in (cast.colleague, cast.dpo, cast.auditor, cast.intruder):
        with pytest.raises(Denied, match=r"access.(scope|role)"):
            services.undo_folder(actor=who, at=now(), folder_id=folder_id)
    with pytest.raises(BadInput, match=r"imports.no-such-folder"):
        services.undo_folder(actor=cast.stranger, at=now(), folder_id=folder_id)
    with pytest.raises(BadInput, match=r"imports.undo-over"):
        services.undo_folder(actor=cast.agent, at=now() + timedelta(days=7, minutes=1), folder_id=folder_id)
    matters.claim_item(actor=cast.agent, at=now(), item_id=licence)
    matters.accept_item(actor=cast.agent, at=now(), item_id=licence)
    with pytest.raises(BadInput, match=r"matters.items-decided"):
        services.undo_folder(actor=cast.agent, at=now(), folder_id=folder_id)
    assert len(listed(cast.agent, made.client_id)) == 3
    matters.claim_item(actor=cast.agent, at=now(), item_id=licence)
    matters.return_item(actor=cast.agent, at=now(), item_id=licence, code="unreadable")
    assert services.undo_folder(actor=cast.agent, at=now(), folder_id=folder_id).value == 2
    item = item_of(cast, made, "licence")
    assert (item.state, item.material_id, row_of(cast.agent, folder_id).state) == ("returned", None, "undone")
    assert row_of(cast.agent, folder_id).counts == {"undone": 2}
    assert rows_of_the_store(cast.tenant_id) == before
    assert [row.id for row in listed(cast.agent, made.client_id)] == [stays.material_id]
    assert faithful(cast.tenant_id)
