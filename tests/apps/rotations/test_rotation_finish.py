"""rotations:rotation:finish"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from contextlib import suppress
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from fengni.apps.common.custodian import WrappedKey, custodian
from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger import sealer
from fengni.apps.rotations import running, services
from fengni.apps.vault import services as vault
from fengni.apps.vault.store import wrapping
from fengni.core.errors import BadInput, Denied, SealRefused
from fengni.core.vault.suites import Suite
from tests.apps.rotations.scene import agreed, begin, epochs, finish, rows, somebody_writes
from tests.apps.vault.files import CANARY_ID, CANARY_MOBILE, entries, make_client, make_person
from tests.cast import Cast, assemble, now

_UNITS = "SELECT id, epoch, wrapped, commitment FROM vault_unit WHERE state = 'live' ORDER BY id"


def _units(cast: Cast) -> list[WrappedKey]:
    return [WrappedKey(unit, epoch, bytes(key), bytes(seal)) for unit, epoch, key, seal in rows(cast, _UNITS)]


def test_two_persons_end_the_old_keys_after_every_key_was_looked_at() -> None:
    cast = assemble()
    make_person(cast.owner, make_client(cast.owner))
    rotation = begin(cast)
    for one in (cast.agent, cast.colleague, cast.auditor, cast.lead, cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            services.finish_rotation(actor=one, at=now(), rotation_id=rotation)
    with pytest.raises(Denied, match=r"rotations\.no-such-rotation"):
        services.finish_rotation(actor=cast.stranger, at=now(), rotation_id=rotation)
    with pytest.raises(Denied, match=r"access\.second-person-required"):
        services.finish_rotation(actor=cast.owner, at=now(), rotation_id=rotation)
    agreed(cast, cast.owner, "rotations:rotation:finish", rotation)
    with pytest.raises(BadInput, match=r"rotations\.keys-left"):
        services.finish_rotation(actor=cast.owner, at=now(), rotation_id=rotation)
    assert running.carry_on(actor=cast.owner, rotation_id=rotation, clock=now)
    [(unit, kept)] = rows(cast, "SELECT id, wrapped FROM vault_unit ORDER BY id LIMIT 1")
    damaged = bytes(kept)[:-1] + bytes((bytes(kept)[-1] ^ 1,))
    rows(cast, "UPDATE vault_unit SET wrapped = %s WHERE id = %s", damaged, unit)
    with pytest.raises(BadInput, match=r"rotations\.keys-left") as told:
        services.finish_rotation(actor=cast.owner, at=now(), rotation_id=rotation)
    assert told.value.params == {"keys": 1}
    rows(cast, "UPDATE vault_unit SET wrapped = %s WHERE id = %s", bytes(kept), unit)
    with somebody_writes(cast), pytest.raises(BadInput, match=r"rotations\.writers-under-way"):
        services.finish_rotation(actor=cast.owner, at=now(), rotation_id=rotation)
    assert epochs(cast) == [1, 2]
    services.finish_rotation(actor=cast.owner, at=now(), rotation_id=rotation)
    assert epochs(cast) == [2]
    assert entries(cast.tenant_id)[-1]["facts"] == {"what": "epoch", "old": 1, "new": 2, "moved": 3}
    with pytest.raises(Denied, match=r"access\.second-person-required"):
        services.finish_rotation(actor=cast.owner, at=now(), rotation_id=rotation)
    finish(cast, _begun_and_moved(cast))
    assert epochs(cast) == [3]


def _begun_and_moved(cast: Cast) -> UUID:
    rotation = begin(cast)
    assert running.carry_on(actor=cast.owner, rotation_id=rotation, clock=now)
    return rotation


def test_nobody_notices_while_kills_come_at_any_point_and_an_old_copy_opens_nothing_afterwards() -> None:
    cast = assemble()
    files = []
    for number in range(1, 13):
        client = make_client(cast.owner, number)
        files.append((client, make_person(cast.owner, client, mobile=CANARY_MOBILE)))
    finish(cast, _begun_and_moved(cast))
    before = _units(cast)  # as an old backup has them: wrapped under epoch 2, which has a seed
    rotation = begin(cast)
    agreed(cast, cast.owner, "rotations:rotation:finish", rotation)
    ends, seen, failed = threading.Event(), [0, 0], list[BaseException]()

    def read_and_write() -> None:
        try:
            while not ends.is_set():
                client, person = files[seen[0] % len(files)]
                shown = vault.reveal_field(
                    actor=cast.owner, at=now(), client_id=client, subject_id=person, kind="id_number",
                    purpose="purpose.verify_identity", reason="核对身份",
                )  # fmt: skip
                assert shown.value.value == CANARY_ID
                seen[0] += 1
                if seen[0] % 5 == 0:
                    seen[1] += 1
                    make_client(cast.owner, 100 + seen[1])
        except BaseException as error:
            failed.append(error)
        connection.close()

    worker = threading.Thread(target=read_and_write)
    worker.start()
    try:
        for event, file, function, times in (
            ("call", "store/wrapping", "move", 1),
            ("return", "common/custodian", "rewrap", 0),
            ("return", "store/wrapping", "move", 1),
            ("return", "common/custodian", "check", 0),
            ("return", "common/custodian", "end_epoch", 0),
        ):
            points = [cast.tenant_id.hex, cast.owner.id.hex, rotation.hex, event, file, function, str(times)]
            ended = subprocess.run([sys.executable, "-m", "tests.apps.rotations.killed", *points], timeout=120)
            assert ended.returncode == -signal.SIGKILL, function
            sealer.seal_round(at=now())  # nobody does it here, and a ledger that is behind shows nothing
        assert running.carry_on(actor=cast.owner, rotation_id=rotation, clock=now)
        over = False
        while not over:
            with suppress(BadInput):  # somebody writes just then
                services.finish_rotation(actor=cast.owner, at=now(), rotation_id=rotation)
                over = True
    finally:
        ends.set()
        worker.join()
    assert failed == []
    assert seen[0] > 20
    assert seen[1] > 2
    assert epochs(cast) == [3]
    after = _units(cast)
    assert {one.epoch for one in after} == {3}
    assert all(custodian().check(cast.tenant_id, Suite.AES_256_GCM, after))
    for one in before:
        with pytest.raises(SealRefused):
            custodian().unwrap(
                cast.tenant_id, Suite.AES_256_GCM, [one], entry=uuid4(), purpose="purpose.verify_identity"
            )
    with tenant(cast.tenant_id), transaction.atomic():
        assert wrapping.left(wrapping.UNITS, 3) == 0
