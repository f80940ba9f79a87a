"""imports:folder:confirm"""

from __future__ import annotations

import pytest

from fengni.apps.imports import services
from fengni.apps.imports.services import Choice
from fengni.core.errors import BadInput, Denied
from tests.apps.imports.folders import choose, opened, planned, row_of
from tests.apps.imports.test_folder_check import pictures
from tests.apps.vault.files import make_client
from tests.apps.vault.uploads import listed
from tests.cast import assemble, now


def test_nothing_is_bound_before_it_and_only_a_checked_plan_is_confirmed() -> None:
    cast = assemble()
    client, files = make_client(cast.owner), pictures("1.jpg", "2.jpg")
    folder_id = planned(cast.owner, files)
    with pytest.raises(BadInput, match=r"imports.folder-nothing-to-bind"):
        services.confirm_folder(actor=cast.owner, at=now(), folder_id=folder_id)
    choose(cast.owner, folder_id, Choice(1, "lease", client))
    opened(cast.owner, files | pictures("3.jpg"))  # one more comes: look again first
    with pytest.raises(BadInput, match=r"imports.folder-not-checked"):
        services.confirm_folder(actor=cast.owner, at=now(), folder_id=folder_id)
    services.check_folder(actor=cast.owner, at=now(), folder_id=folder_id)
    assert listed(cast.owner, client) == ()
    for who in (cast.agent, cast.colleague, cast.dpo, cast.auditor, cast.intruder):
        with pytest.raises(Denied, match=r"access.(scope|role)"):
            services.confirm_folder(actor=who, at=now(), folder_id=folder_id)
    with pytest.raises(BadInput, match=r"imports.no-such-folder"):
        services.confirm_folder(actor=cast.stranger, at=now(), folder_id=folder_id)
    assert services.confirm_folder(actor=cast.owner, at=now(), folder_id=folder_id).value == 1
    assert row_of(cast.owner, folder_id).state == "storing"
    with pytest.raises(BadInput, match=r"imports.overtaken"):
        choose(cast.owner, folder_id, Choice(2, leave=True))
