"""A value that shows its mask wherever it is written: repr, str, formats, logs, tracebacks, JSON with `default=str`.

Rules: a Secret holds a mask and a way to ask; the clear value is not in it, so nothing that walks through objects finds
it. `reveal()` asks each time. What it returns is a text like any other, because it is to be used, with two differences:
its `repr` is the mask, so the locals of a traceback do not show it, and it cannot be pickled.

>>> one = Secret("mobile", "154****0001", lambda kind: Clear("15400000001", "154****0001"))
>>> one, f"{one:>12}", "%s" % one
(Secret('154****0001'), ' 154****0001', '154****0001')
>>> value = one.reveal()
>>> value
Clear('154****0001')
>>> print(value)
15400000001
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, Self, SupportsIndex, final


@final
class Clear(str):
    """A value in clear. It behaves as its text; only `repr` shows the mask, and pickling is refused."""

    __slots__ = ("_mask",)
    _mask: str

    def __new__(cls, value: str, mask: str) -> Self:
        """The text and what stands for it where it must not be seen."""
        made = super().__new__(cls, value)
        made._mask = mask
        return made

    def __repr__(self) -> str:
        return f"Clear({self._mask!r})"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a value in clear is not pickled: reveal it where it is used")


@final
class Secret:
    """A sealed value: its mask, and the way to the value for those who may and say why."""

    __slots__ = ("_ask", "_mask", "kind")

    def __init__(self, kind: str, mask: str, ask: Callable[[str], Clear]) -> None:
        self.kind, self._mask, self._ask = kind, mask, ask

    def reveal(self) -> Clear:
        """The value in clear. The entry that says so is in the ledger before this returns.

        Raises Denied when it may not be seen, BadInput outside a purpose or when there is no such value any more.
        """
        return self._ask(self.kind)

    def __repr__(self) -> str:
        return f"Secret({self._mask!r})"

    def __str__(self) -> str:
        return self._mask

    def __format__(self, spec: str) -> str:
        return format(self._mask, spec)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a Secret is not pickled: ask for it again where it is used")
