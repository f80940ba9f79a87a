"""Other index keys: what is found by is made anew while everybody writes and searches, and nothing is missed."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from fengni.apps.common import display
from fengni.apps.common.tenancy import tenant
from fengni.apps.disposals import running as disposing
from fengni.apps.ledger import sealer
from fengni.apps.rotations import running, services
from fengni.apps.tokens.spaces import Field
from fengni.apps.vault import services as vault
from fengni.apps.vault.store.finding import hits, part_hits
from fengni.apps.vault.store.house import house
from fengni.core import fictitious
from fengni.core.errors import BadInput
from fengni.core.vault.blind_index import last4_surname
from tests.apps.disposals.closing import Scene, approved, scene
from tests.apps.rotations.scene import agreed, begin, finish, rows, somebody_writes
from tests.apps.rotations.test_rotation_units import beside
from tests.apps.tokens.making import make, resolve
from tests.apps.vault.files import CANARY_ID, make_client, make_person, sheet, store, undo
from tests.apps.vault.uploads import faithful
from tests.cast import Cast, now
from tests.installation import eventually

_VERSIONS = (
    "SELECT version FROM vault_tag UNION SELECT version FROM vault_gram UNION SELECT index_version FROM vault_record "
    "UNION SELECT index_version FROM vault_record_history UNION SELECT get_byte(tags, 2) FROM vault_record_history "
    "WHERE length(tags) > 0 UNION SELECT get_byte(grams, 2) FROM vault_record_history WHERE length(grams) > 0 "
    "UNION SELECT version FROM tokens_token"
)
_ENTRIES = "SELECT record_id, kind, tag FROM vault_tag"


@dataclass
class Home:
    """A house with records of persons and clients, former ones of two imports, and a token."""

    at: Scene
    first: UUID = field(default_factory=uuid4)
    second: UUID = field(default_factory=uuid4)

    def __post_init__(self) -> None:
        owner = self.cast.owner
        store(owner, sheet(4, first=50), import_id=self.first)
        store(owner, sheet(4, first=50, mobile_from=100), import_id=self.second)
        self.client = make_client(owner, 90)
        self.person = make_person(
            owner,
            self.client,
            name="欧阳示例",
            id_number=fictitious.id_number("19910301", 7),
            mobile=fictitious.mobile(77),
        )
        [token] = make(owner, Field(self.client, self.person, "name"))
        assert token is not None
        self.token = token

    @property
    def cast(self) -> Cast:
        """Its people."""
        return self.at.cast

    def look(self, turn: int) -> None:
        """Find by every index, and write something that has to be found. Raises when anything is missed."""
        owner, number = self.cast.owner, fictitious.id_number("19910301", 7)
        assert self.found({"id_number": [number]}) == self.found({"mobile": [fictitious.mobile(77)]}) == {self.person}
        names = {"name": ["欧阳示例"], "name_initials": ["oysl"], "last4_surname": [last4_surname("欧阳示例", number)]}
        for index, values in names.items():
            assert self.person in self.found({index: values}), index
        with tenant(self.cast.tenant_id), transaction.atomic():
            for words in ("阳示", "欧阳", "欧阳示例"):
                found = part_hits(house(), words, ["name_part"], clients=None, most=30)
                assert self.person in {hit.subject for hit in found}, words
        assert [one.value for one in resolve(owner, [self.token])] == ["欧阳示例"]
        if turn % 3 == 0:
            client = make_client(owner, 200 + turn)
            number = fictitious.id_number("19900101", 100 + turn)
            person = make_person(owner, client, id_number=number)
            assert make_person(owner, make_client(owner, 400 + turn), id_number=number) == person  # recognised
            assert self.found({"id_number": [number]}) == {person}

    def found(self, wanted: Mapping[str, Sequence[str]]) -> set[UUID]:
        """Whom index entries lead to; below the acts, which stop at so many in an hour."""
        with tenant(self.cast.tenant_id), transaction.atomic():
            return {hit.subject for hit in hits(house(), wanted)}


def test_nothing_is_missed_while_it_moves_and_kills_come_at_any_point() -> None:
    home = Home(scene())
    cast, owner = home.cast, home.cast.owner
    disposal = approved(home.at)
    before = {(record, kind): bytes(tag) for record, kind, tag in rows(cast, _ENTRIES)}
    assert rows(cast, _VERSIONS) == [(1,)]
    rotation = begin(cast, what="index")
    agreed(cast, owner, "rotations:rotation:finish", rotation)
    with pytest.raises(BadInput, match=r"rotations\.index-left"):
        services.finish_rotation(actor=owner, at=now(), rotation_id=rotation)
    with beside(home.look) as looked:
        for event, file, function, times in (
            ("call", "store/retagging", "_store", 1), ("return", "store/retagging", "_made", 2),
            ("call", "store/retagging", "_is_whole", 5),
        ):  # fmt: skip
            points = [cast.tenant_id.hex, owner.id.hex, rotation.hex, event, file, function, str(times)]
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
    home.look(1)
    assert rows(cast, _VERSIONS) == [(2,)]
    after = {(record, kind): bytes(tag) for record, kind, tag in rows(cast, _ENTRIES)}
    assert before.keys() <= after.keys()
    assert not {tag for (_, kind), tag in before.items() if kind in (1, 2, 3)} & set(after.values())
    _go_on(home, disposal)


def _go_on(home: Home, disposal: UUID) -> None:
    """What was begun under the former keys is brought to its end under the new ones."""
    cast, owner = home.cast, home.cast.owner
    again = store(owner, sheet(4, first=50, mobile_from=100))
    assert (again.created, again.updated) == (0, 0)  # the same, told by fingerprints
    undone = undo(owner, home.second)
    assert (undone.deleted, undone.restored) == (0, 4)
    assert rows(cast, _VERSIONS) == [(2,)]
    assert undo(owner, home.first).restored == 0
    found = vault.search_number(actor=owner, at=now(), number=CANARY_ID).value.rows
    assert {row.person_id for row in found} == {home.at.person}
    disposing.carry_out(actor=cast.dpo, disposal_id=disposal, clock=now)
    orphans = "SELECT count(*) FROM vault_tag WHERE record_id NOT IN (SELECT id FROM vault_record)"
    assert rows(cast, orphans) == [(0,)]
    assert faithful(cast.tenant_id)


_CHANGES = (
    "UPDATE vault_tag SET tag = set_byte(tag, 0, get_byte(tag, 0) # 1) WHERE kind = 3 AND subject_id = %s",
    "UPDATE vault_gram SET tags = tags[2:] WHERE subject_id = %s",
    "UPDATE vault_gram SET tags = tags || 5 WHERE subject_id = %s",
    "UPDATE vault_record SET fingerprint = set_byte(fingerprint, 0, get_byte(fingerprint, 0) # 1) "
    "WHERE subject_id = %s AND record_class = 'contact'",
    "UPDATE tokens_token SET tag = set_byte(tag, 0, get_byte(tag, 0) # 1) WHERE subject_id = %s",
    "DELETE FROM vault_tag WHERE kind = 1 AND subject_id = %s",
    "INSERT INTO vault_tag SELECT tenant_id, 8, version, tag, subject_kind, subject_id, client_id, record_id "
    "FROM vault_tag WHERE kind = 1 AND subject_id = %s",
    "UPDATE vault_record_history SET tags = set_byte(tags, 4, get_byte(tags, 4) # 1) WHERE length(tags) > 0 "
    "AND record_id = (SELECT min(record_id::text)::uuid FROM vault_record_history) AND %s::uuid IS NOT NULL",
)


@contextmanager
def _changed(home: Home, statement: str) -> Iterator[None]:
    """Something was changed by hand, by whoever owns the tables."""
    kept = {
        table: rows(home.cast, f"SELECT t::text FROM {table} t")
        for table in ("vault_tag", "vault_gram", "vault_record", "vault_record_history", "tokens_token")
    }
    from django.db import connections

    def run(sql: str, *given: object) -> None:
        with tenant(home.cast.tenant_id), transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            cursor.execute(sql, list(given))

    run(statement, home.person)
    yield
    for table, before in kept.items():
        run(f"DELETE FROM {table} WHERE tenant_id = %s", home.cast.tenant_id)
        run(f"INSERT INTO {table} SELECT (r::{table}).* FROM unnest(%s::text[]) r", [row for (row,) in before])


def test_whatever_was_changed_by_hand_stops_the_end_and_so_does_a_writer() -> None:
    home = Home(scene())
    cast, owner = home.cast, home.cast.owner
    rotation = begin(cast, what="index")
    assert running.carry_on(actor=owner, rotation_id=rotation, clock=now)
    agreed(cast, owner, "rotations:rotation:finish", rotation)
    for statement in _CHANGES:
        with _changed(home, statement), pytest.raises(BadInput, match=r"rotations\.index-left") as told:
            services.finish_rotation(actor=owner, at=now(), rotation_id=rotation)
        assert told.value.params["keys"] in (1, 2), statement
    with somebody_writes(cast, display.sealing), pytest.raises(BadInput, match=r"rotations\.writers-under-way"):
        services.finish_rotation(actor=owner, at=now(), rotation_id=rotation)
    services.finish_rotation(actor=owner, at=now(), rotation_id=rotation)
    home.look(0)
    finish(cast, _moved(cast, begin(cast, what="index")))
    assert rows(cast, _VERSIONS) == [(3,)]
    home.look(1)


def _moved(cast: Cast, rotation: UUID) -> UUID:
    assert running.carry_on(actor=cast.owner, rotation_id=rotation, clock=now)
    return rotation
