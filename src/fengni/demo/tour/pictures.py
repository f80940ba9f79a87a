"""What is kept of the screens: the pictures of the README, or every one on demand. Small files, never a blank one."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image

from fengni.demo.tour.report import TourFailed

if TYPE_CHECKING:
    from playwright.sync_api import Page

# A picture's name and the width it is taken at; README.md shows docs/img/zh/<name>.png, README.en.md docs/img/en.
SHOWN: Final = {
    "import-check": 1440,
    "folder": 1440,
    "matter": 1440,
    "desk": 1440,
    "papers": 1440,
    "person": 1440,
    "measures": 1440,
    "house": 1440,
    "destroyed": 1440,
    "notice": 375,
    "own-picture": 375,
    "notice-anew": 375,
    "withdraw": 375,
    "my-receipt": 375,
    "seen": 375,
    "room": 375,
}
_COLOURS: Final = 256
_PATIENCE: Final = 120_000.0  # milliseconds; drawing waits for a busy machine
_FEWEST: Final = 12  # colours in a picture that shows something


@dataclass
class Album:
    """Where pictures go: `folder` None keeps none; `every` keeps each screen at both widths."""

    folder: Path | None = None
    every: bool = False
    kept: list[str] = field(default_factory=list)

    def keep(self, page: Page, name: str, width: int) -> None:
        """Take the picture if it is wanted. Raises TourFailed for a blank one."""
        shown = SHOWN.get(name) == width
        if self.folder is None or not (shown or self.every):
            return
        picture = Image.open(io.BytesIO(page.screenshot(animations="disabled", timeout=_PATIENCE))).convert("RGB")
        if is_blank(picture):
            raise TourFailed(f"{name}: blank at {width} px")
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / (f"{name}.png" if shown else f"{name}-{width}.png")
        picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
        self.kept.append(file.name)


def is_blank(picture: Image.Image) -> bool:
    """Whether nothing can be seen on it: so few colours are a plain page."""
    return len(picture.convert("RGB").getcolors(1 << 24) or ()) < _FEWEST
