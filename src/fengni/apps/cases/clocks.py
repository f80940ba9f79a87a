"""When a case is due: a question after 24 hours, a request for a right after 15 working days, feedback after 14 days.

Working days are Monday to Friday: public holidays only make the term shorter for us than the law's.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

FREEZE: Final = timedelta(hours=24)
WORKING_DAYS: Final = 15
LOOP: Final = timedelta(days=14)
TAKEN_WITHIN: Final = timedelta(days=30)  # a granted copy
_SATURDAY: Final = 5


def working_days_after(at: datetime, days: int = WORKING_DAYS) -> datetime:
    """The instant `days` working days later.

    >>> from datetime import UTC
    >>> working_days_after(datetime(2026, 11, 25, 9, tzinfo=UTC)).date().isoformat()
    '2026-12-16'
    """
    while days:
        at += timedelta(days=1)
        days -= at.weekday() < _SATURDAY
    return at
