"""Materials: pictures and scans of a client file, sealed as they arrive and opened for one page at a time.

    begin, put_piece, received, finish    an upload in pieces: resumable, each piece sealed before it is stored
    unfinished                            the same file on its way already, told by a keyed tag of its SHA-256
    lay, held                             a document that came whole and looked into; those that came before
    keep, take_back                       the pictures and files that an import brought, and their undoing
    page_image                            the display copy of one page, with a watermark; the key release is counted
    drop                                  the end of one document: its own unit is destroyed

Rules: each document has a unit of its own, so it can be destroyed alone; its kind, media type, size and pages stand in
clear, its bytes and its name do not. At `finish` a picture loses what it carried unseen (core/pictures), the pieces it
came in go, and pieces under its final head stand in their place. The same bytes for the same matter of a client are
kept once; a keyed tag tells, nobody can compute it from the bytes. The head's envelope stands in the act's manifest.
All of it runs inside a running act. Nothing is written to a file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection

from fengni.apps.acts.acting import acting
from fengni.apps.common.custodian import WrappedKey, custodian
from fengni.apps.common.identifiers import uuid7s
from fengni.apps.vault.models import Material, Piece, Unit
from fengni.apps.vault.store import destroying, manifests
from fengni.apps.vault.store.house import House, house, one_writer, steady
from fengni.apps.vault.store.indexing import tags_of
from fengni.apps.vault.store.records import refuse_sealed
from fengni.apps.vault.store.scope import refuse_outside_scope
from fengni.core.errors import BadInput, Denied, SealRefused, UnreadableFile
from fengni.core.intake.plan import Plan
from fengni.core.intake.workbook import Workbook
from fengni.core.pictures.kinds import check_size
from fengni.core.pictures.render import Watermark, display_copy
from fengni.core.pictures.strip import Stripped, strip
from fengni.core.vault.envelope import OVERHEAD, Binding, open_, seal
from fengni.core.vault.pieces import PIECE, SealedFile, open_file, seal_file
from fengni.core.vault.suites import Suite
from fengni.core.vault.unit_key import UnitKey

SUBJECT: Final = "material"
RETENTION: Final = "matter"
UPLOADING, KEPT = "uploading", "kept"
UNFINISHED_FOR: Final = timedelta(hours=24)
KINDS: Final = (
    *("id_front", "id_back", "licence", "resolution", "articles", "lease", "application", "authorisation"),
    *("seal", "embedded", "other"),
)
_ON_ITS_WAY: Final = "material_upload"
_DIGEST: Final = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Begun:
    """An upload on its way: `received` bytes are there."""

    material_id: UUID
    received: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an upload. `removed`: codes of what it carried unseen. `facts` belong into the act's entry.

    `duplicate_of` names the document that has the same bytes already; the upload is gone then, `material_id` is that.
    """

    material_id: UUID
    pages: int
    removed: tuple[str, ...]
    fingerprint: bytes = field(repr=False)
    duplicate_of: UUID | None = None
    facts: Mapping[str, int | str] = field(default_factory=dict)


def begin(
    *, client_id: UUID, subject_id: UUID | None, matter_id: UUID | None, kind: str, media_type: str, size: int,
    at: datetime, import_id: UUID | None = None, digest: str = "",
) -> UUID:  # fmt: skip
    """A document that is about to arrive, `size` bytes. `digest`: its SHA-256 in hex, to continue it by.

    Raises BadInput for an unknown kind or what is no digest, UnreadableFile by size.
    """
    if kind not in KINDS:
        raise BadInput("vault.material-kind-unknown")
    check_size(size)
    home = house()
    (source,) = sources(home, [digest]) if digest else (None,)
    file, unit = uuid7s(2)
    _new_units(home, [(unit, file, client_id)], at)
    Material.objects.create(
        tenant_id=home.tenant_id, id=file, client_id=client_id, subject_id=subject_id, matter_id=matter_id,
        unit_id=unit, import_id=import_id, made_by=acting().actor.id, kind=kind, state=UPLOADING,
        media_type=media_type[:80], size=size, head=b"", source=source, created_at=at,
    )  # fmt: skip
    return file


def sources(home: House, digests: Sequence[str]) -> list[bytes]:
    """The keyed tags of files by their SHA-256 in hex. Raises BadInput for what is none."""
    if not all(_DIGEST.fullmatch(digest) for digest in digests):
        raise BadInput("vault.no-digest")
    return [tag for tag in tags_of(home, {"source": digests})["source"] if tag is not None] if digests else []


def put_piece(material_id: UUID, position: int, content: bytes) -> int:
    """Seal the bytes from offset `position` on; those that are there already are passed over. Returns bytes so far.

    Raises BadInput when bytes before `position` are missing (with how many are there), or for more than was announced.
    """
    row = _uploading(material_id)
    there = received(material_id)
    if position > there or position < 0:
        raise BadInput("vault.upload-gap", received=there)
    fresh = content[there - position :]
    if not fresh:
        return there
    if there + len(fresh) > row.size:
        raise BadInput("vault.upload-too-long", size=row.size)
    key = _key_of(row)
    Piece.objects.bulk_create(
        Piece(
            tenant_id=row.tenant_id,
            material_id=row.id,
            position=there + at,
            sealed=seal(key, _way(row, there + at), fresh[at : at + PIECE]),
        )
        for at in range(0, len(fresh), PIECE)
    )
    return there + len(fresh)


def received(material_id: UUID) -> int:
    """How many bytes of an upload are there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(octet_length(sealed) - %s), 0)::bigint FROM vault_piece WHERE material_id = %s",
            [OVERHEAD, material_id],
        )
        return int(cursor.fetchone()[0])


def unfinished(
    *, client_id: UUID, matter_id: UUID | None, subject_id: UUID | None, kind: str, size: int, digest: str
) -> UUID | None:
    """The upload of this very file that the actor began for this subject and never finished, or None.

    Two files of one size are told apart by `digest`, SHA-256 in hex; without one every upload begins anew.
    """
    if not digest:
        return None
    (source,) = sources(house(), [digest])
    rows = Material.objects.filter(
        client_id=client_id, matter_id=matter_id, subject_id=subject_id, kind=kind, size=size, source=source,
        state=UPLOADING, made_by=acting().actor.id,
    )  # fmt: skip
    return rows.order_by("-created_at").values_list("id", flat=True).first()


def announced(material_id: UUID, *, matter_id: UUID, subject_id: UUID | None, kind: str) -> int:
    """How many bytes an upload of the running act's actor shall have. Raises Denied for anybody else's."""
    row = Material.objects.filter(
        id=material_id, matter_id=matter_id, subject_id=subject_id, kind=kind, state=UPLOADING,
        made_by=acting().actor.id,
    ).first()  # fmt: skip
    if row is None:
        raise Denied("vault.no-such-material")
    return row.size


def pages(material_id: UUID) -> int:
    """How many pages a document has that is whole. Raises Denied when there is none."""
    found = Material.objects.filter(id=material_id, state=KEPT).values_list("pages", flat=True).first()
    if found is None:
        raise Denied("vault.no-such-material")
    return found


def finish(material_id: UUID, at: datetime) -> Kept:
    """The upload is whole: take out what it carried unseen and seal what stays.

    Raises BadInput while bytes are missing or when they are not of the file that was announced, UnreadableFile for a
    file that is no picture or cannot be drawn.
    """
    home = house()
    row = _uploading(material_id)
    there = received(material_id)
    if there != row.size:
        raise BadInput("vault.upload-unfinished", received=there, size=row.size)
    key = _key_of(row)
    pieces = Piece.objects.filter(material_id=row.id).order_by("position").values_list("position", "sealed")
    content = b"".join(open_(key, _way(row, position), bytes(sealed)) for position, sealed in pieces)
    (source,) = sources(home, [hashlib.sha256(content).hexdigest()])
    if row.source is not None and bytes(row.source) != source:
        raise BadInput("vault.upload-other-file")
    plain = strip(content)
    one_writer(home)
    tag = _tags(home, [(row.client_id, row.matter_id, plain.content)])[0]
    same = Material.objects.filter(client_id=row.client_id, fingerprint=tag).values_list("id", flat=True).first()
    if same is not None:
        facts = drop(material_id)
        return Kept(same, plain.pages, plain.removed, tag, same, facts)
    Piece.objects.filter(material_id=row.id).delete()
    head = _seal(home, row.id, key, plain)
    Material.objects.filter(id=row.id).update(
        head=head, state=KEPT, media_type=plain.media_type, size=len(plain.content), pages=plain.pages,
        fingerprint=tag, source=source,
    )  # fmt: skip
    facts = manifests.write(home, [manifests.line(row.id, 1, head)], import_id=None, former_roles={})
    return Kept(row.id, plain.pages, plain.removed, tag, None, facts)


def lay(
    *, client_id: UUID, subject_id: UUID | None, matter_id: UUID | None, kind: str, plain: Stripped, source: bytes,
    import_id: UUID, at: datetime,
) -> Kept:  # fmt: skip
    """Seal a document that was looked into already (core/pictures). The same bytes for the same matter are kept once.

    `source`: the tag of the file as it came. Raises BadInput for an unknown kind.
    """
    if kind not in KINDS:
        raise BadInput("vault.material-kind-unknown")
    home = house()
    one_writer(home)
    (tag,) = _tags(home, [(client_id, matter_id, plain.content)])
    same = Material.objects.filter(client_id=client_id, fingerprint=tag).values_list("id", flat=True).first()
    if same is not None:
        return Kept(same, plain.pages, plain.removed, tag, same)
    file, unit = uuid7s(2)
    (key,) = _new_units(home, [(unit, file, client_id)], at)
    Material.objects.create(
        tenant_id=home.tenant_id, id=file, client_id=client_id, subject_id=subject_id, matter_id=matter_id,
        unit_id=unit, import_id=import_id, made_by=acting().actor.id, kind=kind, media_type=plain.media_type,
        size=len(plain.content), pages=plain.pages, head=b"", fingerprint=tag, source=source, created_at=at,
    )  # fmt: skip
    head = _seal(home, file, key, plain)
    Material.objects.filter(id=file).update(head=head)
    facts = manifests.write(home, [manifests.line(file, 1, head)], import_id=None, former_roles={})
    return Kept(file, plain.pages, plain.removed, tag, None, facts)


def held(tags: Collection[bytes], clients: Collection[UUID] | None) -> dict[bytes, UUID]:
    """Which of these files the house holds already, inside `clients` (None: all): tag of the file → document."""
    rows = Material.objects.filter(source__in=list(tags), state=KEPT).order_by("-id")
    if clients is not None:
        rows = rows.filter(client_id__in=list(clients))
    return {bytes(tag): file for tag, file in rows.values_list("source", "id") if tag is not None}


def drop(material_id: UUID) -> dict[str, int | str]:
    """Destroy one document, or what has come of an upload: its key first. Returns facts for the act's entry."""
    row = Material.objects.select_for_update().filter(id=material_id).first()
    if row is None:
        raise Denied("vault.no-such-material")
    _, facts = destroying.destroy(house(), row.unit_id)
    return facts


def page_image(material_id: UUID, page: int, watermark: Watermark, quarter_turns: int = 0) -> bytes:
    """The display copy of one page as JPEG. The key is released under the running act and counted for the person.

    Raises BadInput for a document nobody can look at, SealRefused when it does not open.
    """
    row = Material.objects.filter(id=material_id, state=KEPT).first()
    if row is None:
        raise Denied("vault.no-such-material")
    if not 0 <= page < row.pages:
        raise BadInput("pictures.no-such-page")
    pieces = Piece.objects.filter(material_id=row.id).order_by("position").values_list("sealed", flat=True)
    sealed = SealedFile(bytes(row.head), tuple(bytes(piece) for piece in pieces))
    content = open_file(_key_of(row), row.tenant_id, row.id, sealed)
    return display_copy(content, row.media_type, page, watermark, quarter_turns)


def keep(
    home: House, plan: Plan, workbook: Workbook, clients: Mapping[str, UUID], import_id: UUID, at: datetime
) -> list[bytes]:
    """Seal the plan's materials whose enterprise is stored and that its file does not hold. Returns manifest lines."""
    wanted = [(clients[one.enterprise], one) for one in plan.materials if one.enterprise in clients]
    if not wanted:
        return []
    plain = [_plain(workbook.attachment(one.place), one.media_type) for _, one in wanted]
    tags = _tags(home, [(client, None, one.content) for (client, _), one in zip(wanted, plain, strict=True)])
    there = Material.objects.filter(client_id__in={client for client, _ in wanted})
    held = {bytes(tag) for tag in there.values_list("fingerprint", flat=True) if tag is not None}
    fresh: dict[bytes, tuple[UUID, Stripped]] = {}
    for (client, _), one, tag in zip(wanted, plain, tags, strict=True):
        if tag not in held:
            fresh.setdefault(tag, (client, one))
    ids = uuid7s(2 * len(fresh))
    units, files = ids[: len(fresh)], ids[len(fresh) :]
    owners = [(unit, file, client) for unit, file, (client, _) in zip(units, files, fresh.values(), strict=True)]
    keys = _new_units(home, owners, at)
    lines = []
    for key, file, (tag, (client, one)) in zip(keys, files, fresh.items(), strict=True):
        row = Material(
            tenant_id=home.tenant_id, id=file, client_id=client, unit_id=key.unit, import_id=import_id,
            made_by=acting().actor.id, kind="embedded", media_type=one.media_type[:80], size=len(one.content),
            pages=one.pages, fingerprint=tag, head=b"", created_at=at,
        )  # fmt: skip
        row.save(force_insert=True)
        head = _seal(home, file, key, one)
        Material.objects.filter(id=file).update(head=head)
        lines.append(manifests.line(file, 1, head))
    return lines


def take_back(import_id: UUID) -> dict[UUID, UUID]:
    """Remove what an import brought, with the keys. Returns what is gone: material → client file."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM vault_piece p USING vault_material m WHERE m.import_id = %s "
            "AND p.tenant_id = m.tenant_id AND p.material_id = m.id",
            [import_id],
        )
        cursor.execute("DELETE FROM vault_material WHERE import_id = %s RETURNING id, client_id, unit_id", [import_id])
        gone = cursor.fetchall()
        cursor.execute("DELETE FROM vault_unit WHERE id = ANY(%s)", [[unit for *_, unit in gone]])
    return {file: client for file, client, _ in gone}


def take_back_folder(import_id: UUID, at: datetime) -> tuple[int, dict[str, int | str]]:
    """Remove the documents that a folder of scans brought. Returns how many are gone, and facts for the act's entry.

    Raises Denied for a client outside the actor's scope, or when one of them is kept sealed until a day.
    """
    home = house()
    one_writer(home)
    refuse_sealed(set(Material.objects.filter(import_id=import_id).values_list("unit_id", flat=True)))
    gone = take_back(import_id)
    refuse_outside_scope(set(gone.values()), at)
    facts = manifests.write(home, [manifests.deleted(one) for one in gone], import_id=None, former_roles={})
    return len(gone), facts


def _plain(content: bytes, media_type: str) -> Stripped:
    """An embedded file as it is to lie: a picture without what it carried, anything else as it came."""
    try:
        return strip(content)
    except UnreadableFile:
        return Stripped(media_type, content, 0, ())


def _tags(home: House, files: Sequence[tuple[UUID, UUID | None, bytes]]) -> list[bytes]:
    digests = [
        hashlib.sha256(client.bytes + (matter.bytes if matter else b"") + content).hexdigest()
        for client, matter, content in files
    ]
    tags = tags_of(home, {"fingerprint": digests})["fingerprint"]
    return [tag for tag in tags if tag is not None]


def _new_units(home: House, owners: Sequence[tuple[UUID, UUID, UUID]], at: datetime) -> list[UnitKey]:
    """A unit for each (unit, material, client file); returns the keys in order."""
    if not owners:
        return []
    steady(home.tenant_id)
    new = custodian().new_units(home.tenant_id, home.suite, [unit for unit, *_ in owners])
    Unit.objects.bulk_create(
        Unit(
            tenant_id=home.tenant_id, id=unit, subject_kind=SUBJECT, subject_id=file, client_id=client,
            retention_class=RETENTION, epoch=new.epoch, suite=home.suite, wrapped=wrapped, commitment=commitment,
            created_at=at,
        )
        for (unit, file, client), wrapped, commitment in zip(owners, new.wrapped, new.commitments, strict=True)
    )  # fmt: skip
    return new.keys


def _seal(home: House, file: UUID, key: UnitKey, plain: Stripped) -> bytes:
    """Seal a document's bytes into pieces. Returns the head."""
    sealed = seal_file(key, home.tenant_id, file, plain.media_type, plain.content)
    Piece.objects.bulk_create(
        [
            Piece(tenant_id=home.tenant_id, material_id=file, position=position, sealed=piece)
            for position, piece in enumerate(sealed.pieces)
        ],
        batch_size=8,
    )
    return sealed.head


def _uploading(material_id: UUID) -> Material:
    row = Material.objects.select_for_update().filter(id=material_id).first()
    if row is None:
        raise Denied("vault.no-such-material")
    if row.state != UPLOADING:
        raise BadInput("vault.upload-finished")
    return row


def _way(row: Material, position: int) -> Binding:
    return Binding(row.tenant_id, row.unit_id, row.id, _ON_ITS_WAY, position)


def _key_of(row: Material) -> UnitKey:
    """The key of a document, released under the running act; of a document that is whole, counted for the person."""
    suite, wrapped = _wrapped(row)
    running = acting()
    purpose = running.purpose or running.rule.act
    try:
        return custodian().unwrap(row.tenant_id, suite, [wrapped], entry=running.entry_id, purpose=purpose)[0]
    except SealRefused:
        suite, again = _wrapped(row)
        if again == wrapped:
            raise
        return custodian().unwrap(row.tenant_id, suite, [again], entry=running.entry_id, purpose=purpose)[0]


def _wrapped(row: Material) -> tuple[Suite, WrappedKey]:
    unit = Unit.objects.filter(id=row.unit_id, state="live").first()
    if unit is None:
        raise SealRefused
    person = row.subject_id if row.state == KEPT else None
    return Suite(unit.suite), WrappedKey(unit.id, unit.epoch, bytes(unit.wrapped), bytes(unit.commitment), person)
