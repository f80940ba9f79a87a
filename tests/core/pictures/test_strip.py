"""Taking out what a picture does not show: everywhere it hides, with the picture itself untouched."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from fengni.core.errors import UnreadableFile
from fengni.core.pictures import kinds
from fengni.core.pictures.strip import strip
from tests.core.pictures import samples

WAYS: dict[str, Callable[[], bytes]] = {
    "jpeg": samples.jpeg, "png": samples.png, "webp": samples.webp, "heic": samples.heic, "pdf": samples.pdf,
}  # fmt: skip


@pytest.mark.parametrize(
    ("way", "codes"),
    [
        ("jpeg", {"exif", "gps", "comment", "iptc", "xmp", "note", "trailer"}),
        ("png", {"exif", "gps", "comment", "xmp"}),
        ("webp", {"exif", "gps", "xmp"}),
        ("heic", {"exif", "gps", "converted"}),
        ("pdf", {"document_info", "attachment"}),
    ],
)
def test_nothing_of_what_was_carried_is_left_and_it_is_told(way: str, codes: set[str]) -> None:
    content = WAYS[way]()
    assert samples.MARK in content or way == "pdf"
    done = strip(content)
    assert set(done.removed) == codes
    assert samples.MARK not in done.content
    assert samples.MARK.decode().encode("utf-16-be") not in done.content
    assert strip(done.content).removed in ((), ("document_info",))  # the second is the writer's own name


@pytest.mark.parametrize("way", ["jpeg", "png", "webp"])
def test_the_dots_stay_as_they_were(way: str) -> None:
    content = WAYS[way]()
    with Image.open(io.BytesIO(content)) as before, Image.open(io.BytesIO(strip(content).content)) as after:
        assert before.tobytes() == after.tobytes()


@pytest.mark.parametrize("make", [samples.jpeg, samples.png, samples.webp])
@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_which_way_up_is_the_only_note_that_stays(make: Callable[[int], bytes], orientation: int) -> None:
    with Image.open(io.BytesIO(strip(make(orientation)).content)) as kept:
        exif = dict(kept.getexif())
    assert exif == ({} if orientation == 1 else {0x0112: orientation})


def test_the_pages_of_a_pdf_are_counted_and_stay() -> None:
    assert strip(samples.pdf(3)).pages == 3


def test_the_same_pdf_gives_the_same_bytes_on_another_day() -> None:
    same = samples.pdf(2)
    first = strip(same).content
    time.sleep(1.1)  # a PDF states the second it was written in
    assert strip(same).content == first


def test_a_pdf_whose_title_is_half_a_character_loses_it_like_another() -> None:
    content = samples.pdf()
    assert b"/Title(\xfe\xff\x00C\x00A" in content
    stripped = strip(content.replace(b"/Title(\xfe\xff\x00C", b"/Title(\xfe\xff\xd8C"))
    assert "document_info" in stripped.removed
    assert stripped.pages == 2


def test_a_pdf_that_runs_something_becomes_pictures() -> None:
    done = strip(samples.scripted_pdf())
    assert "script" in done.removed
    assert b"JavaScript" not in done.content
    assert done.pages == strip(done.content).pages == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "pictures.empty"),
        (b"MZ\x90\x00", "pictures.program"),
        (b"\x7fELF", "pictures.program"),
        (b"PK\x03\x04", "pictures.archive"),
        (b"GIF89a", "pictures.animation"),
        (b"some words", "pictures.other-kind"),
        (b"\xff\xd8\xff\xe0", "pictures.cut-off"),
        (b"%PDF-1.7 nothing", "pictures.broken"),
        (samples.locked_pdf(), "pictures.locked"),
    ],
)
def test_each_refusal_has_its_sentence(content: bytes, code: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        strip(content)
    assert refused.value.code == code


def test_too_large_in_bytes_dots_and_pages() -> None:
    with pytest.raises(UnreadableFile, match=r"pictures.too-large"):
        kinds.recognise(b"\xff\xd8\xff" + bytes(kinds.MOST_BYTES))
    bomb = samples.saved("PNG", Image.new("1", (30_000, 30_000)))
    assert len(bomb) < 200_000
    with pytest.raises(UnreadableFile, match=r"pictures.too-many-pixels"):
        strip(bomb)
    pages = b"".join(b"%d 0 R " % 3 for _ in range(kinds.MOST_PAGES + 1))
    many = samples.objects(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[" + pages + b"]/Count %d>>" % (kinds.MOST_PAGES + 1),
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        ]
    )
    with pytest.raises(UnreadableFile, match=r"pictures.too-many-pages"):
        strip(many)


@pytest.mark.parametrize("way", ["jpeg", "png", "webp"])
@pytest.mark.parametrize("part", [0.3, 0.7, 0.95])
def test_cut_off_on_its_way(way: str, part: float) -> None:
    content = samples.saved(way.upper())
    with pytest.raises(UnreadableFile):
        strip(content[: int(len(content) * part)])


def outcome(content: bytes) -> str:
    """Any other error than the one class comes through and fails the test."""
    try:
        return "drawn" if strip(content).pages else "without a page"
    except UnreadableFile as refused:
        return "refused" if refused.code.startswith("pictures.") else refused.code


@settings(max_examples=120, deadline=None)
@given(way=st.sampled_from(sorted(WAYS)), data=st.data())
def test_damaged_files_are_refused_or_drawn_but_never_break_anything(way: str, data: st.DataObject) -> None:
    content = bytearray(WAYS[way]())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(1, len(content) - 1)) :]
    assert outcome(bytes(content)) in ("drawn", "refused")
