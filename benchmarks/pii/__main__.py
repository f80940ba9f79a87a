"""Personal and client information found in 300 generated client papers of eight kinds of file, beside argus-redact and
Presidio with 22 Chinese patterns on the same texts.

Run: .venv/bin/python -m benchmarks.pii [--wrong] [--split open]
Templates, names and addresses are shared with nothing that trains or that recognizers were written against; by default
the blind half is scored. Precision, recall and F1 are of whole spans, of characters for addresses. `files` is ours on
the real files, with a label that a reader lost counted as missed. Rows that a peer wins are named, not left out.
Sockets are closed while it runs. `--wrong` lists what ours misses and invents, for the open half alone.
"""

from __future__ import annotations

import argparse
import io
import socket
import statistics
import sys
import time
from collections import Counter
from functools import reduce
from typing import Any, Final

from benchmarks.pii import peers
from benchmarks.pii.corpus import SPLITS, Document, documents
from benchmarks.pii.scoring import Tally
from benchmarks.pii.writing import Placed, content, parts, placed
from fengni.core.documents.reading import passages
from fengni.core.pii.finding import TYPES

COUNT: Final = 300
SEED: Final = 20261201
_ROUNDS: Final = 3
_JOINED: Final = 20
_CHECKED: Final = ("CN_ID_CARD", "CN_USCC", "BANK_CARD", "CN_OLD_REGISTRATION")


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--split", choices=SPLITS, default="blind")
    asked.add_argument("--wrong", action="store_true")
    given = asked.parse_args()
    if given.wrong and given.split == "blind":
        sys.exit("the blind half is not shown: --split open --wrong")
    detectors = _detectors()
    _no_network()
    made = documents(given.split, COUNT, seed=SEED)
    kinds = Counter(one.kind for one in made)
    size = sum(len(one.text.encode()) for one in made) / 1e6
    print(f"{len(made)} documents of the {given.split} half, {size:.2f} MB of text: {dict(sorted(kinds.items()))}")
    tallies = {one.name: _tally(made, one) for one in detectors}
    files = _files(made)
    _types(tallies, reduce(Tally.plus, files.values()), detectors)
    _kinds(files)
    _hard(tallies)
    _speeds(made, detectors)
    if given.wrong:
        _shown(tallies["fengni"])


def _detectors() -> list[peers.Detector]:
    found = [peers.ours()]
    for make in (peers.argus, peers.presidio):
        try:
            found.append(make())
        except ImportError as error:
            print(f"{make.__name__} is not here: {error}")
    return found


def _no_network() -> None:
    def refused(*given: Any) -> None:
        raise OSError("no network while detectors are compared")

    socket.socket.connect = refused  # type: ignore[assignment, method-assign]


def _tally(made: list[Document], detector: peers.Detector) -> Tally:
    tally = Tally()
    for one in made:
        labels = [Placed(span, "", span.start, span.end) for span in one.spans]
        tally.add(one.text, labels, detector.find(one.text, one.kind))
    return tally


def _files(made: list[Document]) -> dict[str, Tally]:
    """Ours on the real files, by kind of file."""
    tallies: dict[str, Tally] = {}
    for one in made:
        held, tally = content(one), tallies.setdefault(one.kind, Tally())
        texts = parts(passages(io.BytesIO(held), one.name, refused=lambda place, error: None))
        labels, lost = placed(one, texts)
        tally.add(texts, labels, peers.scanned(held, one.name))
        tally.lost(lost)
    return tallies


def _types(tallies: dict[str, Tally], files: Tally, detectors: list[peers.Detector]) -> None:
    names = list(tallies)
    first = tallies[names[0]]
    print(
        f"\n{'precision recall F1':22} {'labels':>6}  " + "  ".join(f"{n:^17}" for n in (names[0], "files", *names[1:]))
    )
    behind = []
    for type_ in TYPES:
        known = [first.figures(type_), files.figures(type_)]
        for one in detectors[1:]:
            known.append(tallies[one.name].figures(type_) if type_ in (one.types or ()) else None)
        cells = ["  ".join(f"{v:5.3f}" for v in figures) if figures else f"{'-':^17}" for figures in known]
        print(f"{type_:22} {first.wanted[type_]:6}  " + "  ".join(cells))
        mine = known[0]
        for name, theirs in zip(names[1:], known[2:], strict=True):
            if mine and theirs and theirs[2] > mine[2]:
                behind.append(f"{type_} ({name} {theirs[2]:.3f}, ours {mine[2]:.3f})")
    whole = [*tallies.values()]
    rows = [f"{sum(t.hit[x] for x in _whole(t)) / sum(t.wanted[x] for x in _whole(t)):.3f}" for t in whole]
    false = [f"{1 - sum(t.right[x] for x in _whole(t)) / sum(t.said[x] for x in _whole(t)):.3f}" for t in whole]
    print(
        f"all types but ADDRESS, {', '.join(names)}: recall {', '.join(rows)}; false among findings {', '.join(false)}"
    )
    for name in sorted(n for n in first.wanted if "/" in n):
        recalls = [f"{t.hit[name] / t.wanted[name]:5.3f}" for t in tallies.values()]
        print(f"  recall of {name:20} {first.wanted[name]:6}  " + "  ".join(recalls))
    print("labels of ADDRESS are characters; - a type the detector does not know, or that no document holds")
    print("rows in which a peer's F1 is above ours: " + (", ".join(behind) or "none"))
    short = [t for t in TYPES if (f := first.figures(t)) and min(f[:2]) < 0.99]
    print("types in which ours is below 0.99 in precision or recall: " + (", ".join(short) or "none"))


def _kinds(files: dict[str, Tally]) -> None:
    print("recall of ours in files, all types but ADDRESS and PERSON:")
    for kind, tally in sorted(files.items()):
        types = [type_ for type_ in _whole(tally) if type_ != "PERSON"]
        hit, wanted = sum(tally.hit[t] for t in types), sum(tally.wanted[t] for t in types)
        print(f"  {kind:5} {wanted:6}  {hit / wanted:5.3f}")


def _whole(tally: Tally) -> list[str]:
    return [type_ for type_ in TYPES if type_ != "ADDRESS" and tally.wanted[type_]]


def _hard(tallies: dict[str, Tally]) -> None:
    print(f"\n{'hits on hard negatives':22} {'of':>6}  " + "  ".join(f"{name:>12}" for name in tallies))
    first = next(iter(tallies.values()))
    for kind in sorted(first.hard):
        print(f"{kind[1:]:22} {first.hard[kind]:6}  " + "  ".join(f"{t.hard_hit[kind]:12}" for t in tallies.values()))
    for name, counts in (("all", None), ("of types with a check digit", _CHECKED)):
        cells = [
            sum(n for (_, t), n in one.hard_types.items() if not counts or t in counts) for one in tallies.values()
        ]
        print(f"{name:29}  " + "  ".join(f"{cell:12}" for cell in cells))


def _speeds(made: list[Document], detectors: list[peers.Detector]) -> None:
    """Megabytes (10^6 bytes of UTF-8) per second of processor time: each document by itself, twenty as one text."""
    texts = [(one.text, one.kind) for one in made]
    joined = [("\n".join(text for text, _ in texts[at : at + _JOINED]), "txt") for at in range(0, len(texts), _JOINED)]
    print(f"\n{'MB per processor second':24} {'each':>8} {'joined':>8}")
    for detector in detectors:
        print(f"{detector.name:24} {_speed(detector, texts):8.2f} {_speed(detector, joined):8.2f}")


def _speed(detector: peers.Detector, texts: list[tuple[str, str]]) -> float:
    spent = []
    for _ in range(_ROUNDS):
        begun = time.process_time()
        for text, kind in texts:
            detector.run(text, kind)
        spent.append(time.process_time() - begun)
    return sum(len(text.encode()) for text, _ in texts) / 1e6 / statistics.median(spent)


def _shown(tally: Tally) -> None:
    for title, pairs in (("missed", tally.missed), ("invented", tally.wrong)):
        for (type_, text), number in Counter(pairs).most_common():
            print(f"{title:9} {type_:20} {number:4} {text!r}")


if __name__ == "__main__":
    main()
