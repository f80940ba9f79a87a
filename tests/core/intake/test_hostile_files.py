"""Each kind of file that would harm us, or is none, has its own code; what is only odd is read and said."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
import xlwt
from msoffcrypto.format.ooxml import OOXMLFile

from fengni.core.errors import UnreadableFile
from fengni.core.intake.hostile import MAX_FILE
from fengni.core.intake.reading import read_workbook
from fengni.definitions import has_text
from tests.core.intake.making import part, with_parts, xlsx

ROWS = [["企业名称", "备注"], ["示例·甲有限公司", "正常"]]
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    b'<c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
)


def refused(content: bytes, password: str | None = None) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_workbook(content, password=password)
    assert has_text(caught.value.code)
    return caught.value.code.removeprefix("intake.")


def archive(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name.replace("__", "/"), data)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b"\0\0\r\n ", "empty-file"),
        (b"%PDF-1.7 renamed to xlsx", "not-a-workbook"),
        (b"\x89PNG\r\n\x1a\n", "not-a-workbook"),
        (b"{\\rtf1 a}", "not-a-workbook"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "markup"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "markup"),
        (b"PK\x03\x04 and no archive", "truncated"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and no more", "truncated"),
        (b"a,b\n\x01\x02\x03,d", "not-a-workbook"),
        (b"\xff\xff\xfe\x80\x81\xff\n", "encoding-unknown"),
    ],
)
def test_what_is_no_workbook_is_refused_by_its_own_code(content: bytes, code: str) -> None:
    assert refused(content) == code


def test_more_than_100_mb_is_refused_before_anything_is_read() -> None:
    assert refused(b"PK" + bytes(MAX_FILE)) == "too-large"


def test_archives_of_other_kinds_are_refused() -> None:
    assert refused(archive(word__document=b"<w/>")) == "not-a-workbook"
    assert refused(archive(mimetype=b"application/vnd.oasis.opendocument.spreadsheet")) == "kind-not-read"
    assert refused(with_parts(xlsx(ROWS), {"xl/workbook.bin": b"\0"})) == "kind-not-read"


def test_a_workbook_without_content_is_refused() -> None:
    assert refused(xlsx([])) == "nothing-in-it"


def test_a_bomb_is_refused_by_its_ratio() -> None:
    assert refused(with_parts(xlsx(ROWS), {"xl/media/image1.png": bytes(60 * 2**20)})) == "bomb"


def test_too_many_parts_are_a_bomb() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for number in range(20_001):
            made.writestr(f"p{number}", b"")
    assert refused(target.getvalue()) == "bomb"


def test_a_part_larger_than_the_archive_says_is_refused() -> None:
    content = bytearray(with_parts(xlsx(ROWS), {SHEET: LAUGHS.replace(b"<!", b"<?x ?><!--") + b"-->" + bytes(5000)}))
    entry = content.rfind(b"PK\x01\x02", 0, content.rfind(SHEET.encode()))
    content[entry + 24 : entry + 28] = struct.pack("<I", 10)
    assert refused(bytes(content)) in {"bomb", "truncated"}


@pytest.mark.parametrize(
    "attack",
    [
        LAUGHS,
        LAUGHS.replace(b'<!ENTITY a "aaaaaaaaaa">', b'<!ENTITY a SYSTEM "file:///etc/hostname">'),
        LAUGHS.replace(
            b'[<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]', b'SYSTEM "http://example.com/a"'
        ),
    ],
)
@pytest.mark.parametrize("name", [SHEET, "xl/workbook.xml", "xl/styles.xml"])
def test_entities_and_document_types_are_an_attack(attack: bytes, name: str) -> None:
    assert refused(with_parts(xlsx(ROWS), {name: attack})) == "xml-attack"


def test_broken_xml_is_a_damaged_file() -> None:
    content = xlsx(ROWS)
    assert refused(with_parts(content, {SHEET: part(content, SHEET)[:-40]})) == "truncated"


def test_a_file_cut_off_anywhere_is_refused() -> None:
    content = xlsx([["企业名称", "备注"], *[[f"示例·{n}有限公司", "备注"] for n in range(50)]])
    for cut in range(8, len(content) - 1, max(1, len(content) // 60)):
        assert refused(content[:cut]) in {"truncated", "part-missing", "not-a-workbook"}


def test_a_sheet_that_is_missing_is_a_damaged_file() -> None:
    content = xlsx(ROWS)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for item in old.infolist():
            if item.filename != SHEET:
                new.writestr(item.filename, old.read(item.filename))
    assert refused(target.getvalue()) == "truncated"


def encrypted(content: bytes, password: str) -> bytes:
    target = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(password, target)
    return target.getvalue()


def test_an_encrypted_workbook_asks_for_its_password() -> None:
    content = encrypted(xlsx(ROWS), "Example-2024")
    assert refused(content) == "encrypted"
    assert refused(content, "wrong") == "wrong-password"
    assert [c.text for c in read_workbook(content, password="Example-2024").sheets[0].cells][2] == "示例·甲有限公司"


def test_an_encrypted_file_cut_off_is_refused() -> None:
    content = encrypted(xlsx(ROWS), "Example-2024")
    for cut in range(600, len(content), len(content) // 12):
        assert refused(content[:cut], "Example-2024") in {
            "truncated", "encryption-unknown", "wrong-password", "not-a-workbook",
        }  # fmt: skip


def test_an_encrypted_archive_is_no_workbook() -> None:
    content = bytearray(xlsx(ROWS))
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    assert refused(bytes(content)) == "encrypted-zip"


def test_macros_links_and_programs_are_said_and_never_followed() -> None:
    content = xlsx([["企业名称", "备注"], ["示例·甲有限公司", "=cmd|' /C calc'!A0"]])
    link = b'<externalLink xmlns="x"><ddeLink ddeService="cmd" ddeTopic="x"/></externalLink>'
    book = read_workbook(with_parts(content, {"xl/vbaProject.bin": b"\0", "xl/externalLinks/externalLink1.xml": link}))
    assert (book.macros, book.external_links, book.dde) == (1, 1, 2)
    assert set(book.notices) == {"intake.notice.macros", "intake.notice.external-links", "intake.notice.dde"}
    assert all(has_text(n) for n in book.notices)
    assert book.sheets[0].cells[2].text == "示例·甲有限公司"


def test_an_error_never_shows_what_stood_in_the_file() -> None:
    secret = "示例·不该出现"
    content = xlsx([[secret, secret]])
    with pytest.raises(UnreadableFile) as caught:
        read_workbook(with_parts(content, {SHEET: part(content, SHEET)[:-60]}))
    assert secret not in repr(caught.value) + str(caught.value.args)


def old_workbook() -> bytes:
    book = xlwt.Workbook()
    book.add_sheet("甲").write(0, 0, "x")
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize("field", [48, 60, 68])
def test_sectors_that_lead_in_a_circle_are_refused_before_anybody_follows_them(field: int) -> None:
    """The directory's, the small sectors' and the tables' own chain; a reader took memory for ever ([MS-CFB] 2.2)."""
    content = bytearray(old_workbook())
    assert read_workbook(bytes(content)).sheets[0].name == "甲"
    (table,) = struct.unpack_from("<I", content, 76)
    struct.pack_into("<I", content, field, 1)
    struct.pack_into("<I", content, (table + 1) * 512 + 4, 1)
    struct.pack_into("<I", content, 2 * 512 + 508, 1)
    assert refused(bytes(content)) == "truncated"
