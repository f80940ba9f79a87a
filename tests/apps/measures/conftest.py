"""A ledger that a test spoilt is gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.apps.ledger.owner import remove_spoilt_ledgers


@pytest.fixture(autouse=True)
def _without_spoilt_ledgers() -> Iterator[None]:
    yield
    remove_spoilt_ledgers()
