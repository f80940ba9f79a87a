"""vault:material:upload"""

from __future__ import annotations

from uuid import uuid4

import pytest

from fengni.apps.parties import services as parties
from fengni.core.errors import BadInput, Denied, UnreadableFile
from tests.apps.imports.owner import places_of
from tests.apps.vault.files import entries, make_client, make_person, refusals, seen_of
from tests.apps.vault.uploads import faithful, listed, rows, upload
from tests.cast import assemble, found, now
from tests.core.pictures import samples


@pytest.mark.parametrize("suite", [1, 4])
def test_a_picture_is_kept_without_what_it_carried(suite: int) -> None:
    owner = found(suite=suite)
    client_id = make_client(owner)
    person_id = make_person(owner, client_id)
    kept = upload(owner, client_id, person_id)
    assert (kept.pages, kept.duplicate_of) == (1, None)
    assert {"exif", "gps"} <= set(kept.removed)
    (row,) = listed(owner, client_id)
    assert (row.id, row.subject_id, row.kind, row.media_type) == (kept.material_id, person_id, "id_front", "image/jpeg")
    assert (row.state, row.pages, row.made_by) == ("kept", 1, "江述白")
    assert listed(owner, client_id, subject_id=person_id) == (row,)
    assert listed(owner, client_id, matter_id=uuid4()) == ()
    entry = entries(owner.tenant_id)[-1]
    assert (entry["act"], entry["facts"]["pages"], entry["facts"]["records"]) == ("vault:material:upload", 1, 1)
    assert "gps" in entry["facts"]["removed"]
    assert seen_of(owner.tenant_id)[person_id]["fields"] == ["material_id_front"]
    assert faithful(owner.tenant_id)
    assert list(places_of([samples.MARK.decode()])) == []


def test_the_same_bytes_are_kept_once_for_a_matter_and_again_for_another() -> None:
    owner = found()
    first, second, matter = make_client(owner, 1), make_client(owner, 2), uuid4()
    kept = upload(owner, first)
    again = upload(owner, first, kind="other")
    assert (again.duplicate_of, again.material_id) == (kept.material_id, kept.material_id)
    assert upload(owner, first, matter_id=matter).duplicate_of is None
    assert upload(owner, second).duplicate_of is None
    assert rows(owner.tenant_id)[0] == 3
    assert sorted(rows(owner.tenant_id)[2]) == ["destroyed", "live", "live", "live"]
    assert faithful(owner.tenant_id)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "pictures.empty"),
        (b"MZ\x90\x00 named card.png", "pictures.program"),
        (b"PK\x03\x04 a workbook", "pictures.archive"),
        (samples.locked_pdf(), "pictures.locked"),
        (samples.saved("JPEG")[:900], "pictures.cut-off"),
    ],
)
def test_what_cannot_be_taken_in_has_its_sentence_and_leaves_nothing(content: bytes, code: str) -> None:
    owner = found()
    client_id = make_client(owner)
    with pytest.raises(UnreadableFile) as refused:
        upload(owner, client_id, content=content)
    assert refused.value.code == code
    assert rows(owner.tenant_id) == (0, 0, [])


def test_a_heic_a_pdf_and_a_photo_of_thirty_megabytes() -> None:
    owner = found()
    client_id = make_client(owner)
    assert upload(owner, client_id, content=samples.heic()).removed == ("converted", "exif", "gps")
    assert upload(owner, client_id, content=samples.pdf(3), kind="lease").pages == 3
    assert upload(owner, client_id, content=samples.heavy()).pages == 1
    assert sorted(row.media_type for row in listed(owner, client_id)) == ["application/pdf", "image/jpeg", "image/jpeg"]
    assert max(row.size for row in listed(owner, client_id)) > 28 << 20


def test_kinds_and_persons_of_the_file_only() -> None:
    owner = found()
    first, second = make_client(owner, 1), make_client(owner, 2)
    with pytest.raises(BadInput, match=r"vault.material-kind-unknown"):
        upload(owner, first, kind="passport_scan")
    with pytest.raises(Denied, match=r"parties.no-such-person"):
        upload(owner, second, make_person(owner, first))
    assert rows(owner.tenant_id)[0] == 0


def test_scope_roles_and_tenants() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    for who, code in (
        (cast.agent, "access.scope"),
        (cast.dpo, "access.role"),
        (cast.auditor, "access.role"),
        (cast.security, "access.role"),
        (cast.admin, "access.role"),
        (cast.intruder, "access.role"),
    ):
        with pytest.raises(Denied, match=code):
            upload(who, client_id)
    with pytest.raises(Denied, match=r"parties.no-such-client"):
        upload(cast.stranger, client_id)
    assert len(refusals(cast.tenant_id, "vault:material:upload")) == 6
    parties.assign_client(actor=cast.owner, at=now(), client_id=client_id, member_id=cast.agent.id)
    kept = upload(cast.agent, client_id)
    assert [row.id for row in listed(cast.dpo, client_id)] == [kept.material_id]
    for who in (cast.colleague, cast.stranger):
        with pytest.raises(Denied):
            listed(who, client_id)
