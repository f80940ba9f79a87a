"""The chapters in the order they are walked. A fresh link opens nothing for 30 seconds, so others act meanwhile."""

from __future__ import annotations

from typing import Final

from fengni.demo.tour.chapters import (
    beginning,
    client,
    closing,
    ending,
    filing,
    originals,
    papers,
    partner,
    rights,
    scans,
    seen,
    verifying,
)
from fengni.demo.tour.report import Step

CHAPTERS: Final[tuple[tuple[Step, ...], ...]] = (
    beginning.STEPS,
    scans.STEPS,
    client.COMING,
    partner.AGREEING,
    client.HANDING_IN,
    verifying.STEPS,
    partner.LOOKING,
    papers.STEPS,
    filing.STEPS,
    originals.STEPS,
    rights.STEPS,
    seen.STEPS,
    closing.STEPS,
    ending.STEPS,
)
