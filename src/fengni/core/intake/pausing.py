"""The cyclic garbage collector waits while a workbook is read or planned.

Both make hundreds of thousands of small values that live to the end and form no cycles; looking through them again and
again doubles the time. Whoever had switched the collector off finds it off afterwards.

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
        gc.enable()
