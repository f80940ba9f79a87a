"""The second wall before the log: errors carry codes, and whatever still looks personal or like a token is struck out.

>>> struck("call 15400000001 or 154 0000 0001 or 154-0000-0001 now")
'call [struck] or [struck] or [struck] now'
>>> struck("/clients/01a210d3-530b-7061-8494-712345678866/ of name990101198802290212")
'/clients/01a210d3-530b-7061-8494-712345678866/ of name[struck]'
>>> struck("Not Found: /p/" + 52 * "a" + "/code/")
'Not Found: /p/[struck]/code/'
"""

from __future__ import annotations

import logging
import re

_LOOKS_PERSONAL = re.compile(
    r"(?P<ours>\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{32}\b)"
    r"|(?:\d[ \u3000]?){6,}[\dXx]|1\d\d-\d{4}-\d{4}|[\w.+-]+@[\w-]+\.[\w.]+"
    r"|(?<=/p/)[^/\s]+"
)


def struck(message: str) -> str:
    """The message without runs of seven or more digits, e-mail addresses and secrets of links; ids stay."""
    return _LOOKS_PERSONAL.sub(lambda found: found["ours"] or "[struck]", message)


class WithoutPersonalInformation(logging.Filter):
    """Renders the record once, strikes what looks personal, and drops exception text (the type and place stay)."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = struck(record.getMessage()), ()
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, trace = record.exc_info
            frames = []
            while trace is not None:
                frames.append(f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}")
                trace = trace.tb_next
            record.msg = f"{record.msg} | {kind.__name__} at {' > '.join(frames[-6:])}"
            record.exc_info, record.exc_text = None, None
        return True
