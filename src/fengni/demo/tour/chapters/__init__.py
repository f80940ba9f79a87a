"""The chapters in the order they are walked. Each has STEPS; the partner comes twice: to agree, and to look."""

from __future__ import annotations

from typing import Final

from fengni.demo.tour.chapters import beginning, client, closing, ending, filing, partner, seen, verifying
from fengni.demo.tour.report import Step

CHAPTERS: Final[tuple[tuple[Step, ...], ...]] = (
    beginning.STEPS,
    client.STEPS,
    partner.STEPS,
    verifying.STEPS,
    partner.ROOM,
    filing.STEPS,
    seen.STEPS,
    closing.STEPS,
    ending.STEPS,
)
