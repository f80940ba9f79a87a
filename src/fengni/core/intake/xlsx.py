"""XLSX (ECMA-376, both dialects): sheets, their cells, and everything hidden in, hung on or linked from them.

Rules: parts are found by their relations, not by their names; what no relation explains (stray media) is still counted.
"""

from __future__ import annotations

import posixpath
import re
from xml.etree.ElementTree import Element  # types only: parsing is hostile.parse_xml

from fengni.core.errors import UnreadableFile
from fengni.core.intake.hostile import Archive, parse_xml
from fengni.core.intake.workbook import Attached, Progress, Sheet, Workbook, column_letters, position
from fengni.core.intake.xlsx_attached import attached_things, cell_images, stray_media
from fengni.core.intake.xlsx_cells import CellContext, Style, read_cells, shared_strings
from fengni.core.intake.xlsx_package import Relation, every, local, reference, relations

_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_INDEXED = {10: "FFFF0000", 11: "FF00FF00", 12: "FF0000FF", 13: "FFFFFF00", 14: "FFFF00FF", 15: "FF00FFFF"}


def read_xlsx(content: bytes, *, progress: Progress | None = None) -> Workbook:
    """The workbook in a zip archive. Raises UnreadableFile with a code per cause."""
    archive = Archive(content)
    part = _workbook_part(archive)
    root = archive.xml(part)
    related = relations(archive, part)
    context = CellContext(
        strings=_strings(archive, related),
        styles=_styles(archive, related),
        epoch_1904=any(e.get("date1904") in ("1", "true") for e in every(root, "workbookPr")),
        tick=progress,
    )
    images = cell_images(archive, posixpath.dirname(part))
    sheets, dde, seen = [], 0, set[str]()
    entries = [e for e in every(root, "sheet") if reference(e) in related]
    if not entries:
        raise UnreadableFile("intake.truncated")
    for entry in entries:
        target = related[reference(entry)].target
        if target not in archive:
            raise UnreadableFile("intake.truncated")
        sheet, sheet_dde, used = _sheet(archive, target, entry, context, images)
        sheets.append(sheet)
        dde += sheet_dde
        seen |= used
    stray = stray_media(archive, seen)
    return _with_workbook_facts(archive, root, tuple(sheets), dde, stray)


def _workbook_part(archive: Archive) -> str:
    if "mimetype" in archive or any(n.endswith("workbook.bin") for n in archive.names()):
        raise UnreadableFile("intake.kind-not-read")
    for relation in relations(archive, "").values():
        if relation.kind == "officedocument" and relation.target in archive:
            if relation.target.startswith("xl/") or "[content_types].xml" in archive:
                root = archive.xml(relation.target)
                if local(root) == "workbook":
                    return relation.target
            raise UnreadableFile("intake.not-a-workbook")
    if "xl/workbook.xml" in archive:
        return "xl/workbook.xml"
    raise UnreadableFile("intake.not-a-workbook")


def _strings(archive: Archive, related: dict[str, Relation]) -> list[str]:
    part = next((r.target for r in related.values() if r.kind == "sharedstrings"), "")
    return shared_strings(archive.read(part)) if part in archive else []


def _styles(archive: Archive, related: dict[str, Relation]) -> tuple[Style, ...]:
    part = next((r.target for r in related.values() if r.kind == "styles"), "")
    if part not in archive:
        return ()
    root = archive.xml(part)
    formats = {e.get("numFmtId"): e.get("formatCode") or "" for e in every(root, "numFmt")}
    fills = [_fill(e) for group in every(root, "fills") for e in group]
    styles = []
    for group in every(root, "cellXfs"):
        for xf in group:
            number, fill = xf.get("numFmtId") or "0", int(xf.get("fillId") or 0)
            built_in = number.isdecimal() and int(number) in _DATE_FORMATS
            date = _is_date_format(formats[number]) if number in formats else built_in
            styles.append(Style(date, fills[fill] if fill < len(fills) else ""))
    return tuple(styles)


def _is_date_format(code: str) -> bool:
    """Whether a number format shows a date: y, m or d outside quotes, brackets and escapes.

    >>> _is_date_format('yyyy"年"m"月"'), _is_date_format('0.00"day"'), _is_date_format("[Red]0")
    (True, False, False)
    """
    bare = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.', "", code.split(";")[0]).lower()
    return "general" not in bare and any(letter in bare for letter in "ymd")


def _fill(element: Element) -> str:
    """The colour of a solid fill as ARGB hex, "theme<n>" or "" for none and white."""
    for pattern in every(element, "patternFill"):
        if pattern.get("patternType") != "solid":
            return ""
        for colour in every(pattern, "fgColor"):
            rgb = (colour.get("rgb") or "").upper()
            if rgb:
                return "" if rgb.endswith("FFFFFF") else rgb[-6:].rjust(8, "F")
            indexed = colour.get("indexed")
            if indexed and indexed.isdigit():
                return _INDEXED.get(int(indexed), "" if int(indexed) in (9, 64, 65) else f"indexed{indexed}")
            return f"theme{colour.get('theme')}" if colour.get("theme") not in (None, "0") else ""
    return ""


def _sheet(
    archive: Archive, part: str, entry: Element, context: CellContext, images: dict[str, tuple[str, bytes, str]]
) -> tuple[Sheet, int, set[str]]:
    found, frame_bytes = read_cells(archive.read(part), context)
    frame = parse_xml(frame_bytes)
    name = entry.get("name") or ""
    attached, used = attached_things(archive, part, frame)
    for number, (row, column, image) in enumerate(found.image_formulas, 1):
        if image in images:
            media_type, content, source = images[image]
            label = f"{column_letters(column)}{row}#cellpicture{number}"
            attached.append(Attached(label, "picture", row, column, media_type=media_type, content=content))
            used.add(source)
    state = {"hidden": "hidden", "veryHidden": "very-hidden"}.get(entry.get("state") or "", "visible")
    return (
        Sheet(
            name=name,
            cells=tuple(found.cells),
            visibility=state,
            attached=tuple(attached),
            hidden_rows=frozenset(found.hidden_rows),
            hidden_columns=_hidden_columns(frame),
            merged=_merged(frame),
        ),
        found.dde,
        used,
    )


def _hidden_columns(frame: Element) -> frozenset[int]:
    hidden: set[int] = set()
    for column in every(frame, "col"):
        if column.get("hidden") in ("1", "true") or column.get("width") in ("0", "0.0"):
            first, last = int(column.get("min") or 1), int(column.get("max") or 1)
            hidden.update(range(first, min(last, 16_384) + 1))
    return frozenset(hidden)


def _merged(frame: Element) -> tuple[tuple[int, int, int, int], ...]:
    ranges = []
    for item in every(frame, "mergeCell"):
        first, _, last = (item.get("ref") or "").partition(":")
        try:
            ranges.append((*position(first), *position(last or first)))
        except ValueError:
            continue
    return tuple(ranges)


def _with_workbook_facts(
    archive: Archive, root: Element, sheets: tuple[Sheet, ...], dde: int, stray: tuple[Attached, ...]
) -> Workbook:
    names = archive.names()
    links = [n for n in names if re.fullmatch(r"xl/externallinks/[^/]+\.xml", n)]
    dde += sum(b"ddeLink" in archive.read(n) for n in links)
    connections = "xl/connections.xml" in archive
    macros = sum(n.endswith("vbaproject.bin") or n.startswith("xl/macrosheets/") for n in names if "_rels" not in n)
    pivots = any(n.startswith("xl/pivotcache/pivotcacherecords") for n in names)
    constants = [e.text or "" for e in every(root, "definedName") if (e.text or "").startswith('"')]
    notices = [
        code
        for code, seen in (
            ("intake.notice.macros", macros),
            ("intake.notice.external-links", links or connections),
            ("intake.notice.dde", dde),
            ("intake.notice.pivot-copies", pivots),
        )
        if seen
    ]
    return Workbook(
        sheets=sheets,
        format="xlsx",
        names=tuple(Attached(f"#name{i}", "name", text=text) for i, text in enumerate(constants, 1)) + stray,
        notices=tuple(notices),
        external_links=len(links) + connections,
        macros=macros,
        dde=dde,
    )
