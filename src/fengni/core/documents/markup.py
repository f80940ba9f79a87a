"""HTML without its marks, in one pass whatever stands in it.

The parser of the standard library needs quadratic time for marks that never close.

>>> plain("<style>a{}</style><p>手机<b>154</b>0000<!-- x -->0001<td>a &lt; b")
'\\n手机15400000001 a < b'
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from fengni.core.pii.passage import Passage

_NAME: Final = re.compile(r"</?([A-Za-z0-9]+)")
_LINES: Final = frozenset({"br", "p", "div", "tr", "li", "table", "h1", "h2", "h3", "h4"})
_CELLS: Final = frozenset({"td", "th"})
_SILENT: Final = frozenset({"script", "style"})
_TAG: Final = re.compile("<([^<>]*)>?([^<]*)")
_ATTRIBUTE: Final = re.compile(r"""(?<![A-Za-z-])[A-Za-z-]{1,40}\s{0,8}=\s{0,8}(?:"([^"]*)"|'([^']*)')""")


def plain(markup: str) -> str:
    """The text of HTML: blocks begin lines, cells are set apart, scripts and styles are left out."""
    lower, parts, at = markup.lower(), [], 0
    absent: set[str] = set()  # ends that do not come any more
    while True:
        begin = markup.find("<", at)
        if begin < 0:
            parts.append(markup[at:])
            return html.unescape("".join(parts))
        parts.append(markup[at:begin])
        match = _NAME.match(lower, begin)
        name = match[1] if match else ""
        closer = "-->" if markup.startswith("<!--", begin) else f"</{name}" if _opens_silence(match, name) else ">"
        end = -1 if closer in absent else lower.find(closer, begin + 1)
        if end < 0:
            absent.add(closer)
            parts.append("<")
            at = begin + 1
            continue
        at = end + (len(closer) if closer in ("-->", ">") else 0)
        if name in _LINES and not markup.startswith("</", begin):
            parts.append("\n")
        elif name in _CELLS and not markup.startswith("</", begin):
            parts.append(" ")


def _opens_silence(match: re.Match[str] | None, name: str) -> bool:
    return match is not None and name in _SILENT and not match[0].startswith("</")


def html_passages(markup: str, place: str = "") -> Iterator[Passage]:
    """The text of HTML at `place`; values of attributes, comments and scripts after it, joined by line feeds each."""
    yield Passage(plain(markup), place=place)
    shown, comments = _without(markup, "<!--", "-->")
    scripts: list[str] = []
    for name in sorted(_SILENT):
        shown, more = _without(shown, f"<{name}", f"</{name}")
        scripts += more
    values = [unquote(html.unescape(m[1] or m[2])) for m in _ATTRIBUTE.finditer(shown) if m[1] or m[2]]
    hidden = {"attributes": values, "comments": comments, "scripts": scripts}
    for name, pieces in hidden.items():
        if pieces:
            yield Passage("\n".join(pieces), place=f"{place or '#'}{'/' if place else ''}{name}")


def apart(markup: str) -> str:
    """The pieces of text of XML and the values of its attributes, a line each.

    >>> apart('<a b="154"><c>0000</c><c>沈 &amp; 若</c></a>')
    '154\\n0000\\n沈 & 若'
    """
    pieces: list[str] = []
    for tag in _TAG.finditer(f"<>{markup}<>"):
        pieces += [m[1] or m[2] or "" for m in _ATTRIBUTE.finditer(tag[1])]
        pieces.append(tag[2])
    return "\n".join(html.unescape(piece.strip()) for piece in pieces if piece.strip())


def _without(markup: str, begin: str, end: str) -> tuple[str, list[str]]:
    """What stands outside and inside of a pair of marks."""
    lower, outside, inside, at = markup.lower(), [], [], 0
    while (start := lower.find(begin, at)) >= 0:
        stop = lower.find(end, start + len(begin))
        stop = stop if stop >= 0 else len(markup)
        outside.append(markup[at:start])
        inside.append(markup[start + len(begin) : stop])
        at = stop
    outside.append(markup[at:])
    return "".join(outside), inside
