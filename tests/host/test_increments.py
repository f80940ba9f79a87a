"""A base and its increments bring back any instant between them, but nothing that was destroyed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from fengni.apps.common.custodian import Custodian
from fengni.core.ledger.checkpoint import parse_signable
from fengni.host import backup_chain, backup_database, backup_restore, backup_wal, state
from fengni.keys import roots
from fengni.keys.tombstones import Tombstones
from tests.host.filled import Filled, filling
from tests.installation import PASSPHRASE, Installation, eventually

pytestmark = pytest.mark.xdist_group("increments")  # one worker, so that the installation is made once
_ADD = """
import sys
from datetime import UTC, datetime
from uuid import UUID
from django.db import transaction
from fengni.host import installation
installation.load_django()
from fengni.apps.accounts.models import Member
from fengni.apps.common.tenancy import tenant
from fengni.apps.vault import services
from fengni.core.access.actor import Actor
home, client, mobile, name = UUID(sys.argv[1]), UUID(sys.argv[2]), *sys.argv[3:]
with tenant(home), transaction.atomic():
    member = Member.objects.get()
owner = Actor(id=member.id, tenant_id=home, roles=frozenset({"owner", "admin"}), channel="cli")
print(services.add_person(
    actor=owner, at=datetime.now(UTC), client_id=client, roles=["liaison"], fields={"name": name, "mobile": mobile}
).value.person_id)
"""
_ALL_SEALED = "SELECT (SELECT count(*) FROM ledger_inbox) + (SELECT count(*) FROM ledger_checkpoint WHERE note = '')"
_CONTACT = "SELECT u.id, u.wrapped FROM vault_unit u JOIN vault_record r ON r.unit_id = u.id WHERE r.subject_id = %s"


def add(at: Filled, mobile: str, *, of: Installation | None = None) -> UUID:
    """Write one more person, and wait until that is sealed and signed."""
    name = "江" + "".join("零一二三四五六七八九"[int(digit)] for digit in mobile[-2:])
    done = subprocess.run(
        [sys.executable, "-c", _ADD, str(at.tenant), str(at.client), mobile, name],
        env=(of or at.one).variables(), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert eventually(lambda: at.rows(_ALL_SEALED, of=of) == [(0,)])
    return UUID(done.stdout.strip())


def increment(at: Filled) -> Path:
    """`fengni backup run --increment`; its file."""
    return at.backup("--increment")


def clock(at: Filled) -> datetime:
    """The database's clock."""
    [(now,)] = at.rows("SELECT clock_timestamp()")
    return now.astimezone(UTC)


@dataclass(frozen=True)
class Story:
    """A base, three increments; persons written before, between and behind; one of them destroyed since.

    `kept`: the files as they were then; where they were made, the base after them adds an increment.
    """

    at: Filled
    base: Path
    kept: Path
    persons: list[UUID]
    between: datetime
    destroyed: UUID

    def secret(self, other: Installation) -> tuple[str, ...]:
        """What opens a backup without the box."""
        return ("--sheet-file", str(self.at.sheet), "--passphrase-file", str(other.passphrase_file))

    def away(self, folder: Path) -> Path:
        """The files carried to another place; the base."""
        shutil.copytree(self.kept, folder)
        return folder / self.base.name


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """One real installation for the file, running."""
    with filling(tmp_path_factory.mktemp("increments")) as made:
        yield made


@pytest.fixture(scope="module")
def story(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Made once; nobody changes its files."""
    before = add(filled, "15400000081")
    base = filled.backup("--base")
    first = add(filled, "15400000082")
    increment(filled)
    between = clock(filled)
    second = add(filled, "15400000083")
    increment(filled)
    (unit, _), *_ = filled.rows(_CONTACT, before)
    with filled.one.environment():
        custodian = Custodian(state.keys_socket())
    assert custodian.destroy(filled.tenant, [unit], entry=uuid4()) == 1
    custodian.forget_connections()
    third = add(filled, "15400000084")
    increment(filled)
    kept = tmp_path_factory.mktemp("kept")
    for path in (*backup_chain.files(base), *base.parent.glob("*.epochs")):
        shutil.copy(path, kept)
    return Story(filled, base, kept, [before, first, second, third], between, unit)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Installation]:
    """A state directory where nothing is."""
    other = Installation(tmp_path / "other")
    yield other
    other.remove()


def _persons(story: Story, of: Installation) -> list[UUID]:
    found = {one for (one,) in story.at.rows("SELECT DISTINCT subject_id FROM vault_record", of=of)}
    return [one for one in story.persons if one in found]


def _is_dead(story: Story, of: Installation) -> bool:
    rows = story.at.rows("SELECT state, wrapped FROM vault_unit WHERE id = %s", story.destroyed, of=of)
    return rows == [("destroyed", b"")] and not story.at.rows(
        "SELECT 1 FROM vault_record WHERE unit_id = %s", story.destroyed, of=of
    )


def _serves(story: Story, of: Installation) -> None:
    of.start()
    assert eventually(lambda: [ill for ill in of.ills() if not ill.startswith("backups ")] == [])
    assert _is_dead(story, of)
    [(before,)] = story.at.rows("SELECT max(size) FROM ledger_checkpoint WHERE note <> ''", of=of)
    add(story.at, "15400000089", of=of)  # and its ledger goes on
    [(after,)] = story.at.rows("SELECT max(size) FROM ledger_checkpoint WHERE note <> ''", of=of)
    assert after > before


def test_a_chain_is_verified_without_a_database(story: Story, empty: Installation, tmp_path: Path) -> None:
    base = story.away(tmp_path / "away")
    done = empty.command("backup", "verify", str(base.parent), "--sheet-file", str(story.at.sheet), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["file"], told["increments"], told["ledgers"]) == (str(base), 3, 1)
    assert told["segments"] >= 3
    assert told["files"] > 900
    assert datetime.fromisoformat(told["first"]) < story.between < datetime.fromisoformat(told["last"])
    listed = [json.loads(line) for line in story.at.one.command("backup", "list", "--json").stdout.splitlines()]
    [row] = [row for row in listed if row["path"] == str(story.base)]
    _, *increments = files = backup_chain.files(story.base)
    assert (row["kind"], row["status"], row["increments"]) == ("base", "whole", len(increments))
    assert row["size"] == sum(path.stat().st_size for path in files)


def test_a_lost_box_comes_back_as_it_was_last(story: Story, empty: Installation, tmp_path: Path) -> None:
    base = story.away(tmp_path / "away")
    done = empty.command("backup", "restore", str(base.parent), *story.secret(empty), lang="en")
    assert done.returncode == 0, done.stderr
    assert "1 units are destroyed, 1 of them were still in the backup" in done.stdout
    assert "given up" not in done.stdout
    _serves(story, empty)
    assert _persons(story, empty) == story.persons
    assert not [*empty.home.rglob("recovery*")]
    [(acts,)] = story.at.rows("SELECT count(*) FROM ledger_entry WHERE act = 'disposals:backup:rewind'", of=empty)
    assert acts == 0


def test_an_instant_between_two_writes_is_restored_and_every_ledger_says_so(
    story: Story, empty: Installation, tmp_path: Path
) -> None:
    base, between = story.away(tmp_path / "away"), story.between.isoformat()
    add(story.at, "15400000088")  # signed, and in no backup: only a key state that survived remembers
    keys = shutil.copytree(story.at.one.folder / "keys", tmp_path / "keys", ignore=shutil.ignore_patterns("lock"))
    asked = ("backup", "restore", str(base), "--to", between, "--keys", str(keys), *story.secret(empty))
    refused = empty.command(*asked, lang="en")
    assert (refused.returncode, "add --give-up-signed" in refused.stderr) == (1, True)
    refused = empty.command(*asked[:3], *asked[5:], lang="en")  # not even the newest instant is what was signed last
    assert (refused.returncode, "remembers signed heads newer than this backup" in refused.stderr) == (1, True)
    outside = empty.command(*asked[:4], "2020-01-01T00:00", *asked[5:], "--give-up-signed", lang="en")
    assert (outside.returncode, "an instant between" in outside.stderr) == (1, True)
    assert not (empty.home / "data").exists()
    done = empty.command(*asked, "--give-up-signed", lang="en")
    assert done.returncode == 0, done.stderr
    assert "signed entries were given up" in done.stdout
    _serves(story, empty)
    assert _persons(story, empty) == story.persons[:2]
    query = "SELECT body FROM ledger_entry WHERE act = 'disposals:backup:rewind'"
    [(body,)] = story.at.rows(query, of=empty)
    facts = json.loads(bytes(body))["facts"]
    assert facts["kept"] < facts["signed"]
    signed = parse_signable(next(keys.glob("*/heads/*")).read_bytes())
    assert (facts["signed"], facts["root"]) == (signed.size, signed.root.hex())  # by the lost box


def test_other_backups_learn_of_destructions_from_a_chain_beside_them(story: Story, tmp_path: Path) -> None:
    with story.at.one.environment():
        root = roots.read(state.root_file()).open(PASSPHRASE)
    keys = backup_restore._stones_of(story.base, root, tmp_path / "keys")
    stones = Tombstones(keys / root.fingerprint() / "tombstones.log")
    assert stones.all() == [(story.at.tenant, story.destroyed)]
    stones.close()


def test_a_new_base_leaves_no_instant_between_itself_and_the_one_before(filled: Filled, tmp_path: Path) -> None:
    with filled.one.environment():
        root = roots.read(state.root_file()).open(PASSPHRASE)
    before = filled.backup("--base", "--to", str(tmp_path / "before"))
    after = filled.backup("--base", "--to", str(tmp_path / "after"))
    _, last = backup_chain.reaches(backup_chain.survey(before, root))
    first, _ = backup_chain.reaches(backup_chain.survey(after, root))
    assert first <= last


def test_a_restore_test_covers_chains(story: Story) -> None:
    done = story.at.tested("--json", str(story.base), "--to", story.between.isoformat())
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["buried"], told["ledgers"]) == (1, 1)
    assert told["given_up"] > 0
    listed = [json.loads(line) for line in story.at.one.command("backup", "list", "--json").stdout.splitlines()]
    assert [bool(row["tested_at"]) for row in listed if row["path"] == str(story.base)] == [True]
    assert not (story.at.one.folder / "scratch").exists()


def _lost(names: list[Path]) -> None:
    names[2].unlink()


def _altered(names: list[Path]) -> None:
    content = names[2].read_bytes()
    names[2].write_bytes(content[:5_000] + bytes([content[5_000] ^ 1]) + content[5_001:])


def _swapped(names: list[Path]) -> None:
    shutil.copy(names[3], names[2])


def _cut(names: list[Path]) -> None:
    names[3].write_bytes(names[3].read_bytes()[:-1])


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_lost, "-000002.increment is missing"),
        (_altered, "incomplete or was changed"),
        (_swapped, "-000002.increment does not follow"),
        (_cut, "incomplete or was changed"),
    ],
    ids=["lost", "altered", "swapped", "cut"],
)
def test_a_gap_is_refused_in_words(
    story: Story, empty: Installation, tmp_path: Path, spoil: Callable[[list[Path]], None], sentence: str
) -> None:
    base = story.away(tmp_path / "away")
    spoil(backup_chain.files(base))
    for command in (
        ("verify", str(base), "--sheet-file", str(story.at.sheet)),
        ("restore", str(base), *story.secret(empty)),
    ):
        done = empty.command("backup", *command, lang="en")
        assert (done.returncode, done.stdout) == (5, "")
        assert sentence in done.stderr
    assert not (empty.home / "data").exists()


def test_the_running_box_knows_of_an_increment_taken_from_the_end(filled: Filled, tmp_path: Path) -> None:
    base = filled.backup("--base", "--to", str(tmp_path))
    increment(filled)
    increment(filled).unlink()
    done = filled.verified(str(base), lang="en")
    assert (done.returncode, "-000002.increment is missing" in done.stderr) == (5, True)
    done = filled.one.command("backup", "run", "--increment", lang="en")
    assert (done.returncode, "no new one can follow" in done.stderr) == (1, True)


def test_calls_that_make_no_sense_are_said(story: Story) -> None:
    one = story.at.one
    named = story.at.verified(str(backup_chain.files(story.base)[1]), lang="en")
    assert (named.returncode, "Name its base" in named.stderr) == (5, True)
    assert one.command("backup", "run", "--increment", "--base").returncode == 2
    assert one.command("backup", "restore", "--to", "yesterday", str(story.base)).returncode == 2
    foreign = one.variables() | {"FENGNI_DATABASE_URL_APP": "postgresql://nobody@/nothing", "FENGNI_LANG": "en"}
    for asked in (("run", "--base"), ("run", "--increment")):
        done = subprocess.run(
            [sys.executable, "-m", "fengni.cli.main", "backup", *asked], env=foreign, capture_output=True, text=True
        )
        assert (done.returncode, "theirs to back up" in done.stderr) == (1, True)


_POINTS = [
    ("return", "end_segment"),  # the segment is over, no file is begun
    ("call", "_copy_seeds"),  # the file is whole and has no name
    ("call", "reached"),  # it has its name, nothing else knows
    ("call", "_save"),  # it is recorded, the position is the old one
    ("call", "let_go"),  # the position is the new one, the slot is late
]


@pytest.mark.parametrize(("event", "function"), _POINTS)
def test_a_killed_run_loses_nothing(story: Story, tmp_path: Path, event: str, function: str) -> None:
    at, folder = story.at, tmp_path / "killed"
    base = at.backup("--base", "--to", str(folder))
    add(at, f"154000001{_POINTS.index((event, function)):02}")
    killed = subprocess.run(
        [sys.executable, "-m", "tests.host.killed_increment", event, function], env=at.one.variables(), cwd=Path.cwd()
    )
    assert killed.returncode == -signal.SIGKILL
    add(at, f"154000002{10 + _POINTS.index((event, function)):02}")
    increment(at)
    done = at.verified(str(base))
    assert done.returncode == 0, done.stderr
    assert not [*folder.glob("*.part")]
    if function == "_save":  # the same number was made twice: the hardest
        done = at.tested("--json", str(base))
        assert done.returncode == 0, done.stderr
    with at.one.environment():
        root = roots.read(state.root_file()).open(PASSPHRASE)
        manifests = backup_chain.survey(base, root)
    assert manifests[-1]["next"] > manifests[0]["next"]


def _holding(at: Filled, base: Path, secrets: list[bytes]) -> set[bytes]:
    """Which of these bytes stand in a file of the cluster that is in a base."""
    with at.one.environment():
        root = roots.read(state.root_file()).open(PASSPHRASE)
    [cluster] = [
        b"".join(backup_wal.inflated(blocks)) for _, name, blocks in backup_chain.walk(base, root) if name == "cluster"
    ]
    return {one for one in secrets if one in cluster}


def test_a_base_has_nothing_that_was_destroyed_before(filled: Filled, tmp_path: Path) -> None:
    person = add(filled, "15400000087")
    [(unit, wrapped, display, tag), *_] = filled.rows(
        "SELECT u.id, u.wrapped, r.display, t.tag FROM vault_unit u JOIN vault_record r ON r.unit_id = u.id "
        "JOIN vault_tag t ON t.record_id = r.id WHERE r.subject_id = %s AND length(r.display) > 30 "
        "AND t.kind IN (1, 3)",  # whole tags: of a cut one two bytes are not zero, and others have it too
        person,
    )
    secrets = [bytes(one) for one in (wrapped, display, tag)]
    with filled.database() as connection:
        connection.execute("ANALYZE")  # samples of them go into the statistics
        assert _holding(filled, filled.backup("--base", "--to", str(tmp_path / "before")), secrets) == {*secrets}
        assert backup_database.bury(connection, [(filled.tenant, unit)]) == 1
    assert _holding(filled, filled.backup("--base", "--to", str(tmp_path / "after")), secrets) == set()


_DUE = """
import sys
from datetime import UTC, datetime, timedelta
from fengni.host import installation
installation.load_django()
from fengni.host import backup_journal
for minutes in map(int, sys.argv[1:]):
    made = backup_journal.go_on(datetime.now(UTC) + timedelta(minutes=minutes))
    print(made.path.name if made else "nothing")
"""


def _due(at: Filled, *minutes: int) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", _DUE, *map(str, minutes)], env=at.one.variables(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.fixture
def paused(filled: Filled) -> Iterator[None]:
    """The part of the running box that looks every minute stands still."""
    assert eventually(lambda: len(filled.one.pids("journal")) == 1)
    [pid] = filled.one.pids("journal")
    os.kill(pid, signal.SIGSTOP)
    yield
    os.kill(pid, signal.SIGCONT)


@pytest.mark.usefixtures("paused")
def test_what_was_decided_is_made_when_it_is_due(filled: Filled) -> None:
    one = filled.one
    assert _due(filled, 0, 60) == ["nothing", "nothing"]
    refused = one.command("backup", "policy", "--journal", "5", lang="en")
    assert (refused.returncode, "Decide first how long" in refused.stderr) == (1, True)
    decided = one.command("backup", "policy", "--keep-days", "30", "--journal", "1440", "--json")
    assert json.loads(decided.stdout)["journal_minutes"] == 1440
    (one.folder / "journal.json").unlink(missing_ok=True)
    first, *then = _due(filled, 0, 1, 1441, 60 * 24 * 8)
    assert first.endswith(".base")
    assert then[0] == "nothing"
    assert then[1].endswith("-000001.increment")
    assert then[2].endswith(".base")  # seven days are over
    assert then[2] != first
    assert filled.rows("SELECT count(*) FROM pg_replication_slots") == [(1,)]
    none = one.command("backup", "policy", "--journal", "0", "--json")
    assert (json.loads(none.stdout)["keep_days"], json.loads(none.stdout)["journal_minutes"]) == (30, None)
    assert filled.rows("SELECT count(*) FROM pg_replication_slots") == [(0,)]
    done = one.command("backup", "run", "--increment", lang="en")
    assert (done.returncode, "run --base first" in done.stderr) == (1, True)
