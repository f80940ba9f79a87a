"""What a PDF holds beside the text of its pages: every string of every object, by qpdf (pikepdf).

Nothing is looked for by its name, so nothing is missed for want of one: annotations (`#page=3/annotations`), bookmarks,
form fields, scripts, properties and XMP, alternative texts (`#structure`), the rest (`#objects`). Strings under keys
that only programs read are left out. Text: the strings in the order of the objects, each once, joined by line feeds.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any, Final

from fengni.core.documents.inside import LARGEST, Inside
from fengni.core.documents.markup import apart
from fengni.core.errors import UnreadableFile
from fengni.core.pii.passage import Passage

_TECHNICAL: Final = frozenset(
    {
        "/ID", "/Lang", "/DA", "/DS", "/CharSet", "/Registry", "/Ordering", "/Panose", "/Cert", "/O", "/U", "/OE",
        "/UE", "/Perms", "/M", "/CreationDate", "/ModDate", "/OutputConditionIdentifier", "/CheckSum", "/FontFamily",
        "/PTEX.Fullbanner", "/ByteRange", "/Style", "/SchemeVersion", "/Parent", "/Popup", "/IRT",
    }
)  # fmt: skip
_TEXT_STREAMS: Final = frozenset({"/JS", "/XFA", "/RC", "/V"})
_ANNOTATION_HOLDS: Final = ("/A", "/AA", "/V", "/FS", "/RichMediaContent")
_HANGING, _ANYWHERE = "/annotations", "#objects"
_BINARY: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
_MOST_TEXT: Final = 20 * 1024 * 1024
_DEEPEST: Final = 40
_BROKEN: Final = (ValueError, TypeError, KeyError, AttributeError, RuntimeError, NotImplementedError, OSError)


def object_passages(source: Any, inside: Inside) -> Iterator[Passage]:
    """The strings by place, then attached files. `source` is a binary stream that can seek. Raises UnreadableFile."""
    try:
        import pikepdf
    except ImportError as e:
        raise UnreadableFile("pii.parts-missing") from e
    logging.getLogger("pikepdf").setLevel(logging.CRITICAL)  # its complaints quote the file
    try:
        opened = pikepdf.open(source, suppress_warnings=True)
    except pikepdf.PasswordError as e:
        raise UnreadableFile("pii.encrypted") from e
    except (pikepdf.PdfError, *_BROKEN) as e:
        raise UnreadableFile("pii.truncated") from e
    with opened:
        objects = _Objects(opened)
        try:
            objects.collect()
        except (pikepdf.PdfError, *_BROKEN):
            inside.refused("", UnreadableFile("pii.truncated"))
        for page in objects.unreadable:
            inside.refuse(page, "pii.font-not-read")
        for place, found in objects.texts.items():
            yield Passage("\n".join(found), place=place)
        for name, stream in objects.files:
            try:
                data = _bytes(stream, LARGEST)
            except (pikepdf.PdfError, UnreadableFile, *_BROKEN):
                inside.refuse(name, "pii.truncated")
                continue
            yield from inside.document(data, name)


class _Objects:
    """One walk over all objects. `texts` are strings by place, `files` what is attached, `unreadable` pages."""

    def __init__(self, opened: Any) -> None:
        from pikepdf import ObjectType

        self._opened, self._kinds = opened, ObjectType
        self.texts: dict[str, dict[str, None]] = {}
        self.files: list[tuple[str, Any]] = []
        self.unreadable: list[str] = []
        self._attached: set[tuple[int, int]] = set()

    def collect(self) -> None:
        """Walk. Raises what pikepdf raises for objects that cannot be read; what was found until then stays."""
        places = self._places()
        locked = self._opened.trailer.get("/Encrypt")
        for item in self._opened.objects:
            if self._is_object(item) and (locked is None or item.objgen != locked.objgen):
                self._walk(item, places.get(item.objgen, ""), 0)

    def _places(self) -> dict[tuple[int, int], str]:
        """The places of annotations and of what they alone point to."""
        places: dict[tuple[int, int], str] = {}
        about = self._opened.trailer.get("/Info")
        if self._is_object(about) and about.is_indirect:
            places[about.objgen] = "#properties"
        for number, page in enumerate(self._opened.pages, 1):
            place = f"#page={number}{_HANGING}"
            places[page.obj.objgen] = place
            if any(self._is_mute(font) for font in self._fonts(page.obj)):
                self.unreadable.append(f"page={number}")
            annotations = page.obj.get("/Annots")
            if annotations is None or annotations._type_code != self._kinds.array:
                continue
            if annotations.is_indirect:
                places[annotations.objgen] = place
            for annotation in annotations:
                if self._is_object(annotation) and annotation._type_code == self._kinds.dictionary:
                    for held in (annotation, *(annotation.get(key) for key in _ANNOTATION_HOLDS)):
                        if self._is_object(held) and held.is_indirect:
                            places.setdefault(held.objgen, place)
        return places

    def _fonts(self, page: Any) -> Iterator[Any]:
        resources = page.get("/Resources")
        fonts: Any = resources.get("/Font") if self._is_object(resources) else None
        if self._is_object(fonts) and fonts._type_code == self._kinds.dictionary:
            yield from (font for font in (fonts.get(key) for key in fonts.keys()) if self._is_object(font))  # noqa: SIM118

    def _is_mute(self, font: Any) -> bool:
        """Whether a font numbers its glyphs and says nowhere which characters they are (ISO 32000-2 9.10.2)."""
        if font.get("/ToUnicode") is not None or not str(font.get("/Encoding", "")).startswith("/Identity"):
            return False
        below = font.get("/DescendantFonts")
        about: Any = below[0].get("/CIDSystemInfo") if self._is_object(below) and len(below) else None
        return not self._is_object(about) or str(about.get("/Ordering", "")) in ("Identity", "UCS")

    def _walk(self, item: Any, place: str, depth: int) -> None:
        if depth > _DEEPEST or not self._is_object(item):
            return
        kind = item._type_code
        if kind == self._kinds.array:
            for value in item:
                self._value("", value, place or _ANYWHERE, depth)
        elif kind in (self._kinds.dictionary, self._kinds.stream):
            own = _place(item)
            here = place if place and (place.endswith(_HANGING) or own == _ANYWHERE) else own
            if "/EF" in item:
                self._file(item)
            if kind == self._kinds.stream and item.get("/Type") == "/Metadata":
                self._say("#properties", _bytes(item, _MOST_TEXT))
            for key in item.keys():  # noqa: SIM118  # no mapping: iterating it gives something else
                if key not in _TECHNICAL:
                    self._value(key, item.get(key), here, depth)

    def _value(self, key: str, value: Any, place: str, depth: int) -> None:
        if isinstance(value, str):
            self._say(place, value.encode())
        if not self._is_object(value):
            return
        kind = value._type_code
        if kind == self._kinds.string:
            self._say(place, bytes(value))
        elif kind == self._kinds.stream and key in _TEXT_STREAMS:
            self._say(place, _bytes(value, _MOST_TEXT))
        elif kind == self._kinds.array and key in _TEXT_STREAMS:
            for part in value:
                self._value(key, part, place, depth)
        elif not value.is_indirect:  # what is has its own turn
            self._walk(value, place, depth + 1)

    def _is_object(self, value: Any) -> bool:
        return hasattr(value, "_type_code")

    def _say(self, place: str, data: bytes) -> None:
        text = _decoded(data)
        if text.lstrip().startswith("<"):
            text = apart(text)
        if text.strip() and len(_BINARY.findall(text)) * 10 <= len(text):
            self.texts.setdefault(place, {}).setdefault(text.strip())

    def _file(self, specification: Any) -> None:
        streams = specification.get("/EF")
        name = next((str(specification[key]) for key in ("/UF", "/F", "/Desc") if key in specification), "attachment")
        for key in ("/UF", "/F", "/Unix", "/DOS", "/Mac"):
            stream = streams.get(key)
            if self._is_object(stream) and stream._type_code == self._kinds.stream:
                if stream.objgen not in self._attached:
                    self._attached.add(stream.objgen)
                    self.files.append((name, stream))
                return


def _place(item: Any) -> str:
    """Where an object belongs that hangs on no page."""
    if item.get("/S") == "/JavaScript":
        return "#scripts"
    if "/Title" in item and ("/Parent" in item or "/Dest" in item):
        return "#bookmarks"
    if "/FT" in item or "/XFA" in item or ("/T" in item and "/Kids" in item):
        return "#form"
    if "/Producer" in item or "/Author" in item or "/CreationDate" in item:
        return "#properties"
    if item.get("/Type") == "/StructElem" or "/ActualText" in item or "/Alt" in item:
        return "#structure"
    return _ANYWHERE


def _bytes(stream: Any, most: int) -> bytes:
    """A stream as it was before packing. Raises UnreadableFile (pii.too-large); what qpdf raises passes."""
    if int(stream.get("/Length", 0)) > most:
        raise UnreadableFile("pii.too-large")
    data: bytes = stream.read_bytes()
    if len(data) > most:
        raise UnreadableFile("pii.too-large")
    return data


def _decoded(data: bytes) -> str:
    """A text string (ISO 32000-2 7.9.2.2), or the Chinese that some programs write against it."""
    if data.startswith((b"\xfe\xff", b"\xff\xfe")):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeError:
            continue
    return data.decode("latin-1")
