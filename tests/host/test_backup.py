"""A backup brings everything back but what was destroyed, and a file that is not whole brings nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from fengni.apps.common.custodian import Custodian
from fengni.core.errors import VerificationFailed
from fengni.core.vault import archive
from fengni.core.vault.suites import Suite
from fengni.host import backup, backup_database, backup_restore, state
from fengni.keys import roots
from fengni.keys.tombstones import Tombstones
from tests.host.filled import CANARIES, Filled, filling
from tests.installation import PASSPHRASE, Installation, eventually

pytestmark = pytest.mark.xdist_group("backup")  # one worker, so that the installation is made once


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """One real installation for the file, running."""
    with filling(tmp_path_factory.mktemp("backup")) as made:
        yield made


@pytest.fixture(scope="module")
def made(filled: Filled) -> Path:
    """A backup that nobody changes."""
    return filled.backup()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Installation]:
    """A state directory where nothing is."""
    other = Installation(tmp_path / "other")
    yield other
    other.remove()


def test_a_backup_holds_no_clear_value_and_only_its_owner_reads_it(filled: Filled, made: Path) -> None:
    path, content = made, made.read_bytes()
    known = json.loads((filled.one.folder / "instance.json").read_text())
    secrets = [*CANARIES, known["secret_key"], *known["passwords"].values(), str(filled.tenant), "vault_record"]
    for secret in secrets:
        for encoding in ("utf-8", "utf-16-le", "gb18030"):
            assert secret.encode(encoding) not in content
    assert filled.tenant.bytes not in content
    assert path.stat().st_mode & 0o077 == path.parent.stat().st_mode & 0o077 == 0
    envelopes = filled.rows("SELECT envelope FROM vault_record")
    assert envelopes
    assert all(bytes(envelope) not in content for (envelope,) in envelopes)  # not even what is sealed already


def test_a_restore_test_checks_everything_and_is_recorded(filled: Filled) -> None:
    filled.backup()
    before = filled.rows("SELECT count(*) FROM ledger_entry")
    done = filled.tested("--json")  # the newest
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["ledgers"] == 1
    assert told["entries"] == before[0][0] >= 3
    assert told["opened"] >= 2
    listed = [json.loads(line) for line in filled.one.command("backup", "list", "--json").stdout.splitlines()]
    assert {row["id"]: bool(row["tested_at"]) for row in listed}[told["id"]]
    assert not (filled.one.folder / "scratch").exists()
    assert not filled.one.home.with_name(f"{filled.one.home.name}-scratch").exists()
    doctor = filled.one.command("doctor", "--json").stdout.splitlines()
    [seen] = [row for row in map(json.loads, doctor) if row["check"] == "backups"]
    assert seen["params"]["tested"] != "—"


def test_a_failed_restore_test_is_red_until_one_passes(filled: Filled) -> None:
    path = filled.backup()
    whole = path.read_bytes()
    for spoilt in (whole[:-1] + bytes([whole[-1] ^ 1]), b"x" + whole[1:]):
        path.write_bytes(spoilt)
        assert filled.tested(str(path)).returncode == 5
        [(failed, code)] = filled.rows(
            "SELECT failed_at, failed_code FROM disposals_backup_run WHERE name = %s AND tested_at IS NULL", path.name
        )
        assert failed is not None
        assert code
        doctor = map(json.loads, filled.one.command("doctor", "--json").stdout.splitlines())
        assert [row["status"] for row in doctor if row["check"] == "backups"] == ["problem"]
    path.write_bytes(whole)
    assert filled.tested(str(path)).returncode == 0
    doctor = map(json.loads, filled.one.command("doctor", "--json").stdout.splitlines())
    assert [row["status"] for row in doctor if row["check"] == "backups"] != ["problem"]


def test_a_lost_box_comes_back_from_file_and_sheet_and_the_destroyed_do_not(
    filled: Filled, empty: Installation, tmp_path: Path
) -> None:
    filled.rotate()
    old = filled.backup()
    [(unit,)] = filled.rows(
        "SELECT unit_id FROM vault_record WHERE subject_id = %s AND record_class = 'contact'", filled.person
    )
    with filled.one.environment():
        custodian = Custodian(state.keys_socket())
    assert custodian.destroy(filled.tenant, [unit], entry=uuid4()) == 1
    custodian.forget_connections()
    told = json.loads(filled.tested("--json", str(old)).stdout)
    assert (told["buried"], told["tombstones"]) == (1, 1)  # the box is there: its own key process knows

    newer, away = filled.backup(), tmp_path / "away"  # the box is lost: a newer backup beside the old one knows
    away.mkdir()
    for path in (old, newer, *old.parent.glob("*.epochs")):
        shutil.copy(path, away)
    secret = ("--sheet-file", str(filled.sheet), "--passphrase-file", str(empty.passphrase_file))
    killed = subprocess.Popen(
        [sys.executable, "-m", "fengni.cli.main", "backup", "restore", str(away / old.name), *secret],
        env=empty.variables(),
        stderr=subprocess.DEVNULL,
    )
    assert eventually((empty.home / "data").exists)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert not (empty.folder / "instance.json").exists()
    done = empty.command("backup", "restore", str(away / old.name), *secret, lang="en")  # begun anew
    assert done.returncode == 0, done.stderr
    assert "1 units are destroyed, 1 of them were still in the backup" in done.stdout
    again = empty.command("backup", "restore", str(away / old.name), *secret, lang="en")
    assert (again.returncode, "already" in again.stderr) == (1, True)

    empty.start()
    # restore tests that others here made fail came along in the backup, and stay red until one passes
    assert eventually(lambda: [ill for ill in empty.ills() if not ill.startswith("backups ")] == [])
    assert filled.rows("SELECT state, wrapped FROM vault_unit WHERE id = %s", unit, of=empty) == [("destroyed", b"")]
    assert filled.rows("SELECT count(*) FROM vault_record WHERE unit_id = %s", unit, of=empty) == [(0,)]
    tags = "SELECT count(*) FROM vault_tag WHERE subject_id = %s AND record_id NOT IN (SELECT id FROM vault_record)"
    assert filled.rows(tags, filled.person, of=empty) == [(0,)]
    assert filled.rows("SELECT count(*) FROM vault_record WHERE client_id = %s", filled.client, of=empty)[0][0] >= 1
    with empty.environment():
        assert roots.read(state.root_file()).open(PASSPHRASE).fingerprint() in filled.sheet.read_text()
        asking = Custodian(state.keys_socket())
        assert asking.destroyed(filled.tenant, [unit]) == [True]
        asking.forget_connections()


def test_a_backup_from_before_an_epoch_ended_opens_nothing(filled: Filled) -> None:
    filled.rotate()
    old = filled.backup()
    new = filled.rotate()
    newer = filled.backup()
    with filled.one.environment():
        root = roots.read(state.root_file()).open(PASSPHRASE)
    ended = {f"{filled.tenant.hex}-{epoch}.ended" for epoch in range(1, new)}
    assert {*backup.seeds_beside(old.parent, root.fingerprint())} == {*ended, f"{filled.tenant.hex}-{new}"}
    refused = filled.tested(str(old))
    assert refused.returncode == 5, refused.stderr
    refused = filled.verified(str(old))
    assert (refused.returncode, "changed its keys after this backup" in refused.stderr) == (5, True)
    done = filled.tested("--json", str(newer))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["opened"] >= 1


def test_a_surviving_key_state_counts_as_well(filled: Filled, tmp_path: Path) -> None:
    with filled.one.environment():
        root = roots.read(state.root_file()).open(PASSPHRASE)
    survived, keys, unit = tmp_path / "survived", tmp_path / "keys" / root.fingerprint(), uuid4()
    (survived / root.fingerprint()).mkdir(parents=True)
    stones = Tombstones(survived / root.fingerprint() / "tombstones.log")
    stones.add(filled.tenant, uuid4(), [unit])
    stones.close()
    assert (filled.tenant, unit) in backup_restore._merge(keys, [survived], root)
    kept = Tombstones(keys / "tombstones.log")
    assert kept.has(filled.tenant, unit)
    kept.close()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda content: content[:99_000] + b"\0\0\0\0\0" + content[99_005:], "incomplete or was changed"),
        (lambda content: content[:-40_000], "incomplete or was changed"),
        (lambda content: content[:9] + bytes(8) + content[17:], "belongs to another installation"),
        (lambda content: b"PGDMP" + content, "no backup of Fengni"),
    ],
    ids=["a byte changed", "cut off", "another root", "another kind"],
)  # fmt: skip
def test_a_file_that_is_not_whole_is_refused_in_words(
    filled: Filled, made: Path, tmp_path: Path, change: Any, sentence: str
) -> None:
    bad = tmp_path / "bad.backup"
    bad.write_bytes(change(made.read_bytes()))
    done = filled.tested(str(bad))
    assert (done.returncode, done.stdout) == (5, "")
    assert sentence in done.stderr
    assert not (filled.one.folder / "scratch").exists()
    done = filled.verified(str(bad))
    assert (done.returncode, done.stdout) == (5, "")
    assert sentence in done.stderr


def test_a_file_is_verified_where_nothing_runs_and_nothing_is_written(
    filled: Filled, empty: Installation, tmp_path: Path
) -> None:
    *_, path = filled.backup(), filled.backup(), filled.backup()  # several of one second
    done = filled.verified("--json")  # the newest in the folder
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["file"], told["ledgers"], told["size"]) == (str(path), 1, path.stat().st_size)
    assert told["rows"] > told["tables"] > 20
    away, empty_folder = tmp_path / "away", set(tmp_path.rglob("*"))
    away.mkdir()
    for one in (path, *path.parent.glob("*.epochs")):
        shutil.copy(one, away)
    with_sheet = ("backup", "verify", str(away), "--sheet-file", str(filled.sheet))
    done = empty.command(*with_sheet, lang="en")
    assert (done.returncode, "The backup is whole." in done.stdout) == (0, True), done.stderr
    assert {*tmp_path.rglob("*")} - empty_folder == {away, *away.iterdir()}
    assert empty.command("backup", "verify", "--sheet-file", str(filled.sheet)).returncode == 1  # none in its folder


def test_verify_compares_what_is_inside_with_what_was_signed(filled: Filled, made: Path, tmp_path: Path) -> None:
    with filled.one.environment():
        root = roots.read(state.root_file()).open(PASSPHRASE)
    with made.open("rb") as file:
        sections = [(name, b"".join(blocks)) for name, blocks in archive.read(root, file.read)]
    manifest = json.loads(dict(sections)["manifest"])
    [ledger] = manifest["ledgers"]
    head = next(name for name, _ in sections if "/heads/" in name)
    origin, size, signed, _ = dict(sections)[head].decode().split("\n")
    further = f"{origin}\n{int(size) + 1}\n{signed}\n".encode()
    no_records = {"counts": manifest["counts"] | {"vault_record": 0}}
    one_less = {"ledgers": [ledger | {"size": ledger["size"] - 1}]}
    for changed, table, sentence in (
        ({"manifest": manifest | no_records}, "vault_record", "manifest says"),
        ({"manifest": manifest | one_less}, "", "not what was signed"),
        ({head: further}, "", "not what was signed"),
        ({"database": dict(sections)["database"][:-2000]}, "", "cannot be read to its end"),
        ({"manifest": manifest | {"format": 2}}, "", "by a later version"),
    ):
        bad = tmp_path / "bad.backup"
        secret, header = archive.begin(root, suite=Suite.AES_256_GCM, backup=UUID(manifest["backup"]))
        with bad.open("wb") as file:
            writing = archive.Writing(secret, header, file.write)
            for name, content in sections:
                put = changed.get(name, content)
                writing.section(name, [put if isinstance(put, bytes) else json.dumps(put).encode()])
            writing.finish()
        shutil.copy(next(made.parent.glob("*.epochs")), tmp_path)
        done = filled.verified(str(bad))
        assert (done.returncode, done.stdout) == (5, "")
        assert sentence in done.stderr
        assert table in done.stderr


_FLIP = "UPDATE vault_record SET envelope = set_byte(envelope, 20, get_byte(envelope, 20) # 1)"


def test_a_record_that_does_not_open_fails_the_restore_test(filled: Filled) -> None:
    with filled.database() as connection:
        connection.execute(_FLIP)
        try:
            path = filled.backup()
        finally:
            connection.execute(_FLIP)
    done = filled.tested(str(path))
    assert (done.returncode, done.stdout) == (5, "")
    assert "a record of organisation" in done.stderr


@pytest.mark.parametrize(
    ("spoil", "mend", "code"),
    [
        (
            "UPDATE ledger_entry SET refused = true WHERE sequence = 1",
            "UPDATE ledger_entry SET refused = false WHERE sequence = 1",
            "backup.ledger-differs",
        ),
        (
            "ALTER TABLE vault_record NO FORCE ROW LEVEL SECURITY",
            "ALTER TABLE vault_record FORCE ROW LEVEL SECURITY",
            "backup.walls-missing",
        ),
        ("SELECT 1", "SELECT 1", "backup.destroyed-came-back"),
    ],
    ids=["ledger", "walls", "destroyed"],
)
def test_the_check_sees_what_was_spoilt(filled: Filled, spoil: str, mend: str, code: str) -> None:
    [(alive,)] = filled.rows("SELECT id FROM vault_unit WHERE state = 'live' LIMIT 1")
    stones = [[str(filled.tenant), str(alive)]] if code == "backup.destroyed-came-back" else []
    with filled.database() as connection, filled.one.environment():
        asked = {"schema": state.found().migrated, "stones": stones}
        connection.execute(spoil.encode())
        try:
            done = subprocess.run(
                [sys.executable, "-m", "fengni.host.backup_check"],
                env=filled.one.variables(),
                input=json.dumps(asked),
                capture_output=True,
                text=True,
            )
        finally:
            connection.execute(mend.encode())
    assert json.loads(done.stdout)["code"] == code


def test_other_counts_or_heads_than_stated_are_named(filled: Filled) -> None:
    with filled.database() as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        counts, heads = backup_database.counts(connection), backup_database.heads(connection)
        backup_restore._compare(connection, {"counts": counts, "ledgers": heads})
        with pytest.raises(VerificationFailed) as caught:
            backup_restore._compare(connection, {"counts": counts | {"vault_unit": 0}, "ledgers": heads})
        assert (caught.value.code, caught.value.params) == ("backup.rows-differ", {"table": "vault_unit"})
        with pytest.raises(VerificationFailed) as caught:
            backup_restore._compare(connection, {"counts": counts, "ledgers": [heads[0] | {"root": "00"}]})
        assert caught.value.code == "backup.head-differs"


def test_a_killed_run_leaves_a_part_that_the_next_run_removes(filled: Filled, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    with filled.database() as connection, connection.transaction():
        connection.execute("LOCK TABLE vault_record IN ACCESS EXCLUSIVE MODE")  # so that it is in the middle
        running = subprocess.Popen(
            [sys.executable, "-m", "fengni.cli.main", "backup", "run", "--to", str(folder)],
            env=filled.one.variables(),
            stderr=subprocess.DEVNULL,
        )
        assert eventually(lambda: list(folder.glob("*.part")) != [])
        refused = filled.one.command("backup", "run", lang="en")
        assert (refused.returncode, "is running" in refused.stderr) == (1, True)
        running.send_signal(signal.SIGKILL)
        running.wait()
    assert {path.suffix for path in folder.iterdir()} - {".epochs"} == {".part"}
    path = filled.backup("--to", str(folder))
    assert [one for one in folder.iterdir() if one.suffix != ".epochs"] == [path]
    with filled.one.environment(), path.open("rb") as file:
        root = roots.read(state.root_file()).open(PASSPHRASE)
        assert "database" in [name for name, _ in archive.read(root, file.read)]
    listed = filled.one.command("backup", "list", "--json").stdout.splitlines()
    assert {row["status"] for row in map(json.loads, listed)} == {"whole"}


def test_a_full_disk_is_said_and_nothing_is_left(filled: Filled, tmp_path: Path) -> None:
    limited = (
        "import resource, sys; from fengni.cli.main import main; "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536)); main(sys.argv[1:])"
    )
    folder = tmp_path / "full"
    done = subprocess.run(
        [sys.executable, "-c", limited, "--lang", "en", "backup", "run", "--to", str(folder)],
        env=filled.one.variables(),
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert f"The disk of {folder} is full." in done.stderr
    assert os.listdir(folder) == []  # noqa: PTH208


def test_how_long_backups_are_kept_is_decided_and_shown(filled: Filled, made: Path) -> None:
    assert made.exists()
    assert filled.one.command("backup", "policy", "--keep-days", "5", "--none").returncode == 2
    kept = filled.one.command("backup", "policy", "--keep-days", "30", "--json")
    assert (json.loads(kept.stdout)["keep_days"], bool(json.loads(kept.stdout)["horizon"])) == (30, True)
    none = json.loads(filled.one.command("backup", "policy", "--none", "--json").stdout)
    assert (none["decided"], none["keep_days"], none["horizon"]) == (True, None, None)  # files are there still
