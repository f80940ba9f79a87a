"""Definitions as data, and the texts of every code in Chinese and English.

`text(code, lang)` is the only way a code becomes a sentence. Texts lie in `texts/<area>.yml`; a placeholder is written
`{name}`.

>>> text("lang.name", "en")
'English'
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml

Lang = Literal["zh", "en"]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # as safe, and ten times as fast where libyaml is built in


@cache
def load(name: str) -> Any:  # Any: YAML; each reader checks the shape it needs
    """The parsed YAML file `definitions/<name>.yml`."""
    return _parsed(resources.files(__package__).joinpath(f"{name}.yml").read_text("utf-8"))


def _parsed(content: str) -> Any:  # Any: as above
    return yaml.load(content, Loader=_LOADER)  # noqa: S506  # a safe loader


@cache
def texts() -> dict[str, dict[Lang, str]]:
    """All texts by code. Raises ValueError when two files define one code."""
    found: dict[str, dict[Lang, str]] = {}
    for file in sorted(resources.files(__package__).joinpath("texts").iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".yml"):
            continue
        for code, entry in (_parsed(file.read_text("utf-8")) or {}).items():
            if code in found:
                raise ValueError(f"text defined twice: {code} in {file.name}")
            found[code] = entry
    return found


def text(code: str, lang: Lang = "zh", **params: str | int) -> str:
    """The sentence of a code in `lang`; a parameter that is itself a code, as `field.name`, stands as its text.

    Raises KeyError for an unknown code: tests find it before a user does.
    """
    known = texts()
    shown = {name: known[value][lang] if value in known else value for name, value in params.items()}
    return known[code][lang].format(**shown)


def has_text(code: str) -> bool:
    """Whether a code has a sentence."""
    return code in texts()
