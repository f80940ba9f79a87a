"""The display copy: one page, upright, at most 2,000 px a side, with lines of text across it. Always JPEG.

The lines say who looks at it, when and for what. They lie over the whole page, light and dark, so that no part of it
can be cut out without them; they are a deterrent, and can be drawn over by whoever takes the trouble.

>>> display_copy(b"", kinds.JPEG, 1, Watermark(()))
Traceback (most recent call last):
    ...
fengni.core.errors.UnreadableFile: pictures.no-such-page
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont, ImageOps

from fengni.core.errors import UnreadableFile
from fengni.core.pictures import kinds
from fengni.core.pictures.papers import page_picture
from fengni.core.pictures.strip import opened

LONGEST: Final = 2000
SMALL: Final = 160
_SLANT: Final = 28
_QUALITY: Final = 85
_MOST_LINES, _LONGEST_LINE = 4, 60


@dataclass(frozen=True, slots=True)
class Watermark:
    """What is written across a display copy: at most four lines of sixty characters."""

    lines: tuple[str, ...]


def display_copy(content: bytes, media_type: str, page: int, watermark: Watermark, quarter_turns: int = 0) -> bytes:
    """A page as JPEG. `quarter_turns`: clockwise, beyond what the file itself says. Raises UnreadableFile."""
    if media_type == kinds.PDF:
        picture = page_picture(content, page, LONGEST)
    elif page == 0:
        picture = _picture(content)
    else:
        raise UnreadableFile("pictures.no-such-page")
    if quarter_turns % 4:
        picture = picture.rotate(-90 * (quarter_turns % 4), expand=True)
    return _jpeg(_marked(picture, watermark.lines))


def thumbnail(content: bytes, media_type: str) -> bytes:
    """The first page as a JPEG of at most SMALL px a side, without a mark; empty where it cannot be drawn.

    So small that a card's number cannot be read; still it is somebody's card, and is kept sealed like the card.
    """
    try:
        picture = page_picture(content, 0, SMALL) if media_type == kinds.PDF else _picture(content)
    except UnreadableFile:
        return b""
    picture.thumbnail((SMALL, SMALL))
    return _jpeg(picture)


def marked(small: bytes, watermark: Watermark) -> bytes:
    """A JPEG made by `thumbnail`, with the mark across it."""
    with Image.open(io.BytesIO(small), formats=("JPEG",)) as picture:
        return _jpeg(_marked(picture.convert("RGB"), watermark.lines))


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _picture(content: bytes) -> Image.Image:
    with opened(content) as picture:
        try:
            picture.draft("RGB", (LONGEST, LONGEST))
            picture.thumbnail((LONGEST, LONGEST))
            upright = ImageOps.exif_transpose(picture)
        except (OSError, SyntaxError, ValueError) as broken:
            raise UnreadableFile("pictures.broken") from broken
        if "A" not in upright.getbands() and "transparency" not in upright.info:
            return upright.convert("RGB")
        clear = upright.convert("RGBA")
        paper = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(paper, clear).convert("RGB")


def _marked(picture: Image.Image, lines: Sequence[str]) -> Image.Image:
    """Lines tiled over a picture, slanting."""
    if not lines:
        return picture
    size = max(12, min(34, max(picture.size) // 46))
    font = ImageFont.truetype(str(pylopdf_fonts_zh_cn.sans_path()), size)
    text = "\n".join(line[:_LONGEST_LINE] for line in lines[:_MOST_LINES])
    measure = ImageDraw.Draw(picture)
    left, top, right, bottom = measure.multiline_textbbox((0, 0), text, font=font, spacing=size // 3)
    step_x, step_y = int(right - left) + size * 3, int(bottom - top) + size * 3
    across = math.ceil(math.hypot(*picture.size))
    sheet = Image.new("RGBA", (across, across), (0, 0, 0, 0))
    draw = ImageDraw.Draw(sheet)
    for row, y in enumerate(range(0, across, step_y)):
        for x in range(-(row % 2) * step_x // 2, across, step_x):
            draw.multiline_text(
                (x, y), text, font=font, fill=(70, 80, 95, 118), spacing=size // 3, stroke_width=1,
                stroke_fill=(255, 255, 255, 70),
            )  # fmt: skip
    turned = sheet.rotate(_SLANT, resample=Image.Resampling.BILINEAR)
    corner = ((across - picture.width) // 2, (across - picture.height) // 2)
    cut = turned.crop((*corner, corner[0] + picture.width, corner[1] + picture.height))
    return Image.alpha_composite(picture.convert("RGBA"), cut).convert("RGB")
