"""An attack by frequencies reads surnames from whole tags, and from ours no more than somebody who guesses."""

from __future__ import annotations

import pytest

from fengni.core.vault.grams import BEGIN, spread
from tests.core.vault.frequency import SURNAMES, People, table


@pytest.fixture(scope="module")
def rates() -> dict[str, dict[str, float]]:
    return table(People(10_000, characters=60))


def test_whole_tags_of_surnames_fall_and_ours_tell_less_than_a_guess(rates: dict[str, dict[str, float]]) -> None:
    surname = rates["surname"]
    assert surname["whole"] > 0.25  # the attack works: where nothing is cut or spread it reads a quarter and more
    assert surname["whole"] > surname["8 places"] > surname["ours"]
    assert surname["ours"] < surname["guess"]


def test_of_other_indexes_of_names_hardly_anything_is_read(rates: dict[str, dict[str, float]]) -> None:
    assert rates["name"]["ours"] < 0.01
    assert rates["initials"]["ours"] < rates["initials"]["whole"] < 0.1
    assert rates["two characters"]["ours"] < 0.02


def test_a_tag_of_a_surname_holds_about_as_many_persons_as_another() -> None:
    shares = sorted(share / spread(BEGIN + surname) for surname, share in SURNAMES.items())
    assert shares[-1] <= 1_250
    assert shares[len(shares) // 2] > 800
