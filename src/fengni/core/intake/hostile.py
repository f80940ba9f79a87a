"""Refuses files that would harm us, each cause with its own code, before anything in them is believed.

Rules: sizes are checked against what the archive says and again while reading; XML with a document type is refused;
nothing is unpacked to disk; an error says what kind of file it was, never what stood in it.

>>> sniff(b"%PDF-1.7")
'foreign'
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from typing import Any
from xml.etree.ElementTree import Element, ParseError  # types only: parsing is defusedxml's
from xml.parsers.expat import ExpatError  # an error only: what raises it is the decryption library

from defusedxml import DefusedXmlException
from defusedxml import ElementTree as SafeXml

from fengni.core.errors import UnreadableFile

MAX_FILE = 100 * 1024 * 1024
MAX_UNPACKED = 600 * 1024 * 1024
MAX_ENTRIES = 20_000
MAX_RATIO = 150  # a densely repeated sheet packs 30 to 60 times
MAX_CELLS = 3_000_000
MAX_SPINS = 1_000_000  # password hashing rounds; Office writes 100,000
_NO_SECTOR = 0xFFFFFFFA  # from here on an entry of a sector table is no sector
_RATIO_MATTERS = 20 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"MZ\x90", b"\x7fELF",
    b"{\\rtf", b"RIFF", b"SQLite format 3",
)  # fmt: skip


def check_size(content: bytes) -> None:
    """Raises UnreadableFile for an empty file and for one over 100 MB."""
    if not content.strip(b"\0 \t\r\n"):
        raise UnreadableFile("intake.empty-file")
    if len(content) > MAX_FILE:
        raise UnreadableFile("intake.too-large", limit=MAX_FILE // 2**20)


def sniff(content: bytes) -> str:
    """What the first bytes say: zip, ole, markup (a web page or XML under a workbook's name), foreign or text."""
    if content.startswith(b"PK"):
        return "zip"
    if content.startswith(_OLE):
        return "ole"
    if content.startswith(_FOREIGN):
        return "foreign"
    head = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<meta", b"mime-version:")):
        return "markup"
    return "text"


class Archive:
    """A zip file whose parts are read whole but never beyond the limits."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError) as e:
            raise UnreadableFile("intake.truncated") from e
        if len(entries) > MAX_ENTRIES:
            raise UnreadableFile("intake.bomb")
        unpacked = sum(e.file_size for e in entries)
        packed = min(sum(e.compress_size for e in entries), len(content))
        if unpacked > MAX_UNPACKED or (unpacked > _RATIO_MATTERS and unpacked > MAX_RATIO * max(packed, 1)):
            raise UnreadableFile("intake.bomb")
        if any(e.flag_bits & 1 for e in entries):
            raise UnreadableFile("intake.encrypted-zip")
        self._entries = {_part_name(e.filename): e for e in entries}
        self._left = MAX_UNPACKED

    def __contains__(self, name: str) -> bool:
        return _part_name(name) in self._entries

    def names(self) -> list[str]:
        """All parts, with forward slashes and in lower case."""
        return list(self._entries)

    def read(self, name: str) -> bytes:
        """One part. Raises UnreadableFile when it is missing, damaged or larger than the archive says."""
        entry = self._entries.get(_part_name(name))
        if entry is None:
            raise UnreadableFile("intake.part-missing")
        try:
            with self._zip.open(entry) as part:
                data = part.read(min(entry.file_size, self._left) + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError) as e:
            raise UnreadableFile("intake.truncated") from e
        self._left -= len(data)
        if self._left < 0 or len(data) > entry.file_size:
            raise UnreadableFile("intake.bomb")
        return data

    def xml(self, name: str) -> Element:
        """One part as XML. Raises UnreadableFile also for entity attacks and broken XML."""
        return parse_xml(self.read(name))

    def optional_xml(self, name: str) -> Element | None:
        """One part as XML, or None when the workbook has no such part."""
        return self.xml(name) if name in self else None


def _part_name(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def parse_xml(data: bytes) -> Element:
    """The root element. A document type, entities or external references are refused as an attack."""
    try:
        root: Element = SafeXml.fromstring(data, forbid_dtd=True)
    except DefusedXmlException as e:
        raise UnreadableFile("intake.xml-attack") from e
    except (ParseError, ValueError, LookupError) as e:
        raise UnreadableFile("intake.truncated") from e
    return root


def guarded_events(data: bytes) -> Any:  # Any: iterparse yields (event, element)
    """End events of a large XML part, under the same rules as `parse_xml`."""
    try:
        yield from SafeXml.iterparse(io.BytesIO(data), events=("start", "end"), forbid_dtd=True)
    except DefusedXmlException as e:
        raise UnreadableFile("intake.xml-attack") from e
    except (ParseError, ValueError, LookupError) as e:
        raise UnreadableFile("intake.truncated") from e


def ole_streams(content: bytes) -> dict[str, bytes]:
    """The streams of an OLE file that matter here, names in lower case; a storage of macros appears as "macros"."""
    import olefile

    check_chains(content)
    wanted = {"workbook", "book", "encryptedpackage", "encryptioninfo", "worddocument", "powerpoint document"}
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            found = {}
            for path in ole.listdir(streams=True, storages=True):
                name = path[-1].lower()
                if len(path) == 1 and name in wanted:
                    found[name] = ole.openstream(path).read()
                elif name in ("_vba_project_cur", "_vba_project", "vba", "macros"):
                    found["macros"] = b""
            return found
    except (OSError, ValueError, TypeError, IndexError, AttributeError, MemoryError) as e:
        raise UnreadableFile("intake.truncated") from e


def check_chains(content: bytes) -> None:
    """Raises UnreadableFile when the sectors of an OLE file lead in a circle: readers would follow it for ever.

    Source: [MS-CFB] 2.2 (header), 2.3 (sector tables), 2.5 (where the table of tables goes on).
    """
    try:
        (shift,) = struct.unpack_from("<H", content, 30)
        (mini,) = struct.unpack_from("<I", content, 60)
        following, _, *tables = struct.unpack_from("<111I", content, 68)
        size = 1 << min(shift, 16)
        for _ in range(len(content) // size + 1):
            if following >= _NO_SECTOR:
                break
            *more, following = struct.unpack_from(f"<{size // 4}I", content, (following + 1) * size)
            tables += more
        else:
            raise UnreadableFile("intake.truncated")
        sectors = _table(content, [t for t in tables if t < _NO_SECTOR][: len(content) // size + 1], size)
    except struct.error as e:
        raise UnreadableFile("intake.truncated") from e
    chain = []
    if not _ends(sectors):
        raise UnreadableFile("intake.truncated")
    while mini < len(sectors):
        chain.append(mini)
        mini = sectors[mini]
    if not _ends(_table(content, chain, size)):
        raise UnreadableFile("intake.truncated")


def _table(content: bytes, parts: list[int], size: int) -> list[int]:
    """The entries of a sector table whose sectors are `parts`; what the file lacks of it is left out."""
    data = b"".join(content[(part + 1) * size : (part + 2) * size] for part in parts)
    return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))


def _ends(following: list[int]) -> bool:
    """Whether every chain ends.

    >>> _ends([1, 2, 0xFFFFFFFE, 2]), _ends([1, 2, 0])
    (True, False)
    """
    seen = [0] * len(following)
    for walk in range(1, len(following) + 1):
        at = walk - 1
        while at < len(following) and not seen[at]:
            seen[at] = walk
            at = following[at]
        if at < len(following) and seen[at] == walk:
            return False
    return True


def decrypt(content: bytes, *, password: str | None, streams: dict[str, bytes]) -> bytes:
    """The workbook inside an encrypted one. Raises UnreadableFile: password needed, wrong, or an unknown method."""
    if password is None:
        raise UnreadableFile("intake.encrypted")
    spins = re.search(rb'spinCount="(\d{1,12})"', streams.get("encryptioninfo", b""))
    if spins and int(spins[1]) > MAX_SPINS:
        raise UnreadableFile("intake.bomb")
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError

    plain = io.BytesIO()
    try:
        office = msoffcrypto.OfficeFile(io.BytesIO(content))
        verified = {"verify_password": True} if "encryptedpackage" in streams else {}
        office.load_key(password=password, **verified)
        office.decrypt(plain)
    except InvalidKeyError as e:
        raise UnreadableFile("intake.wrong-password") from e
    except (
        DecryptionError, FileFormatError, ParseError, struct.error, ExpatError,
        OSError, ValueError, LookupError, TypeError, AttributeError, OverflowError,
    ) as e:  # fmt: skip
        raise UnreadableFile("intake.encryption-unknown") from e
    check_size(plain.getvalue())
    return plain.getvalue()
