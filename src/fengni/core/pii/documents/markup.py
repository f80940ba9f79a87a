"""HTML without its marks, in one pass whatever stands in it.

The parser of the standard library needs quadratic time for marks that never close.

>>> plain("<style>a{}</style><p>手机<b>154</b>0000<!-- x -->0001<td>a &lt; b")
'\\n手机15400000001 a < b'
"""

from __future__ import annotations

import html
import re
from typing import Final

_NAME: Final = re.compile(r"</?([A-Za-z0-9]+)")
_LINES: Final = frozenset({"br", "p", "div", "tr", "li", "table", "h1", "h2", "h3", "h4"})
_CELLS: Final = frozenset({"td", "th"})
_SILENT: Final = frozenset({"script", "style"})


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
