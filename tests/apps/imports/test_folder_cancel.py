"""imports:folder:cancel"""

from __future__ import annotations

import pytest
from django.db import transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.imports import services
from fengni.apps.imports.models import Folder
from fengni.apps.imports.services import Choice
from fengni.core.errors import BadInput, Denied
from tests.apps.imports.folders import bind, choose, planned, row_of, staged
from tests.apps.imports.test_folder_check import pictures
from tests.apps.vault.files import make_client
from tests.apps.vault.uploads import listed
from tests.cast import assemble, now


def test_what_is_staged_goes_with_its_key_and_what_was_bound_stays() -> None:
    cast = assemble()
    client = make_client(cast.owner)
    empty = planned(cast.owner, pictures("1.jpg"))
    for who in (cast.agent, cast.colleague, cast.auditor, cast.intruder):
        with pytest.raises(Denied, match=r"access.(scope|role)"):
            services.cancel_folder(actor=who, at=now(), folder_id=empty)
    with pytest.raises(BadInput, match=r"imports.no-such-folder"):
        services.cancel_folder(actor=cast.stranger, at=now(), folder_id=empty)
    services.cancel_folder(actor=cast.owner, at=now(), folder_id=empty)
    with tenant(cast.tenant_id), transaction.atomic():
        assert Folder.objects.get(id=empty).key_wrapped is None
    assert (row_of(cast.owner, empty).state, staged(cast.owner)) == ("cancelled", 0)
    half = planned(cast.owner, pictures("1.jpg", "2.jpg"))
    choose(cast.owner, half, Choice(1, "lease", client), Choice(2, "lease", client))
    services.confirm_folder(actor=cast.owner, at=now(), folder_id=half)
    services.bind_scan(actor=cast.owner, at=now(), folder_id=half, number=1)
    services.cancel_folder(actor=cast.owner, at=now(), folder_id=half)
    bind(cast.owner, half)
    assert (row_of(cast.owner, half).state, staged(cast.owner), len(listed(cast.owner, client))) == ("done", 0, 1)
    with pytest.raises(BadInput, match=r"imports.folder-over"):
        services.cancel_folder(actor=cast.owner, at=now(), folder_id=half)
