"""vault:material:send"""

from __future__ import annotations

import hashlib
import os
from itertools import pairwise

import pytest
from django.db import transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.vault.models import Piece
from fengni.apps.vault.store import materials
from fengni.apps.vault.store.materials import Kept
from fengni.core.errors import BadInput, Denied, UnreadableFile
from fengni.core.vault.pieces import PIECE
from tests.apps.imports.owner import places_of
from tests.apps.vault.files import make_client, refusals
from tests.apps.vault.uploads import begun, faithful, listed, read, rows, send, upload
from tests.cast import assemble, found
from tests.core.pictures import samples


def test_pieces_are_sealed_as_they_come_and_the_last_makes_it_whole() -> None:
    owner = found()
    client_id, content = make_client(owner), samples.jpeg()
    material_id = begun(owner, client_id, len(content))
    half = len(content) // 2
    assert send(owner, material_id, 0, content[:half]) == half
    assert listed(owner, client_id)[0].received == half
    with tenant(owner.tenant_id), transaction.atomic():
        sealed = bytes(Piece.objects.get().sealed)
    assert content[:64] not in sealed
    assert faithful(owner.tenant_id)
    kept = send(owner, material_id, half, content[half:])
    assert isinstance(kept, Kept)
    assert (kept.material_id, kept.pages, "gps" in kept.removed) == (material_id, 1, True)
    assert listed(owner, client_id)[0].state == "kept"
    assert faithful(owner.tenant_id)
    assert list(places_of([samples.MARK.decode()])) == []
    with pytest.raises(BadInput, match=r"vault.upload-finished"):
        send(owner, material_id, len(content), b"more")


def test_it_goes_on_where_it_stopped_and_what_comes_twice_is_passed_over() -> None:
    owner = found()
    client_id, content = make_client(owner), samples.jpeg()
    material_id = begun(owner, client_id, len(content))
    send(owner, material_id, 0, content[:1000])
    assert send(owner, material_id, 0, content[:1000]) == 1000
    assert send(owner, material_id, 500, content[500:1500]) == 1500
    with pytest.raises(BadInput) as gap:
        send(owner, material_id, 2000, content[2000:])
    assert (gap.value.code, gap.value.params) == ("vault.upload-gap", {"received": 1500})
    with pytest.raises(BadInput, match=r"vault.upload-too-long"):
        send(owner, material_id, 1500, content[1500:] + b"x")
    assert isinstance(send(owner, material_id, 1500, content[1500:]), Kept)


def test_a_piece_larger_than_a_sealed_one_is_cut() -> None:
    owner = found()
    client_id, content = make_client(owner), samples.heavy()
    material_id = begun(owner, client_id, len(content))
    step = 8 << 20
    for at in range(0, len(content), step):
        done = send(owner, material_id, at, content[at : at + step])
    assert isinstance(done, Kept)
    with tenant(owner.tenant_id), transaction.atomic():
        assert max(len(bytes(p)) for p in Piece.objects.values_list("sealed", flat=True)) <= 1 << 20


def test_what_turns_out_to_be_no_picture_is_not_kept_and_a_duplicate_only_once() -> None:
    owner = found()
    client_id = make_client(owner)
    wrong = begun(owner, client_id, 10, kind="id_front")
    with pytest.raises(UnreadableFile, match=r"pictures.other-kind"):
        send(owner, wrong, 0, b"just words")
    assert [row.state for row in listed(owner, client_id)] == ["uploading"]
    first, content = upload(owner, client_id), samples.jpeg()
    again = send(owner, begun(owner, client_id, len(content)), 0, content)
    assert isinstance(again, Kept)
    assert again.duplicate_of == first.material_id
    assert sorted(rows(owner.tenant_id)[2]) == ["destroyed", "live", "live"]


def test_any_other_file_is_taken_as_a_stream_whatever_its_pieces_and_goes_on_after_a_break() -> None:
    owner = found()
    client_id, content = make_client(owner), b"PK\x03\x04" + os.urandom(2 * PIECE + 500)
    digest = hashlib.sha256(content).hexdigest()
    material_id = begun(owner, client_id, len(content), sha256=digest)
    cuts = [0, 3, 700, 700 + PIECE, len(content) - 1]
    for first, end in pairwise(cuts):
        send(owner, material_id, first, content[first:end])
    with pytest.raises(BadInput, match=r"vault.upload-other-file"):  # and everything is as it was
        send(owner, material_id, len(content) - 1, bytes((content[-1] ^ 1,)))
    assert begun(owner, client_id, len(content), sha256=digest) == material_id
    with tenant(owner.tenant_id), transaction.atomic():
        assert materials.received(material_id) == len(content) - 1
    kept = send(owner, material_id, len(content) - 1, content[-1:])
    assert isinstance(kept, Kept)
    (row,) = listed(owner, client_id)
    assert (row.state, row.media_type, row.size, row.pages) == ("kept", "application/zip", len(content), 0)
    assert (rows(owner.tenant_id)[:2], read(owner, material_id)) == ((1, 3), content)
    assert faithful(owner.tenant_id)
    again = send(owner, begun(owner, client_id, len(content)), 0, content)
    assert isinstance(again, Kept)
    assert (again.duplicate_of, rows(owner.tenant_id)[0]) == (material_id, 1)
    assert list(places_of([content[PIECE : PIECE + 32].hex()])) == []
    program = begun(owner, client_id, 5_000_000)
    with pytest.raises(UnreadableFile, match=r"pictures.program"):  # with its first bytes
        send(owner, program, 0, b"MZ" + bytes(2000))


def test_scope_roles_and_tenants() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    material_id = begun(cast.owner, client_id, 100)
    for who in (cast.agent, cast.dpo, cast.auditor, cast.security, cast.admin, cast.intruder, cast.stranger):
        with pytest.raises(Denied):
            send(who, material_id, 0, b"x" * 10)
    assert refusals(cast.tenant_id, "vault:material:send") == ["access.scope"] + ["access.role"] * 5
    assert refusals(cast.stranger_tenant_id, "vault:material:send") == ["vault.no-such-material"]
    assert rows(cast.tenant_id)[1] == 0
