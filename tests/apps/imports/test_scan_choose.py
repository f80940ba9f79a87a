"""imports:scan:choose"""

from __future__ import annotations

import pytest

from fengni.apps.imports.services import Choice
from fengni.core.errors import BadInput, Denied
from tests.apps.imports.folders import bound, choose, planned, shown
from tests.apps.imports.test_folder_check import pictures
from tests.apps.matters.making import item_of, make_matter
from tests.apps.vault.files import make_client
from tests.cast import assemble


def test_what_does_not_fit_together_is_refused_and_the_rest_is_kept() -> None:
    cast = assemble()
    made, elsewhere = make_matter(cast), make_client(cast.owner, 9)
    front, licence = item_of(cast, made, "new_representative_id_front").id, item_of(cast, made, "licence").id
    folder_id = planned(cast.agent, pictures("1.jpg", "2.jpg", "3.jpg"))
    client = made.client_id
    for choice, code in (
        (Choice(1, "passport", client), "vault.material-kind-unknown"),
        (Choice(1, "embedded", client), "vault.material-kind-unknown"),
        (Choice(1, "id_front", client, elsewhere), "imports.person-elsewhere"),
        (Choice(1, "lease", client, None, licence), "imports.item-elsewhere"),
        (Choice(1, "id_front", client, made.shareholder, front), "imports.item-elsewhere"),
        (Choice(9, "lease", client), "imports.no-such-scan"),
    ):
        with pytest.raises(BadInput, match=code):
            choose(cast.agent, folder_id, choice)
    with pytest.raises(Denied, match=r"access.scope"):
        choose(cast.agent, folder_id, Choice(1, "lease", elsewhere))
    choose(cast.agent, folder_id, Choice(1, "id_front", client, None, front), Choice(2, "id_back", client))
    choose(cast.agent, folder_id, Choice(3, "licence", client, propose=True))
    assert shown(cast.agent, folder_id)["3.jpg"].item_id == licence
    choose(cast.agent, folder_id, Choice(3, leave=True))
    first, second, third = shown(cast.agent, folder_id).values()
    assert (first.state, first.subject_id, first.item_id) == ("fresh", made.new, front)
    assert (second.state, second.asks, third.state) == ("choice", ("person",), "left")
    with pytest.raises(BadInput, match=r"imports.item-taken"):
        choose(cast.agent, folder_id, Choice(2, "id_front", client, made.new, front))
    bound(cast.agent, folder_id)
    with pytest.raises(BadInput, match=r"imports.folder-over"):
        choose(cast.agent, folder_id, Choice(2, "lease", client))


def test_who_may() -> None:
    cast = assemble()
    folder_id = planned(cast.agent, pictures("1.jpg"))
    for who in (cast.colleague, cast.dpo, cast.auditor, cast.intruder):
        with pytest.raises(Denied, match=r"access.(scope|role)"):
            choose(who, folder_id, Choice(1, leave=True))
    with pytest.raises(BadInput, match=r"imports.no-such-folder"):
        choose(cast.stranger, folder_id, Choice(1, leave=True))
