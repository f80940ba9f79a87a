"""What Word, Excel and PowerPoint files carry beside their text (ISO/IEC 29500-2 packages).

Every part counts, also those nobody looks at: authors, properties, alternative texts, addresses of links, defined
names, cached rows of pivot tables, custom XML, embedded files, pictures, macros.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final
from urllib.parse import unquote
from xml.etree.ElementTree import Element  # types only: parsing is package.py's

from fengni.core.documents.inside import Exhausted, Inside
from fengni.core.documents.package import Package, local
from fengni.core.errors import UnreadableFile
from fengni.core.pii.passage import Passage

# Attributes that people typed or that name people; `v` holds the cached values of pivot tables.
_SAYING: Final = frozenset(
    {
        "descr", "title", "author", "initials", "displayname", "userid", "lastauthor", "tooltip", "display", "prompt",
        "prompttitle", "error", "errortitle", "alttext", "comment", "v",
    }
)  # fmt: skip
_WHOLE: Final = frozenset({"docVar", "alias", "tag", "listItem"})  # every attribute of these is somebody's words
_SILENT: Final = (
    "[content_types]", "word/styles", "word/theme", "word/fonttable", "word/fonts/", "word/websettings",
    "word/numbering", "xl/styles", "xl/theme", "xl/calcchain", "xl/printersettings/", "ppt/theme", "ppt/tablestyles",
)  # fmt: skip


def carried(package: Package, read: Collection[str], inside: Inside) -> Iterator[Passage]:
    """Everything in a package but the parts already `read`; the place is the part, as `#docprops/core.xml`."""
    for name in sorted(package.names()):
        if name in read or name.startswith(_SILENT) or name.endswith("/"):
            continue
        try:
            if name.endswith(".rels"):
                yield from _passage(name, _links(package.xml(name)))
            elif name.endswith((".xml", ".vml")):
                root = package.xml(name)
                yield from _passage(name, [*texts(root), *sayings(root)])
            else:
                yield from inside.document(package.read(name), name)
        except Exhausted:
            raise
        except UnreadableFile as e:
            inside.refuse(name, e.code)


def texts(root: Element) -> list[str]:
    """The pieces of text of a part."""
    return [e.text.strip() for e in root.iter() if e.text and e.text.strip()]


def sayings(root: Element) -> list[str]:
    """What stands in attributes, each once: authors of changes, alternative texts, cached values."""
    found = {
        value: None
        for element in root.iter()
        for key, value in element.attrib.items()
        if value.strip() and (key.rpartition("}")[2].lower() in _SAYING or local(element) in _WHOLE)
    }
    return list(found)


def _links(root: Element) -> list[str]:
    return [unquote(e.get("Target") or "") for e in root.iter() if e.get("TargetMode") == "External"]


def _passage(name: str, pieces: list[str]) -> Iterator[Passage]:
    if pieces:
        yield Passage("\n".join(pieces), place=f"#{name}")
