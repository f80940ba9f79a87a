"""OLE files: old Excel and Word, Outlook messages, embedded objects ([MS-CFB], read by olefile).

Source of the layouts: [MS-XLS], [MS-DOC], [MS-OXMSG], [MS-OLEDS]. What a document says of itself (author, title,
company) is `#properties`; objects in it are read like files.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO, Any, Final

from fengni.core.documents.inside import LARGEST, Exhausted, Inside
from fengni.core.errors import UnreadableFile
from fengni.core.pii.passage import Passage

_BROKEN: Final = (OSError, ValueError, TypeError, IndexError, AttributeError, KeyError, OverflowError, RecursionError)
_NATIVE: Final = "\x01Ole10Native"
_WHOLE: Final = frozenset({"Package", "CONTENTS", "EmbeddedOdf"})  # streams that are a file of their own
_TOLD: Final = (
    "title", "subject", "author", "keywords", "comments", "last_saved_by", "company", "manager", "category",
)  # fmt: skip


class Ole:
    """The streams of an OLE file. Raises UnreadableFile (pii.truncated, pii.too-large, pii.parts-missing)."""

    def __init__(self, source: IO[bytes]) -> None:
        try:
            import olefile

            from fengni.core.intake.hostile import check_chains
        except ImportError as e:
            raise UnreadableFile("pii.parts-missing") from e
        try:
            source.seek(0)
            check_chains(source.read())
            self._ole: Any = olefile.OleFileIO(source)
            self.paths: list[tuple[str, ...]] = [tuple(path) for path in self._ole.listdir()]
        except (UnreadableFile, *_BROKEN) as e:
            raise UnreadableFile("pii.truncated") from e

    def __contains__(self, path: str) -> bool:
        return any(len(p) == 1 and p[0].lower() == path.lower() for p in self.paths)

    def read(self, *path: str) -> bytes:
        """One stream."""
        try:
            if self._ole.get_size(list(path)) > LARGEST:
                raise UnreadableFile("pii.too-large")
            data: bytes = self._ole.openstream(list(path)).read()
        except _BROKEN as e:
            raise UnreadableFile("pii.truncated") from e
        return data

    def properties(self) -> Iterator[Passage]:
        """What the document says of itself; nothing when that part is damaged."""
        try:
            about = self._ole.get_metadata()
            codepage = about.codepage or 1252
            values = [_decoded(getattr(about, name), codepage) for name in _TOLD]
        except _BROKEN:
            return
        text = "\n".join(value for value in values if value)
        if text:
            yield Passage(text, place="#properties")

    def objects(self, inside: Inside, at: tuple[str, ...] = ()) -> Iterator[Passage]:
        """Files embedded below a storage: as packages with their names, or as whole files."""
        for path in self.paths:
            if path[: len(at)] != at or path[-1] not in (_NATIVE, *_WHOLE):
                continue
            place = "/".join(printable(name) for name in path)
            try:
                data = self.read(*path)
                name, content = packaged(data) if path[-1] == _NATIVE else (place, data)
                yield from inside.document(content, name or place)
            except Exhausted:
                raise
            except UnreadableFile as e:
                inside.refuse(place, e.code)


def ole_passages(source: IO[bytes], inside: Inside) -> Iterator[Passage]:
    """The text of an OLE file. Raises UnreadableFile, also pii.encrypted, pii.old-office and pii.kind-not-read."""
    from fengni.core.documents.doc import doc_passages
    from fengni.core.documents.msg import msg_passages

    ole = Ole(source)
    if "EncryptedPackage" in ole:
        raise UnreadableFile("pii.encrypted")
    if "__properties_version1.0" in ole:
        yield from msg_passages(ole, inside)
    elif "WordDocument" in ole:
        yield from doc_passages(ole, inside)
    elif "Workbook" in ole or "Book" in ole:
        yield from _xls(source, ole, inside)
    elif _NATIVE in ole or any(name in ole for name in _WHOLE):
        yield from ole.objects(inside)
        return
    else:
        raise UnreadableFile("pii.old-office" if "PowerPoint Document" in ole else "pii.kind-not-read")
    yield from ole.properties()


def _xls(source: IO[bytes], ole: Ole, inside: Inside) -> Iterator[Passage]:
    from fengni.core.documents.xls import xls_passages

    source.seek(0)
    content = source.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise UnreadableFile("pii.too-large")
    yield from xls_passages(content, ole.read("Workbook" if "Workbook" in ole else "Book"), inside)
    yield from ole.objects(inside)


def packaged(data: bytes) -> tuple[str, bytes]:
    """Name and bytes of a file in an object package ([MS-OLEDS] 2.3.6 and what Windows writes into it).

    >>> packaged(b"\\x1d\\0\\0\\0\\2\\0a.txt\\0C:\\\\a\\0\\0\\0\\3\\0\\2\\0\\0\\0t\\0\\4\\0\\0\\0data")
    ('a.txt', b'data')
    """
    stream = io.BytesIO(data)
    stream.seek(6)
    name = _until_zero(stream)
    _until_zero(stream)
    stream.read(4)
    stream.read(int.from_bytes(stream.read(4), "little"))
    size = int.from_bytes(stream.read(4), "little")
    content = stream.read(size)
    if not content or len(content) < size:
        raise UnreadableFile("pii.truncated")
    return _decoded(name, 936), content


def printable(name: str) -> str:
    """The name of a stream without the control characters that some begin with."""
    return "".join(c for c in name if c.isprintable())


def _until_zero(stream: io.BytesIO) -> bytes:
    found = stream.getvalue()[stream.tell() :].partition(b"\0")[0][:1024]
    stream.seek(len(found) + 1, io.SEEK_CUR)
    return found


def _decoded(value: object, codepage: int) -> str:
    if not isinstance(value, bytes):
        return str(value) if value else ""
    for encoding in ("utf-8" if codepage == 65001 else f"cp{codepage}", "gb18030"):
        try:
            return value.decode(encoding).rstrip("\0")
        except (UnicodeError, LookupError):
            continue
    return value.decode("latin-1")
