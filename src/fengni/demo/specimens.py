"""Pictures to hand in: cards and papers that nobody could take for real ones, drawn here.

A schematic card with a cartoon face and SPECIMEN across it; no emblem, no imitation of a real card's layout.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Final

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont

from fengni.demo.people import Person

_FONT: Final = Path(pylopdf_fonts_zh_cn.__file__).parent / "NotoSansSC-Regular.otf"
_INK, _PALE, _MARK = (38, 50, 56), (232, 240, 243), (122, 92, 168)
_SIZE: Final = (860, 540)


def card_front(someone: Person, quality: int = 82) -> bytes:
    """The side with the face, as a JPEG with what a phone writes into it: maker and place."""
    picture = Image.new("RGB", _SIZE, _PALE)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((630, 110, 770, 270), fill=(250, 214, 180))
    draw.rectangle((600, 280, 800, 400), fill=(96, 140, 160))
    for x in (672, 722):
        draw.ellipse((x, 176, x + 12, 190), fill=_INK)
    draw.arc((668, 196, 734, 240), 20, 160, fill=_INK, width=5)
    lines = (f"姓名  {someone.name}", "住址", someone.address, "", "号码", someone.id_number)
    for number, line in enumerate(lines):
        draw.text((50, 70 + 62 * number), line, fill=_INK, font=_font(34))
    return _photo(_across(picture), quality)


def card_back() -> bytes:
    """The other side."""
    picture = Image.new("RGB", _SIZE, _PALE)
    ImageDraw.Draw(picture).text((50, 400), "有效期限  2016.05.01-2036.05.01", fill=_INK, font=_font(34))
    return _photo(_across(picture))


def paper(title: str) -> bytes:
    """A paper of the file with its title."""
    picture = Image.new("RGB", (700, 980), "white")
    draw = ImageDraw.Draw(picture)
    draw.text((350, 110), title, fill=_INK, font=_font(40), anchor="mm")
    for line in range(12):
        draw.line((80, 220 + 52 * line, 620 - 90 * (line % 4 == 3), 220 + 52 * line), fill=(200, 208, 212), width=3)
    return _photo(_across(picture))


def _across(picture: Image.Image) -> Image.Image:
    """SPECIMEN, slanting, over the whole."""
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    middle = (picture.width // 2, picture.height // 2)
    ImageDraw.Draw(layer).text(middle, "样本·虚构 SPECIMEN", fill=(*_MARK, 120), font=_font(64), anchor="mm")
    return Image.alpha_composite(picture.convert("RGBA"), layer.rotate(18)).convert("RGB")


def _photo(picture: Image.Image, quality: int = 82) -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "SPECIMEN"
    exif[0x8825] = {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, exif=exif)
    return out.getvalue()


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONT), size)
