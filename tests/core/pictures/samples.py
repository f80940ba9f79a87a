"""Pictures that carry what a phone, a scanner and an office program leave in them. All drawn here; nobody on them."""

from __future__ import annotations

import io
import random
from typing import Any

import pillow_heif
import pypdfium2
from PIL import Image, ImageDraw, PngImagePlugin

MARK = b"CANARY-31.2304-121.4737"


def drawing(width: int = 600, height: int = 400) -> Image.Image:
    """A card with a red corner at its upper left."""
    picture = Image.new("RGB", (width, height), "lightblue")
    ImageDraw.Draw(picture).rectangle((0, 0, width // 3, height // 4), fill="red")
    return picture


def notes(orientation: int = 1) -> Image.Exif:
    """What a phone writes: maker, place, turn."""
    exif = Image.Exif()
    exif[0x010F] = MARK.decode()
    exif[0x0112] = orientation
    exif[0x8825] = {1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0)}
    return exif


def saved(form: str, picture: Image.Image | None = None, **more: Any) -> bytes:
    """A picture's file."""
    out = io.BytesIO()
    (picture or drawing()).save(out, form, **more)
    return out.getvalue()


def jpeg(orientation: int = 1) -> bytes:
    """A JPEG with camera notes, a comment, captions, XMP and a trailer."""
    plain = saved("JPEG", exif=notes(orientation), comment=MARK)
    extra = b"".join(
        bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body
        for marker, body in (
            (0xED, b"Photoshop 3.0\x008BIM" + MARK),
            (0xE1, b"http://ns.adobe.com/xap/1.0/\x00<x>" + MARK + b"</x>"),
            (0xE5, MARK),
        )
    )
    return plain[:2] + extra + plain[2:] + b"film behind the picture " + MARK


def png(orientation: int = 1) -> bytes:
    """A PNG with text chunks and camera notes."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", MARK.decode())
    texts.add_itxt("XML:com.adobe.xmp", MARK.decode())
    return saved("PNG", exif=notes(orientation), pnginfo=texts)


def webp(orientation: int = 1) -> bytes:
    """A WebP with camera notes and XMP."""
    return saved("WEBP", exif=notes(orientation), xmp=b"<x>" + MARK + b"</x>")


def heic() -> bytes:
    """A HEIC with camera notes."""
    out = io.BytesIO()
    pillow_heif.from_pillow(drawing()).save(out, quality=70, exif=notes().tobytes())
    return out.getvalue()


def pdf(pages: int = 2) -> bytes:
    """A PDF with a description and an attachment."""
    first, *others = [drawing(400 + 10 * n) for n in range(pages)]
    plain = saved("PDF", first, save_all=True, append_images=others, title=MARK.decode(), author=MARK.decode())
    document = pypdfium2.PdfDocument(plain)
    document.new_attachment("list.txt").set_data(MARK)
    out = io.BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


def scripted_pdf() -> bytes:
    """A PDF of one page that runs something when it is opened."""
    body = [
        b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\('x'\\))>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/AA<</O<</S/JavaScript/JS(app.alert\\('y'\\))>>>>>>",
    ]
    return objects(body)


def locked_pdf() -> bytes:
    """A PDF that wants a password: an encryption entry nobody holds the key of."""
    key = b"<" + b"00" * 32 + b">"
    body = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>",
        b"<</Filter/Standard/V 2/R 3/Length 128/P -44/O " + key + b"/U " + key + b">>",
    ]
    return objects(body, b"/Encrypt 4 0 R/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]")


def objects(bodies: list[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R" % (len(bodies) + 1) + trailer + b">>\nstartxref\n%d\n%%%%EOF" % start
    return bytes(out)


def heavy(megabytes: int = 28) -> bytes:
    """A photo of about so many megabytes: noise, turned sideways."""
    side = 3100
    noise = Image.frombytes("RGB", (side, side), random.Random(1).randbytes(side * side * 3))
    content = saved("JPEG", noise, quality=98, subsampling=0, exif=notes(6))
    assert megabytes << 20 < len(content)
    return content
