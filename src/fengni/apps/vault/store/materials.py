"""Materials: pictures and scans of a client file, sealed as they arrive and opened for one page at a time.

    begin, put_piece, received, finish    an upload in pieces: resumable, each piece sealed before it is stored
    unfinished                            the same file on its way already, told by a keyed tag of its SHA-256
    lay, held                             a document that came whole and looked into; those that came before
    keep, take_back                       the pictures and files that an import brought, and their undoing
    page_image                            the display copy of one page, with a watermark; the key release is counted
    small_pictures                        small pictures of many documents, with a watermark
    drop                                  the end of one document: its own unit is destroyed

Rules: each document has a unit of its own, so it can be destroyed alone; its kind, media type, size and pages stand in
clear, its bytes and its name do not. At `finish` a picture loses what it carried unseen (core/pictures), the pieces it
came in go, and pieces under its final head stand in their place; what is no picture is taken as it is, as a stream
(streams.py). A small picture for lists is sealed beside the head, under the same key. The same bytes for the same
matter of a client are kept once; a keyed tag tells, nobody can compute it from the bytes. The head's envelope stands
in the act's manifest. All of it runs inside a running act. Nothing is written to a file.
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
from fengni.apps.common.identifiers import uuid7s
from fengni.apps.vault.models import Material, Piece, Unit
from fengni.apps.vault.store import destroying, manifests, released, streams
from fengni.apps.vault.store.house import House, house, one_writer, steady
from fengni.apps.vault.store.indexing import FILES, tags_of
from fengni.apps.vault.store.records import refuse_sealed
from fengni.apps.vault.store.released import Found
from fengni.apps.vault.store.scope import refuse_outside_scope
from fengni.core.errors import BadInput, Denied, UnreadableFile
from fengni.core.intake.plan import Plan
from fengni.core.intake.workbook import Workbook
from fengni.core.pictures import kinds
from fengni.core.pictures.render import Watermark, display_copy, marked, thumbnail
from fengni.core.pictures.strip import Stripped, strip
from fengni.core.vault.envelope import OVERHEAD, seal
from fengni.core.vault.pieces import PIECE, Head, SealedFile, SealedPlace, open_file, seal_file
from fengni.core.vault.unit_key import UnitKey

SUBJECT: Final = "material"
RETENTION: Final = "matter"
UPLOADING, KEPT = "uploading", "kept"
UNFINISHED_FOR: Final = timedelta(hours=24)
KINDS: Final = (
    *("id_front", "id_back", "licence", "resolution", "articles", "lease", "application", "authorisation"),
    *("seal", "embedded", "recording", "other"),
)
LOOKED_AT: Final = frozenset({"id_front", "id_back", "licence", "seal"})  # pictures by their nature
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
    at: datetime, import_id: UUID | None = None, digest: str = "", streamed: bool = False,
) -> UUID:  # fmt: skip
    """A document that is about to arrive, `size` bytes. `digest`: its SHA-256 in hex, to continue it by.

    `streamed`: it may be a file of any kind, up to the size that the house takes in. Raises BadInput for an unknown
    kind or what is no digest, UnreadableFile by size.
    """
    if kind not in KINDS:
        raise BadInput("vault.material-kind-unknown")
    (streams if streamed else kinds).check_size(size)
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
    return [tag for tag in tags_of(home, {"source": digests}, FILES)["source"] if tag is not None] if digests else []


def put_piece(material_id: UUID, position: int, content: bytes) -> int:
    """Seal the bytes from offset `position` on; those that are there already are passed over. Returns bytes so far.

    Raises BadInput when bytes before `position` are missing (with how many are there), or for more than was announced,
    UnreadableFile for a program.
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
    if there == 0:
        kinds.by_beginning(fresh[: kinds.BEGINNING])
    key = _key_of(row)
    for at in range(0, len(fresh), PIECE):
        streams.put(row, there + at, seal(key, streams.way(row, there + at), fresh[at : at + PIECE]))
    return there + len(fresh)


def received(material_id: UUID) -> int:
    """How many bytes of an upload are there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT position + octet_length(sealed) - %s FROM vault_piece WHERE material_id = %s "
            "ORDER BY position DESC LIMIT 1",
            [OVERHEAD, material_id],
        )
        last = cursor.fetchone()
        return int(last[0]) if last else 0


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


def finish(material_id: UUID, at: datetime, *, streamed: bool = False) -> Kept:
    """The upload is whole: take out what it carried unseen and seal what stays.

    `streamed`: a file that is no picture is taken as it is. Raises BadInput while bytes are missing or when they are
    not of the file that was announced, UnreadableFile for what cannot be drawn (not `streamed`: for every other kind).
    """
    home = house()
    row = _uploading(material_id)
    there = received(material_id)
    if there != row.size:
        raise BadInput("vault.upload-unfinished", received=there, size=row.size)
    key = _key_of(row)
    media_type = kinds.by_beginning(streams.beginning(key, row))
    if streamed and not kinds.is_drawn(media_type, row.size):
        return _finish_stream(home, row, key, media_type)
    kinds.check_size(row.size)
    content = streams.joined(key, row)
    source = _source(home, row, hashlib.sha256(content).hexdigest())
    plain = strip(content)
    one_writer(home)
    tag = _tags(home, [_digest(row.client_id, row.matter_id, plain.content)])[0]
    if (same := _same(row.client_id, tag)) is not None:
        facts = drop(material_id)
        return Kept(same, plain.pages, plain.removed, tag, same, facts)
    Piece.objects.filter(material_id=row.id).delete()
    head, thumb = _seal(row, key, plain)
    Material.objects.filter(id=row.id).update(
        head=head, thumbnail=thumb, state=KEPT, media_type=plain.media_type, size=len(plain.content),
        pages=plain.pages, fingerprint=tag, source=source,
    )  # fmt: skip
    facts = manifests.write(home, [manifests.line(row.id, 1, head)], import_id=None, former_roles={})
    return Kept(row.id, plain.pages, plain.removed, tag, None, facts)


def _finish_stream(home: House, row: Material, key: UnitKey, media_type: str) -> Kept:
    whole, placed = hashlib.sha256(), _placed(row.client_id, row.matter_id)
    streams.reseal(key, row, (whole, placed))
    source = _source(home, row, whole.hexdigest())
    one_writer(home)
    (tag,) = _tags(home, [placed.hexdigest()])
    if (same := _same(row.client_id, tag)) is not None:
        return Kept(same, 0, (), tag, same, drop(row.id))
    head = SealedPlace(key, row.tenant_id, row.id).seal_head(media_type, row.size)
    Material.objects.filter(id=row.id).update(
        head=head, state=KEPT, media_type=media_type, pages=0, fingerprint=tag, source=source
    )
    facts = manifests.write(home, [manifests.line(row.id, 1, head)], import_id=None, former_roles={})
    return Kept(row.id, 0, (), tag, None, facts)


def _source(home: House, row: Material, digest: str) -> bytes:
    """The tag of the file as it came. Raises BadInput when another one was announced."""
    (source,) = sources(home, [digest])
    if row.source is not None and bytes(row.source) != source:
        raise BadInput("vault.upload-other-file")
    return source


def _same(client_id: UUID, tag: bytes) -> UUID | None:
    """The document of a client file that has these bytes already."""
    return Material.objects.filter(client_id=client_id, fingerprint=tag).values_list("id", flat=True).first()


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
    (tag,) = _tags(home, [_digest(client_id, matter_id, plain.content)])
    if (same := _same(client_id, tag)) is not None:
        return Kept(same, plain.pages, plain.removed, tag, same)
    file, unit = uuid7s(2)
    (key,) = _new_units(home, [(unit, file, client_id)], at)
    row = Material.objects.create(
        tenant_id=home.tenant_id, id=file, client_id=client_id, subject_id=subject_id, matter_id=matter_id,
        unit_id=unit, import_id=import_id, made_by=acting().actor.id, kind=kind, media_type=plain.media_type,
        size=len(plain.content), pages=plain.pages, head=b"", fingerprint=tag, source=source, created_at=at,
    )  # fmt: skip
    head, thumb = _seal(row, key, plain)
    Material.objects.filter(id=file).update(head=head, thumbnail=thumb)
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
    content = released.read(lambda: (released.find([material_id]), _pieces(material_id)), _opened)
    return display_copy(content, row.media_type, page, watermark, quarter_turns)


def _pieces(material_id: UUID) -> list[bytes]:
    pieces = Piece.objects.filter(material_id=material_id).order_by("position").values_list("sealed", flat=True)
    return [bytes(piece) for piece in pieces]


def _opened(rows: tuple[list[Found], list[bytes]]) -> bytes:
    (found,), pieces = rows
    (key,) = released.for_act([found])
    return open_file(key, found.tenant_id, found.id, SealedFile(found.head, tuple(pieces)))


def head_of(row: Material) -> Head:
    """What the head of a document says; its key is released under the running act, and counted.

    Raises Denied for a document that is not whole, SealRefused when it does not open.
    """
    if row.state != KEPT:
        raise Denied("vault.no-such-material")

    def opened(found: list[Found]) -> Head:
        (key,) = released.for_act(found)
        return found[0].place(key).open_head(found[0].head)

    return released.read(lambda: released.find([row.id]), opened)


def small_pictures(rows: Sequence[Material], watermark: Watermark) -> dict[UUID, bytes]:
    """Small JPEGs of documents that have one, each with the mark. Keys are released in one request, and counted."""
    drawn = [row.id for row in rows if row.state == KEPT and row.thumbnail]
    if not drawn:
        return {}

    def opened(found: list[Found]) -> dict[UUID, bytes]:
        pairs = zip(found, released.for_act(found), strict=True)
        return {one.id: one.place(key).open_thumb(one.thumbnail) for one, key in pairs}

    small = released.read(lambda: released.find(drawn), opened)
    return {one: marked(picture, watermark) for one, picture in small.items()}


def keep(
    home: House, plan: Plan, workbook: Workbook, clients: Mapping[str, UUID], import_id: UUID, at: datetime
) -> list[bytes]:
    """Seal the plan's materials whose enterprise is stored and that its file does not hold. Returns manifest lines."""
    wanted = [(clients[one.enterprise], one) for one in plan.materials if one.enterprise in clients]
    if not wanted:
        return []
    plain = [_plain(workbook.attachment(one.place), one.media_type) for _, one in wanted]
    tags = _tags(home, [_digest(client, None, one.content) for (client, _), one in zip(wanted, plain, strict=True)])
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
        head, thumb = _seal(row, key, one)
        Material.objects.filter(id=file).update(head=head, thumbnail=thumb)
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


def _placed(client: UUID, matter: UUID | None) -> hashlib._Hash:
    """A hash that goes on with a file's bytes: what tells the same file in the same client and matter."""
    return hashlib.sha256(client.bytes + (matter.bytes if matter else b""))


def _digest(client: UUID, matter: UUID | None, content: bytes) -> str:
    placed = _placed(client, matter)
    placed.update(content)
    return placed.hexdigest()


def _tags(home: House, digests: Sequence[str]) -> list[bytes]:
    return [tag for tag in tags_of(home, {"fingerprint": digests}, FILES)["fingerprint"] if tag is not None]


def _new_units(home: House, owners: Sequence[tuple[UUID, UUID, UUID]], at: datetime) -> list[UnitKey]:
    """A unit for each (unit, material, client file); returns the keys in order."""
    if not owners:
        return []
    kind = steady(home.tenant_id)
    new = kind.made(home.tenant_id, [unit for unit, *_ in owners])
    Unit.objects.bulk_create(
        Unit(
            tenant_id=home.tenant_id, id=unit, subject_kind=SUBJECT, subject_id=file, client_id=client,
            retention_class=RETENTION, epoch=new.epoch, suite=kind.suite, version=kind.version, wrapped=wrapped,
            commitment=commitment, created_at=at,
        )
        for (unit, file, client), wrapped, commitment in zip(owners, new.wrapped, new.commitments, strict=True)
    )  # fmt: skip
    return new.keys


def _seal(row: Material, key: UnitKey, plain: Stripped) -> tuple[bytes, bytes]:
    """Seal a document's bytes into pieces. Returns the head, and the small picture (empty where there is none)."""
    sealed = seal_file(key, row.tenant_id, row.id, plain.media_type, plain.content)
    for position, piece in enumerate(sealed.pieces):
        streams.put(row, position, piece)
    small = thumbnail(plain.content, plain.media_type) if plain.pages else b""
    return sealed.head, SealedPlace(key, row.tenant_id, row.id).seal_thumb(small) if small else b""


def _uploading(material_id: UUID) -> Material:
    row = Material.objects.select_for_update().filter(id=material_id).first()
    if row is None:
        raise Denied("vault.no-such-material")
    if row.state != UPLOADING:
        raise BadInput("vault.upload-finished")
    return row


def _key_of(row: Material) -> UnitKey:
    """The key of a document whose row the caller holds, released under the running act."""
    return released.read(lambda: released.find([row.id]), released.for_act)[0]
