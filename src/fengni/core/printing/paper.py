"""What stands on a paper, as values: a title and blocks. How it looks is the business of the two that write it.

Rules: a paper carries text and no markup, so nothing that somebody typed can change its form. Both languages use the
same blocks. `made_on` is the day that is printed; the same paper gives the same bytes on every day.

>>> Paper("回执", "zh", date(2026, 11, 30), (Text("陆知衡"),))
Paper(title='回执', blocks=1)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fengni.definitions import Lang


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside the paper."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. `look`: plain, quiet (small and grey) or code (a hash, a command)."""

    text: str
    look: str = "plain"


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, one pair a line."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Columns with heads. `widths` are shares of the line, one for each column. `look`: plain, or code for hashes."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()
    look: str = "plain"


@dataclass(frozen=True, slots=True)
class Points:
    """Points one below the other, with numbers where their order matters."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """Places to sign: what stands before each line."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows stands on a page of its own, which can be taken out. `title` heads it."""

    title: str = ""


Block = Heading | Text | Facts | Table | Points | Signature | NewPage


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the PDF, as it leaves the house by itself. `media_type` as in RFC 6838."""

    name: str
    content: bytes
    about: str
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper. `kicker` stands small above the title, `foot` on every page. Values are no part of `repr`."""

    title: str
    lang: Lang
    made_on: date
    blocks: tuple[Block, ...]
    kicker: str = ""
    foot: str = ""
    attachments: tuple[Attachment, ...] = ()

    def __repr__(self) -> str:
        return f"Paper(title={self.title!r}, blocks={len(self.blocks)})"
