"""The cyclic garbage collector waits while a workbook is read, planned or stored.

All three make hundreds of thousands of small values that live to the end and form no cycles; looking through them again
and again doubles the time. Afterwards they count as old, so that the first round does not look through them either.
Whoever had switched the collector off finds it off afterwards.

>>> with collection_paused():
...     gc.isenabled()
False
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collection_paused() -> Iterator[None]:
    """Pauses the collector of this process for the time of the block."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():  # thawed again, everything is in the oldest generation
            gc.freeze()
            gc.unfreeze()
        gc.enable()
