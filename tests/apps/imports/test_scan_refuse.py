"""imports:scan:refuse"""

from __future__ import annotations

import pytest

from fengni.apps.imports import services
from fengni.apps.imports.services import Choice
from fengni.core.errors import BadInput, Denied
from tests.apps.imports.folders import choose, planned, row_of, shown, staged
from tests.apps.imports.test_folder_check import pictures
from tests.apps.vault.files import make_client
from tests.cast import assemble, now


def test_the_cause_is_kept_and_the_last_one_ends_the_folder() -> None:
    cast = assemble()
    client = make_client(cast.owner)
    folder_id = planned(cast.owner, pictures("1.jpg"))
    choose(cast.owner, folder_id, Choice(1, "lease", client))
    with pytest.raises(BadInput, match=r"imports.overtaken"):
        services.refuse_scan(actor=cast.owner, at=now(), folder_id=folder_id, number=1, code="access.scope")
    services.confirm_folder(actor=cast.owner, at=now(), folder_id=folder_id)
    for who in (cast.agent, cast.colleague, cast.auditor, cast.intruder):
        with pytest.raises(Denied, match=r"access.(scope|role)"):
            services.refuse_scan(actor=who, at=now(), folder_id=folder_id, number=1, code="access.scope")
    with pytest.raises(BadInput, match=r"imports.no-such-folder"):
        services.refuse_scan(actor=cast.stranger, at=now(), folder_id=folder_id, number=1, code="access.scope")
    services.refuse_scan(actor=cast.owner, at=now(), folder_id=folder_id, number=1, code="access.scope")
    (row,) = shown(cast.owner, folder_id).values()
    assert (row.state, row.code, row_of(cast.owner, folder_id).state, staged(cast.owner)) == (
        "refused", "access.scope", "done", 0,
    )  # fmt: skip
