"""Readers of PDF, presentations, old Office, messages, archives, HTML and JSON: what is found, and exactly where."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pikepdf
import pytest
import xlwt
from openpyxl import Workbook

import fengni
from fengni.core.documents.kinds import kind_of
from fengni.core.documents.markup import html_passages
from fengni.core.documents.reading import passages
from fengni.core.fictitious import id_number, mobile
from fengni.core.pii.finding import Finding
from fengni.core.pii.scanner import scan_passages
from tests.core.pii.making import message, native, ole, packed, pdf, picture, saved, word97

ID, PHONE = id_number("19790314", 23), mobile(1)
_W = 'xmlns:w="urn:w" xmlns:a="urn:a" xmlns:r="urn:r" xmlns:wp="urn:wp"'
_RELATIONS = '<Relationships xmlns="urn:p">{}</Relationships>'
# Written by 7-Zip's own methods: a.txt `tel 15400000001` and b.csv with a heading and a row.
_SEVENS = Path(__file__).with_name("sevens.txt")


def read(content: bytes, name: str) -> tuple[list[Finding], list[tuple[str, str]]]:
    refused: list[tuple[str, str]] = []
    found = passages(io.BytesIO(content), name, refused=lambda p, e: refused.append((p, e.code)))
    return list(scan_passages(found)), refused


def places(content: bytes, name: str) -> dict[str, list[str]]:
    """Values by place; nothing may be refused."""
    found, refused = read(content, name)
    assert refused == []
    by_place: dict[str, list[str]] = {}
    for finding in found:
        by_place.setdefault(finding.place, []).append(finding.value)
    return by_place


def relation(target: str, number: int = 1, mode: str = "") -> str:
    return f'<Relationship Id="r{number}" Type="urn:t" Target="{target}"{mode and f" TargetMode={mode!r}"}/>'


class TestPdf:
    def test_pages_have_their_number_and_exact_positions(self) -> None:
        found, refused = read(saved(pdf("nothing here", f"name\ntel {PHONE}\nmail a@example.com")), "a.pdf")
        text = f"name\r\ntel {PHONE}\r\nmail a@example.com"
        assert refused == []
        assert [(f.place, f.type, text[f.start : f.end]) for f in found] == [
            ("#page=2", "CN_MOBILE", PHONE),
            ("#page=2", "EMAIL", "a@example.com"),
        ]

    def test_what_hangs_around_pages_is_found_at_its_place(self) -> None:
        made = pdf("first", "second")
        note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9])
        note.Contents = f"批注 {mobile(2)}"
        link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9])
        link.A = made.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.URI, URI="mailto:a@example.com"))
        made.pages[1].Annots = made.make_indirect(pikepdf.Array([made.make_indirect(note), link]))
        field = pikepdf.Dictionary(FT=pikepdf.Name.Tx, T="phone", V=f"手机 {mobile(3)}")
        made.Root.AcroForm = pikepdf.Dictionary(Fields=[made.make_indirect(field)])
        made.docinfo["/Author"] = f"示例 {mobile(4)}"
        made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=f"var tel = '{mobile(5)}'")
        made.attachments["名单.txt"] = pikepdf.AttachedFileSpec(made, f"电话 {mobile(6)}".encode(), filename="名单.txt")
        with made.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem(f"电话 {mobile(7)}", 0))
        assert places(saved(made), "a.pdf") == {
            "#page=2/annotations": [mobile(2), "a@example.com"],
            "#form": [mobile(3)],
            "#properties": [mobile(4)],
            "#scripts": [mobile(5)],
            "#bookmarks": [mobile(7)],
            "#名单.txt": [mobile(6)],
        }

    def test_its_metadata_as_xml(self) -> None:
        made = pdf("first")
        with made.open_metadata() as about:
            about["dc:title"] = f"电话 {PHONE}"
            about["dc:description"] = "20261201"
        assert places(saved(made), "a.pdf")["#properties"] == [PHONE, PHONE]  # in the XML and where it was before

    def test_chinese_that_a_program_wrote_against_the_rules(self) -> None:
        made = pdf("first")
        made.docinfo["/Title"] = pikepdf.String("x")
        content = saved(made, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        gbk = f"电话{PHONE}".encode("gbk")
        assert places(content.replace(b"/Title (x)", b"/Title (" + gbk + b")"), "a.pdf") == {"#properties": [PHONE]}

    def test_scanned_pages_are_named_as_pictures_and_small_ones_are_not(self) -> None:
        made = pdf(picture(kind="JPEG"), f"tel {PHONE}", picture(90, 60, "JPEG"))
        assert read(saved(made), "a.pdf")[1] == [
            ("#page=1", "pii.picture-not-read"),
            ("#page=3", "pii.picture-not-read"),
        ]

    def test_a_page_of_drawn_letters_is_named(self) -> None:
        made = pdf("")
        made.pages[0].Contents = made.make_stream(b"10 10 m 50 90 l 90 10 l S")
        assert read(saved(made), "a.pdf")[1] == [("#page=1", "pii.picture-not-read")]

    def test_a_font_that_tells_nothing_is_named(self) -> None:
        made = pdf("abcdefgh")
        font = made.pages[0].Resources.Font.F1
        font.Subtype, font.BaseFont = pikepdf.Name.Type0, pikepdf.Name("/ABCDEF+Hidden")
        font.Encoding = pikepdf.Name("/Identity-H")
        below = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.CIDFontType2, BaseFont=pikepdf.Name("/ABCDEF+Hidden"),
            CIDSystemInfo=pikepdf.Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        )  # fmt: skip
        font.DescendantFonts = pikepdf.Array([made.make_indirect(below)])
        assert read(saved(made), "a.pdf") == ([], [("#page=1", "pii.font-not-read")])
        font.ToUnicode = made.make_stream(b"")
        assert read(saved(made), "a.pdf")[1] == []

    def test_a_number_that_a_full_line_cuts_is_one_number(self) -> None:
        text = f"the line is full of words and then {ID[:7]}\r\n{ID[7:]} and more words than that\r\n1540\r\n0000001"
        found, _ = read(saved(pdf(text.replace("\r\n", "\n"))), "a.pdf")
        assert [(f.type, f.value, text[f.start : f.end]) for f in found] == [
            ("CN_ID_CARD", ID, f"{ID[:7]}\r\n{ID[7:]}")
        ]

    def test_what_an_earlier_version_held_is_found(self) -> None:
        first = saved(pdf(f"tel {PHONE}", "kept"))
        with pikepdf.open(io.BytesIO(first)) as opened:
            page = opened.pages[0].obj.objgen[0]
        changed = f"\n{page} 0 obj\n<< /Type /Page /MediaBox [0 0 9 9] >>\nendobj\n".encode()
        start = int(first.rpartition(b"startxref")[2].split()[0])
        where = len(first) + changed.index(f"{page} 0 obj".encode())
        table = f"xref\n{page} 1\n{where:010} 00000 n \ntrailer\n<< /Size 99 /Root 1 0 R /Prev {start} >>\n".encode()
        content = first + changed + table + f"startxref\n{len(first + changed)}\n%%EOF\n".encode()
        assert places(content, "a.pdf") == {"#revision=1#page=1": [PHONE]}
        assert places(first, "a.pdf") == {"#page=1": [PHONE]}
        assert places(saved(pdf(f"tel {PHONE}", "kept"), linearize=True), "a.pdf") == {"#page=1": [PHONE]}

    def test_a_password_is_named(self) -> None:
        content = saved(pdf("x"), encryption=pikepdf.Encryption(owner="a", user="b"))
        with pytest.raises(Exception, match=r"pii\.encrypted"):
            read(content, "a.pdf")

    def test_an_empty_user_password_hinders_nobody(self) -> None:
        content = saved(pdf(f"tel {PHONE}"), encryption=pikepdf.Encryption(owner="a", user=""))
        assert places(content, "a.pdf") == {"#page=1": [PHONE]}


def presentation() -> bytes:
    table = f"<a:tbl><a:tr><a:tc>{_p('姓名')}</a:tc><a:tc>{_p('手机')}</a:tc></a:tr>"
    table += f"<a:tr><a:tc>{_p('沈若溪')}</a:tc><a:tc>{_p(mobile(2))}</a:tc></a:tr></a:tbl>"
    slide = f"<p:sld xmlns:p='urn:pp' {_W}><p:pic descr='照片 {mobile(3)}'/>{{}}</p:sld>"
    return packed(
        {
            "ppt/presentation.xml": f"<p:p xmlns:p='urn:pp' {_W}><p:sldId r:id='r2'/><p:sldId r:id='r1'/></p:p>",
            "ppt/_rels/presentation.xml.rels": _RELATIONS.format(
                relation("slides/slide1.xml", 1) + relation("slides/slide2.xml", 2)
            ),
            "ppt/slides/slide1.xml": slide.format(_p("标题") + table),
            "ppt/slides/slide2.xml": slide.format(_p("电话 154", "0000", "0001")),
            "ppt/slides/_rels/slide2.xml.rels": _RELATIONS.format(
                relation("../notesSlides/n1.xml") + relation("tel:15400000005", 2, "External")
            ),
            "ppt/notesSlides/n1.xml": slide.format(_p(f"备注 {mobile(4)}")),
            "docProps/core.xml": "<c xmlns:d='urn:d'><d:creator>沈</d:creator></c>",
            "ppt/media/image1.png": picture(),
        }
    )


def _p(*runs: str) -> str:
    return "<a:p>" + "".join(f"<a:r><a:t>{run}</a:t></a:r>" for run in runs) + "</a:p>"


def test_slides_are_counted_as_they_are_shown() -> None:
    found, refused = read(presentation(), "a.pptx")
    assert [(f.place, f.value, f.start, f.end) for f in found] == [
        ("#slide=1", PHONE, 3, 14),
        ("#ppt/slides/slide2.xml", mobile(3), 3, 14),
        ("#slide=1/notes", mobile(4), 3, 14),
        ("#ppt/notesslides/n1.xml", mobile(3), 3, 14),
        ("#slide=2", "沈若溪", 9, 12),
        ("#slide=2", mobile(2), 13, 24),
        ("#ppt/slides/slide1.xml", mobile(3), 3, 14),
        ("#ppt/slides/_rels/slide2.xml.rels", mobile(5), 4, 15),
    ]
    assert refused == [("#ppt/media/image1.png", "pii.picture-not-read")]


def test_a_word_file_with_all_it_carries() -> None:
    body = f"<w:p><w:ins w:author='沈若溪 {mobile(2)}'><w:r><w:t>新 {PHONE}</w:t></w:r></w:ins></w:p>"
    body += f"<w:p><w:del><w:r><w:delText>旧 {ID}</w:delText></w:r></w:del></w:p>"
    body += f"<w:p><w:r><wp:docPr descr='证件 {mobile(3)}'/></w:r></w:p>"
    book = Workbook()
    assert book.active is not None
    book.active["B2"] = mobile(4)
    stream = io.BytesIO()
    book.save(stream)
    content = packed(
        {
            "word/document.xml": f"<w:document {_W}><w:body>{body}</w:body></w:document>",
            "word/comments.xml": f"<w:comments {_W}><w:comment w:author='a@example.com'>{_w(mobile(5))}</w:comment>"
            "</w:comments>",
            "word/embeddings/list.xlsx": stream.getvalue(),
            "word/embeddings/oleObject1.bin": ole({"\x01Ole10Native": native("旧表.txt", f"手机{mobile(6)}".encode())}),
            "word/media/image1.jpeg": picture(kind="JPEG"),
            "word/_rels/document.xml.rels": _RELATIONS.format(relation("mailto:b%40example.com", 1, "External")),
            "customXml/item1.xml": f"<a><b>电话</b><b>{mobile(7)}</b></a>",
            "word/settings.xml": f"<w:settings {_W}><w:docVar w:name='phone' w:val='{mobile(9)}'/></w:settings>",
            "word/fonts/font1.odttf": b"\x01\x02",
            "docProps/custom.xml": f"<p><v>电话 {mobile(8)}</v></p>",
        }
    )
    found, refused = read(content, "a.docx")
    stream_text = f"新 {PHONE}\n旧 {ID}\n\n{mobile(5)}\n电话 {mobile(8)}"
    assert [stream_text[f.start : f.end] for f in found if not f.place] == [PHONE, ID, mobile(5), mobile(8)]
    assert {f.place: f.value for f in found if f.place and f.type != "PERSON"} == {
        "#word/document.xml": mobile(3),
        "#word/comments.xml": "a@example.com",
        "#word/embeddings/list.xlsx#Sheet!B2": mobile(4),
        "#word/embeddings/oleobject1.bin#旧表.txt": mobile(6),
        "#word/_rels/document.xml.rels": "b@example.com",
        "#customxml/item1.xml": mobile(7),
        "#word/settings.xml": mobile(9),
    }
    assert mobile(2) in {f.value for f in found}
    assert refused == [("#word/media/image1.jpeg", "pii.picture-not-read")]


def _w(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_a_number_that_lost_its_digits_is_named_once_per_column() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "客户"
    sheet.append(["姓名", "身份证号", "金额"])
    sheet.append(["沈若溪", 990101197903140000, 1_000_000_000])
    sheet.append(["顾晓安", 990101198802290000, 2])
    stream = io.BytesIO()
    book.save(stream)
    refused: list[tuple[str, str, object]] = []
    list(passages(io.BytesIO(stream.getvalue()), "a.xlsx", refused=lambda p, e: refused.append((p, e.code, e.params))))
    assert refused == [("#客户!B2", "pii.digits-lost", {"count": 2})]


def test_what_hangs_on_sheets() -> None:
    sheet = (
        f"<worksheet xmlns:r='urn:r'><sheetData><row r='1'><c r='A1'><f>IF(1,\"电话 {mobile(2)}\",0)</f><v>1</v></c>"
        f"</row></sheetData><dataValidations><dataValidation prompt='电话 {mobile(3)}'>"
        f'<formula1>"{mobile(4)}"</formula1>'
        f"</dataValidation></dataValidations><headerFooter><oddHeader>电话 {mobile(5)}</oddHeader></headerFooter>"
        "</worksheet>"
    )
    content = packed(
        {
            "xl/workbook.xml": "<workbook xmlns:r='urn:r'><sheets><sheet name='甲' r:id='r1'/></sheets><definedNames>"
            f"<definedName name='x'>电话 {mobile(6)}</definedName></definedNames></workbook>",
            "xl/_rels/workbook.xml.rels": _RELATIONS.format(relation("worksheets/sheet1.xml")),
            "xl/worksheets/sheet1.xml": sheet,
            "xl/pivotCache/pivotCacheRecords1.xml": f"<r><s v='电话 {mobile(7)}'/></r>",
            "xl/threadedComments/threadedComment1.xml": f"<t><c><text>电话 {mobile(8)}</text></c></t>",
        }
    )
    assert places(content, "a.xlsx") == {
        "#xl/worksheets/sheet1.xml": [mobile(2), mobile(4), mobile(3), mobile(5)],
        "#xl/workbook.xml": [mobile(6)],
        "#xl/pivotcache/pivotcacherecords1.xml": [mobile(7)],
        "#xl/threadedcomments/threadedcomment1.xml": [mobile(8)],
    }


def test_an_old_workbook_has_addresses_and_headings() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("客户")
    for row, values in enumerate([["姓名", "证件号", "手机"], ["沈若溪", "990101790314023", 15400000001]]):
        for column, value in enumerate(values):
            sheet.write(row, column, value)
    hidden = book.add_sheet("隐藏")
    hidden.visibility = 2
    hidden.write(6, 1, ID)
    stream = io.BytesIO()
    book.save(stream)
    found, refused = read(stream.getvalue(), "a.xls")
    assert [(f.place, f.type, f.value, f.start, f.end) for f in found] == [
        ("#客户!A2", "PERSON", "沈若溪", 0, 3),
        ("#客户!B2", "CN_ID_CARD", "990101790314023", 0, 15),
        ("#客户!C2", "CN_MOBILE", PHONE, 0, 11),
        ("#隐藏!B7", "CN_ID_CARD", ID, 0, 18),
    ]
    assert refused == []


def test_an_old_word_file_is_read_piece_by_piece() -> None:
    found, refused = read(word97("tel 154", "00000001\r", f"身份证：{ID}\x07", "电话\x07\x07\r"), "a.doc")
    text = f"tel {PHONE}\n身份证：{ID}\n电话\n\n\n"
    assert refused == []
    assert [text[f.start : f.end] for f in found] == [PHONE, ID]


def test_cells_of_an_old_word_file_know_their_neighbours() -> None:
    rows = ["姓名", "证件号码", "沈若溪", "990101790314023"]
    form = ["联系人", "顾晓安", "手机", "", "合并"]
    text = "\x07".join(rows[:2]) + "\x07\x07" + "\x07".join(rows[2:]) + "\x07\x07" + "以上\r"
    text += "\x07".join(form[:4]) + "\x07\x07" + form[4] + "\x07\x07" + f"电话{PHONE}\r"
    found, refused = read(word97(text), "a.doc")
    assert refused == []
    assert [(f.type, text[f.start : f.end]) for f in found] == [
        ("PERSON", "沈若溪"),
        ("CN_ID_CARD", "990101790314023"),
        ("PERSON", "顾晓安"),
        ("CN_MOBILE", PHONE),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (word97("x", flags=0x0100), "pii.encrypted"),
        (word97("x", version=0x68), "pii.old-office"),
        (ole({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}), "pii.encrypted"),
        (ole({"PowerPoint Document": b"x"}), "pii.old-office"),
        (ole({"something": b"x"}), "pii.kind-not-read"),
        (ole({"WordDocument": b"\xec\xa5\xc1\x00" + bytes(9)}), "pii.truncated"),
    ],
)
def test_old_office_that_is_not_read_is_named(content: bytes, code: str) -> None:
    with pytest.raises(Exception, match=code.replace(".", r"\.")):
        read(content, "a.doc")


def test_an_outlook_message_with_its_attachments() -> None:
    html = "<html><meta charset='gb2312'><p>电话<b>154</b>00000003</p></html>".encode("gb18030")
    attached = message({"3707": "名单.csv", "3701": f"姓名,手机\n沈若溪,{mobile(4)}".encode()})
    inner = message({"0037": f"转发 {mobile(5)}"}, ("__attach_version1.0_#00000000", attached))
    content = ole(
        message(
            {
                "0037": f"联系 {PHONE}",
                "3A1C": mobile(6),
                "0C1F": "a@example.com",
                "1000": f"手机 {mobile(2)}",
                "1013": html,
            },
            ("__recip_version1.0_#00000000", message({"3003": "b@example.com"})),
            ("__attach_version1.0_#00000000", attached),
            ("__attach_version1.0_#00000001", {"__substg1.0_3701000D": inner, **message({"3001": "原信"})}),
        )
    )
    assert places(content, "a.msg") == {
        "#headers": [PHONE, "a@example.com", mobile(6), "b@example.com"],
        "#1": [mobile(2)],
        "#2": [mobile(3)],
        "#名单.csv": ["沈若溪", mobile(4)],
        "#原信#headers": [mobile(5)],
        "#原信#名单.csv": ["沈若溪", mobile(4)],
    }


def test_a_zip_file_with_names_of_windows_and_archives_inside() -> None:
    inner = packed({"deep/b.txt": f"手机{mobile(2)}"})
    content = packed({"甲.txt": f"手机{PHONE}", "inner.zip": inner, "folder/": ""})
    flagged = content.replace("甲.txt".encode(), "甲a".encode("gbk") + b".txt")
    assert places(content, "a.zip") == {"#甲.txt": [PHONE], "#inner.zip#deep/b.txt": [mobile(2)]}
    assert "#甲.txt" in places(content, "a.zip")
    assert flagged != content


@pytest.mark.parametrize("line", _SEVENS.read_text("ascii").splitlines(), ids=lambda line: line.split()[0])
def test_7z_files_of_every_method_that_documents_get(line: str) -> None:
    name, encoded = line.split()
    content = base64.b64decode(encoded)
    if name in ("bcj", "ppmd"):
        assert read(content, "a.7z") == ([], [("#甲/a.txt", "pii.kind-not-read"), ("#b.csv", "pii.kind-not-read")])
    elif name == "aes":
        with pytest.raises(Exception, match=r"pii\.encrypted"):
            read(content, "a.7z")
    else:
        assert places(content, "a.7z") == {"#甲/a.txt": [PHONE] * 3, "#b.csv": ["沈若溪", mobile(2)]}


def test_a_web_page_with_what_it_does_not_show() -> None:
    page = f"""<!DOCTYPE html><html><body><p>手机<b>154</b>00000001<!-- 电话 {mobile(2)} -->
    <a href="tel:{mobile(3)}">x</a>
    <img alt='电话 {mobile(4)}'><script>var phone = "{mobile(5)}"</script></body></html>"""
    found = {"": [PHONE], "#attributes": [mobile(3), mobile(4)], "#comments": [mobile(2)], "#scripts": [mobile(5)]}
    assert places(page.encode("gb18030"), "a.html") == found
    assert places(page.encode(), "a.txt") == found


@pytest.mark.parametrize("unit", ["a='", 'a="', "<!--", "<script", "a", "=", 'a="b', "-"])
def test_what_a_page_does_not_show_is_found_in_one_pass(unit: str) -> None:
    assert PHONE in "".join(p.text for p in html_passages(unit * 60_000 + f"<p>{PHONE}</p>"))


def test_json_values_have_a_path() -> None:
    inner = f'{{"手机": 15400000001, "a/b~c": "电话 \\u0031{mobile(2)[1:]}"}}'
    text = f'{{"客户": [{inner}], "{mobile(3)}": null, "x": 1.5e3}}'
    found, refused = read(text.encode("gb18030"), "a.json")
    assert refused == []
    assert [(f.place, f.value, f.start, f.end) for f in found] == [
        ("#", mobile(3), 0, 11),
        ("#/客户/0/手机", PHONE, 0, 11),
        ("#/客户/0/a~1b~0c", mobile(2), 3, 14),
    ]
    lines = f'{{"phone": "{PHONE}"}}\n\n{{"phone": "{mobile(2)}"}}\n'
    assert places(lines.encode(), "a.jsonl") == {"#line=1/phone": [PHONE], "#line=3/phone": [mobile(2)]}


@pytest.mark.parametrize(
    "text", [f"[{PHONE},", f"手机 {PHONE}", "[" * 100_000 + f' "手机 {PHONE}"', f'{{"a": {PHONE}}} x']
)
def test_what_is_no_json_is_read_as_text(text: str) -> None:
    found, _ = read(text.encode(), "a.json")
    assert [(f.place, text[f.start : f.end]) for f in found] == [("", PHONE)]


def test_mail_hands_its_attachments_to_every_reader() -> None:
    mail = EmailMessage()
    mail.set_content("见附件")
    for name, content in (
        ("a.pdf", saved(pdf(f"tel {PHONE}"))),
        ("b.zip", packed({"c.doc": word97(f"tel {mobile(2)}")})),
        ("d.png", picture()),
    ):
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    mail.add_attachment(picture(), maintype="image", subtype="png")
    found, refused = read(bytes(mail), "a.eml")
    assert [(f.place, f.value) for f in found] == [("#a.pdf#page=1", PHONE), ("#b.zip#c.doc", mobile(2))]
    assert refused == [("#d.png", "pii.picture-not-read"), ("#5.png", "pii.picture-not-read")]


def test_a_mail_of_too_many_parts_says_so() -> None:
    mail = (
        b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\ny\n" * 1_200 + f"--x\n\n{PHONE}\n--x--\n".encode()
    )
    assert read(mail, "a.eml") == ([], [("", "pii.too-large")])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "GIF", "WEBP", "BMP"])
def test_pictures_are_told_by_their_bytes(kind: str) -> None:
    assert kind_of(picture(kind=kind)) == "picture"
    with pytest.raises(Exception, match=r"pii\.picture-not-read"):
        read(picture(kind=kind), "a.txt")


def test_photos_of_telephones_are_told_by_their_bytes() -> None:
    for brand in (b"heic", b"mif1"):
        assert kind_of(b"\0\0\0\x18ftyp" + brand + bytes(8)) == "picture"
    assert kind_of(b"\0\0\0\x18ftypisom" + bytes(8)) == "foreign"
    assert [kind_of(text) for text in (b"BM and MZ", b"MZ begins", b"RIFF", b"\0ftyp")] == [
        "text",
        "text",
        "foreign",
        "text",
    ]


def test_without_further_parts_the_rest_is_read_and_the_missing_ones_are_named() -> None:
    files = {
        "a.pdf": saved(pdf("x")), "a.doc": word97("x"), "a.pptx": presentation(), "a.zip": packed({"a.txt": PHONE}),
        "a.7z": base64.b64decode(_SEVENS.read_text("ascii").split()[1]),
    }  # fmt: skip
    code = """
import base64, io, json, sys
for name in ("pypdfium2", "pikepdf", "olefile", "python_calamine", "msoffcrypto", "lxml", "PIL", "django", "numpy"):
    sys.modules[name] = None
from fengni.core.errors import UnreadableFile
from fengni.core.documents.reading import passages
for name, content in json.load(sys.stdin).items():
    try:
        source = io.BytesIO(base64.b64decode(content))
        print(name, len(list(passages(source, name, refused=lambda place, error: None))) > 0)
    except UnreadableFile as error:
        print(name, error.code)
"""
    given = json.dumps({name: base64.b64encode(content).decode() for name, content in files.items()})
    path = str(Path(fengni.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code], input=given, capture_output=True, text=True, check=True, env={"PYTHONPATH": path}
    )
    assert done.stdout.split("\n")[:-1] == [
        "a.pdf pii.parts-missing", "a.doc pii.parts-missing", "a.pptx True", "a.zip True", "a.7z True",
    ]  # fmt: skip


def test_a_scan_of_text_loads_no_other_reader() -> None:
    code = """
import io, sys
from fengni.core.documents.reading import passages
list(passages(io.BytesIO(b"x"), "a.txt", refused=print))
print([n for n in ("zipfile", "email", "lzma", "pypdfium2", "pikepdf", "defusedxml", "html") if n in sys.modules])
"""
    path = str(Path(fengni.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": path}
    )
    assert done.stdout == "[]\n"
