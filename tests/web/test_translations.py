"""The console speaks both languages whole: each sentence of a screen is in the Chinese catalogue, none is left over."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parents[2] / "src" / "fengni"
CATALOGUES = sorted(SOURCE.rglob("locale/zh_Hans/LC_MESSAGES/django.po"))  # the shell's, and one per area
PACKAGE = "sentence of the identity package"
_KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
}  # fmt: skip
_HAN = re.compile(r"[\u4e00-\u9fff]")


def _sources() -> Iterator[str]:
    for path in SOURCE.rglob("*"):
        if path.suffix in {".html", ".txt"} and "templates" in path.parts:
            yield templatize(path.read_text("utf-8"))
        elif path.suffix == ".py" and "migrations" not in path.parts:
            yield path.read_text("utf-8")


def _said() -> set[str]:
    found = set()
    for source in _sources():
        for _, message, _, _ in extract("python", io.BytesIO(source.encode()), keywords=_KEYWORDS):
            found.add(message[0] if isinstance(message, tuple) else message)
    return found - {""}


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans", abort_invalid=True)


def _messages() -> list[Message]:
    return [message for path in CATALOGUES for message in _read(path) if message.id]


def _id(message: object) -> str:
    identity = message.id  # type: ignore[attr-defined]  # the package ships no types
    return identity[0] if isinstance(identity, tuple) else identity


def test_every_sentence_of_the_screens_is_translated() -> None:
    known = {_id(message) for message in _messages()}
    assert sorted(_said() - known) == []


def test_a_sentence_has_one_translation_whichever_area_says_it() -> None:
    """Catalogues are one at run time: of two translations the reader would get the other one somewhere."""
    found: dict[tuple[object, str], set[object]] = {}
    for message in _messages():
        identity = (message.context, _id(message))
        found.setdefault(identity, set()).add(str(message.string))
    assert {identity: said for identity, said in found.items() if len(said) > 1} == {}


def test_nothing_is_left_over_fuzzy_or_empty() -> None:
    said, wrong = _said(), []
    assert [path for path in CATALOGUES if _read(path).obsolete] == []
    for message in _messages():
        words = "".join(message.string) if isinstance(message.string, tuple) else message.string
        if message.fuzzy or not words or (_id(message) not in said and PACKAGE not in message.user_comments):
            wrong.append(_id(message))
    assert wrong == []


def test_placeholders_agree() -> None:
    placeholder, wrong = re.compile(r"%\(\w+\)[sd]|\{\w+[!r]*\}"), []
    for message in _messages():
        words = message.string[0] if isinstance(message.string, tuple) else message.string
        if set(placeholder.findall(_id(message))) != set(placeholder.findall(words)):
            wrong.append(_id(message))
    assert wrong == []


def test_chinese_wears_chinese_punctuation() -> None:
    half = re.compile(r"[\u4e00-\u9fff][,;:?!](?![A-Za-z0-9])")
    words = ["".join(m.string) if isinstance(m.string, tuple) else m.string for m in _messages()]
    assert [line for line in words if half.search(line)] == []
    assert not any("亲" in line and "亲自" not in line for line in words)


def test_screens_hold_no_chinese_of_their_own() -> None:
    """A template is English with marks for translation; Chinese in it would show in English, too."""
    allowed = {"500.html", "language.html"}
    wrong = []
    for path in SOURCE.rglob("templates/**/*.html"):
        marked = r"\{#.*?#\}|\{%\s*(?:translate|blocktranslate).*?%\}"
        bare = re.sub(marked, "", path.read_text("utf-8"), flags=re.S).replace("陆 0212", "")
        if _HAN.search(bare) and path.name not in allowed:
            wrong.append(path.name)
    assert wrong == []
