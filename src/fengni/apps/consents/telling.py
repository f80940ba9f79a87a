"""What one person is told about one matter before handing anything in: one text under one hash (PIPL art. 17, 23, 30).

The text is JSON in both languages: version of the wording, the house with its contact, what is asked of this person
(purpose, ground, keeping, readers), who receives what, and what a yes is asked for. The area that knows the matter
composes it and says so once by `compose_by`; here it is weighed, kept and shown again, byte for byte.

Rules: `salt` in the text has 128 bits that only the house can compute, so that the hash in the ledger says nothing
about names once the kept text is gone. `parts` are what may change later, each with a hash over codes and ids: no name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.crypto import salted_hmac

from fengni.definitions import Lang

ITEM: Final = "item:"


@dataclass(frozen=True, slots=True)
class Giving:
    """A partner is to see these kinds of a person's fields for a purpose. `by_consent`: only with the person's yes."""

    partner_id: UUID
    purpose: str
    kinds: tuple[str, ...]
    by_consent: bool

    @property
    def part(self) -> str:
        """Its name among the parts."""
        return f"receiver:{self.partner_id.hex}:{self.purpose}"


@dataclass(frozen=True, slots=True)
class Telling:
    """A text as composed now. `resting`: codes of items that rest on a separate consent; `scopes`: what is asked."""

    version: str
    text: str = field(repr=False)
    parts: Mapping[str, str]
    givings: tuple[Giving, ...]
    resting: frozenset[str]
    scopes: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Hex SHA-256 over the UTF-8 text."""
        return digest(self.text)

    def news(self, read: Mapping[str, str] | None) -> frozenset[str]:
        """The parts that somebody who read others has not read. What fell away is no news."""
        return frozenset(part for part, hash_ in self.parts.items() if (read or {}).get(part) != hash_)


Composer = Callable[[UUID, UUID, datetime], Telling]
_composers: list[Composer] = []


def compose_by(composer: Composer) -> None:
    """Say who composes the text of a person's matter. Once."""
    if _composers:
        raise RuntimeError("composed already")
    _composers.append(composer)


def of(person_id: UUID, matter_id: UUID, at: datetime) -> Telling:
    """The text for a person in a matter as it stands now. Raises Denied when there is no such matter."""
    return _composers[0](person_id, matter_id, at)


def digest(text: str) -> str:
    """Hex SHA-256 over the UTF-8 text."""
    return hashlib.sha256(text.encode()).hexdigest()


def part_hash(*about: object) -> str:
    """A short name for one state of a part: 128 bits of SHA-256 over codes, ids and public words."""
    return hashlib.sha256(written(about).encode()).hexdigest()[:32]


def salt(person_id: UUID, matter_id: UUID) -> str:
    """The same for the same person and matter, and nobody else's to compute."""
    return salted_hmac("fengni.notice", f"{person_id.hex}:{matter_id.hex}", algorithm="sha256").hexdigest()[:32]


def written(document: object) -> str:
    """The one way a text is written."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def spoken(text: str, lang: Lang) -> Any:  # Any: JSON
    """A text in one language, for a template."""
    return _spoken(json.loads(text), lang)


def _spoken(value: Any, lang: Lang) -> Any:
    if isinstance(value, dict):
        return value[lang] if set(value) == {"zh", "en"} else {key: _spoken(one, lang) for key, one in value.items()}
    return [_spoken(one, lang) for one in value] if isinstance(value, list) else value
