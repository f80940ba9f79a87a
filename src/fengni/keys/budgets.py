"""How many unit keys may leave within an hour: for one act, one person, and all acts of one kind of a tenant.

The figures are data (definitions/key_budgets.yml). Whoever gets hold of a process that may ask for keys gets so many
and no more, and each refusal is an entry of the ledger, because the act that asked is refused.

Rules: what is asked for is spent before anything is unwrapped and stays spent when it does not open, so trying is not
free. Sums are kept by the minute, in memory: a process started anew begins with full budgets, while the journal of
counters.py forgets nothing. A refused request spends nothing.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from fengni.core.errors import Denied
from fengni.definitions import load

MINUTES: Final = 60
_Key = int | str  # a person as a number, which is hashed faster than a UUID; a tenant's act or kind by name


@dataclass(frozen=True, slots=True)
class Row:
    """The budget of one kind of purpose: keys per act, and per hour for all acts of a tenant."""

    name: str
    begins: str
    act: int
    hour: int


@dataclass(frozen=True, slots=True)
class Limits:
    """All budgets: rows by purpose, keys per person and hour, and beyond how many an act counts as a mass release."""

    rows: tuple[Row, ...]
    person: int
    mass: int

    def of(self, purpose: str) -> Row:
        """The first row that the purpose begins with."""
        return next(row for row in self.rows if purpose.startswith(row.begins))


def defined() -> Limits:
    """The figures of definitions/key_budgets.yml."""
    found = load("key_budgets")
    return Limits(tuple([Row(**row) for row in found["rows"]]), found["person"], found["mass"])


class Budgets:
    """What was spent in the last hour. Thread-safe. `clock` gives seconds."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._sums: Counter[_Key] = Counter()
        self._minutes: deque[tuple[int, Counter[_Key]]] = deque()
        self.mass = 0
        """Acts since the start that took more keys than `limits.mass`."""
        self.withheld = 0
        """Requests since the start that were refused."""

    def spend(self, tenant: UUID, entry: UUID, purpose: str, persons: Sequence[UUID | None]) -> None:
        """Take one key per item, None for a unit of no natural person.

        Raises Denied: "keys.budget-act", "keys.budget-person", "keys.budget-hour"; then nothing is spent.
        """
        row, size = self._limits.of(purpose), len(persons)
        spent: Counter[_Key] = Counter([person.int for person in persons if person is not None])
        with self._lock:
            self._forget()
            act, hour = f"{tenant.hex} act {entry.hex}", f"{tenant.hex} hour {row.name}"
            for code, most, over in (
                ("keys.budget-act", row.act, self._sums[act] + size > row.act),
                ("keys.budget-person", self._limits.person, self._is_over(spent)),
                ("keys.budget-hour", row.hour, self._sums[hour] + size > row.hour),
            ):
                if over:
                    self.withheld += 1
                    raise Denied(code, most=most)
            self.mass += self._sums[act] <= self._limits.mass < self._sums[act] + size
            spent.update({act: size, hour: size})
            self._sums.update(spent)
            self._minutes[-1][1].update(spent)

    def _is_over(self, spent: Counter[_Key]) -> bool:
        known, most = self._sums.get, self._limits.person
        return any(known(key, 0) + number > most for key, number in spent.items())

    def _forget(self) -> None:
        now = int(self._clock() // 60)
        while self._minutes and self._minutes[0][0] < now - MINUTES:
            self._sums -= self._minutes.popleft()[1]  # what reaches zero goes
        if not self._minutes or self._minutes[-1][0] != now:
            self._minutes.append((now, Counter()))
