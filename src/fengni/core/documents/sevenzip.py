"""7z archives by the standard library alone: headers by the published layout, streams by lzma, zlib and bz2.

Source: 7zFormat.txt of the LZMA SDK (public domain). Read are folders of one coder: copy, LZMA, LZMA2, Deflate, BZip2,
which is what archivers write for documents; filters for programs, PPMd and the like are named as not read, AES as a
password. Nothing in a header is believed beyond the bytes that are there.

>>> import io
>>> SevenZip(io.BytesIO(b"7z and no more"))
Traceback (most recent call last):
    ...
fengni.core.errors.UnreadableFile: pii.truncated
"""

from __future__ import annotations

import bz2
import io
import lzma
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Final

from fengni.core.documents.inside import LARGEST, MOST_FILES
from fengni.core.errors import UnreadableFile

_START: Final = struct.Struct("<6sBBIQQI")
_MOST_HEADER: Final = 16 * 1024 * 1024
_CHUNK: Final = 256 * 1024
_COPY, _LZMA, _LZMA2, _DEFLATE, _BZIP2 = b"\x00", b"\x03\x01\x01", b"\x21", b"\x04\x01\x08", b"\x04\x02\x02"
_AES: Final = b"\x06\xf1\x07\x01"
_END, _HEADER, _MAIN, _FILES, _PACK, _UNPACK, _SUBSTREAMS = 0, 1, 4, 5, 6, 7, 8
_SIZES, _CRCS, _FOLDERS, _UNPACK_SIZES, _COUNTS, _EMPTY, _NAMES = 9, 10, 11, 12, 13, 14, 17
_ENCODED: Final = 23
_BROKEN: Final = (lzma.LZMAError, zlib.error, OSError, EOFError, ValueError, IndexError, struct.error, OverflowError)


@dataclass(slots=True)
class Folder:
    """A packed stream, the coders that wrote it, and the members it holds one after another."""

    coders: list[tuple[bytes, bytes]]  # method, properties
    sizes: list[int]  # what each coder gives
    position: int = 0
    packed: int = 0
    parts: tuple[int, ...] = ()
    crcs: tuple[int | None, ...] = ()
    names: tuple[str, ...] = ()

    def members(self, source: IO[bytes]) -> Iterator[tuple[str, bytes]]:
        """(name, bytes) of each member. Raises UnreadableFile: encrypted, kind-not-read, too-large, truncated, bomb."""
        stream = _Unpacking(source, self)
        for name, size, crc in zip(self.names, self.parts, self.crcs, strict=True):
            if size > LARGEST:
                raise UnreadableFile("pii.too-large")
            data = stream.read(size)
            if crc is not None and zlib.crc32(data) != crc:
                raise UnreadableFile("pii.truncated")
            yield name, data


class SevenZip:
    """The headers of an archive. Raises UnreadableFile: pii.truncated, pii.encrypted, pii.bomb, pii.kind-not-read."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source = source
        try:
            self.folders = self._read()
        except _BROKEN as e:
            raise UnreadableFile("pii.truncated") from e

    def _read(self) -> list[Folder]:
        self.source.seek(0)
        _, _, _, _, offset, size, crc = _START.unpack(self.source.read(_START.size))
        if not size:
            return []
        header = self._at(_START.size + offset, size)
        if zlib.crc32(header) != crc:
            raise UnreadableFile("pii.truncated")
        while header[:1] == bytes([_ENCODED]):
            fields = _Fields(header)
            fields.byte()
            folders = _streams(fields)
            if len(folders) != 1 or sum(folders[0].parts) > _MOST_HEADER:
                raise UnreadableFile("pii.bomb")
            folders[0].names = ("",) * len(folders[0].parts)
            header = b"".join(data for _, data in folders[0].members(self.source))
        return _named(_Fields(header))

    def _at(self, position: int, size: int) -> bytes:
        if size > _MOST_HEADER:
            raise UnreadableFile("pii.bomb")
        self.source.seek(position)
        return self.source.read(size)


class _Fields:
    """Numbers and bits of a header, one after another. Raises IndexError or ValueError where it ends."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def take(self, size: int) -> bytes:
        if size > len(self._data) - self._at:
            raise ValueError("header is cut off")
        self._at += size
        return self._data[self._at - size : self._at]

    def number(self) -> int:
        """As many bytes follow as the first has leading ones; its other bits are the highest."""
        first = self.byte()
        more = next((n for n in range(8) if not first & (0x80 >> n)), 8)
        return int.from_bytes(self.take(more), "little") | (first & (0x7F >> more)) << (8 * more)

    def count(self) -> int:
        """A number of things that each take room somewhere."""
        number = self.number()
        if number > MOST_FILES * 4:
            raise UnreadableFile("pii.bomb")
        return number

    def bits(self, count: int) -> list[bool]:
        data = self.take((count + 7) // 8)
        return [bool(data[n // 8] & (0x80 >> n % 8)) for n in range(count)]

    def crcs(self, count: int) -> list[int | None]:
        known = [True] * count if self.byte() else self.bits(count)
        return [int.from_bytes(self.take(4), "little") if there else None for there in known]


def _streams(fields: _Fields) -> list[Folder]:
    """The folders of a StreamsInfo, each with its parts."""
    folders: list[Folder] = []
    sizes: list[int] = []
    crcs: list[int | None] = []
    position, parted = 0, False
    while (kind := fields.byte()) != _END:
        if kind == _PACK:
            position, sizes = _packed(fields)
        elif kind == _UNPACK:
            folders, crcs = _unpacked(fields)
        elif kind == _SUBSTREAMS:
            _part(fields, folders, crcs)
            parted = True
        else:
            raise ValueError("unknown field")
    for folder, size in zip(folders, sizes, strict=False):
        folder.position, folder.packed = _START.size + position, size
        position += size
    if not parted:
        for folder, crc in zip(folders, crcs, strict=True):
            folder.parts, folder.crcs = (folder.sizes[-1],), (crc,)
    return folders


def _packed(fields: _Fields) -> tuple[int, list[int]]:
    position, count = fields.number(), fields.count()
    sizes: list[int] = []
    while (kind := fields.byte()) != _END:
        if kind == _SIZES:
            sizes = [fields.number() for _ in range(count)]
        elif kind == _CRCS:
            fields.crcs(count)
        else:
            raise ValueError("unknown field")
    return position, sizes


def _unpacked(fields: _Fields) -> tuple[list[Folder], list[int | None]]:
    if fields.byte() != _FOLDERS:
        raise ValueError("no folders")
    count = fields.count()
    if fields.byte():
        raise ValueError("folders elsewhere")
    folders = [Folder(_coders(fields), []) for _ in range(count)]
    crcs: list[int | None] = [None] * count
    while (kind := fields.byte()) != _END:
        if kind == _UNPACK_SIZES:
            for folder in folders:
                folder.sizes = [fields.number() for _ in folder.coders]
        elif kind == _CRCS:
            crcs = fields.crcs(count)
        else:
            raise ValueError("unknown field")
    return folders, crcs


def _coders(fields: _Fields) -> list[tuple[bytes, bytes]]:
    coders = []
    count = fields.number()
    if not 0 < count <= 32:
        raise ValueError("so many coders")
    entries = exits = 0
    for _ in range(count):
        flags = fields.byte()
        method = fields.take(flags & 0x0F)
        streams = (fields.number(), fields.number()) if flags & 0x10 else (1, 1)
        if max(streams) > 32:
            raise ValueError("so many streams")
        entries, exits = entries + streams[0], exits + streams[1]
        coders.append((method, fields.take(fields.number()) if flags & 0x20 else b""))
    for _ in range(exits - 1):
        fields.number(), fields.number()
    loose = entries - (exits - 1)
    for _ in range(loose if loose > 1 else 0):
        fields.number()
    if any(method == _AES for method, _ in coders):
        raise UnreadableFile("pii.encrypted")
    return coders


def _part(fields: _Fields, folders: list[Folder], crcs: list[int | None]) -> None:
    counts = [1] * len(folders)
    kind = fields.byte()
    if kind == _COUNTS:
        counts = [fields.count() for _ in folders]
        kind = fields.byte()
    for folder, count in zip(folders, counts, strict=True):
        sizes = [fields.number() for _ in range(count - 1)] if kind == _SIZES else []
        folder.parts = (*sizes, max(0, folder.sizes[-1] - sum(sizes))) if count else ()
    if kind == _SIZES:
        kind = fields.byte()
    whole = [n == 1 and crc is not None for n, crc in zip(counts, crcs, strict=True)]
    missing = sum(n for n, known in zip(counts, whole, strict=True) if not known)
    given = iter(fields.crcs(missing) if kind == _CRCS else [None] * missing)
    for folder, known, crc in zip(folders, whole, crcs, strict=True):
        folder.crcs = (crc,) if known else tuple(next(given) for _ in folder.parts)
    if kind == _CRCS:
        kind = fields.byte()
    if kind != _END:
        raise ValueError("unknown field")


def _named(fields: _Fields) -> list[Folder]:
    if fields.byte() != _HEADER:
        raise ValueError("no header")
    folders: list[Folder] = []
    names: list[str] = []
    while (kind := fields.byte()) != _END:
        if kind == _MAIN:
            folders = _streams(fields)
        elif kind == _FILES:
            names = _names(fields)
        else:
            raise ValueError("unknown field")
    left = iter(names)
    for folder in folders:
        folder.names = tuple(next(left, "") for _ in folder.parts)
    return folders


def _names(fields: _Fields) -> list[str]:
    """The names of the files that have bytes, in the order of their streams."""
    count = fields.count()
    empty = [False] * count
    names: list[str] = []
    while kind := fields.number():
        data = _Fields(body := fields.take(fields.number()))
        if kind == _EMPTY:
            empty = data.bits(count)
        elif kind == _NAMES:
            names = body[1:].decode("utf-16-le", "replace").split("\0")[:count]
    return [name for name, nothing in zip(names, empty, strict=True) if not nothing]


class _Unpacking(io.RawIOBase):
    """What a folder's one coder gives, read in pieces and never further than asked."""

    def __init__(self, source: IO[bytes], folder: Folder) -> None:
        if len(folder.coders) != 1:
            raise UnreadableFile("pii.kind-not-read")
        self._source, self._at, self._left = source, folder.position, folder.packed
        self._decoder = _decoder(*folder.coders[0], folder.sizes[-1])
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """Exactly `size` bytes. Raises UnreadableFile (pii.truncated)."""
        pieces: list[bytes] = []
        missing = size
        try:
            while missing > 0:
                piece = self._some(missing)
                if not piece and not self._left and not self._rest:
                    raise UnreadableFile("pii.truncated")
                pieces.append(piece)
                missing -= len(piece)
        except _BROKEN as e:
            raise UnreadableFile("pii.truncated") from e
        return b"".join(pieces)

    def _some(self, most: int) -> bytes:
        if self._decoder is None:
            return self._more(min(most, _CHUNK))
        if isinstance(self._decoder, lzma.LZMADecompressor | bz2.BZ2Decompressor):
            fed = self._more(_CHUNK) if self._decoder.needs_input else b""
            piece = self._decoder.decompress(fed, most)
            if not piece and not fed and not self._left:
                raise UnreadableFile("pii.truncated")
            return piece
        piece = self._decoder.decompress(self._rest or self._more(_CHUNK), most)
        self._rest = self._decoder.unconsumed_tail
        if not piece and self._decoder.eof:
            raise UnreadableFile("pii.truncated")
        return bytes(piece)

    def _more(self, size: int) -> bytes:
        self._source.seek(self._at)
        data = self._source.read(min(size, self._left))
        if not data:
            self._left = 0
        self._at += len(data)
        self._left -= len(data)
        return data


def _decoder(method: bytes, properties: bytes, size: int) -> Any:  # Any: three libraries, no common type
    if method == _COPY:
        return None
    if method == _DEFLATE:
        return zlib.decompressobj(-zlib.MAX_WBITS)
    if method == _BZIP2:
        return bz2.BZ2Decompressor()
    enough = max(4096, min(size, LARGEST * 4))  # no distance reaches back before the first byte
    try:
        if method == _LZMA:
            mode, wanted = struct.unpack("<BI", properties)
            ways = {"lc": mode % 9, "lp": mode // 9 % 5, "pb": mode // 45}
            chosen = {"id": lzma.FILTER_LZMA1, "dict_size": max(4096, min(wanted, enough)), **ways}
        elif method == _LZMA2:
            bits = properties[0]
            wanted = (2 | bits & 1) << (bits // 2 + 11) if bits < 40 else 0xFFFFFFFF
            chosen = {"id": lzma.FILTER_LZMA2, "dict_size": max(4096, min(wanted, enough))}
        else:
            raise UnreadableFile("pii.kind-not-read")
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[chosen])
    except (lzma.LZMAError, struct.error, ValueError, IndexError) as e:
        raise UnreadableFile("pii.truncated") from e
