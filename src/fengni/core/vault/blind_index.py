"""Blind indexes: keyed tags by which a sealed value is found without opening anything.

A tag is the beginning of HMAC-SHA-256 (HMAC-SM3 in suite 4) over the normalised value, under a key of its own per
tenant, kind and version. Equal values give equal tags: that is what an index leaks, and all it leaks to someone
without the key. Never an unkeyed hash: all ID numbers and mobile numbers can be listed in minutes.

An identifier's tag has 16 bytes. Names are skewed: who counts equal tags and knows how common each name is could read
the commonest. Their tags are cut to the bits that definitions/indexes.yml gives, so that each stands for several
values (the bytes cut off are zero); whoever searches by a cut tag compares the values afterwards. The tag of a gram
(`grams.py`) is a number of 4 bytes: above the kept bits a constant of its key, so that tenants share none.

Rules: what is compared is normalised first, and a normaliser never repairs (a damaged number stays damaged, a
wrong check digit stays wrong). A version is of the key: entries are made under the newest and
searched under all that live (docs/adr/0021); a changed normaliser begins with such a change.

>>> normalise("id_number", " 990101 19880229 021х ")
'99010119880229021X'
>>> normalise("mobile", "+86 154-0000-0001")
'15400000001'
>>> normalise("company_name", "示例（北京） 科技有限公司")
'示例北京科技有限公司'
>>> key = IndexKey(bytes(32), kind="mobile", suite=Suite.AES_256_GCM)
>>> key.tag("154 0000 0001") == key.tag("１５４００００００００１")
False
>>> key.tag("154 0000 0001") == key.tag("１５４０００００００１")
True
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from fengni.core.errors import BadInput
from fengni.core.vault.suites import Secret, Suite, keyed, label
from fengni.core.vault.surnames import surname
from fengni.definitions import load

TAG_SIZE: Final = 16
GRAM_TAG_SIZE: Final = 4
VERSIONS: Final = range(1, 1 << 16)
_JOINT: Final = "/"

# Cyrillic letters typed for the Latin ones they look like, and the multiplication sign typed for X.
_LOOKALIKES: Final = str.maketrans("АВЕКМНОРСТУХ×✕✖", "ABEKMHOPCTYXXXX")
# Every dot that people type between the parts of a transcribed name.
DOTS: Final = re.compile("[·•‧∙⋅・･᛫●.．。˙∘]")
_BRACKETS: Final = re.compile(r"[()\[\]{}<>〔〕【】〈〉《》「」『』〖〗]")
_NOT_ALPHANUMERIC: Final = re.compile("[^0-9A-Z]")
_NOT_DIGIT: Final = re.compile("[^0-9]")
_COUNTRY_CODE: Final = re.compile(r"^(?:\+|00)?86(?=1\d{10}$)")
_FOREIGN: Final = re.compile(r"^00(?=[1-9])")
# Nearly all real names, and no rule below changes them: assigned ideographs of the basic block.
_PLAIN: Final = re.compile("[\u4e00-\u9fef]+")


def normalise(kind: str, value: str) -> str:
    """The form of a value that is compared. Normalising twice changes nothing.

    Raises BadInput for a kind without an index, or a value of which nothing is left.
    """
    rule = _NORMALISERS.get(kind)
    if rule is None:
        raise BadInput("vault.no-index")
    normal = rule(value)
    if not normal:
        raise BadInput("vault.nothing-to-index")
    return normal


def last4_surname(name: str, id_number: str) -> str:
    """The value of the index `last4_surname`: surname and last four of an ID number; never the last four alone."""
    return surname(_text(name)) + _JOINT + _code(id_number)[-4:]


class IndexKey(Secret):
    """The key of one index (tenant, kind, version). It stays in the key process. Thread-safe."""

    __slots__ = ("_finish", "_state", "kind", "suite", "version")

    def __init__(self, secret: bytes, *, kind: str, suite: Suite, version: int = 1) -> None:
        """Takes 32 bytes from the keyring. Raises BadInput for a kind or version that has no index."""
        if kind not in _NORMALISERS or version not in VERSIONS:
            raise BadInput("vault.no-index")
        self.kind = kind
        self.suite = suite
        self.version = version
        self._state = keyed(suite, secret)
        self._state.update(label(b"fengni/v1", b"tag", kind.encode(), version.to_bytes(2, "big")))
        self._finish = self._numbering() if kind.endswith("_part") else _cutting(_INDEXES[kind]["bits"])

    def tag(self, value: str) -> bytes:
        """The tag of a value, normalised first. Raises BadInput when nothing is left to compare."""
        normal = normalise(self.kind, value)
        state = self._state.copy()
        state.update(normal.encode())
        return self._finish(normal, state.digest())

    def tags(self, values: Iterable[str]) -> list[bytes | None]:
        """A tag per value, in order; None where nothing is left to compare, so nothing to find."""
        rule, copy, finish = _NORMALISERS[self.kind], self._state.copy, self._finish
        found: list[bytes | None] = []
        for value in values:
            normal = rule(value)
            if not normal:
                found.append(None)
                continue
            state = copy()
            state.update(normal.encode())
            found.append(finish(normal, state.digest()))
        return found

    def _numbering(self) -> Callable[[str, bytes], bytes]:
        """Grams: a beginning and another gram each keep their own bits, below constants that tell them apart."""
        rooms = {}
        for begin, bits in ((True, _INDEXES[self.kind]["begin"]), (False, _INDEXES[self.kind]["bits"])):
            state = self._state.copy()
            state.update(b"\0begin" if begin else b"\0inside")
            rooms[begin] = int.from_bytes(state.digest()[:4], "big") >> bits << bits, (1 << bits) - 1

        def number(gram: str, digest: bytes) -> bytes:
            room, mask = rooms[gram[0] == "^"]
            return (room | int.from_bytes(digest[:4], "big") & mask).to_bytes(GRAM_TAG_SIZE, "big")

        return number


def is_cut(kind: str) -> bool:
    """Whether a tag of this index stands for several values, so that a hit has to be compared."""
    return bool(_INDEXES[kind]["bits"] < TAG_SIZE * 8)


def _cutting(bits: int) -> Callable[[str, bytes], bytes]:
    if bits == TAG_SIZE * 8:
        return lambda _, digest: digest[:TAG_SIZE]
    whole = -(-bits // 8)
    mask = 0xFF << (whole * 8 - bits) & 0xFF
    rest = bytes(TAG_SIZE - whole)
    return lambda _, digest: digest[: whole - 1] + bytes((digest[whole - 1] & mask,)) + rest


def tag(key: IndexKey, kind: str, value: str) -> bytes:
    """The tag of a value of `kind`. Raises BadInput when the key is of another kind."""
    if key.kind != kind:
        raise BadInput("vault.no-index")
    return key.tag(value)


def same(one: bytes, other: bytes) -> bool:
    """Whether two tags are equal, in constant time."""
    return hmac.compare_digest(one, other)


def _text(value: str) -> str:
    """NFKC, without characters that have no width, upper case; repeated until stable, since each step can undo
    another.

    ASCII and plain ideographs, nearly all real input, need no second round.
    """
    if _PLAIN.fullmatch(value):
        return value
    if value.isascii():
        return (
            value.upper()
            if value.isprintable()
            else "".join(c for c in value.upper() if c.isprintable() or c.isspace())
        )
    for _ in range(8):
        kept = "".join([c for c in value if not _is_invisible(c)])
        done = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", kept).upper())
        if done == value:
            break
        value = done
    return value


def _is_invisible(character: str) -> bool:
    """Zero-width, format and control characters, variation selectors, lone surrogates; not white space."""
    if character.isspace():
        return False
    return (
        unicodedata.category(character) in ("Cf", "Cc", "Cs", "Co", "Cn")
        or "\ufe00" <= character <= "\ufe0f"
        or ("\U000e0100" <= character <= "\U000e01ef")
    )


def _code(value: str) -> str:
    if value.isascii() and value.isalnum():
        return value.upper()
    return _NOT_ALPHANUMERIC.sub("", _text(value).translate(_LOOKALIKES))


def _mobile(value: str) -> str:
    if value.isascii() and value.isdigit() and value[0] not in "08":
        return value
    text = _text(value).strip()
    digits = _NOT_DIGIT.sub("", text)
    national = _COUNTRY_CODE.sub("", digits)
    if national != digits or not (text.startswith("+") or digits.startswith("00")):
        return national
    return "+" + _FOREIGN.sub("", digits) if digits else ""


def _name(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    text = _text(value)
    if any(is_ideograph(c) for c in text):
        return _settled(_name, "".join(DOTS.sub("", text).split()))
    return _settled(_name, " ".join(DOTS.sub(" ", text).split()))


def _gram(value: str) -> str:
    return value  # made of a normalised value


def _initials(value: str) -> str:
    return "".join([c for c in _text(value) if "A" <= c <= "Z"])


def _last4_surname(value: str) -> str:
    family, _, last = value.rpartition(_JOINT)
    family, last = _name(family), _code(last)[-4:]
    return f"{family}{_JOINT}{last}" if family and len(last) == 4 else ""


def _company_name(value: str) -> str:
    dotless = value.replace("·", "")
    if _PLAIN.fullmatch(dotless):
        return dotless
    return _settled(_company_name, "".join(_BRACKETS.sub("", DOTS.sub("", _text(value))).split()))


def _settled(rule: Callable[[str], str], value: str) -> str:
    """`value`, by the rule once more where taking a character out has brought a letter and an accent together."""
    return value if unicodedata.is_normalized("NFKC", value) else rule(value)


def is_ideograph(character: str) -> bool:
    """Whether a character is a Chinese ideograph, rare extension blocks included."""
    return "\u3400" <= character <= "\u9fff" or "\U00020000" <= character <= "\U0003ffff" or character in "〇々"


_NORMALISERS: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        "id_number": _code,
        "uscc": _code,
        "mobile": _mobile,
        "name": _name,
        "name_initials": _initials,
        "last4_surname": _last4_surname,
        "company_name": _company_name,
        "passport": _code,
        "name_part": _gram,
        "company_part": _gram,
        "fingerprint": _code,  # of a hex digest: tells whether a record is the same as before, never what it says
        "source": _code,  # of a hex digest: tells whether a file is one that came before, whoever it was for
        "token": _code,  # of a token: finds what it stands for without showing the token
        "mark": _code,  # of the id of an export: the seed of its marks (marks.py)
        "format": _code,  # of a kind: the key of formats.py
    }
)
KINDS: Final = tuple(_NORMALISERS)
_INDEXES: Final[Mapping[str, dict[str, int]]] = MappingProxyType(load("indexes"))
