"""The second wall before the log: errors carry codes, and whatever still looks like a number of a person is struck out.

>>> struck("call 15400000001 now")
'call [struck] now'
"""

from __future__ import annotations

import logging
import re

_LOOKS_PERSONAL = re.compile(r"(?<![0-9a-fA-F-])[0-9]{6,}[0-9Xx](?![0-9a-fA-F-])|[\w.+-]+@[\w-]+\.[\w.]+")


def struck(message: str) -> str:
    """The message without runs of seven or more digits and without e-mail addresses."""
    return _LOOKS_PERSONAL.sub("[struck]", message)


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
