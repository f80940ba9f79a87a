"""The doctor says what it saw, and what to do about it."""

from __future__ import annotations

import json

import pytest

from tests.installation import Installation

pytestmark = pytest.mark.xdist_group("supervisor")  # one worker, so that what is shared is made once
CHECKS = {
    "python", "installation", "disk", "shared-memory", "clock", "fonts", "database", "schema", "roles", "row-security",
    "custodian", "keys", "keys-memory", "keys-budget", "ledger", "worker", "web", "backups",
}  # fmt: skip


def test_every_line_is_an_object_with_a_conclusion(running: Installation) -> None:
    done = running.command("doctor", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stdout
    assert {row["check"] for row in rows} == CHECKS
    assert all(row["status"] in {"ok", "warning"} and row["conclusion"] for row in rows)
    assert all(bool(row["remedy"]) == (row["status"] != "ok") for row in rows)
    by_name = {row["check"]: row for row in rows}
    assert by_name["backups"]["status"] == "warning"
    assert by_name["row-security"]["params"] == {"tables": ""}


def test_people_read_at_most_twenty_lines_in_their_language(running: Installation) -> None:
    chinese, english = running.command("doctor"), running.command("doctor", lang="en")
    assert len(chinese.stdout.splitlines()) == len(english.stdout.splitlines()) <= 20
    assert "数据库可用" in chinese.stdout
    assert english.stdout.isprintable() or all(ord(c) < 0x3000 for c in english.stdout)


def test_what_does_not_run_is_a_problem_with_a_remedy(founded: Installation) -> None:
    done = founded.command("doctor", "--json")
    by_name = {row["check"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 1
    assert (by_name["database"]["status"], by_name["keys"]["status"], by_name["web"]["status"]) == (
        "unknown", "unknown", "problem",
    )  # fmt: skip
    assert by_name["database"]["remedy"]


def test_before_setup_one_sentence_is_enough(installation: Installation) -> None:
    done = installation.command("doctor", lang="en")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Nothing is set up here yet.")
