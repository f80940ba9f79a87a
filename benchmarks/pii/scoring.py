"""How right findings are: whole spans for what has ends, characters for addresses, hits on what belongs to nobody.

A finding counts when it begins and ends where the label does, punctuation and blanks at its ends apart; a country code
may be inside or not. Addresses have no agreed ends even among people, so their characters are counted.

>>> tally = Tally()
>>> tally.add("电话 15400000001。", [Placed(Span("CN_MOBILE", 3, 14), "", 3, 14)], [Found(("CN_MOBILE",), 2, 15)])
>>> tally.figures("CN_MOBILE")
(1.0, 1.0, 1.0)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields

from benchmarks.pii.corpus import Span
from benchmarks.pii.writing import Placed

Figures = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Found:
    """What a detector found, in a text or in a place of a file. `types`: ours that its own type can mean, or none."""

    types: tuple[str, ...]
    start: int
    end: int
    place: str = ""


@dataclass(slots=True)
class Tally:
    """Counts over documents."""

    wanted: Counter[str] = field(default_factory=Counter)
    hit: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    hard: Counter[str] = field(default_factory=Counter)
    hard_hit: Counter[str] = field(default_factory=Counter)
    hard_types: Counter[tuple[str, str]] = field(default_factory=Counter)
    missed: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[tuple[str, str]] = field(default_factory=list)

    def add(self, text: str | dict[str, str], labels: Sequence[Placed], found: Iterable[Found]) -> None:
        """Counts one document. `text` is its text, or the texts of the places of its file."""
        texts = {"": text} if isinstance(text, str) else text
        trimmed = [_trimmed(one, texts[one.place]) for one in found]
        typed = [label for label in labels if label.span.kind[0] not in "!?"]
        for label in typed:
            if label.span.kind != "ADDRESS":
                self._label(label, trimmed, texts)
        for one in trimmed:
            if one.types and one.types[0] != "ADDRESS":
                self._finding(one, typed, labels, texts)
        self._addresses(labels, trimmed)
        self._hard(labels, trimmed)

    def lost(self, spans: Iterable[Span]) -> None:
        """Counts what a reader lost: wanted and never found."""
        for span in spans:
            if span.kind[0] not in "!?":
                self.wanted[span.kind] += span.end - span.start if span.kind == "ADDRESS" else 1

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    def figures(self, type_: str) -> Figures | None:
        """Precision, recall and F1 of a type; None when none was wanted."""
        if not self.wanted[type_]:
            return None
        precision = self.right[type_] / self.said[type_] if self.said[type_] else 0.0
        recall = self.hit[type_] / self.wanted[type_]
        return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    def _label(self, label: Placed, found: list[Found], texts: dict[str, str]) -> None:
        kind = label.span.kind
        met = any(_meets(one, label) for one in found)
        for name in (
            kind,
            *([f"{kind}/{label.span.form}"] if kind in ("PERSON", "COMPANY") and label.span.form else []),
        ):
            self.wanted[name] += 1
            self.hit[name] += met
        if not met:
            self.missed.append((kind, texts[label.place][label.start : label.end]))

    def _finding(self, one: Found, typed: list[Placed], labels: Sequence[Placed], texts: dict[str, str]) -> None:
        right = next((label.span.kind for label in typed if _meets(one, label)), None)
        if right is None and any(label.span.kind[0] == "?" and _overlap(one, label) for label in labels):
            return
        self.said[right or one.types[0]] += 1
        if right:
            self.right[right] += 1
        else:
            self.wrong.append((one.types[0], texts[one.place][one.start : one.end]))

    def _addresses(self, labels: Sequence[Placed], found: list[Found]) -> None:
        wanted = {(a.place, at) for a in labels if a.span.kind == "ADDRESS" for at in range(a.start, a.end)}
        aside = {(a.place, at) for a in labels if a.span.kind[0] == "?" for at in range(a.start, a.end)}
        said = {(a.place, at) for a in found if "ADDRESS" in a.types for at in range(a.start, a.end)} - aside
        self.wanted["ADDRESS"] += len(wanted)
        self.said["ADDRESS"] += len(said)
        self.hit["ADDRESS"] += len(wanted & said)
        self.right["ADDRESS"] += len(wanted & said)

    def _hard(self, labels: Sequence[Placed], found: list[Found]) -> None:
        for label in labels:
            if label.span.kind[0] == "!":
                hits = [one for one in found if _overlap(one, label)]
                self.hard[label.span.kind] += 1
                self.hard_hit[label.span.kind] += bool(hits)
                for one in hits:
                    self.hard_types[label.span.kind, one.types[0] if one.types else "other"] += 1


def _meets(one: Found, label: Placed) -> bool:
    start = label.start - label.span.lead
    return (
        label.span.kind in one.types
        and one.place == label.place
        and start <= one.start <= label.start
        and one.end == label.end
    )


def _overlap(one: Found, label: Placed) -> bool:
    return one.place == label.place and one.start < label.end and label.start < one.end


def _trimmed(one: Found, text: str) -> Found:
    start, end = one.start, one.end
    while start < end and not _solid(text[start]):
        start += 1
    while start < end and not _solid(text[end - 1]):
        end -= 1
    return Found(one.types, start, end, one.place)


def _solid(one: str) -> bool:
    return one.isalnum() or one in ")）.#@!_"
