"""Archives: every member is read like a file of its own; nothing is unpacked to disk.

Rules: what the archive says of a member's size is a limit, not a promise; a member that needs a password or is damaged
is reported and the others go on. Names without a flag for UTF-8 are GB18030 where they fit, as Windows writes them.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import IO, Final

from fengni.core.documents.inside import LARGEST, Exhausted, Inside
from fengni.core.documents.package import BROKEN, RATIO, RATIO_MATTERS
from fengni.core.documents.sevenzip import SevenZip
from fengni.core.errors import UnreadableFile
from fengni.core.pii.passage import Passage

_UTF8: Final = 0x800
_LOCKED: Final = 0x1


def zip_passages(source: IO[bytes], inside: Inside) -> Iterator[Passage]:
    """What the members of a zip file hold. Raises UnreadableFile: pii.truncated, pii.bomb."""
    try:
        archive = zipfile.ZipFile(source)
    except BROKEN as e:
        raise UnreadableFile("pii.truncated") from e
    for member in (m for m in archive.infolist() if not m.filename.endswith("/")):
        name = _name(member)
        try:
            data = _unpacked(archive, member)
        except UnreadableFile as e:
            inside.refuse(name, e.code)
            continue
        yield from inside.document(data, name)


def sevenzip_passages(source: IO[bytes], inside: Inside) -> Iterator[Passage]:
    """What the members of a 7z file hold. Raises UnreadableFile: pii.truncated, pii.bomb, pii.encrypted."""
    archive = SevenZip(source)
    for folder in archive.folders:
        done = 0
        try:
            for name, data in folder.members(source):
                done += 1
                yield from inside.document(data, name)
        except Exhausted:
            raise
        except UnreadableFile as e:
            for name in folder.names[done:]:
                inside.refuse(name, e.code)


def _name(member: zipfile.ZipInfo) -> str:
    if member.flag_bits & _UTF8:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """One member. Raises UnreadableFile: pii.encrypted, pii.bomb, pii.too-large, pii.truncated."""
    if member.flag_bits & _LOCKED:
        raise UnreadableFile("pii.encrypted")
    if member.file_size > RATIO_MATTERS and member.file_size > RATIO * max(member.compress_size, 1):
        raise UnreadableFile("pii.bomb")
    if member.file_size > LARGEST:
        raise UnreadableFile("pii.too-large")
    try:
        with archive.open(member) as stream:
            data = stream.read(member.file_size + 1)
    except BROKEN as e:
        raise UnreadableFile("pii.truncated") from e
    if len(data) > member.file_size:
        raise UnreadableFile("pii.bomb")
    return data
