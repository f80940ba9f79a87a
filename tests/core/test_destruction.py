"""Certificates: the vector read with nothing but the text of the format, and whatever is edited is refused."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fengni.core import destruction
from fengni.core.ledger import verifier
from tests.vectors import certificate as vector

VECTOR = json.loads(vector.PATH.read_text("utf-8"))
FILE, KEY = json.dumps(VECTOR["file"]).encode(), VECTOR["key"]


def _canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def test_the_vector_is_what_the_code_makes() -> None:
    content, key = vector.made()
    assert (json.loads(content), key) == (VECTOR["file"], KEY)


def test_the_vector_commits_as_the_format_says() -> None:
    file = VECTOR["file"]
    stated = file["statement"]
    for name, act, part in (
        ("destroyed", "disposals:disposal:run", stated["units"]),
        ("issued", "disposals:certificate:issue", stated),
    ):
        body = file[name]["body"]
        assert (body["act"], body["outcome"], body["tenant"]) == (act, "done", stated["tenant"])
        assert body["resource"] == {"kind": "disposals:disposal", "id": stated["disposal"]}
        assert body["facts"]["commits"] == hashlib.sha256(_canonical(part)).hexdigest()
    assert stated["counts"] == {"units": 2, "persons": 1, "records": 2, "tags": 1, "pieces": 3}


def test_the_vector_verifies_and_shows_what_it_states() -> None:
    report = verifier.check(FILE, key=KEY)
    assert (report.status, report.statement) == ("verified", VECTOR["file"]["statement"])
    assert [one["sequence"] for one in report.entries] == [0, 1]
    assert verifier.check(FILE).status == "insufficient"
    assert "M-2026-0117" in verifier.render(report)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [one for key in value for one in _places(value[key], (*path, key))]
    if isinstance(value, list):
        return [one for at in range(len(value)) for one in _places(value[at], (*path, at))]
    return [path]


PLACES = [path for path in _places(VECTOR["file"]) if path not in (("earlier",), ("format",))]


@settings(deadline=None, max_examples=60)
@given(place=st.sampled_from(PLACES), other=st.one_of(st.text(max_size=8), st.integers(0, 9), st.none(), st.booleans()))
def test_whatever_is_edited_is_refused(place: tuple[Any, ...], other: object) -> None:
    file = json.loads(FILE)
    held = file
    for step in place[:-1]:
        held = held[step]
    before = held[place[-1]]
    held[place[-1]] = other
    changed = _canonical(before) != _canonical(other)
    assert (verifier.check(json.dumps(file).encode(), key=KEY).status == "failed") == changed


def test_a_statement_of_other_units_or_of_entries_that_commit_to_something_else_is_refused() -> None:
    first = vector.body("disposals:disposal:run", destruction.units_hash(vector.UNITS))
    second = vector.body("disposals:certificate:issue", destruction.statement_hash(vector.stated()))
    fewer = vector.stated(units=vector.UNITS[:1])
    for stated, one, two in (
        (fewer, first, vector.body("disposals:certificate:issue", destruction.statement_hash(fewer))),
        (vector.stated(matter="M-2026-0118"), first, second),
        (vector.stated(), second, first),
        (vector.stated(), vector.body("disposals:unit:destroy", destruction.units_hash(vector.UNITS)), second),
    ):
        report = verifier.check(vector.certificate(stated, one, two), key=KEY)
        assert (report.status, report.reason) == ("failed", "statement")
