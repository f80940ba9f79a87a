"""Presentations slide by slide: `#slide=3`, its notes `#slide=3/notes`, its comments `#slide=3/comments`.

Hidden slides count. The text of a slide is its paragraphs joined by line feeds; a cell of a table knows its left
neighbour and the cell over it. What else the file carries comes by part (opc.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fengni.core.documents.docx import blocks
from fengni.core.documents.inside import Inside
from fengni.core.documents.opc import carried, sayings
from fengni.core.documents.package import Package, local
from fengni.core.pii.passage import Passage

PRESENTATION: Final = "ppt/presentation.xml"
_BESIDE: Final = (("ppt/notesslides/", "/notes"), ("ppt/comments", "/comments"))


def pptx_passages(package: Package, inside: Inside) -> Iterator[Passage]:
    """The text of all slides. Raises UnreadableFile for a part that cannot be read."""
    targets = package.targets(PRESENTATION)
    read: set[str] = set()
    entries = [e for e in package.xml(PRESENTATION).iter() if local(e) == "sldId"]
    for number, entry in enumerate(entries, 1):
        part = targets.get(next((v for k, v in entry.attrib.items() if k.endswith("}id")), ""), "")
        if part not in package or part in read:
            continue
        place = f"#slide={number}"
        yield from _part(package, part, place, read)
        for target in package.targets(part).values():
            suffix = next((s for start, s in _BESIDE if target.startswith(start)), "")
            if suffix and target in package and target not in read:
                yield from _part(package, target, place + suffix, read)
    yield from carried(package, read, inside)


def _part(package: Package, part: str, place: str, read: set[str]) -> Iterator[Passage]:
    read.add(part)
    root = package.xml(part)
    offset = 0
    for text, heading in blocks(root):
        yield Passage(text, place=place, offset=offset, heading=heading)
        offset += len(text) + 1
    said = "\n".join(sayings(root))
    if said:
        yield Passage(said, place=f"#{part}")
