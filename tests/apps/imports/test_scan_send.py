"""imports:scan:send"""

from __future__ import annotations

import pytest

from fengni.core.errors import BadInput, Denied
from tests.apps.imports.folders import opened, received, row_of, send, shown, staged
from tests.apps.imports.owner import places_of
from tests.apps.vault.files import refusals
from tests.cast import assemble
from tests.core.pictures import samples


def test_a_file_comes_in_pieces_and_loses_what_it_carried_unseen() -> None:
    owner, content = assemble().owner, samples.jpeg()
    made = opened(owner, {"a.jpg": content})
    assert send(owner, made.folder_id, 1, content[:1000]).received == 1000
    assert send(owner, made.folder_id, 1, content[500:1500], 500).received == 1500
    for piece, position, code in ((b"x", 2000, "vault.upload-gap"), (content, 1500, "too-long"), (b"", 1500, "empty")):
        with pytest.raises(BadInput, match=code):
            send(owner, made.folder_id, 1, piece, position)
    assert send(owner, made.folder_id, 1, content[1500:], 1500).state == "arrived"
    assert send(owner, made.folder_id, 1, content[1500:], 1500).state == "arrived"  # an answer that got lost: again
    row = shown(owner, made.folder_id)["a.jpg"]
    assert (row.media_type, row.pages, "gps" in row.removed) == ("image/jpeg", 1, True)
    assert row_of(owner, made.folder_id).places == 1
    assert list(places_of([samples.MARK.decode()])) == []


def test_each_file_that_cannot_be_taken_in_has_its_own_cause_and_leaves_nothing() -> None:
    owner = assemble().owner
    bad = {
        "程序.jpg": (b"MZ" + bytes(300), "pictures.program"),
        "压缩.jpg": (b"PK\x03\x04" + bytes(300), "pictures.archive"),
        "旧.jpg": (b"\xd0\xcf\x11\xe0" + bytes(300), "pictures.office"),
        "信.txt": (b"a letter, not a picture", "pictures.other-kind"),
        "断.jpg": (samples.jpeg()[:900], "pictures.cut-off"),
        "锁.pdf": (samples.locked_pdf(), "pictures.locked"),
    }
    folder_id = received(owner, {path: content for path, (content, _) in bad.items()})
    rows = shown(owner, folder_id)
    assert {path: (row.state, row.code) for path, row in rows.items()} == {
        path: ("refused", code) for path, (_, code) in bad.items()
    }
    assert staged(owner) == 0
    large = opened(owner, {"大.jpg": bytes((32 << 20) + 1)}, place="large")
    assert (large.wants, shown(owner, large.folder_id)["大.jpg"].code) == ({}, "pictures.too-large")


@pytest.mark.parametrize(
    "content", [samples.heic(), samples.pdf(), samples.png(), samples.webp()], ids=["heic", "pdf", "png", "webp"]
)
def test_every_kind_of_document_arrives(content: bytes) -> None:
    owner = assemble().owner
    (row,) = shown(owner, received(owner, {"x.bin": content})).values()
    assert row.state == "arrived"
    assert row.pages >= 1


def test_a_file_that_changed_while_it_was_sent_is_refused() -> None:
    owner, content = assemble().owner, samples.jpeg()
    made = opened(owner, {"a.jpg": content})
    sent = send(owner, made.folder_id, 1, content[:-3] + b"...")
    assert (sent.state, sent.code) == ("refused", "vault.upload-other-file")
    assert staged(owner) == 0


def test_only_whoever_opened_it_sends() -> None:
    cast, content = assemble(), samples.jpeg()
    made = opened(cast.agent, {"a.jpg": content})
    for who in (cast.colleague, cast.dpo, cast.auditor, cast.intruder):
        with pytest.raises(Denied, match=r"access.(scope|role)"):
            send(who, made.folder_id, 1, content)
    with pytest.raises(BadInput, match=r"imports.no-such-folder"):
        send(cast.stranger, made.folder_id, 1, content)
    with pytest.raises(BadInput, match=r"imports.no-such-scan"):
        send(cast.agent, made.folder_id, 2, content)
    assert refusals(cast.tenant_id, "imports:scan:send").count("access.scope") == 4
