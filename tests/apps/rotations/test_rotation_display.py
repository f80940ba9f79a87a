"""Another display key: whatever lists show and people typed is sealed again while the house works."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import pytest
from django.db import transaction

from fengni.apps.acts import reasons
from fengni.apps.agreements.queries import partner_names
from fengni.apps.common import display
from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger import sealer
from fengni.apps.reach import services as reach
from fengni.apps.rotations import running, services
from fengni.apps.rotations.moving import DISPLAYED
from fengni.apps.tokens.spaces import Field
from fengni.apps.vault import queries
from fengni.apps.vault import services as vault
from fengni.apps.vault.store.house import house
from fengni.core.errors import BadInput, SealRefused
from fengni.core.vault.suites import Suite
from fengni.definitions import load
from tests.apps.imports import folders, sheets
from tests.apps.imports.sheets import png
from tests.apps.measures.living import House, live
from tests.apps.rotations.scene import agreed, begin, finish, rows, somebody_writes
from tests.apps.rotations.test_rotation_units import beside
from tests.apps.tokens.making import make, resolve
from tests.apps.vault.files import sheet
from tests.apps.vault.files import store as store_plan
from tests.cast import Cast, now
from tests.installation import eventually

_HEADERS = " UNION ".join(
    f"SELECT '{one.table}', encode(substring(t.{one.column} FROM 1 FOR 4), 'hex') FROM {one.table} t {one.joined} "
    f"WHERE {one.there}"
    for one in DISPLAYED
)
_TABLES = {one.table for one in DISPLAYED}


@dataclass
class Home:
    """A house with something in every table that holds what lies under the display key."""

    at: House

    def __post_init__(self) -> None:
        owner = self.cast.owner
        store_plan(owner, sheet(4, first=50))
        store_plan(owner, sheet(4, first=50, mobile_from=100))
        self.job = sheets.checked(owner, sheets.sheet([sheets.row(80), sheets.row(81)]))
        self.folder = folders.planned(owner, {"示例/一.png": png(b"one")})
        reach.set_alarm_address(actor=owner, at=now(), address="owner@example.invalid")
        [token] = make(owner, Field(self.at.client_id, self.at.person_id, "name"))
        assert token is not None
        self.token = token

    @property
    def cast(self) -> Cast:
        """Its people."""
        return self.at.cast

    def look(self, turn: int) -> None:
        """Read what lies there, and write beside it. Raises when anything does not open."""
        owner, id_ = self.cast.owner, self.at.id
        with tenant(id_):
            assert queries.persons_page(actor=owner, at=now()).rows
            assert partner_names([self.at.partner_id])
        assert sheets.look(owner, self.job).view["questions"] is not None
        assert folders.row_of(owner, self.folder).name == "示例扫描件"
        assert resolve(owner, [self.token])
        vault.reveal_field(
            actor=owner, at=now(), client_id=self.at.client_id, subject_id=self.at.person_id, kind="mobile",
            purpose="purpose.fill_form", reason=f"第 {turn} 次",
        )  # fmt: skip
        with tenant(id_), transaction.atomic():
            assert all(
                reasons.read_all(id_, [entry for (entry,) in rows(self.cast, "SELECT entry_id FROM acts_reason")])
            )


@pytest.fixture
def home() -> Home:
    """A house of its own."""
    return Home(live())


def test_every_column_that_is_said_to_be_for_display_is_moved() -> None:
    said = {
        (table, column) for table, facts in load("columns")["tables"].items() for column in facts.get("display", ())
    }
    held = {(one.table, one.column) for one in DISPLAYED}
    assert said <= held
    assert held - said == {
        ("imports_job", "title"), ("imports_job", "view"), ("imports_folder", "title"), ("imports_scan", "path")
    }  # fmt: skip


def test_nothing_fails_while_it_moves_and_kills_come_at_any_point(home: Home) -> None:
    cast, owner = home.cast, home.cast.owner
    assert {table for table, _ in rows(cast, _HEADERS)} == _TABLES
    assert {header for _, header in rows(cast, _HEADERS)} == {"03020001"}
    rotation = begin(cast, what="display")
    agreed(cast, owner, "rotations:rotation:finish", rotation)
    with pytest.raises(BadInput, match=r"rotations\.display-left"):
        services.finish_rotation(actor=owner, at=now(), rotation_id=rotation)
    with beside(home.look) as looked:
        for event, function, times in (("return", "_opened", 9), ("return", "move", 2), ("call", "wrong", 1)):
            points = [cast.tenant_id.hex, owner.id.hex, rotation.hex, event, "common/resealing", function, str(times)]
            ended = subprocess.run([sys.executable, "-m", "tests.apps.rotations.killed", *points], timeout=120)
            assert ended.returncode == -signal.SIGKILL, function
            sealer.seal_round(at=now())
        # the database may hold the rows of a killed process a moment longer, and a pass goes past them
        assert eventually(lambda: running.carry_on(actor=owner, rotation_id=rotation, clock=now))
        over = False
        while not over:
            with suppress(BadInput):  # somebody writes just then
                services.finish_rotation(actor=owner, at=now(), rotation_id=rotation)
                over = True
    assert looked[0] > 3
    home.look(0)
    assert {header for _, header in rows(cast, _HEADERS)} == {"03020002"}


def test_it_takes_the_suite_of_unit_keys(home: Home) -> None:
    cast = home.cast
    for what in ("suite-4", "display"):
        rotation = begin(cast, what=what)
        assert running.carry_on(actor=cast.owner, rotation_id=rotation, clock=now)
        finish(cast, rotation)
        home.look(0)
    assert {header for _, header in rows(cast, _HEADERS)} == {"02040002"}
    with tenant(cast.tenant_id), transaction.atomic():
        assert house().suite is Suite.AES_256_GCM  # index entries stay


@contextmanager
def _changed(cast: Cast, place: int) -> Iterator[None]:
    """One bit of one row is another."""
    one = DISPLAYED[place]
    last = f"length({one.column}) - 1"
    flip = f"UPDATE {one.table} SET {one.column} = set_byte({one.column}, {last}, get_byte({one.column}, {last}) # 1) "
    which = f"(SELECT t.ctid FROM {one.table} t {one.joined} WHERE {one.there} ORDER BY t.ctid LIMIT 1)"
    [(at,)] = rows(cast, f"{flip} WHERE ctid = {which} RETURNING ctid::text")
    yield
    rows(cast, f"{flip} WHERE ctid = %s::tid", at)


def test_whatever_was_changed_by_hand_stops_the_end_and_so_does_a_writer(home: Home) -> None:
    cast, owner = home.cast, home.cast.owner
    [(before,)] = rows(cast, "SELECT sealed FROM agreements_partner")
    rotation = begin(cast, what="display")
    with _changed(cast, 0):
        assert not running.carry_on(actor=owner, rotation_id=rotation, clock=now)
        assert rows(cast, "SELECT refused FROM rotations_rotation") == [(1,)]
    assert running.carry_on(actor=owner, rotation_id=rotation, clock=now)
    agreed(cast, owner, "rotations:rotation:finish", rotation)
    for place in range(len(DISPLAYED)):
        with _changed(cast, place), pytest.raises(BadInput, match=r"rotations\.display-left") as told:
            services.finish_rotation(actor=owner, at=now(), rotation_id=rotation)
        assert told.value.params == {"keys": 1}, DISPLAYED[place]
    with somebody_writes(cast, display.sealing), pytest.raises(BadInput, match=r"rotations\.writers-under-way"):
        services.finish_rotation(actor=owner, at=now(), rotation_id=rotation)
    services.finish_rotation(actor=owner, at=now(), rotation_id=rotation)
    home.look(0)
    rows(cast, "UPDATE agreements_partner SET sealed = %s", bytes(before))  # put back from an older copy
    with tenant(cast.tenant_id), pytest.raises(SealRefused):
        partner_names([home.at.partner_id])
