"""Documents inside documents: attachments, embedded files, members of archives.

Each is read like a file of its own, its place joined to that of what it lies in (`#a.zip#list.xlsx#Sheet1!C5`). One
that cannot be read is reported and the rest goes on. Depth, number and size are counted over everything that one file
holds, so that archives in archives gain nothing.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import IO, Final

from fengni.core.errors import UnreadableFile
from fengni.core.pii.passage import Passage

DEEPEST: Final = 3
MOST_FILES: Final = 10_000
MOST_BYTES: Final = 1024 * 1024 * 1024
LARGEST: Final = 200 * 1024 * 1024  # one document inside another, held in memory while it is read
Refused = Callable[[str, UnreadableFile], None]


class Exhausted(UnreadableFile):
    """What a file holds is too much in all: its reading ends."""


@dataclass(slots=True)
class Budget:
    """What may still be unpacked from one file."""

    files: int = MOST_FILES
    bytes: int = MOST_BYTES

    def spend(self, size: int, *, files: int = 0) -> None:
        """Raises Exhausted (pii.bomb) when it is used up."""
        self.files -= files
        self.bytes -= size
        if self.files < 0 or self.bytes < 0:
            raise Exhausted("pii.bomb")


@dataclass(frozen=True, slots=True)
class Inside:
    """How a reader hands on what lies in its document. `refused(place, error)` is told what could not be read."""

    opener: Callable[[IO[bytes], str, Inside], Iterator[Passage]]
    refused: Refused
    budget: Budget
    depth: int = 0

    def document(self, data: bytes, name: str) -> Iterator[Passage]:
        """The passages of a document that lies in this one as `name`."""
        return self.within(name, lambda inner: self.opener(io.BytesIO(data), name, inner), len(data))

    def within(self, name: str, read: Callable[[Inside], Iterator[Passage]], size: int = 0) -> Iterator[Passage]:
        """What `read` gives, as of a document of `size` bytes that lies in this one as `name`."""
        place = f"#{name}"
        try:
            if self.depth >= DEEPEST:
                raise UnreadableFile("pii.too-deep")
            self.budget.spend(size, files=1)
            inner = replace(self, refused=lambda p, e: self.refused(place + p, e), depth=self.depth + 1)
            for passage in read(inner):
                yield replace(passage, place=place + passage.place)
        except Exhausted:
            raise
        except UnreadableFile as e:
            self.refused(place, e)

    def refuse(self, name: str, code: str, **params: str | int) -> None:
        """Report a part that is not read."""
        self.refused(f"#{name}", UnreadableFile(code, **params))
