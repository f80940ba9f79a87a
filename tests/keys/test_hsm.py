"""The root under a key in a PKCS#11 token (SoftHSM2): the PIN opens it, and is never tried again by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from fengni.cli.main import run
from fengni.core.errors import BadInput, FengniError, KeysUnavailable
from fengni.core.vault import wrapped_root
from fengni.core.vault.keyring import Root
from fengni.keys import hsm, moving, roots
from tests.custodians import HSM, PIN, WRONG_PIN, new_tokens, private
from tests.installation import eventually
from tests.keys.running import PASSPHRASE, KeyProcess


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    """Two tokens, the first with a key."""
    variable = new_tokens(tmp_path / "hsm", "fengni", "other")
    made = {"module": str(HSM), "token": "fengni", "key": "fengni-root", "environment": variable}
    hsm.make_key(made, PIN)
    return made


def _refused(call: Callable[[], object]) -> str:
    with pytest.raises(FengniError) as caught:
        call()
    return caught.value.code


def test_the_root_is_wrapped_in_the_token_and_only_its_pin_and_key_give_it_back(settings: dict[str, str]) -> None:
    root = Root.generate()
    one = wrapped_root.read(wrapped_root.pack(hsm.wrap(root, settings, PIN)))
    assert root.export() not in wrapped_root.pack(one)
    assert (len(one.wrapped), hsm.unwrap(one, PIN).export()) == (12 + 32 + 16, root.export())
    hsm.probe(one)
    assert _refused(lambda: hsm.make_key(settings, PIN)) == "keys.pkcs11-key-exists"
    for pin in ("", WRONG_PIN):
        assert _refused(lambda pin=pin: hsm.unwrap(one, pin)) == "keys.pkcs11-pin"
    for change, wanted in (
        ({"token": "other"}, "keys.pkcs11-key"),
        ({"token": "missing"}, "keys.pkcs11-token"),
        ({"key": "missing"}, "keys.pkcs11-key"),
        ({"module": "/usr/lib/none.so"}, "keys.pkcs11-module"),
        ({"module": "relative.so"}, "keys.pkcs11-settings"),
        ({"token": "名" * 11}, "keys.pkcs11-label"),
    ):
        other = replace(one, settings=settings | change)
        assert _refused(lambda other=other: hsm.unwrap(other, PIN)) == wanted
    assert _refused(lambda: hsm.probe(replace(one, settings=settings | {"token": "missing"}))) == "keys.pkcs11-token"
    hsm.make_key(settings | {"token": "other"}, PIN)
    for changed in (
        replace(one, settings=settings | {"token": "other"}),
        replace(one, fingerprint=Root.generate().fingerprint()),
        replace(one, wrapped=one.wrapped[:-1] + bytes((one.wrapped[-1] ^ 1,))),
        replace(one, wrapped=one.wrapped[:20]),
    ):
        assert _refused(lambda changed=changed: hsm.unwrap(changed, PIN)) == "keys.pkcs11-refused"


def test_the_key_process_waits_for_the_right_pin_and_for_the_token(
    settings: dict[str, str],
    real_keys: KeyProcess,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("FENGNI_STATE", str(real_keys.root.parent))
    monkeypatch.setenv("FENGNI_KEYS_SOCKET", str(real_keys.socket))
    monkeypatch.setenv("FENGNI_LANG", "en")
    old = roots.read(real_keys.root)
    root = old.open(PASSPHRASE)
    with pytest.raises(BadInput, match="settings"):
        moving.sealed_by(root, "pkcs11", settings | {"environment": "nothing"}, secret=PIN)
    phrase = ("--passphrase-file", str(private(tmp_path / "passphrase", PASSPHRASE)))
    right = str(private(tmp_path / "pin", PIN))
    there = ("--module", str(HSM), "--environment", settings["environment"], "--token", "other", "--make-key")
    move = ("keys", "move", "--to", "pkcs11", *there, *phrase, "--old", "destroy", "--new-passphrase-file")
    assert run([*move, str(private(tmp_path / "wrong", WRONG_PIN))]) == 1
    assert "is wrong or missing" in capsys.readouterr().err
    assert roots.read(real_keys.root).open(PASSPHRASE).export() == root.export()
    assert run([*move, right]) == 0
    assert sorted(path.name for path in real_keys.root.parent.glob("root.key*")) == ["root.key"]
    assert (roots.read(real_keys.root).custodian, roots.read(real_keys.root).asks) == ("pkcs11", True)
    assert real_keys.start(passphrase=WRONG_PIN).locked is True
    with pytest.raises(KeysUnavailable, match="pkcs11-pin"):
        real_keys.custodian.display_key(uuid4())
    assert run(["keys", "unlock", "--passphrase-file", right]) == 0
    assert real_keys.custodian.status().fingerprint == root.fingerprint()
    assert PIN not in real_keys.log.read_text()
    real_keys.close()
    tokens = tmp_path / "hsm" / "tokens"
    tokens.rename(tmp_path / "unplugged")
    tokens.mkdir()
    assert real_keys.start(passphrase=PIN).locked is True
    with pytest.raises(KeysUnavailable, match="pkcs11-token"):
        real_keys.custodian.display_key(uuid4())
    tokens.rmdir()
    (tmp_path / "unplugged").rename(tokens)
    assert eventually(lambda: not real_keys.custodian.status().locked)
