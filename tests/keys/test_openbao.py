"""The root under a key of a real OpenBao server: wrapped, opened at the start, refused with a sentence that helps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from fengni.cli.main import run
from fengni.core.errors import BadInput, FengniError, HostProblem, KeysUnavailable
from fengni.core.vault import wrapped_root
from fengni.core.vault.keyring import Root
from fengni.core.vault.suites import Suite
from fengni.definitions import text
from fengni.host import health
from fengni.keys import openbao, roots
from tests.custodians import BAO, Bao, private, use
from tests.installation import eventually, free_port
from tests.keys.running import PASSPHRASE, KeyProcess

pytestmark = pytest.mark.xdist_group("openbao")


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bao]:
    """A server with a key for us."""
    one = Bao(tmp_path_factory.mktemp("bao"))
    yield one
    one.end()


def _refused(call: Callable[[], object]) -> str:
    """The code of what is raised; it has a sentence in both languages, and no secret and no word of the server."""
    with pytest.raises(FengniError) as caught:
        call()
    for lang in ("zh", "en"):
        said = text(caught.value.code, lang, **caught.value.params)
        assert BAO not in said
        assert "{" not in said
    return caught.value.code


def test_the_root_is_wrapped_and_comes_back_by_token_and_by_approle_and_is_bound_to_its_file(
    bao: Bao, tmp_path: Path
) -> None:
    root = Root.generate()
    for credentials in (bao.token(use("fengni-root")), bao.role()):
        settings = bao.settings(private(tmp_path / "credentials", credentials))
        sealed = wrapped_root.pack(openbao.wrap(root, settings))
        assert root.export() not in sealed
        assert credentials.encode() not in sealed
        one = wrapped_root.read(sealed)
        assert openbao.unwrap(one).export() == root.export()
        openbao.probe(one)
    for changed in (
        replace(one, fingerprint=Root.generate().fingerprint()),
        replace(one, settings=dict(one.settings) | {"ca_file": f"{bao.ca.parent}/./{bao.ca.name}"}),
        replace(one, wrapped=one.wrapped[:-8] + b"AAAAAA=="),
    ):
        assert _refused(lambda changed=changed: openbao.unwrap(changed)) == "vault.root-not-opened"
    for bad in (sealed[:20], sealed[:8] + b"\x09" + sealed[9:], sealed[:17] + b"\xff\xff" + sealed[19:]):
        with pytest.raises(BadInput):
            wrapped_root.read(bad)


def test_what_stands_in_the_way_is_named(bao: Bao, tmp_path: Path) -> None:
    root = Root.generate()
    file = private(tmp_path / "credentials", BAO)
    one = openbao.wrap(root, bao.settings(file))

    def with_settings(**changes: str) -> str:
        return _refused(lambda: openbao.unwrap(replace(one, settings=dict(one.settings) | changes)))

    file.write_text("s.unknown-token")
    assert with_settings() == _refused(lambda: openbao.probe(one)) == "keys.openbao-token"
    file.write_text("role_id=none\nsecret_id=none")
    assert with_settings() == "keys.openbao-token"
    file.write_text(bao.token(use("another")))
    assert with_settings() == "keys.openbao-policy"
    file.write_text(BAO)
    assert with_settings(key="missing") == "keys.openbao-key"
    assert _refused(lambda: openbao.wrap(root, bao.settings(file, key="missing"))) == "keys.openbao-key"
    assert with_settings(mount="elsewhere") in {"keys.openbao-answer", "keys.openbao-key"}
    assert with_settings(address=f"https://127.0.0.1:{free_port()}") == "keys.openbao-unreachable"
    assert with_settings(address="http://bao.example:8200") == "keys.openbao-clear"
    assert with_settings(address=f"{bao.address}/v1") == "keys.openbao-address"
    assert with_settings(key="../sys/seal") == "keys.openbao-name"
    assert with_settings(ca_file="") == "keys.openbao-certificate"
    assert with_settings(ca_file=str(tmp_path / "none.pem")) == "keys.openbao-ca"
    bao.ask("POST", "transit/keys/fengni-root/rotate")
    assert openbao.unwrap(one).export() == root.export()
    bao.ask("POST", "transit/keys/fengni-root/config", min_decryption_version=2)
    assert with_settings() == "keys.openbao-version"
    bao.ask("POST", "transit/keys/fengni-root/config", min_decryption_version=1)
    file.chmod(0o640)
    assert with_settings() == "keys.credentials-open"
    file.unlink()
    with pytest.raises(HostProblem, match="credentials-missing"):
        openbao.unwrap(one)


def test_the_key_process_opens_itself_says_why_it_cannot_and_goes_on_when_the_server_is_back(
    bao: Bao, real_keys: KeyProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FENGNI_STATE", str(real_keys.root.parent))
    monkeypatch.setenv("FENGNI_LANG", "en")
    file = private(tmp_path / "credentials", bao.role())
    phrase = ("--passphrase-file", str(private(tmp_path / "passphrase", PASSPHRASE)))
    root = roots.read(real_keys.root).open(PASSPHRASE)
    assert run(["keys", "move", "--to", "openbao", "--address", bao.address, *phrase]) == 1
    assert "also give --credentials" in capsys.readouterr().err
    there = ("--address", bao.address, "--credentials", str(file), "--ca-file", str(bao.ca))
    assert run(["keys", "move", "--to", "openbao", *there, *phrase]) == 0
    [kept] = real_keys.root.parent.glob("root.key.file-*")
    assert str(kept) in capsys.readouterr().err
    assert roots.read(kept).open(PASSPHRASE).export() == root.export()
    assert (roots.read(real_keys.root).custodian, roots.read(real_keys.root).asks) == ("openbao", False)
    assert run(["keys", "custodian"]) == 0
    shown = capsys.readouterr()
    assert (bao.address in shown.out, root.fingerprint() in shown.out, "It answers" in shown.err) == (True, True, True)
    bao.seal()
    assert run(["keys", "custodian"]) == 1
    assert "unseal" in capsys.readouterr().err
    finding = next(one for one in health.examine() if one.check == "custodian")
    assert (finding.status, finding.because and finding.because.code) == ("problem", "keys.openbao-sealed")
    assert real_keys.start().locked is True
    with pytest.raises(KeysUnavailable, match="openbao-sealed"):
        real_keys.custodian.display_key(uuid4())
    assert "sealed" in real_keys.log.read_text()
    bao.unseal()
    assert eventually(lambda: not real_keys.custodian.status().locked)
    assert real_keys.custodian.status().fingerprint == root.fingerprint()
    assert real_keys.custodian.new_units(uuid4(), Suite.AES_256_GCM, [uuid4()]).epoch == 1
    file.chmod(0o644)
    real_keys.close()
    assert real_keys.spawn().wait(30) == 1
    assert "chmod 600" in real_keys.log.read_text()
