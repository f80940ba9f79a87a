"""Word documents as one stream of paragraphs, joined by line feeds; what else they carry comes after it.

In this order: body, headers, footers, footnotes, endnotes, comments, properties (author, title ...). Deleted text of
tracked changes and hidden text count: they leave the house with the file. A cell of a table knows its left neighbour
and the cell of its column in the first row. Then by part: authors and alternative texts, links, embedded files,
pictures (opc.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element  # types only: parsing is package.py's

from fengni.core.documents.inside import Inside
from fengni.core.documents.opc import carried, sayings
from fengni.core.documents.package import Package, local
from fengni.core.pii.passage import Passage

_PARTS: Final = (
    "word/document", "word/header", "word/footer", "word/footnotes", "word/endnotes", "word/comments", "docprops/",
)  # fmt: skip
_TEXT: Final = frozenset({"t", "delText", "instrText"})
_SIGNS: Final = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_BLOCK: Final = 100_000


def docx_passages(package: Package, inside: Inside) -> Iterator[Passage]:
    """The text of a document. Raises UnreadableFile for a part that cannot be read."""
    offset = 0
    read: dict[str, str] = {}
    for start in _PARTS:
        for name in sorted(n for n in package.names() if n.startswith(start) and n.endswith(".xml")):
            root = package.xml(name)
            read[name] = "\n".join(sayings(root))
            for text, heading in blocks(root):
                yield Passage(text, offset=offset, heading=heading)
                offset += len(text) + 1
    yield from (Passage(said, place=f"#{name}") for name, said in read.items() if said)
    yield from carried(package, read, inside)


def blocks(root: Element) -> Iterator[tuple[str, str]]:
    """(text, heading): runs of paragraphs outside tables, and the cells of tables."""
    pending: list[str] = []
    size = 0
    for item in _flow(root):
        if isinstance(item, str):
            pending.append(item)
            size += len(item)
            if size < _BLOCK:
                continue
        if pending:
            yield "\n".join(pending), ""
            pending, size = [], 0
        if isinstance(item, Element):
            yield from _cells(item)
    if pending:
        yield "\n".join(pending), ""


def _flow(element: Element) -> Iterator[str | Element]:
    """Paragraphs as text and tables as elements, in order; text boxes after the paragraph they hang on."""
    for child in element:
        name = local(child)
        if name == "tbl":
            yield child
        elif name == "p":
            yield _paragraph(child)
            for box in _boxes(child):
                yield from _flow(box)
        elif name != "Fallback" and len(child):
            yield from _flow(child)
        elif child.text and child.text.strip() and name not in _TEXT:
            yield child.text  # properties


def _boxes(paragraph: Element) -> Iterator[Element]:
    """The text boxes that hang on a paragraph, without those inside them and the second copies for old readers."""
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        if local(element) == "txbxContent":
            yield element
        elif local(element) != "Fallback":
            stack.extend(reversed(element))


def _paragraph(paragraph: Element) -> str:
    parts: list[str] = []
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        name = local(element)
        if name in _TEXT:
            parts.append(element.text or "")
        elif name in _SIGNS:
            parts.append(_SIGNS[name])
        elif name not in ("txbxContent", "Fallback", "pPr", "rPr"):
            stack.extend(reversed(element))
    return "".join(parts)


def _cells(table: Element) -> Iterator[tuple[str, str]]:
    first: list[str] = []
    for row in (r for r in table.iter() if local(r) == "tr"):
        texts = ["\n".join(_texts(cell)) for cell in row if local(cell) == "tc"]
        for at, text in enumerate(texts):
            above = first[at] if at < len(first) else ""
            yield text, f"{texts[at - 1] if at else ''}\n{above}"
        first = first or texts


def _texts(cell: Element) -> list[str]:
    return [item if isinstance(item, str) else "" for item in _flow(cell)]
