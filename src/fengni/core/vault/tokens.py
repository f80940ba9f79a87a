"""Random stand-ins for values: what a token looks like, and whether a text is one.

    cli_7WM8TKRXDAS2YFBKSBSBX8Z3NGJ    cli_ of an enterprise, per_ of a person; 26 characters, then one to check them

The 26 characters are 128 random bits in base 32 without I, L, O and U (D. Crockford's alphabet), so a token says
nothing about its value and cannot be guessed. The last one is ISO/IEC 7064 MOD 37,36 over prefix and body: every
single wrong character and nearly every exchange of two neighbours is noticed before anything is looked up.

>>> made = token_of("person", bytes(range(16)))
>>> made
'per_00041061050R3GG28A1C60T3GFP'
>>> read_token(" PER_OOO41o61050r3gg28a1c60t3gfp ") == made, read_token("per_00041061050R3GG28A1C60T3GFQ")
(True, None)
"""

from __future__ import annotations

import os
import re
from typing import Final

from fengni.core.vault.suites import Random

PREFIXES: Final = {"client": "cli", "person": "per"}
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECKS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SHAPE: Final = re.compile(r"\s*'?(cli|per)_([0-9a-z]{27})\s*", re.IGNORECASE | re.ASCII)
_LOOSE: Final = re.compile(r"\s*'?(?:cli|per)_", re.IGNORECASE | re.ASCII)
_MEANT: Final = str.maketrans("ILO", "110")
_BODY: Final = 26


def new_token(subject_kind: str, *, random: Random = os.urandom) -> str:
    """A new token for a field of a client or a person."""
    return token_of(subject_kind, random(16))


def token_of(subject_kind: str, bits: bytes) -> str:
    """The token of 16 given bytes. Raises ValueError for another number of them."""
    if len(bits) != 16:
        raise ValueError("a token has 128 bits")
    number, body = int.from_bytes(bits, "big"), ""
    for _ in range(_BODY):
        number, digit = divmod(number, 32)
        body = _ALPHABET[digit] + body
    prefix = PREFIXES[subject_kind]
    return f"{prefix}_{body}{_check(prefix.upper() + body)}"


def read_token(text: str) -> str | None:
    """The token that a text is, in its one spelling; None for anything else, a mistyped one too."""
    found = _SHAPE.fullmatch(text)
    if found is None:
        return None
    prefix, typed = found[1].lower(), found[2].upper()
    body, check = typed[:-1].translate(_MEANT), typed[-1]
    if not set(body) <= set(_ALPHABET) or body[0] > "7" or _check(prefix.upper() + body) != check:
        return None
    return f"{prefix}_{body}{check}"


def looks_like_token(text: str) -> bool:
    """Whether somebody meant a token: it begins like one, right or wrong."""
    return _LOOSE.match(text) is not None


def _check(text: str) -> str:
    """ISO/IEC 7064 MOD 37,36: the character that makes the whole come out."""
    state = 36
    for character in text:
        state = (state + _CHECKS.index(character)) % 36 or 36
        state = state * 2 % 37
    return _CHECKS[(1 - state) % 36]
