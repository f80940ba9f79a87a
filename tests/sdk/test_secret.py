"""A Secret shows its mask wherever values are written without being asked for."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import pydoc
import reprlib
import subprocess
import sys
import traceback
from collections.abc import Callable

import pytest

from fengni.core import fictitious
from fengni.core.errors import HostProblem
from fengni.sdk import Clear, Secret
from fengni.sdk.transport import Answer

CLEAR = fictitious.id_number("19880229", 21)
MASK = CLEAR[:6] + "********" + CLEAR[-4:]


def _secret() -> Secret:
    return Secret("id_number", MASK, lambda kind: Clear(CLEAR, MASK))


WRITTEN: dict[str, Callable[[Secret], str]] = {
    "str": str, "repr": repr, "f": lambda s: f"{s}", "f wide": lambda s: f"{s:>30}", "f !r": lambda s: f"{s!r}",
    "percent": lambda s: "%s %r" % (s, s),  # noqa: UP031  # it is the operator that is tried
    "format": lambda s: "{} {!r}".format(s, s),  # noqa: UP032  # and the method
    "list": lambda s: repr([s, {"a": s}]),
    "json default": lambda s: json.dumps({"a": s}, default=str), "pydoc": lambda s: pydoc.text.repr(s),
    "reprlib": lambda s: reprlib.repr({"a": [s]}), "dir": lambda s: repr([getattr(s, n) for n in dir(s)]),
    "copies": lambda s: f"{copy.copy(s)}{copy.deepcopy([s])}",
}  # fmt: skip


@pytest.mark.parametrize("way", WRITTEN)
def test_a_secret_is_written_as_its_mask(way: str) -> None:
    secret = _secret()
    assert CLEAR not in WRITTEN[way](secret)
    assert secret.reveal() == CLEAR
    assert CLEAR not in WRITTEN[way](secret)  # nor after it was revealed


def test_neither_json_nor_pickle_takes_one_and_a_clear_value_is_not_pickled() -> None:
    secret = _secret()
    with pytest.raises(TypeError):
        json.dumps({"a": secret})
    for one in (secret, secret.reveal(), [secret.reveal()]):
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            with pytest.raises(TypeError, match="not pickled"):
                pickle.dumps(one, protocol)


def test_a_log_has_the_mask(caplog: pytest.LogCaptureFixture) -> None:
    secret = _secret()
    value = secret.reveal()
    logging.getLogger("program").warning("asked for %s, %r and %r", secret, secret, value)
    assert CLEAR not in caplog.text
    assert caplog.text.count(MASK) == 3


def test_locals_of_a_traceback_show_the_mask_of_secret_and_value() -> None:
    def broken() -> None:
        secret = _secret()
        value = secret.reveal()
        held = {"number": value, "of": [secret]}
        raise ValueError(len(held))

    try:
        broken()
    except ValueError as error:
        told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert CLEAR not in told
    assert told.count(MASK) == 4


def test_a_body_that_cannot_be_read_stays_out_of_the_error() -> None:
    answer = Answer(200, {}, iter([b'{"value": "' + CLEAR.encode() + b'"']))
    with pytest.raises(HostProblem) as caught:
        answer.read()
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert caught.value.__context__ is None
    assert CLEAR not in "".join(told.format()) + repr(answer)


def test_a_clear_value_is_used_as_the_text_it_is() -> None:
    value = _secret().reveal()
    assert (value, f"{value}", str(value)[-4:], value.upper(), len(value)) == (
        CLEAR, CLEAR, CLEAR[-4:], CLEAR.upper(), len(CLEAR),
    )  # fmt: skip
    assert json.loads(json.dumps({"n": value})) == {"n": CLEAR}


def test_importing_it_loads_no_framework() -> None:
    script = (
        "import sys, fengni; bare = {'fengni.sdk', 'json', 'cryptography'} & set(sys.modules); fengni.Client; "
        "print(sorted(bare), sorted({'django', 'psycopg', 'ninja', 'yaml', 'click', 'PIL'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[] []\n"
