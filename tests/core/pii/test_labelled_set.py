"""The labelled set of benchmarks/pii: labels point at what they say; halves and lists share nothing with others."""

from __future__ import annotations

import io
import re
from itertools import chain

import pytest

from benchmarks.pii import lists, values
from benchmarks.pii.corpus import SPLITS, Document, Marked, documents, templates
from benchmarks.pii.peers import scanned
from benchmarks.pii.scoring import Found, Tally
from benchmarks.pii.writing import Placed, content, parts, placed
from fengni.core.documents.reading import passages
from fengni.core.pii.finding import TYPES
from fengni.core.pii.recognizers.old_registration import is_registration_number
from tests.core.pii import corpus as trained

COUNT = 90
SHAPES = {
    "CN_ID_CARD": "990101[0-9]{9}(?:[0-9]{2}[0-9X])?",
    "CN_MOBILE": "154[0-9]{8}",
    "CN_LANDLINE": "0[0-9]{9,11}",
    "BANK_CARD": "99[0-9]{17}",
    "BANK_ACCOUNT": "99[0-9]{10,15}",
    "CN_USCC": "91990101[0-9A-Z]{10}",
    "CN_OLD_REGISTRATION": "990101[0-9]{9}",
    "PASSPORT": "E[9FM]9[0-9]{6}",
    "HK_MACAU_PERMIT": "[CHM]9901[0-9]{4}",
    "TAIWAN_PERMIT": "9901[0-9]{4}",
    "PERMANENT_RESIDENCE": "[A-Z]{3}9901[0-9]{8}",
    "PLATE": "(?:浙R|苏X|皖W|闽Y|赣X)[A-Z0-9]{5,6}",
    "EMAIL": ".+@(?:(?:MAIL)?EXAMPLE(?:COM|CN|ORG)|SUIHEEXAMPLE)",
    "IP_ADDRESS": "(?:1920{1}2|19851100|2030113|2001:DB8:).+",
}


@pytest.fixture(scope="module", params=SPLITS)
def made(request: pytest.FixtureRequest) -> list[Document]:
    return documents(request.param, COUNT, seed=7)


def test_the_same_seed_gives_the_same_set(made: list[Document]) -> None:
    split = made[0].name.partition("-")[0]
    assert documents(split, 9, seed=7) == made[:9]
    assert documents(split, 9, seed=8) != made[:9]


def test_labels_point_at_what_they_say(made: list[Document]) -> None:
    seen = set()
    for document in made:
        for span in document.spans:
            text = document.text[span.start : span.end]
            assert text == text.strip() != ""
            if span.kind in SHAPES:
                seen.add(span.kind)
                assert re.fullmatch(SHAPES[span.kind], _compact(text)), (span, text)
    assert seen == set(SHAPES)


def test_every_type_and_every_kind_of_file_is_there(made: list[Document]) -> None:
    assert {span.kind for one in made for span in one.spans if span.kind[0] not in "!?"} == set(TYPES)
    assert {one.kind for one in made} == {"txt", "csv", "eml", "docx", "xlsx", "pdf", "html", "json"}


def test_each_hard_negative_stands_somewhere() -> None:
    said = {span.kind[1:] for split in SPLITS for one in documents(split, 40, seed=1) for span in one.spans}
    assert said >= set(values.HARD) | set(values.NEUTRAL)


def test_the_halves_share_no_line() -> None:
    open_, blind = ({line for one in templates(split) for line in one.lines if line} for split in SPLITS)
    assert not open_ & blind
    # Nor the same words around the slots.
    assert not {_words(line) for line in open_} & {_words(line) for line in blind} - {""}


def test_no_list_is_shared_with_the_corpus_of_the_recognizers() -> None:
    theirs = {*trained.NAMES, *trained.COMPANIES, *trained.ADDRESSES}
    given = {name[1:] for name in trained.NAMES} | {name[2:] for name in trained.NAMES}
    ours = {*lists.GIVEN, *lists.RARE, *lists.MINORITY, *lists.ROADS, *lists.TRADES, *lists.ESTATES}
    assert not ours & (theirs | given)
    assert not any(road in address for road in lists.ROADS for address in theirs)
    assert not any(trade in company for trade in lists.TRADES for company in theirs)
    phrases = {phrase.replace("{}", "").strip() for phrase in chain(*trained.SENTENCES.values())}
    lines = {_words(line) for split in SPLITS for one in templates(split) for line in one.lines}
    assert not {p for p in phrases if len(p) > 8} & lines


def test_files_hold_every_label(made: list[Document]) -> None:
    """No reader loses a line, and what the labels point at in a file is what they point at in the text."""
    kinds = {}
    for one in made:
        kinds.setdefault(one.kind, one)
    for one in kinds.values():
        held = content(one)
        texts = parts(passages(io.BytesIO(held), one.name, refused=lambda place, error: None))
        labels, lost = placed(one, texts)
        assert not lost, one.name
        assert len(labels) == len(one.spans)
        for label, span in zip(labels, one.spans, strict=True):
            there = texts[label.place][label.start : label.end]
            assert "".join(there.split()) == "".join(one.text[span.start : span.end].split())
        tally = Tally()
        tally.add(texts, labels, scanned(held, one.name))
        assert sum(tally.hit.values()) > 0, one.name


def test_checks_of_numbers_hold(made: list[Document]) -> None:
    for one in made:
        for span in one.spans:
            text = _compact(one.text[span.start : span.end])
            if span.kind == "CN_OLD_REGISTRATION":
                assert is_registration_number(text)
            elif span.kind in ("BANK_CARD", "BANK_ACCOUNT"):
                assert values.luhn(text) == (span.kind == "BANK_CARD")


def test_scoring_tells_right_from_wrong() -> None:
    document = documents("open", 1, seed=1)[0]
    labels = [Placed(span, "", span.start, span.end) for span in document.spans]
    right = [Found((a.span.kind,), a.start, a.end) for a in labels if a.span.kind[0] not in "!?"]
    perfect = Tally()
    perfect.add(document.text, labels, right)
    assert all(perfect.figures(one.types[0]) == (1.0, 1.0, 1.0) for one in right)
    assert not sum(perfect.hard_hit.values())
    short = Tally()
    short.add(document.text, labels, [Found(one.types, one.start, one.end - 1) for one in right])
    assert short.figures("CN_USCC") == (0.0, 0.0, 0.0)
    assert 0.9 < (short.figures("ADDRESS") or (0,) * 3)[1] < 1
    careless = Tally()
    hard = [a for a in labels if a.span.kind[0] == "!"]
    careless.add(document.text, labels, [Found(("PERSON",), a.start, a.end) for a in hard])
    assert sum(careless.hard_hit.values()) == len(hard)
    assert careless.said["PERSON"] == len(hard)
    lost = Tally()
    lost.lost(document.spans)
    assert (lost.figures("PERSON") or (0,) * 3)[1] == 0.0


def test_a_cell_of_csv_holds_no_comma(made: list[Document]) -> None:
    for one in made:
        if one.kind == "csv":
            assert len({line.count(",") for line in one.text.splitlines()}) == 1, one.name
            assert not any(isinstance(block, Marked) for block in one.blocks)


def _compact(text: str) -> str:
    folded = "".join(chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in text)
    return re.sub(r"[ \-·.]", "", folded).upper()


def _words(line: str) -> str:
    """A line of a template without its slots; nothing for lines of a table or of slots alone."""
    bare = re.sub(r"\{[^}]*\}", "", line).strip()
    return bare if re.search("[\u3400-\u9fff]{4}|[a-z]{4}", bare) and not bare.startswith("|*") else ""
