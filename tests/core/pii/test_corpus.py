"""Precision and recall on the corpus of the hand that wrote the recognizers; benchmarks/pii asks another one."""

from __future__ import annotations

from collections import Counter

import pytest

from fengni.core.pii.finding import TYPES
from fengni.core.pii.scanner import scan_text
from tests.core.pii.corpus import document

DOCUMENTS = 40


def figures(documents: int = DOCUMENTS) -> dict[str, tuple[int, int, int]]:
    """Per type: labels, of them found with their exact place and value, findings that are no label."""
    wanted: Counter[str] = Counter()
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for seed in range(documents):
        text, labels = document(seed)
        left = {label.start: label for label in labels}
        wanted.update(label.type for label in labels)
        for finding in scan_text(text):
            label = next((left[s] for s in range(finding.start, finding.start - 4, -1) if s in left), None)
            hit = label is not None and (label.type, _plain(label.value)) == (finding.type, _plain(finding.value))
            (right if hit else wrong)[finding.type] += 1
            if hit and label is not None:
                del left[label.start]
    return {t: (wanted[t], right[t], wrong[t]) for t in TYPES}


def _plain(value: str) -> str:
    return value.replace("·", "").replace(" ", "")


@pytest.fixture(scope="module")
def found() -> dict[str, tuple[int, int, int]]:
    return figures()


@pytest.mark.parametrize("type_", TYPES)
def test_recall(found: dict[str, tuple[int, int, int]], type_: str) -> None:
    wanted, right, _ = found[type_]
    assert wanted > 50
    assert right / wanted >= 0.99


@pytest.mark.parametrize("type_", TYPES)
def test_precision(found: dict[str, tuple[int, int, int]], type_: str) -> None:
    _, right, wrong = found[type_]
    assert right / (right + wrong) >= 0.99
