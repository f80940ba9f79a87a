"""Parts of an XLSX package and the relations between them (ISO/IEC 29500-2)."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from xml.etree.ElementTree import Element  # types only: parsing is hostile.parse_xml

from fengni.core.intake.hostile import Archive


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of a part: what kind, and the target's name inside the archive."""

    kind: str
    target: str
    external: bool


def relations(archive: Archive, part: str) -> dict[str, Relation]:
    """The relations of a part by id; {} when it has none (ISO/IEC 29500-2 §9.3)."""
    folder, name = posixpath.split(part)
    root = archive.optional_xml(f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels")
    found = {}
    for item in root if root is not None else ():
        target = item.get("Target") or ""
        external = item.get("TargetMode") == "External"
        inside = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/").lower()
        kind = (item.get("Type") or "").rpartition("/")[2].lower()
        found[item.get("Id") or ""] = Relation(kind, target if external else inside, external)
    return found


def local(element: Element) -> str:
    """The tag without its namespace: the strict and the transitional dialect differ in nothing else we read."""
    return str(element.tag).rpartition("}")[2]


def every(root: Element, name: str) -> list[Element]:
    """All elements of one local name, in document order."""
    return [e for e in root.iter() if local(e) == name]


def reference(element: Element, name: str = "id") -> str:
    """The value of a namespaced attribute such as r:id or r:embed, or ""."""
    return next((v for k, v in element.attrib.items() if k.endswith("}" + name)), "")
