"""The display copy: small, upright, marked over the whole page."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops

from fengni.core.errors import UnreadableFile
from fengni.core.pictures.render import LONGEST, Watermark, display_copy
from fengni.core.pictures.strip import strip
from tests.core.pictures import samples

MARK = Watermark(("陈一诺 2026-11-25 10:00", "填写登记申请"))
NONE = Watermark(())


def shown(content: bytes, mark: Watermark = NONE, page: int = 0, turns: int = 0) -> Image.Image:
    done = strip(content)
    return Image.open(io.BytesIO(display_copy(done.content, done.media_type, page, mark, turns)))


def red_corner(picture: Image.Image) -> str:
    """Where the red corner of the sample stands."""
    w, h = picture.size
    places = {"upper left": (9, 9), "upper right": (w - 9, 9), "lower left": (9, h - 9), "lower right": (w - 9, h - 9)}
    return next(name for name, at in places.items() if picture.getpixel(at)[0] > 200)  # type: ignore[index]


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_photo_turned_sideways_is_shown_as_its_notes_say(orientation: int) -> None:
    places = {1: "upper left", 3: "lower right", 6: "upper right", 8: "lower left"}
    for make in (samples.jpeg, samples.png, samples.webp):
        picture = shown(make(orientation))
        assert picture.size == ((600, 400) if orientation in (1, 3) else (400, 600))
        assert red_corner(picture) == places[orientation]


def test_a_reader_can_turn_it_further() -> None:
    assert red_corner(shown(samples.jpeg(), turns=1)) == "upper right"
    assert red_corner(shown(samples.jpeg(), turns=2)) == "lower right"


def test_a_heic_and_each_page_of_a_pdf_are_shown() -> None:
    assert red_corner(shown(samples.heic())) == "upper left"
    assert [max(shown(samples.pdf(), page=n).size) <= LONGEST for n in (0, 1)] == [True, True]
    for content, page in ((samples.pdf(), 2), (samples.jpeg(), 1)):
        with pytest.raises(UnreadableFile, match=r"pictures.no-such-page"):
            shown(content, page=page)


def test_no_side_is_longer_than_allowed_even_of_a_heavy_photo() -> None:
    picture = shown(samples.heavy())
    assert max(picture.size) == LONGEST
    assert picture.format == "JPEG"


def test_the_lines_lie_over_every_quarter_and_in_chinese() -> None:
    plain, marked = shown(samples.jpeg()), shown(samples.jpeg(), MARK)
    differs = ImageChops.difference(plain, marked).convert("L").point(lambda dot: 255 * (dot > 24))
    w, h = differs.size
    for box in ((0, 0, w // 2, h // 2), (w // 2, 0, w, h // 2), (0, h // 2, w // 2, h), (w // 2, h // 2, w, h)):
        assert sum(differs.crop(box).histogram()[255:]) > 60
    other = shown(samples.jpeg(), Watermark(("鿿鿿鿿 2026-11-25 10:00", "鿿鿿鿿鿿鿿鿿")))
    assert ImageChops.difference(marked, other).getbbox() is not None


def test_a_picture_that_is_partly_clear_lies_on_white() -> None:
    clear = samples.saved("PNG", Image.new("RGBA", (300, 200), (0, 0, 0, 0)))
    assert shown(clear).getpixel((5, 5)) == (255, 255, 255)
