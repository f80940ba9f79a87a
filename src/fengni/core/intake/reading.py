"""From uploaded bytes to a workbook: looks at the bytes, not at the file's ending."""

from __future__ import annotations

from fengni.core.errors import UnreadableFile
from fengni.core.intake import hostile
from fengni.core.intake.delimited import read_delimited
from fengni.core.intake.pausing import collection_paused
from fengni.core.intake.workbook import Progress, Workbook
from fengni.core.intake.xls import is_encrypted, read_xls
from fengni.core.intake.xlsx import read_xlsx


def read_workbook(content: bytes, *, password: str | None = None, progress: Progress | None = None) -> Workbook:
    """The workbook in `content`: xlsx, xlsm, xls, et, csv or tab separated text.

    `progress(done, total)` is called every few thousand cells; what it raises ends the reading. Raises
    UnreadableFile, one code per cause, all under `intake.`: empty-file, too-large, too-many-cells, bomb, xml-attack,
    truncated, part-missing, encrypted (give the password), wrong-password, encryption-unknown, encrypted-zip, markup,
    kind-not-read, encoding-unknown, not-a-workbook, nothing-in-it.
    """
    hostile.check_size(content)
    with collection_paused():
        workbook = _read(content, password, progress)
    if not any(sheet.cells or sheet.attached for sheet in workbook.sheets):
        raise UnreadableFile("intake.nothing-in-it")
    return workbook


def _read(content: bytes, password: str | None, progress: Progress | None) -> Workbook:
    kind = hostile.sniff(content)
    if kind == "zip":
        return read_xlsx(content, progress=progress)
    if kind == "ole":
        return _read_ole(content, password, progress)
    if kind == "markup":
        raise UnreadableFile("intake.markup")
    if kind == "foreign":
        raise UnreadableFile("intake.not-a-workbook")
    return read_delimited(content, progress=progress)


def _read_ole(content: bytes, password: str | None, progress: Progress | None) -> Workbook:
    streams = hostile.ole_streams(content)
    if "encryptedpackage" in streams:
        plain = hostile.decrypt(content, password=password, streams=streams)
        if hostile.sniff(plain) != "zip":
            raise UnreadableFile("intake.not-a-workbook")
        return read_xlsx(plain, progress=progress)
    book = streams.get("workbook", streams.get("book"))
    if book is None:
        raise UnreadableFile("intake.not-a-workbook")
    if is_encrypted(book):
        content = hostile.decrypt(content, password=password, streams=streams)
        streams = hostile.ole_streams(content)
        book = streams.get("workbook", streams.get("book", b""))
    return read_xls(content, stream=book, macros=int("macros" in streams), progress=progress)
