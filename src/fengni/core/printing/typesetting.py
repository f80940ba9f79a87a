"""A paper as PDF/A-3a: tagged, every glyph embedded, its attachments inside, the same bytes for the same paper.

Rules:
- Fonts come from a package of ours and never from the machine, so a certificate shows everywhere what it shows here.
- A character that the fonts do not have is written as its number, 〔U+20BB7〕: PDF/A admits no missing glyph, and a
  name must never silently lose a character.
- The form is `paper.typ`; a paper's texts reach it as JSON.

>>> from datetime import date
>>> pdf(Paper("回执", "zh", date(2026, 11, 30), ()))[:8]
b'%PDF-1.7'
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import pylopdf_fonts_zh_cn
import typst

from fengni.core.printing.paper import Paper

_STANDARD: Final = "a-3a"
_MISSING: Final = re.compile(r'the text `(".*")` could not be displayed', re.DOTALL)
_MOST_MISSING: Final = 200


def pdf(paper: Paper) -> bytes:
    """The paper as PDF/A-3a. Raises ValueError for a paper that cannot be drawn: a defect of ours, never of a value."""
    content = _content(paper)
    files = {f"attachment-{place}": one.content for place, one in enumerate(paper.attachments)}
    for _ in range(_MOST_MISSING):
        try:
            return _compiled(content, files)
        except typst.TypstError as error:
            missing = _MISSING.search(str(error))
            if missing is None:
                raise ValueError(f"a paper could not be drawn: {_cause(error)}") from None
            content = _spelled_out(content, set(_unquoted(missing.group(1))))
    raise ValueError("a paper could not be drawn: too many characters without a glyph")


def _compiled(content: dict[str, Any], files: dict[str, bytes]) -> bytes:
    form = resources.files(__package__).joinpath("paper.typ").read_bytes()
    given: Any = {
        "main.typ": form,
        "paper.json": json.dumps(content, ensure_ascii=False).encode(),
        **files,
    }  # a virtual folder
    made = typst.compile(given, font_paths=_fonts(), pdf_standards=_STANDARD, timestamp=0)
    assert isinstance(made, bytes)  # noqa: S101  # one PDF, since no other format is asked for
    return made


@cache
def _fonts() -> typst.Fonts:
    shipped = Path(pylopdf_fonts_zh_cn.__file__).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(shipped)])


def _content(paper: Paper) -> dict[str, Any]:  # Any: a JSON object
    return {
        "title": paper.title,
        "lang": paper.lang,
        "day": [paper.made_on.year, paper.made_on.month, paper.made_on.day],
        "kicker": paper.kicker,
        "foot": paper.foot,
        "blocks": [{"kind": type(one).__name__, **asdict(one)} for one in paper.blocks],
        "attachments": [{"name": a.name, "about": a.about, "media-type": a.media_type} for a in paper.attachments],
    }


def _spelled_out(value: Any, missing: set[str]) -> Any:  # Any: JSON
    """The same content with these characters written as their numbers."""
    if isinstance(value, str):
        return "".join(f"〔U+{ord(one):04X}〕" if one in missing else one for one in value)
    if isinstance(value, dict):
        return {key: _spelled_out(one, missing) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_spelled_out(one, missing) for one in value]
    return value


def _unquoted(shown: str) -> str:
    r"""The characters inside what the compiler quotes: `"\u{20bb7}"` or the character itself."""
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found.group(1), 16)), shown[1:-1])


def _cause(error: typst.TypstError) -> str:
    """The first words of what the compiler says, without a text of the paper."""
    return str(error).split("`", 1)[0][:120]
