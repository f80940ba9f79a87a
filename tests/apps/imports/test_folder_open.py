"""imports:folder:open"""

from __future__ import annotations

import pytest

from fengni.apps.imports.opening import MOST_FILES
from fengni.apps.imports.services import Announced, Choice, open_folder
from fengni.core.errors import BadInput, Denied
from tests.apps.imports.folders import bound, choose, opened, planned, send, shown, states
from tests.apps.imports.owner import places_of
from tests.apps.vault.files import make_client, refusals
from tests.cast import assemble, now
from tests.core.pictures import samples

FILES = {"甲/营业执照.jpg": samples.jpeg(), "甲/租赁合同.pdf": samples.pdf(), "乙/营业执照 副本.jpg": samples.jpeg()}


def test_what_is_there_twice_or_no_document_is_not_sent_and_the_same_folder_goes_on() -> None:
    owner = assemble().owner
    files = FILES | {"甲/.DS_Store": b"x", "甲/空.jpg": b"", "Thumbs.db": b"y"}
    first = opened(owner, files)
    assert list(first.wants.values()) == [0, 0]  # the third is the same as the first
    rows = shown(owner, first.folder_id)
    assert {path: row.state for path, row in rows.items()} == {
        "甲/营业执照.jpg": "waiting", "甲/租赁合同.pdf": "waiting", "乙/营业执照 副本.jpg": "twin",
        "甲/空.jpg": "refused",
    }  # fmt: skip
    assert (rows["乙/营业执照 副本.jpg"].twin, rows["甲/空.jpg"].code) == (1, "pictures.empty")
    send(owner, first.folder_id, 1, FILES["甲/营业执照.jpg"][:900])
    again = opened(owner, files)
    assert (again.folder_id, again.wants) == (first.folder_id, {1: 900, 2: 0})
    assert opened(owner, files, place="/elsewhere").folder_id != first.folder_id
    assert list(places_of(["示例扫描件", "营业执照.jpg", "/somewhere/scans"])) == []


def test_what_went_from_the_folder_is_forgotten_and_its_twin_comes_itself() -> None:
    owner = assemble().owner
    first = opened(owner, FILES)
    left = {path: content for path, content in FILES.items() if not path.startswith("甲/营业")}
    again = opened(owner, left)
    assert again.folder_id == first.folder_id
    assert states(owner, again.folder_id) == dict.fromkeys(left, "waiting")


def test_without_digests_it_begins_anew_and_twins_are_found_when_they_are_here() -> None:
    owner = assemble().owner
    first = opened(owner, FILES, digests=False)
    assert len(first.wants) == 3
    send(owner, first.folder_id, 1, FILES["甲/营业执照.jpg"][:900])
    again = opened(owner, FILES, digests=False)
    assert list(again.wants.values()) == [0, 0, 0]
    numbers = list(again.wants)
    assert send(owner, again.folder_id, numbers[0], FILES["甲/营业执照.jpg"]).state == "arrived"
    assert send(owner, again.folder_id, numbers[2], FILES["乙/营业执照 副本.jpg"]).state == "twin"


def test_what_the_house_holds_is_said_to_whoever_may_know_and_to_nobody_else() -> None:
    cast = assemble()
    client = make_client(cast.owner)
    folder_id = planned(cast.owner, {"营业执照.jpg": samples.jpeg()})
    choose(cast.owner, folder_id, Choice(1, "licence", client))
    bound(cast.owner, folder_id)
    again = opened(cast.owner, {"别名.jpg": samples.jpeg()})
    assert (again.wants, shown(cast.owner, again.folder_id)["别名.jpg"].state) == ({}, "held")
    assert opened(cast.agent, {"别名.jpg": samples.jpeg()}).wants == {1: 0}  # somebody else's client: new to the agent


def test_none_too_many_and_who_may() -> None:
    cast = assemble()
    many = [Announced(f"{n}.jpg", 10) for n in range(MOST_FILES + 1)]
    for files, code in (([], "imports.folder-empty"), (many, "imports.folder-too-many")):
        with pytest.raises(BadInput, match=code):
            open_folder(actor=cast.agent, at=now(), name="x", place="x", files=files)
    with pytest.raises(BadInput, match=r"vault.no-digest"):
        open_folder(actor=cast.agent, at=now(), name="x", place="x", files=[Announced("1.jpg", 10, "short")])
    for who in (cast.dpo, cast.auditor, cast.security, cast.admin, cast.intruder):
        with pytest.raises(Denied, match=r"access.role"):
            opened(who, FILES)
    assert refusals(cast.tenant_id, "imports:folder:open") == ["access.role"] * 5
