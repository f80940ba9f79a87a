"""Refuses packages that would harm us before anything in them is believed.

Rules: sizes are checked against what the archive says and again while reading; XML with a document type is refused; an
error says what kind of file it was, never what stood in it.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any, Final
from xml.etree.ElementTree import Element, ParseError  # types only: parsing is defusedxml's

from defusedxml import DefusedXmlException
from defusedxml import ElementTree as SafeXml

from fengni.core.errors import UnreadableFile

OFFICE: Final = frozenset({"word/document.xml", "xl/workbook.xml", "ppt/presentation.xml"})
_MOST_UNPACKED: Final = 400 * 1024 * 1024
_MOST_PART: Final = 200 * 1024 * 1024
_MOST_TREE: Final = 40 * 1024 * 1024  # a part that becomes a tree in memory
_MOST_PARTS: Final = 20_000
RATIO: Final = 150
RATIO_MATTERS: Final = 20 * 1024 * 1024
BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)


class Package:
    """A zip file whose parts are read whole but never beyond the limits. Names are in lower case."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Raises UnreadableFile: pii.bomb, pii.encrypted."""
        self._zip, parts = archive, archive.infolist()
        unpacked, packed = sum(p.file_size for p in parts), sum(p.compress_size for p in parts)
        if len(parts) > _MOST_PARTS or unpacked > _MOST_UNPACKED or any(p.file_size > _MOST_PART for p in parts):
            raise UnreadableFile("pii.bomb")
        if unpacked > RATIO_MATTERS and unpacked > RATIO * max(packed, 1):
            raise UnreadableFile("pii.bomb")
        if any(p.flag_bits & 1 for p in parts):
            raise UnreadableFile("pii.encrypted")
        self._parts = {p.filename.replace("\\", "/").lstrip("/").lower(): p for p in parts}

    @classmethod
    def office(cls, source: IO[bytes]) -> Package | None:
        """The package of a document, or None for any other zip file. Raises UnreadableFile, also pii.truncated."""
        try:
            archive = zipfile.ZipFile(source)
        except BROKEN as e:
            raise UnreadableFile("pii.truncated") from e
        names = {name.lower().lstrip("/") for name in archive.namelist()}
        return cls(archive) if not names.isdisjoint(OFFICE) else None

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._parts

    def names(self) -> list[str]:
        """All parts."""
        return list(self._parts)

    def read(self, name: str) -> bytes:
        """One part. Raises UnreadableFile when it is missing, damaged or larger than the archive says."""
        part = self._parts.get(name.lower())
        if part is None:
            raise UnreadableFile("pii.truncated")
        try:
            with self._zip.open(part) as stream:
                data = stream.read(part.file_size + 1)
        except BROKEN as e:
            raise UnreadableFile("pii.truncated") from e
        if len(data) > part.file_size:
            raise UnreadableFile("pii.bomb")
        return data

    def xml(self, name: str) -> Element:
        """One part as XML. Raises UnreadableFile also for entity attacks, broken XML and more than fits in memory."""
        data = self.read(name)
        if len(data) > _MOST_TREE:
            raise UnreadableFile("pii.too-large")
        try:
            root: Element = SafeXml.fromstring(data, forbid_dtd=True)
        except DefusedXmlException as e:
            raise UnreadableFile("pii.xml-attack") from e
        except (ParseError, ValueError, LookupError, RecursionError) as e:
            raise UnreadableFile("pii.truncated") from e
        return root

    def elements(self, name: str) -> Iterator[Element]:
        """The elements of a large part as they end, under the same rules. Raises what `read` raises too."""
        if name.lower() not in self._parts:
            raise UnreadableFile("pii.truncated")
        try:
            with self._zip.open(self._parts[name.lower()]) as stream:
                found: Any = SafeXml.iterparse(stream, events=("end",), forbid_dtd=True)
                yield from (element for _, element in found)
        except DefusedXmlException as e:
            raise UnreadableFile("pii.xml-attack") from e
        except (ParseError, LookupError, RecursionError, *BROKEN) as e:
            raise UnreadableFile("pii.truncated") from e

    def targets(self, part: str) -> dict[str, str]:
        """The parts a part points to, by relation id (ISO/IEC 29500-2 §9.3)."""
        folder, name = posixpath.split(part)
        relations = f"{folder}/_rels/{name}.rels"
        if relations not in self:
            return {}
        found = {}
        for item in self.xml(relations):
            if item.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, item.get("Target") or ""))
                found[item.get("Id") or ""] = target.lstrip("/").lower()
        return found


def local(element: Element) -> str:
    """The tag without its namespace."""
    return str(element.tag).rpartition("}")[2]
