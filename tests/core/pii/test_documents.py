"""Documents: what is found in each kind, where, and what hostile ones get."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment

from fengni.core.documents.markup import plain
from fengni.core.documents.reading import passages
from fengni.core.errors import UnreadableFile
from fengni.core.fictitious import bank_account, id_number, mobile
from fengni.core.pii.finding import Finding
from fengni.core.pii.scanner import scan_passages

ID, PHONE, CARD = id_number("19790314", 23), mobile(1), bank_account(1)
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def scanned(content: bytes, name: str = "a.txt") -> list[Finding]:
    refused: list[tuple[str, str]] = []
    found = list(scan_passages(passages(io.BytesIO(content), name, refused=lambda p, e: refused.append((p, e.code)))))
    assert refused == []
    return found


def packed(**parts: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", text)
    return stream.getvalue()


def document(body: str, **more: str) -> bytes:
    return packed(word__document=f"<w:document {_W}><w:body>{body}</w:body></w:document>", **more)


def p(*runs: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs) + "</w:p>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_in_every_encoding_has_the_same_positions(encoding: str) -> None:
    text = f"客户名单，第一行\n手机：{PHONE}，身份证：{ID}\n"
    found = scanned(text.encode(encoding))
    assert [(f.type, f.value, text[f.start : f.end]) for f in found] == [
        ("CN_MOBILE", PHONE, PHONE),
        ("CN_ID_CARD", ID, ID),
    ]


def test_a_log_with_a_broken_byte_is_still_read() -> None:
    assert [f.value for f in scanned(b"ok \xff\xff\n\xe4 " + f"phone={PHONE}\n".encode())] == [PHONE]


def test_positions_hold_over_blocks_of_a_large_file() -> None:
    line = "2026-11-25 02:22:49 INFO 办理中 request_id=1234567890123456 took 12ms\n"
    text = "".join(line if n % 500 else f"2026-11-25 phone={PHONE} 联系\n" for n in range(20_000))
    found = scanned(text.encode(), "a.log")
    assert len(found) == 40
    assert {text[f.start : f.end] for f in found} == {PHONE}
    assert len({f.start for f in found}) == 40


def test_one_endless_line_is_cut_where_no_number_stands() -> None:
    text = ((f"客户手机:{PHONE},金额未定，" + "资料齐全，" * 20) * 10_000)[:1_200_000]
    found = scanned(text.encode(), "a.json")
    assert len(found) == text.count(PHONE)
    assert {text[f.start : f.end] for f in found} == {PHONE}


def test_a_large_log_needs_little_memory() -> None:
    class Lines(io.RawIOBase):
        """Four megabytes that were never in memory."""

        def __init__(self) -> None:
            self._at, self._line = 0, b"2026-11-25 02:22:49 INFO nothing to see here at all, really nothing\n"
            self._size = 4_000_000 // len(self._line) * len(self._line)

        def read(self, size: int = -1) -> bytes:
            size = min(size, self._size - self._at)
            begin = self._at % len(self._line)
            self._at += size
            return (self._line * (size // len(self._line) + 2))[begin : begin + size]

        def seek(self, offset: int, whence: int = 0) -> int:
            self._at = offset if whence == 0 else self._size + offset
            return self._at

    tracemalloc.start()
    try:
        assert not list(scan_passages(passages(Lines(), "a.log", refused=print)))  # type: ignore[arg-type]  # a stream
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3_000_000


def test_delimited_text_knows_its_headings() -> None:
    text = f"客户台账,,,\n姓名,证件号,银行账号,订单号\n沈若溪,990101790314023,{CARD},{PHONE}\n"
    found = scanned(text.encode("gb18030"), "a.csv")
    assert [(f.type, text[f.start : f.end]) for f in found] == [
        ("PERSON", "沈若溪"),
        ("CN_ID_CARD", "990101790314023"),
        ("BANK_CARD", CARD),
    ]


def test_a_chinese_comma_in_a_cell_is_no_delimiter() -> None:
    text = "地址,备注,证件号\n示例市，样例区，远，近,无，略,990101790314023\n"
    assert [f.value for f in scanned(text.encode(), "a.csv")] == ["990101790314023"]


def test_headings_hold_in_later_blocks() -> None:
    rows = "".join(f"沈若溪,99010179031402{n % 10}\n" for n in range(15_000))
    found = scanned(("姓名,证件号\n" + rows).encode(), "a.csv")
    assert len(found) == 30_000


def test_word_paragraphs_are_one_stream() -> None:
    table = f"<w:tbl><w:tr><w:tc>{p('姓名')}</w:tc><w:tc>{p('证件号码')}</w:tc></w:tr>"
    table += f"<w:tr><w:tc>{p('沈若溪')}</w:tc><w:tc>{p('990101790314023')}</w:tc></w:tr></w:tbl>"
    body = p("手机 154", "0000", "0001") + table + p("身份证", ID)
    deleted = f"<w:p><w:del><w:r><w:delText>{ID}</w:delText></w:r></w:del></w:p>"
    content = document(body + deleted, word__header1=f"<w:hdr {_W}>{p('传真0571-88881234')}</w:hdr>")
    found = scanned(content, "a.docx")
    stream = "\n".join(
        ["手机 15400000001", "姓名", "证件号码", "沈若溪", "990101790314023", f"身份证{ID}", ID, "传真0571-88881234"]
    )
    assert [(f.type, stream[f.start : f.end]) for f in found] == [
        ("CN_MOBILE", PHONE),
        ("PERSON", "沈若溪"),
        ("CN_ID_CARD", "990101790314023"),
        ("CN_ID_CARD", ID),
        ("CN_ID_CARD", ID),
        ("CN_LANDLINE", "0571-88881234"),
    ]


def test_a_text_box_is_read_once() -> None:
    box = f"<w:txbxContent>{p(PHONE)}</w:txbxContent>"
    choice = f'<mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>'
    assert len(scanned(document(f"<w:p><w:r>{choice}</mc:AlternateContent></w:r></w:p>"), "a.docx")) == 1


def workbook() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "客户"
    for row in (["客户台账"], ["姓名", "手机", "账号", "订单号"], ["沈若溪", int(PHONE), CARD, mobile(2)]):
        sheet.append(row)
    sheet["A3"].comment = Comment(f"补 {mobile(3)}", "示例")
    hidden = book.create_sheet("隐藏")
    hidden.sheet_state = "veryHidden"
    hidden["B7"] = ID
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_cells_of_a_workbook_have_their_address() -> None:
    found = scanned(workbook(), "a.xlsx")
    assert [(f.place, f.type, f.value, f.start, f.end) for f in found] == [
        ("#客户!A3", "PERSON", "沈若溪", 0, 3),
        ("#客户!B3", "CN_MOBILE", PHONE, 0, 11),
        ("#客户!C3", "BANK_CARD", CARD, 0, 19),
        ("#隐藏!B7", "CN_ID_CARD", ID, 0, 18),
        *[(f.place, "CN_MOBILE", mobile(3), f.start, f.end) for f in found[4:]],
    ]
    assert len(found) == 5
    assert "comments" in found[4].place


def test_mail_with_its_attachments() -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"] = f"联系 {PHONE}", "示例 <a@example.com>"
    mail.set_content(f"身份证 {ID}", charset="gb18030")
    mail.add_alternative("<style>.a{}</style><p>手机<b>154</b>0000<i>0001</i></p>", subtype="html")
    mail.add_attachment(workbook(), maintype="application", subtype="octet-stream", filename="名单.xlsx")
    inner = EmailMessage()
    inner["Subject"] = f"转发 {mobile(4)}"
    inner.set_content(f"电话 {mobile(5)}")
    mail.add_attachment(inner)
    found = scanned(bytes(mail), "a.eml")
    places = [(f.place, f.value) for f in found]
    assert ("#headers", "a@example.com") in places
    assert ("#headers", PHONE) in places
    assert ("#1", ID) in places
    assert ("#2", PHONE) in places
    assert ("#名单.xlsx#隐藏!B7", ID) in places
    assert {mobile(4), mobile(5)} <= {f.value for f in found}


def test_an_attachment_that_cannot_be_read_is_reported_and_the_rest_goes_on() -> None:
    mail = EmailMessage()
    mail.set_content("见附件")
    mail.add_attachment(b"PK\x03\x04broken", maintype="application", subtype="zip", filename="a.xlsx")
    mail.add_attachment(PHONE.encode(), maintype="text", subtype="plain", filename="b.txt")
    refused: list[tuple[str, str]] = []
    read = passages(io.BytesIO(bytes(mail)), "a.eml", refused=lambda p, e: refused.append((p, e.code)))
    assert [f.place for f in scan_passages(read)] == ["#b.txt"]
    assert refused == [("#a.xlsx", "pii.truncated")]


def _bomb() -> bytes:
    return packed(word__document=f"<w:document {_W}>" + " " * 60_000_000 + "</w:document>")


def _locked() -> bytes:
    content = bytearray(document(p("x")))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    return bytes(content)


def _hostile() -> Iterator[tuple[str, bytes, str]]:
    yield "pii.truncated", document(p(PHONE))[:-40], "a.docx"
    yield "pii.truncated", document(p(PHONE) + "<w:p>"), "a.docx"
    yield "pii.bomb", _bomb(), "a.docx"
    yield "pii.encrypted", _locked(), "a.docx"
    yield "pii.xml-attack", packed(word__document='<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "a.docx"
    yield (
        "pii.xml-attack",
        packed(xl__workbook='<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
        "a.xlsx",
    )
    yield "pii.truncated", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.xls"
    yield "pii.truncated", b"%PDF-1.7\n", "a.pdf"
    yield "pii.kind-not-read", b"\x7fELF" + bytes(60), "a.zip"
    yield "pii.not-text", bytes(range(1, 9)) * 500, "a.txt"


@pytest.mark.parametrize(("code", "content", "name"), list(_hostile()), ids=lambda v: v if isinstance(v, str) else "")
def test_hostile_and_foreign_files_have_a_code_of_their_own(code: str, content: bytes, name: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        scanned(content, name)
    assert caught.value.code == code


@pytest.mark.parametrize("unit", ["<a", "<!--", "<![CDATA[", "<script>", "</", "&#", "<style><", "<p ", "x<"])
def test_marks_that_never_close_do_no_harm(unit: str) -> None:
    assert plain(f"<p>{PHONE}" + unit * 50_000).strip().startswith(PHONE)


def test_boxes_in_boxes_are_read_once_each() -> None:
    inner = p(PHONE)
    for _ in range(14):
        inner = f"<w:p><w:r><w:txbxContent>{inner}</w:txbxContent></w:r></w:p>"
    assert len(scanned(document(inner), "a.docx")) == 1


def test_deeply_nested_xml_and_mail_do_no_harm() -> None:
    deep = "<w:x>" * 50_000 + "</w:x>" * 50_000
    with pytest.raises(UnreadableFile):
        scanned(document(deep), "a.docx")
    content: bytes = PHONE.encode()
    for _ in range(6):
        mail = EmailMessage()
        mail.set_content("x")
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename="a.eml")
        content = bytes(mail)
    refused: list[str] = []
    read = passages(io.BytesIO(content), "a.eml", refused=lambda p, e: refused.append(e.code))
    assert list(scan_passages(read)) == []
    assert refused == ["pii.too-deep"]
