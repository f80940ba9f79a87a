"""imports:folder:expire"""

from __future__ import annotations

from datetime import timedelta

import pytest

from fengni.apps.common.tenancy import tenant
from fengni.apps.imports import queries, services
from fengni.apps.imports.services import Choice
from fengni.core.access.actor import system_actor
from fengni.core.errors import BadInput, Denied
from tests.apps.imports.folders import bound, choose, opened, planned, row_of, shown, staged
from tests.apps.imports.test_folder_check import pictures
from tests.apps.vault.files import make_client
from tests.cast import assemble, now


def test_after_a_day_the_key_dies_and_after_the_undo_names_of_files_go() -> None:
    cast = assemble()
    client, files = make_client(cast.owner), pictures("1.jpg", "2.jpg")
    product = system_actor(cast.tenant_id)
    late, done = planned(cast.owner, files), now() + timedelta(days=8)
    for who in (cast.owner, cast.agent, cast.auditor, cast.intruder):
        with pytest.raises(Denied, match=r"access.(scope|role)"):
            services.expire_folder(actor=who, at=done, folder_id=late)
    with pytest.raises(BadInput, match=r"imports.no-such-folder"):
        services.expire_folder(actor=cast.stranger, at=done, folder_id=late)
    with pytest.raises(BadInput, match=r"imports.overtaken"):
        services.expire_folder(actor=product, at=now(), folder_id=late)
    tomorrow = now() + timedelta(days=1, minutes=1)
    with tenant(cast.tenant_id):
        assert queries.folders_due(at=tomorrow) == [late]
    services.expire_folder(actor=product, at=tomorrow, folder_id=late)
    assert (row_of(cast.owner, late).state, staged(cast.owner)) == ("expired", 0)
    kept = opened(cast.owner, files).folder_id
    assert kept != late  # the same place begins anew
    services.cancel_folder(actor=cast.owner, at=now(), folder_id=kept)
    kept = planned(cast.owner, files)
    choose(cast.owner, kept, Choice(1, "lease", client))
    bound(cast.owner, kept)
    services.expire_folder(actor=product, at=done, folder_id=kept)
    row = row_of(cast.owner, kept)
    assert (row.name, shown(cast.owner, kept), row.counts["bound"], row.counts["choice"]) == ("", {}, 1, 1)
