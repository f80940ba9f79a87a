"""Documents for tests, made byte by byte where no library writes them: OLE files, messages, Word 97, PDF, packages."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping

import pikepdf
from PIL import Image

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
Tree = Mapping[str, "bytes | Tree"]


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip file of these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def picture(width: int = 300, height: int = 200, kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.new("L", (width, height), 200).save(stream, kind)
    return stream.getvalue()


def ole(tree: Tree) -> bytes:
    """An OLE file ([MS-CFB], version 3): storages are mappings, streams are bytes."""
    entries: list[list[object]] = []  # name, kind, left, right, child, start, size

    def add(name: str, kind: int, content: object) -> int:
        number = len(entries)
        entries.append([name, kind, _FREE, _FREE, _FREE, 0, content])
        if isinstance(content, Mapping):
            before = None
            for key in sorted(content, key=lambda k: (len(k), k.upper())):
                child = add(key, 1 if isinstance(content[key], Mapping) else 2, content[key])
                if before is None:
                    entries[number][4] = child
                else:
                    entries[before][3] = child
                before = child
        return number

    add("Root Entry", 5, tree)
    small, large = bytearray(), bytearray()
    mini: list[int] = []
    sectors: list[int] = []

    def chained(table: list[int], count: int) -> int:
        begin = len(table)
        table += [begin + n + 1 for n in range(count - 1)] + [_END] * bool(count)
        return begin if count else _END

    for entry in entries:
        data = entry[6]
        if not isinstance(data, bytes):
            entry[6] = 0
        elif len(data) < 4096:
            entry[5], entry[6] = chained(mini, -(-len(data) // 64)), len(data)
            small += data + bytes(-len(data) % 64)
        else:
            entry[5], entry[6] = chained(sectors, -(-len(data) // 512)), len(data)
            large += data + bytes(-len(data) % 512)
    root_size = len(small)
    entries[0][5], entries[0][6] = chained(sectors, -(-len(small) // 512)), root_size
    large += small + bytes(-len(small) % 512)
    mini_table = struct.pack(f"<{len(mini)}I", *mini)
    mini_table += b"\xff" * (-len(mini_table) % 512)
    mini_start = chained(sectors, len(mini_table) // 512)
    large += mini_table
    directory = b"".join(_entry(*entry) for entry in entries)
    directory += _entry("", 0, _FREE, _FREE, _FREE, 0, 0) * (-len(entries) % 4)
    directory_start = chained(sectors, len(directory) // 512)
    large += directory
    tables = 1
    while (len(sectors) + tables) * 4 > tables * 512:
        tables += 1
    first = len(sectors)
    sectors += [_FAT] * tables
    table = struct.pack(f"<{len(sectors)}I", *sectors)
    table += b"\xff" * (tables * 512 - len(table))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, directory_start, 0, 4096,
                        mini_start if mini else _END, len(mini_table) // 512, _END, 0, first)  # fmt: skip
    rest = [first + n for n in range(1, tables)]
    head += struct.pack(f"<{len(rest)}I", *rest) + b"\xff" * (512 - len(head) - 4 * len(rest))
    return head + bytes(large) + table


def _entry(
    name: object, kind: object, left: object, right: object, child: object, start: object, size: object
) -> bytes:
    text = str(name).encode("utf-16-le")
    length = len(text) + 2 if text else 0
    body = text.ljust(64, b"\0") + struct.pack("<HBBIII", length, kind, 1, left, right, child)
    return body + bytes(36) + struct.pack("<IQ", start, size)


def message(properties: Mapping[str, str | bytes], *inner: tuple[str, Tree]) -> dict[str, bytes | Tree]:
    """The streams of an Outlook message: `properties` by id, strings as Unicode; `inner` are storages."""
    tree: dict[str, bytes | Tree] = {"__properties_version1.0": bytes(32)}
    for number, value in properties.items():
        kind = "001F" if isinstance(value, str) else "0102"
        tree[f"__substg1.0_{number}{kind}"] = value.encode("utf-16-le") if isinstance(value, str) else value
    return tree | dict(inner)


def word97(*pieces: str, flags: int = 0, version: int = 0xC1) -> bytes:
    """A Word 97 document whose text lies in `pieces`; those of ASCII take one byte per character."""
    stream = bytearray(struct.pack("<6H", 0xA5EC, version, 0, 0, 0, 0x0200 | flags).ljust(0x400, b"\0"))
    places, descriptors, at = [0], b"", 0
    for piece in pieces:
        begin = len(stream)
        narrow = piece.isascii()
        stream += piece.encode("ascii" if narrow else "utf-16-le")
        at += len(piece)
        places.append(at)
        descriptors += struct.pack("<HIH", 0, begin * 2 | 0x40000000 if narrow else begin, 0)
    table = struct.pack(f"<{len(places)}I", *places) + descriptors
    clx = b"\x01\x02\x00ab" + b"\x02" + struct.pack("<I", len(table)) + table
    struct.pack_into("<II", stream, 0x01A2, 16, len(clx))
    return ole({"WordDocument": bytes(stream), "1Table": bytes(16) + clx})


def native(name: str, content: bytes) -> bytes:
    """What Windows keeps of a file that was pasted into a document as an object."""
    path = b"C:\\" + name.encode("gbk") + b"\0"
    body = b"\x02\x00" + name.encode("gbk") + b"\0" + path + bytes(4) + struct.pack("<I", len(path)) + path
    body += struct.pack("<I", len(content)) + content
    return struct.pack("<I", len(body)) + body


def pdf(*pages: str | bytes) -> pikepdf.Pdf:
    """A document of ASCII lines (str) and pictures (bytes of a JPEG), one per page."""
    made = pikepdf.new()
    font = made.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    for content in pages:
        page = made.add_blank_page(page_size=(595, 842))
        if isinstance(content, bytes):
            with Image.open(io.BytesIO(content)) as drawn:
                width, height = drawn.size
            held = pikepdf.Stream(made, content, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=width,
                                  Height=height, ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8,
                                  Filter=pikepdf.Name.DCTDecode)  # fmt: skip
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=made.make_indirect(held)))
            page.Contents = made.make_stream(b"q 500 0 0 700 40 60 cm /Im0 Do Q")
        else:
            lines = " T* ".join(f"({line}) Tj" for line in content.split("\n"))
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
            page.Contents = made.make_stream(f"BT /F1 12 Tf 14 TL 40 780 Td {lines} ET".encode())
    return made


def saved(made: pikepdf.Pdf, **how: object) -> bytes:
    stream = io.BytesIO()
    made.save(stream, **how)  # type: ignore[arg-type]  # encryption and the like
    return stream.getvalue()
