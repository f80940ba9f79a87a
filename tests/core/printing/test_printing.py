"""Papers: nothing typed becomes form, no character is lost, the same paper gives the same bytes."""

from __future__ import annotations

import io
import threading
import zipfile
from datetime import date
from typing import Any

import pylopdf_fonts_zh_cn
import pypdfium2
import pytest
from docx import Document
from PIL import Image, ImageChops, ImageFont, ImageStat

from fengni.core.errors import UnreadableFile
from fengni.core.printing import (
    Attachment,
    Facts,
    Heading,
    NewPage,
    Paper,
    Points,
    Signature,
    Table,
    Text,
    attached,
    docx,
    page_texts,
    pdf,
)

RARE = "𬭊㛃·阿依古丽买"
HOSTILE = '*粗* $x^2$ #panic("x") \\ " ` <a@b> //c /*d*/ @e = 标题'


def _paper(lang: Any = "zh") -> Paper:
    return Paper(
        "销毁证书", lang, date(2026, 11, 30),
        (
            Heading("范围"), Text("陆𬭊、阿依古丽·买买提·示例"), Text(HOSTILE), Facts((("姓名", "㛃"), ("空", ""))),
            Table(("项", "值"), (("甲", HOSTILE),), (1, 3)), Points(("一", HOSTILE)),
            Points(("一", "二"), numbered=True), Text("fengni verify x.json", "code"), Text("小字", "quiet"),
            Signature(("签字：",)), NewPage("敏感页"), Text("𠮷"),
        ),
        kicker="封泥", foot="M-2026-0117", attachments=(Attachment("x.json", b'{"a": "\xf0\xa0\xae\xb7"}', "证书"),),
    )  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_paper_says_what_it_was_given_and_carries_its_files(lang: str) -> None:
    made = pdf(_paper(lang))
    assert made == pdf(_paper(lang))
    first, second = page_texts(made)
    for text in ("陆𬭊、阿依古丽·买买提·示例", "㛃", "封泥", "小字", "fengni verify x.json", "1 / 2"):
        assert text in first
    assert first.replace("\n", "").count(HOSTILE) == 3
    assert second.startswith("敏感页\n〔U+20BB7〕")  # no glyph: written as its number, never lost
    assert attached(made) == {"x.json": b'{"a": "\xf0\xa0\xae\xb7"}'}
    assert b"pdfaid:part>3<" in made
    assert b"/StructTreeRoot" in made or b"/MarkInfo" in made
    with pytest.raises(UnreadableFile):
        attached(made[:400])


def test_every_rare_character_is_drawn_and_is_not_the_empty_box() -> None:
    made = pypdfium2.PdfDocument(pdf(Paper("", "zh", date(2026, 11, 30), (Text(RARE),))))
    page, scale = made[0], 8
    texts, picture = page.get_textpage(), page.render(scale=scale).to_pil().convert("L")
    font = ImageFont.truetype(str(pylopdf_fonts_zh_cn.serif_path()), 84)
    box = _ink(_drawn(font, "\U0010fffe"))  # what a font draws for a character that it does not have
    whole = texts.get_text_range()
    for character in RARE:
        place = whole.index(character)
        left, bottom, right, top = texts.get_charbox(_units_before(whole, place))
        upper, lower = picture.height - top * scale, picture.height - bottom * scale
        seen = _ink(picture.crop((int(left * scale) - 2, int(upper) - 2, int(right * scale) + 3, int(lower) + 3)))
        wanted = _ink(_drawn(font, character))
        assert _apart(seen, wanted) < _apart(seen, box), character


def _units_before(text: str, place: int) -> int:
    """PDFium counts in UTF-16."""
    return len(text[:place].encode("utf-16-le")) // 2


def _drawn(font: ImageFont.FreeTypeFont, character: str) -> Image.Image:
    picture = Image.new("L", (200, 200), 255)
    mask = font.getmask(character)
    picture.paste(0, (40, 40), Image.frombytes("L", mask.size, bytes(mask)))
    return picture


def _ink(picture: Image.Image) -> Image.Image:
    """What is drawn, cut out and brought to one size."""
    bounds = ImageChops.invert(picture).point(lambda level: 255 if level > 100 else 0).getbbox()
    assert bounds is not None, "nothing is drawn"
    return picture.crop(bounds).resize((48, 48))


def _apart(one: Image.Image, other: Image.Image) -> float:
    return ImageStat.Stat(ImageChops.difference(one, other)).mean[0]


def test_a_word_document_says_the_same_in_the_same_bytes() -> None:
    made = docx(_paper())
    assert made == docx(_paper())
    document = Document(io.BytesIO(made))
    said = [one.text for one in document.paragraphs]
    assert "陆𬭊、阿依古丽·买买提·示例" in said
    assert said.count(HOSTILE) == 2
    assert "𠮷" in said
    assert document.tables[1].rows[1].cells[1].text == HOSTILE
    assert "w:br" in zipfile.ZipFile(io.BytesIO(made)).read("word/document.xml").decode()


def test_several_at_once() -> None:
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(pdf(_paper()))) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(set(made)) == 1
    assert len(made) == 4
