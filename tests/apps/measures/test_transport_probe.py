"""measures:transport:probe: against a real server with a certificate nobody trusts, and one that is trusted."""

from __future__ import annotations

import socket
import ssl
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from fengni.apps.measures import probing, services, tasks
from fengni.core.errors import Denied
from tests.apps.measures.planting import outcomes
from tests.apps.vault.files import entries
from tests.cast import assemble, found, now


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of thirty days that signed itself, and its key."""
    folder, key = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fengni.example")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now() - timedelta(hours=1)).not_valid_after(now() + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    )  # fmt: skip
    chain, secret = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(made.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return chain, secret


def _serving(chain: Path, key: Path) -> int:
    """The port of a server that shakes hands and says nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    listening = socket.create_server(("127.0.0.2", 0))

    def shake_hands() -> None:
        while True:
            try:
                with listening.accept()[0] as plain, context.wrap_socket(plain, server_side=True):
                    pass
            except OSError:  # a caller that does not trust us
                continue

    threading.Thread(target=shake_hands, daemon=True).start()
    return int(listening.getsockname()[1])


def test_on_one_machine_nothing_leaves_it() -> None:
    cast = assemble()
    assert outcomes(cast.owner)["transport_probed"] == "missing"
    probed = services.probe_transport(actor=cast.security, at=now()).value
    assert (probed.database, probed.keys, probed.web, probed.gateways, probed.holds) == (
        "local", "local", "loopback", "none", True,
    )  # fmt: skip
    assert entries(cast.tenant_id)[-1]["facts"] == probed.facts()
    assert outcomes(cast.owner)["transport_probed"] == "passed"
    for who in (cast.agent, cast.lead, cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            services.probe_transport(actor=who, at=now())


def test_what_travels_in_clear_turns_the_measure(settings: Any) -> None:
    owner = found()
    settings.FENGNI_SMS_URL = "http://sms.example/send"
    assert services.probe_transport(actor=owner, at=now()).value.gateways == "plain"
    assert outcomes(owner)["transport_probed"] == "failed"
    settings.FENGNI_SMS_URL = "https://sms.example/send"
    settings.FENGNI_KEYS_SOCKET = "/nowhere/keys.sock"
    assert services.probe_transport(actor=owner, at=now()).value.keys == "unreachable"
    assert outcomes(owner)["transport_probed"] == "failed"


def test_a_served_name_needs_a_certificate_that_holds(certificate: tuple[Path, Path]) -> None:
    chain, key = certificate
    port = _serving(chain, key)
    assert probing.served(["127.0.0.1", "localhost"], now()) == ("loopback", -1)
    assert probing.served(["127.0.0.2"], now(), port=port) == ("untrusted", -1)
    trusting = ssl.create_default_context(cafile=str(chain))
    trusting.check_hostname = False
    how, days = probing.served(["127.0.0.2"], now(), port=port, trusted=trusting)
    assert (how, days) in {("tls13", 29), ("tls13", 30)}
    how, days = probing.served(["127.0.0.2"], now() + timedelta(days=25), port=port, trusted=trusting)
    assert (days < 7, probing.Probe("local", "local", how, "none", days).holds) == (True, False)
    assert probing.served(["127.0.0.2"], now(), port=1)[0] == "unreachable"


def test_every_night_every_tenant() -> None:
    one = found()
    tasks.probe_transports(timestamp=0)
    assert outcomes(one)["transport_probed"] == "passed"
