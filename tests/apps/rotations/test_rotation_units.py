"""New unit keys, and keys of another cipher suite: every value is sealed again while the house works."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.disposals import running as disposing
from fengni.apps.ledger import sealer
from fengni.apps.rotations import running, services
from fengni.apps.vault import queries
from fengni.apps.vault import services as vault
from fengni.apps.vault.store import rekeying
from fengni.core import fictitious
from fengni.core.errors import BadInput
from tests.apps.disposals.closing import Scene, approved, parts_of, reveal, scene
from tests.apps.imports import sheets
from tests.apps.rotations.scene import agreed, begin, epochs, finish, rows
from tests.apps.vault.files import CANARY_ID, CANARY_MOBILE, make_client, make_person, sheet, store, undo
from tests.apps.vault.uploads import begun, faithful, opened, read, send, upload
from tests.cast import Cast, assemble, now

FILE = b"fictitious " + os.urandom((2 << 20) + 5)
_KEYS = "SELECT id, commitment FROM vault_unit WHERE state = 'live'"
_SEALED = (  # suite and key version of everything that lies under units
    "SELECT suite, version FROM vault_unit WHERE state = 'live' UNION "
    + " UNION ".join(
        f"SELECT get_byte({column}, 1), get_byte({column}, 2) * 256 + get_byte({column}, 3) FROM {table} "
        f"WHERE length({column}) > 0"
        for table, column in (
            ("vault_record", "envelope"), ("vault_record_history", "envelope"), ("vault_material", "head"),
            ("vault_material", "thumbnail"), ("vault_piece", "sealed"),
        )
    )
)  # fmt: skip


@dataclass
class Home:
    """A house with everything that can lie under a unit's key."""

    at: Scene
    first: UUID = field(default_factory=uuid4)
    second: UUID = field(default_factory=uuid4)

    def __post_init__(self) -> None:
        owner, file = self.at.cast.owner, self.at.other
        store(owner, sheet(4, first=50), import_id=self.first)
        store(owner, sheet(4, first=50, mobile_from=100), import_id=self.second)
        self.picture = upload(owner, file, self.at.person).material_id
        self.file = upload(owner, file, kind="lease", content=FILE).material_id
        self.half = begun(owner, file, len(FILE) - 1)
        send(owner, self.half, 0, FILE[:1_500_000])

    @property
    def cast(self) -> Cast:
        """Its people."""
        return self.at.cast

    def look(self, turn: int) -> None:
        """Read something of every sort, and write beside what is there. Raises when anything does not open."""
        owner, at = self.cast.owner, self.at
        assert reveal(owner, at.other, at.person, "id_number") == CANARY_ID
        assert reveal(owner, at.other, at.person, "mobile") == CANARY_MOBILE
        view = vault.view_material(
            actor=owner, at=now(), material_id=self.picture, page=0, purpose="purpose.fill_form", reason="核对证件"
        )
        assert view.value.startswith(b"\xff\xd8")
        assert vault.browse_materials(actor=owner, at=now(), client_id=at.other, purpose="purpose.fill_form").value
        assert read(owner, self.file) == FILE
        if turn % 3 == 0:
            client = make_client(owner, 200 + turn)
            person = make_person(owner, client, id_number=fictitious.id_number("19900101", 100 + turn))
            vault.replace_field(  # a new record in the unit that there is
                actor=owner, at=now(), client_id=client, subject_id=person, kind="bank_account",
                value=fictitious.bank_account(turn), revision=0,
            )  # fmt: skip


@contextmanager
def beside(work: Callable[[int], None]) -> Iterator[list[int]]:
    """Somebody else who works all the time; nothing may go wrong there. Yields how often it went well."""
    ends, done, failed = threading.Event(), [0], list[BaseException]()

    def run() -> None:
        try:
            while not ends.is_set():
                work(done[0])
                done[0] += 1
        except BaseException as error:
            failed.append(error)
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield done
    finally:
        ends.set()
        thread.join()
    assert failed == []


def test_nothing_fails_while_every_value_gets_another_key_and_kills_come_at_any_point() -> None:
    home = Home(scene())
    cast, owner = home.cast, home.cast.owner
    disposal = approved(home.at)
    proposed = {part.unit_id: bytes(part.commitment) for part in parts_of(cast, disposal) if part.fate == "destroy"}
    with tenant(cast.tenant_id):
        reader = queries.content(actor=owner, at=now(), material_id=home.file, opening_id=opened(owner, home.file))
    before = dict(rows(cast, _KEYS))
    assert rows(cast, _SEALED) == [(1, 1)]
    rotation = begin(cast, what="unit")
    agreed(cast, owner, "rotations:rotation:finish", rotation)
    with pytest.raises(BadInput, match=r"rotations\.units-left"):
        services.finish_rotation(actor=owner, at=now(), rotation_id=rotation)
    with beside(home.look) as looked:
        for event, file, function, times in (
            ("call", "store/rekeying", "_store_keys", 1),
            ("return", "store/streams", "replace", 2),
            ("call", "store/rekeying", "_check", 5),
        ):
            points = [cast.tenant_id.hex, owner.id.hex, rotation.hex, event, file, function, str(times)]
            ended = subprocess.run([sys.executable, "-m", "tests.apps.rotations.killed", *points], timeout=120)
            assert ended.returncode == -signal.SIGKILL, function
            sealer.seal_round(at=now())  # nobody does it here, and a ledger that is behind shows nothing
        assert running.carry_on(actor=owner, rotation_id=rotation, clock=now)
        over = False
        while not over:
            with suppress(BadInput):  # somebody writes just then
                services.finish_rotation(actor=owner, at=now(), rotation_id=rotation)
                over = True
    assert looked[0] > 3
    assert rows(cast, _SEALED) == [(1, 2)]
    after = dict(rows(cast, _KEYS))
    assert before.keys() <= after.keys()
    assert not {bytes(one) for one in before.values()} & {bytes(one) for one in after.values()}
    steps = _facts(cast, "step")
    assert {name for facts in steps for name in facts} == {"moved", "not_moved", "manifest", "records"}
    assert _facts(cast, "finish") == [{"what": "unit", "old": 1, "new": 2, "moved": sum(one["moved"] for one in steps)}]
    with tenant(cast.tenant_id):
        assert b"".join(reader.read(0, len(FILE) - 1)) == FILE  # opened before, under the former key
    _go_on(home, disposal, proposed)


def _facts(cast: Cast, verb: str) -> list[dict[str, Any]]:
    """What the entries of an act of rotations say, refusals left out."""
    found = rows(cast, "SELECT body FROM ledger_inbox UNION ALL SELECT body FROM ledger_entry")
    told = [json.loads(bytes(body)) for (body,) in found]
    return [one["facts"] for one in told if (one["act"], one["outcome"]) == (f"rotations:rotation:{verb}", "done")]


def _go_on(home: Home, disposal: UUID, proposed: dict[UUID, bytes]) -> None:
    """What was begun under the former keys is brought to its end under the new ones."""
    cast, owner = home.cast, home.cast.owner
    send(owner, home.half, 1_500_000, FILE[1_500_000:-1])
    assert read(owner, home.half) == FILE[:-1]
    changed = "SELECT client_id, subject_id FROM vault_record WHERE record_class = 'contact' AND revision = 2 LIMIT 1"
    [(client, person)] = rows(cast, changed)
    number = int(reveal(owner, client, person, "mobile"))
    undone = undo(owner, home.second)
    assert (undone.deleted, undone.restored) == (0, 4)
    assert int(reveal(owner, client, person, "mobile")) == number - 100
    assert undo(owner, home.first).restored == 0
    assert faithful(cast.tenant_id)
    disposing.carry_out(actor=cast.dpo, disposal_id=disposal, clock=now)
    for part in parts_of(cast, disposal):
        if part.fate == "destroy":
            [(commitment, state)] = rows(cast, "SELECT commitment, state FROM vault_unit WHERE id = %s", part.unit_id)
            assert (bytes(part.commitment), state) == (bytes(commitment), "destroyed")
            assert bytes(part.commitment) != proposed[part.unit_id]
    assert faithful(cast.tenant_id)


_PLACES = (
    ("vault_record", "envelope", "true"), ("vault_record_history", "envelope", "true"),
    ("vault_material", "head", "state = 'kept'"), ("vault_material", "thumbnail", "true"),
    ("vault_piece", "sealed", "position = 1"), ("vault_unit", "wrapped", "state = 'live'"),
    ("vault_unit", "commitment", "state = 'live'"),
)  # fmt: skip


@contextmanager
def _flipped(cast: Cast, table: str, column: str, where: str) -> Iterator[None]:
    """One bit of one row is another."""
    flip = f"UPDATE {table} SET {column} = set_byte({column}, length({column}) - 1, get_byte({column}, "
    flip += f"length({column}) - 1) # 1) WHERE ctid = (SELECT ctid FROM {table} WHERE length({column}) > 0 AND "
    [(place,)] = rows(cast, f"{flip}{where} ORDER BY ctid LIMIT 1) RETURNING ctid::text")
    yield
    rows(cast, f"{flip}ctid = %s::tid)", place)


def test_whatever_was_changed_by_hand_stops_the_end_and_a_unit_stays_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(scene())
    cast, owner = home.cast, home.cast.owner
    monkeypatch.setattr(rekeying, "LARGE", 1 << 20)  # the file is more than a batch
    rotation = begin(cast, what="unit")
    file = f"SELECT unit_id FROM vault_material WHERE id = '{home.file}'"
    busy = "SELECT 1 FROM vault_record WHERE client_id = %s AND record_class = 'contact' FOR SHARE"
    holds, over = threading.Event(), threading.Event()

    def hold() -> None:
        with tenant(cast.tenant_id), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(busy, [home.at.client])
            holds.set()
            over.wait(60)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert holds.wait(30)
    with _flipped(cast, "vault_piece", "sealed", f"position = 2 AND material_id = '{home.file}'"):
        assert not running.carry_on(actor=owner, rotation_id=rotation, clock=now)
        left = f"SELECT id = ({file}), version FROM vault_unit WHERE version <> 2 ORDER BY 1"
        assert rows(cast, left) == [(False, 1), (True, 1)]  # one is held by somebody, one does not open
        pieces = f"SELECT DISTINCT get_byte(sealed, 3) FROM vault_piece WHERE material_id = '{home.file}'"
        assert rows(cast, pieces) == [(1,)]
        [(refused,)] = rows(cast, "SELECT refused FROM rotations_rotation")
        assert refused == 1
    over.set()
    holder.join()
    assert running.carry_on(actor=owner, rotation_id=rotation, clock=now)
    agreed(cast, owner, "rotations:rotation:finish", rotation)
    for place in _PLACES:
        with _flipped(cast, *place):
            with pytest.raises(BadInput, match=r"rotations\.units-left") as told:
                services.finish_rotation(actor=owner, at=now(), rotation_id=rotation)
            assert told.value.params == {"keys": 1}, place
    services.finish_rotation(actor=owner, at=now(), rotation_id=rotation)
    home.look(0)


def test_another_suite_takes_over_records_and_documents_and_search_stays() -> None:
    cast = assemble()
    client = make_client(cast.owner)
    person = make_person(cast.owner, client)
    picture = upload(cast.owner, client, person).material_id
    with pytest.raises(BadInput, match=r"rotations\.suite-same"):
        begin(cast, what="suite-1")
    job = sheets.upload(cast.owner, sheets.sheet([sheets.row(80)]))
    rotation = begin(cast, what="suite-4")
    later = make_client(cast.owner, 2)
    assert rows(cast, "SELECT suite, version FROM vault_unit WHERE client_id = %s", later) == [(4, 2)]
    assert running.carry_on(actor=cast.owner, rotation_id=rotation, clock=now)
    finish(cast, rotation)
    assert rows(cast, _SEALED) == [(4, 2)]
    finish(cast, _moved(cast, begin(cast)))
    assert epochs(cast) == [2]
    finish(cast, _moved(cast, begin(cast, what="unit")))
    assert rows(cast, _SEALED) == [(4, 3)]
    assert reveal(cast.owner, client, person, "id_number") == CANARY_ID
    assert read(cast.owner, picture)
    vault.replace_field(
        actor=cast.owner, at=now(), client_id=client, subject_id=person, kind="mobile", value=fictitious.mobile(9),
        revision=1,
    )  # fmt: skip
    found = vault.search_number(actor=cast.owner, at=now(), number=CANARY_ID).value
    assert [row.person_id for row in found.rows] == [person]
    assert sheets.analyse(cast.owner, job).row.state == "checked"  # under the key it came with
    sheets.stored(cast.owner, sheets.sheet([sheets.row(81)]))
    assert rows(cast, _SEALED) == [(4, 3)]
    assert faithful(cast.tenant_id)


def _moved(cast: Cast, rotation: UUID) -> UUID:
    assert running.carry_on(actor=cast.owner, rotation_id=rotation, clock=now)
    return rotation
