"""The labelled set: templates filled by a seeded generator, with the places of what stands in their slots.

`templates/open.txt` may be looked at while recognizers are written, `templates/blind.txt` may not; they share no line.
A template begins with `== name kinds`. `{TYPE}` is a value, `{TYPE:key}` the same wherever the key returns,
`{TYPE/form}` one of a form; `{!kind}` is a hard negative, `{?kind}` what may be found or not. `| ` begins the headings
of a table, `|* ` a row of it that is written several times.

>>> one = documents("blind", 1, seed=5)[0]
>>> one.kind, {span.kind for span in one.spans} >= {"PERSON", "!order", "CN_ID_CARD"}
('docx', True)
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from benchmarks.pii import values

SPLITS: Final = ("open", "blind")
_FOLDER: Final = Path(__file__).with_name("templates")
_SLOT: Final = re.compile(r"\{([!?]?)([A-Za-z_]+)(?::(\w+))?(?:/(\w+))?\}")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of a text: `kind` is a type, `!kind` a hard negative, `?kind` what does not count.

    A detector may begin up to `lead` characters earlier (a country code). `form` says which form was asked for.
    """

    kind: str
    start: int
    end: int
    lead: int = 0
    form: str = ""

    def moved(self, by: int) -> Span:
        return replace(self, start=self.start + by, end=self.end + by)


@dataclass(frozen=True, slots=True)
class Marked:
    """A line or a cell, and what stands in it."""

    text: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows of a table inside a document, or all of it."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Marked, ...], ...]


Block = Marked | Table


@dataclass(frozen=True, slots=True)
class Template:
    """Lines to be filled, and the kinds of file that such a paper comes in."""

    name: str
    kinds: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A filled template. `text` is its plain text: lines, cells apart by tabs (commas where it is a csv file)."""

    name: str
    template: str
    kind: str
    blocks: tuple[Block, ...]
    text: str
    spans: tuple[Span, ...]


@cache
def templates(split: str) -> tuple[Template, ...]:
    """The templates of a split, in order of their file."""
    found = []
    for part in (_FOLDER / f"{split}.txt").read_text("utf-8").split("== ")[1:]:
        head, *lines = part.strip().split("\n")
        name, *kinds = head.split()
        found.append(Template(name, tuple(kinds), tuple(lines)))
    return tuple(found)


def documents(split: str, count: int, *, seed: int) -> list[Document]:
    """`count` documents of a split: every template in turn, every kind of each in turn. The same seed, the same set."""
    draw, known = random.Random(f"{split}{seed}"), templates(split)
    made = []
    for number in range(count):
        template = known[number % len(known)]
        kind = template.kinds[number // len(known) % len(template.kinds)]
        blocks = tuple(_blocks(template, draw))
        text, spans = _plain(blocks, "," if kind == "csv" else "\t")
        made.append(Document(f"{split}-{number:03d}-{template.name}.{kind}", template.name, kind, blocks, text, spans))
    return made


def _blocks(template: Template, draw: random.Random) -> Iterator[Block]:
    kept: dict[tuple[str, str], values.Written] = {}
    headings: tuple[str, ...] = ()
    for line in template.lines:
        if line.startswith("|*"):
            cells = [cell.strip() for cell in line[2:].split(" | ")]
            count = draw.randint(3, 9)
            rows = tuple(tuple(filled(cell, draw, {}) for cell in cells) for _ in range(count))
            yield Table(headings, rows)
        elif line.startswith("|"):
            headings = tuple(cell.strip() for cell in line[1:].split(" | "))
        else:
            yield filled(line, draw, kept)


def filled(line: str, draw: random.Random, kept: dict[tuple[str, str], values.Written]) -> Marked:
    """A line with its slots filled. `kept` remembers what a key stands for; `/bare` leaves commas out of a number."""
    text, spans, at = "", [], 0
    for slot in _SLOT.finditer(line):
        text += line[at : slot.start()]
        mark, kind, key, form = slot[1], slot[2], slot[3] or "", slot[4] or ""
        value = kept.get((kind, key)) if key else None
        if value is None:
            value = _value(mark, kind, form, draw)
            if key:
                kept[kind, key] = value
        spans.append(Span(mark + kind, len(text) + value.lead, len(text) + len(value.text), value.lead, form))
        text, at = text + value.text, slot.end()
    return Marked(text + line[at:], tuple(spans))


def _value(mark: str, kind: str, form: str, draw: random.Random) -> values.Written:
    if not mark:
        return values.written(kind, form, draw)
    made = (values.HARD if mark == "!" else values.NEUTRAL)[kind](draw)
    return values.Written(made.replace(",", " " if kind == "gps" else "") if form == "bare" else made)


def _plain(blocks: tuple[Block, ...], delimiter: str) -> tuple[str, tuple[Span, ...]]:
    text, spans = "", []
    for line in _lines(blocks):
        for number, cell in enumerate(line):
            text += delimiter if number else ""
            spans += [span.moved(len(text)) for span in cell.spans]
            text += cell.text
        text += "\n"
    return text, tuple(spans)


def _lines(blocks: tuple[Block, ...]) -> Iterator[tuple[Marked, ...]]:
    for block in blocks:
        if isinstance(block, Table):
            yield tuple(Marked(heading) for heading in block.headings)
            yield from block.rows
        else:
            yield (block,)
