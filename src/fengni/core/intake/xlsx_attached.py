"""What hangs on the cells of an XLSX sheet: comments, text boxes, pictures, embedded objects, list literals."""

from __future__ import annotations

import posixpath
from xml.etree.ElementTree import Element  # types only: parsing is hostile.parse_xml

from fengni.core.intake.hostile import Archive
from fengni.core.intake.workbook import Attached, address, position
from fengni.core.intake.xlsx_package import Relation, every, local, reference, relations

_MEDIA = {
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "bmp": "image/bmp",
    "emf": "image/emf", "wmf": "image/wmf", "tif": "image/tiff", "tiff": "image/tiff", "webp": "image/webp",
    "svg": "image/svg+xml", "pdf": "application/pdf",
}  # fmt: skip


def media_type(name: str) -> str:
    """The media type a part's ending stands for."""
    return _MEDIA.get(name.rpartition(".")[2].lower(), "application/octet-stream")


def attached_things(archive: Archive, part: str, frame: Element) -> tuple[list[Attached], set[str]]:
    """Everything that hangs on one sheet, and the media parts it used."""
    related = relations(archive, part)
    found: list[Attached] = []
    used: set[str] = set()
    for relation in related.values():
        if relation.external or relation.target not in archive:
            continue
        if relation.kind == "comments":
            found += _comments(archive.xml(relation.target), "comment")
        elif relation.kind == "threadedcomment":
            found += _comments(archive.xml(relation.target), "threadedComment")
        elif relation.kind == "drawing":
            found += _drawing(archive, relation.target, used)
    found += _objects(archive, frame, related, used)
    found += _literals(frame)
    return found, used


def _place(reference: str) -> tuple[int, int]:
    try:
        return position(reference.partition(":")[0])
    except ValueError:
        return 0, 0


def _comments(root: Element, tag: str) -> list[Attached]:
    found = []
    for number, item in enumerate(every(root, tag), 1):
        row, column = _place(item.get("ref") or "")
        text = "".join(e.text or "" for e in item.iter() if local(e) in ("t", "text") and e.text)
        where = address(row, column) if row else ""
        suffix = "#comment" if tag == "comment" and row else f"#thread{number}"
        found.append(Attached(f"{where}{suffix}", "comment", row, column, text.strip()))
    return found


def _anchor(element: Element) -> tuple[int, int]:
    """The 1-based row and column a drawing starts at, or (0, 0)."""
    start = next(iter(every(element, "from")), None)
    numbers = {local(e): e.text or "" for e in start} if start is not None else {}
    row, column = numbers.get("row", "").strip(), numbers.get("col", "").strip()
    return (int(row) + 1, int(column) + 1) if row.isdecimal() and column.isdecimal() else (0, 0)


def _drawing(archive: Archive, part: str, used: set[str]) -> list[Attached]:
    related = relations(archive, part)
    found: list[Attached] = []
    for anchor in archive.xml(part):
        row, column = _anchor(anchor)
        where = address(row, column) if row else ""
        for picture in every(anchor, "pic"):
            for blip in every(picture, "blip"):
                relation = related.get(reference(blip, "embed"))
                if relation is None or relation.target not in archive:
                    continue
                used.add(relation.target)
                label = f"{where}#picture{len(found) + 1}"
                content = archive.read(relation.target)
                found.append(
                    Attached(label, "picture", row, column, media_type=media_type(relation.target), content=content)
                )
        for shape in every(anchor, "sp"):
            text = "\n".join(e.text for e in shape.iter() if local(e) == "t" and e.text)
            if text.strip():
                found.append(Attached(f"{where}#shape{len(found) + 1}", "shape", row, column, text))
    return found


def _objects(archive: Archive, frame: Element, related: dict[str, Relation], used: set[str]) -> list[Attached]:
    found: list[Attached] = []
    for item in every(frame, "oleObject"):
        relation = related.get(reference(item))
        if relation is None or relation.target not in archive or relation.target in used:
            continue
        used.add(relation.target)
        start = next(iter(every(item, "from")), None)
        numbers = {local(e): int(e.text or 0) for e in start if local(e) in ("row", "col")} if start is not None else {}
        row, column = (numbers["row"] + 1, numbers["col"] + 1) if len(numbers) == 2 else (0, 0)
        label = f"{address(row, column) if row else ''}#object{len(found) + 1}"
        content = archive.read(relation.target)
        found.append(Attached(label, "object", row, column, media_type=media_type(relation.target), content=content))
    return found


def _literals(frame: Element) -> list[Attached]:
    """Drop-down lists written out in the sheet, and the page's header and footer: text that no cell shows."""
    found: list[Attached] = []
    for item in every(frame, "dataValidation"):
        text = next((e.text or "" for e in item.iter() if local(e) in ("formula1", "f") and e.text), "")
        row, column = _place((item.get("sqref") or "").split(" ")[0])
        if text.startswith('"') and row:
            found.append(Attached(f"{address(row, column)}#list{len(found) + 1}", "validation", row, column, text))
    for item in every(frame, "headerFooter"):
        for line in item:
            if (line.text or "").strip():
                found.append(Attached(f"#page{len(found) + 1}", "page", text=line.text or ""))
    return found


def cell_images(archive: Archive, folder: str) -> dict[str, tuple[str, bytes, str]]:
    """Pictures placed in cells by WPS: (media type, bytes, part) by the identifier that the cell's formula names."""
    part = posixpath.join(folder, "cellimages.xml")
    if part not in archive:
        return {}
    related = relations(archive, part)
    found = {}
    for picture in every(archive.xml(part), "pic"):
        name = next((e.get("name") or "" for e in picture.iter() if local(e) == "cNvPr"), "")
        for blip in every(picture, "blip"):
            relation = related.get(reference(blip, "embed"))
            if relation is not None and relation.target in archive:
                found[name] = (media_type(relation.target), archive.read(relation.target), relation.target)
    return found


def stray_media(archive: Archive, used: set[str]) -> tuple[Attached, ...]:
    """Media and embedded files that no sheet places: still in the file, so still counted."""
    found: list[Attached] = []
    for name in archive.names():
        folder = posixpath.dirname(name).rpartition("/")[2]
        if name in used or folder not in ("media", "embeddings") or name.endswith("/"):
            continue
        kind = "picture" if folder == "media" else "object"
        content = archive.read(name)
        found.append(Attached(f"#{kind}{len(found) + 1}", kind, media_type=media_type(name), content=content))
    return tuple(found)
