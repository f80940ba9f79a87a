"""Whatever bytes come, the process answers or hangs up, and lives."""

from __future__ import annotations

import contextlib
import socket
import struct
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fengni.core.errors import BadInput, SealRefused
from fengni.core.vault.custody import requests
from fengni.core.vault.custody.answers import Outcome, State, read_answer
from fengni.core.vault.custody.frames import HEADER, LONGEST_FRAME, frame, read_header
from fengni.core.vault.suites import Suite
from tests.keys.running import KeyProcess

_MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _connect(keys: KeyProcess) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(keys.socket))  # waits for its turn, as long as no timeout is set
    connection.settimeout(10)
    return connection


def _answer(connection: socket.socket) -> tuple[int, int, bytes] | None:
    """(outcome, number, message), None when the peer hung up."""
    header = connection.recv(HEADER.size, socket.MSG_WAITALL)
    if len(header) < HEADER.size:
        return None
    length, outcome, number = read_header(header)
    return outcome, number, connection.recv(length, socket.MSG_WAITALL) if length else b""


@_MANY
@given(operation=st.integers(0, 255), message=st.binary(max_size=400))
def test_any_message_of_any_operation_is_answered_on_the_same_connection(
    keys: KeyProcess, operation: int, message: bytes
) -> None:
    with _connect(keys) as connection:
        connection.sendall(frame(operation, 7, message))
        answered = _answer(connection)
        assert answered is not None
        assert answered[1] == 7
        connection.sendall(frame(requests.Status.OPERATION, 8, b""))
        outcome, number, state = _answer(connection) or (-1, -1, b"")
        assert (number, read_answer(State, outcome, state).demo) == (8, True)


@_MANY
@given(data=st.binary(min_size=1, max_size=300))
def test_any_bytes_leave_the_process_alive(keys: KeyProcess, data: bytes) -> None:
    with _connect(keys) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):  # it hung up while bytes of ours were unread
            while connection.recv(65_536):
                pass
    assert keys.custodian.status().demo


@pytest.mark.parametrize(
    "header",
    [
        struct.pack(">IBBI", LONGEST_FRAME + 1, 1, 1, 0),
        struct.pack(">IBBI", 6, 2, 1, 0),
        struct.pack(">IBBI", 5, 1, 1, 0),
        struct.pack(">IBBI", 0, 1, 1, 0),
    ],
    ids=["too large", "another version", "too short", "empty"],
)
def test_a_broken_header_is_refused_and_ends_the_connection(keys: KeyProcess, header: bytes) -> None:
    with _connect(keys) as connection:
        connection.sendall(header)
        answered = _answer(connection)
        assert answered is not None
        assert answered[0] == Outcome.BAD_INPUT
        assert connection.recv(1) == b""


def test_truncated_columns_and_left_over_bytes_are_refused(keys: KeyProcess) -> None:
    whole = requests.NewUnits(uuid4(), Suite.AES_256_GCM, (uuid4(), uuid4())).pack()
    with _connect(keys) as connection:
        no_tenants_suite = whole[:16] + b"\x02" + whole[17:]
        for message in (whole[:-1], whole + b"\x00", whole[:17] + b"\xff" * 4 + whole[21:], no_tenants_suite):
            connection.sendall(frame(requests.Operation.NEW_UNITS, 1, message))
            answered = _answer(connection)
            assert answered is not None
            assert answered[0] == Outcome.BAD_INPUT
    assert keys.custodian.status().refused == 4


def test_a_release_names_its_act_and_purpose_and_fits_its_unit(keys: KeyProcess) -> None:
    tenant, unit = uuid4(), uuid4()
    made = keys.custodian.new_units(tenant, Suite.SM4_GCM, [unit])
    wrapped = requests.WrappedKey(unit, made.epoch, made.wrapped[0], made.commitments[0], uuid4())
    ask = keys.custodian.unwrap
    for purpose in ("", "Not A Code"):
        with pytest.raises(BadInput, match="release-unbound"):
            ask(tenant, Suite.SM4_GCM, [wrapped], entry=uuid4(), purpose=purpose)
    for other, suite, one in (
        (uuid4(), Suite.SM4_GCM, wrapped),
        (tenant, Suite.AES_256_GCM, wrapped),
        (tenant, Suite.SM4_GCM, wrapped._replace(unit=uuid4())),
        (tenant, Suite.SM4_GCM, wrapped._replace(epoch=2)),
        (tenant, Suite.SM4_GCM, wrapped._replace(version=2)),
        (tenant, Suite.SM4_GCM, wrapped._replace(commitment=bytes(32))),
        (tenant, Suite.SM4_GCM, wrapped._replace(wrapped=wrapped.wrapped[:-1] + bytes([wrapped.wrapped[-1] ^ 1]))),
        (tenant, Suite.SM4_GCM, wrapped._replace(wrapped=b"")),
    ):
        with pytest.raises(SealRefused):
            ask(other, suite, [one], entry=uuid4(), purpose="purpose.fill_form")
    assert keys.custodian.status().releases == 0
    assert len(ask(tenant, Suite.SM4_GCM, [wrapped], entry=uuid4(), purpose="purpose.fill_form")) == 1


def test_more_connections_than_places_are_told_so(keys: KeyProcess) -> None:
    held = [_connect(keys) for _ in range(70)]
    try:
        answers = [_told_at_once(one) for one in held]
        assert answers.count(Outcome.KEYS_UNAVAILABLE) >= 6
    finally:
        for one in held:
            one.close()


def _told_at_once(connection: socket.socket) -> int | None:
    """The outcome sent without being asked, None when the connection was accepted."""
    connection.settimeout(0.05)
    try:
        answered = _answer(connection)
    except TimeoutError:
        return None
    return answered[0] if answered else None
