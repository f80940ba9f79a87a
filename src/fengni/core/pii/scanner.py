"""Runs the recognizers over text and settles overlaps: the longer of two findings at one place stays.

>>> [(f.type, f.value) for f in scan_text("身份证９９０１０１ 19880229-0212，15400000001@example.com")]
[('CN_ID_CARD', '990101198802290212'), ('EMAIL', '15400000001@example.com')]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from fengni.core.pii.finding import Finding
from fengni.core.pii.folding import fold
from fengni.core.pii.numbers import find_numbers
from fengni.core.pii.page import Page, Table
from fengni.core.pii.passage import Passage
from fengni.core.pii.recognizers import TEXTS, judges_by_length


def scan_text(text: str, *, heading: str = "", table: Table | None = None) -> list[Finding]:
    """Everything found in a text, in order of place. `heading` is what stands over or before it, as a column's name."""
    folded = fold(text)
    page = Page(folded.text, fold(heading).text, table)
    found = list(find_numbers(page, judges_by_length()))
    for recognizer in TEXTS:
        found += recognizer.find(page)
    settled = _settled(found)
    if not folded.cuts:
        return settled
    return [_back(finding, folded.original(finding.start, finding.end)) for finding in settled]


def scan_passages(passages: Iterable[Passage]) -> Iterator[Finding]:
    """Everything found in a document, passage by passage, with positions in the text of its part."""
    for passage in passages:
        for finding in scan_text(passage.text, heading=passage.heading, table=passage.table):
            if finding.end > passage.known:
                yield finding.moved(passage.offset, passage.place)


def _settled(found: list[Finding]) -> list[Finding]:
    found.sort(key=lambda f: (f.start, -f.end, -f.score))
    kept: list[Finding] = []
    for finding in found:
        if not kept or finding.start >= kept[-1].end:
            kept.append(finding)
        elif finding.end - finding.start > kept[-1].end - kept[-1].start:
            kept[-1] = finding
    return kept


def _back(finding: Finding, span: tuple[int, int]) -> Finding:
    return replace(finding, start=span[0], end=span[1])
