"""One interface over two ways: inside the installation, and over HTTP. Also runs what docs/sdk.md shows."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from fengni import Client, Vault
from fengni.apps.accounts.services import issue_token
from fengni.apps.ledger import sealer
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied, HostProblem, SealRefused, UnreadableFile, VerificationFailed
from fengni.core.vault.pieces import PIECE
from fengni.sdk.vault import Receipt, Store
from tests.apps.disposals.closing import NUMBER, scene
from tests.apps.vault.files import CANARY_ID, CANARY_MOBILE, entries, make_client, make_person
from tests.cast import assemble, found, login_of, now
from tests.core.pictures import samples
from tests.web.browsing import Quiet

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "sdk.md"
Opens = Callable[[Actor], Store]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The real application behind a socket."""
    from django.core.servers.basehttp import ThreadedWSGIServer

    from fengni.config.wsgi import application

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(application)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture(params=["embedded", "http"])
def opens(request: pytest.FixtureRequest, tmp_path: Path) -> Opens:
    """The store as a member sees it, one way or the other."""

    def embedded(actor: Actor) -> Store:
        return Vault.open(os.environ["FENGNI_STATE"], actor=login_of(actor), token_file=token_file(actor, tmp_path))

    def http(actor: Actor) -> Store:
        return Client(request.getfixturevalue("address"), token=token_file(actor, tmp_path).read_text())

    return {"embedded": embedded, "http": http}[request.param]


def token_file(actor: Actor, folder: Path) -> Path:
    path = folder / f"token-{actor.id}"
    path.write_text(issue_token(actor=actor, at=now(), label="program").value)
    path.chmod(0o600)
    return path


def test_lookups_are_masked_and_a_value_comes_after_its_entry(opens: Opens) -> None:
    owner = found()
    client_id = make_client(owner)
    person_id = make_person(owner, client_id)
    sealer.seal_round(at=now())
    store = opens(owner)
    (hit,) = store.find("陆知衡")
    assert (hit.person, hit.client, CANARY_ID in repr(hit)) == (person_id, client_id, False)
    with store.purpose("fill_form", reason="填写变更申请书") as purpose:
        who = purpose.person(hit.person, client=hit.client)
        assert CANARY_ID not in f"{who} {who.id_number} {who.kinds} {store} {purpose}"
        assert "id_number" in who.kinds
        before = len(entries(owner.tenant_id))
        assert (who.id_number.reveal(), who["id_number"].reveal()) == (CANARY_ID, CANARY_ID)
        told = [one for one in entries(owner.tenant_id)[before:] if one["act"] == "vault:field:reveal"]
        assert [one["purpose"] for one in told] == ["purpose.fill_form"] * 2
        assert purpose.client(client_id).company_name.reveal().startswith("示例")
        with pytest.raises(AttributeError, match="no field"):
            _ = who.shoe_size
    with pytest.raises(BadInput, match=r"sdk\.purpose-over"):
        who.id_number.reveal()
    with store.purpose("curiosity", reason="看看") as purpose, pytest.raises(Denied, match=r"access\.purpose"):
        purpose.person(person_id, client=client_id).mobile.reveal()
    sealer.seal_round(at=now())
    receipt = store.receipt(person_id, client=client_id)
    key = store.fingerprint()
    assert receipt.verify(key=key).complete
    seen = [one["body"]["act"] for one in receipt.verify(key=key).entries]
    assert seen.count("vault:field:reveal") == 2
    with pytest.raises(VerificationFailed, match=r"reason=key"):
        receipt.verify(key=opens(found()).fingerprint())
    with pytest.raises(VerificationFailed):
        Receipt(receipt.content.replace(b"reveal", b"change", 1)).verify(key=key)


def test_many_are_read_in_one_entry(opens: Opens) -> None:
    cast = assemble()
    client = make_client(cast.owner)
    persons = [make_person(cast.owner, client), make_person(cast.owner, client, name="顾南乔", id_number="", mobile="")]
    with opens(cast.owner).purpose("fill_form", reason="填写变更申请书") as purpose:
        first, second = purpose.read([(client, one) for one in persons], "id_number", "mobile")
    assert (first["id_number"], first["mobile"], second) == (CANARY_ID, CANARY_MOBILE, {})
    assert repr(first["mobile"]) == "Clear('154****0001')"
    assert [entry["act"] for entry in entries(cast.tenant_id)].count("vault:fields:reveal") == 1


def test_a_document_goes_in_goes_on_after_a_break_and_comes_out_in_parts(opens: Opens, tmp_path: Path) -> None:
    owner = found()
    client_id, content = make_client(owner), b"PK\x03\x04" + os.urandom(2 * PIECE)
    scan = tmp_path / "a file.zip"
    scan.write_bytes(content)
    store = opens(owner)
    sent: list[str] = []
    send = store._transport.send

    def breaking(method: str, path: str, headers: Any, body: bytes) -> Any:
        sent.append(headers.get("Content-Range", ""))
        if sent[-1].startswith(f"bytes {2 * PIECE}"):
            raise HostProblem("sdk.no-answer", host="gone")
        return send(method, path, headers, body)

    store._transport.send = breaking  # type: ignore[method-assign]  # the network breaks before the last part
    with pytest.raises(HostProblem):
        store.upload(scan, client=client_id)
    store._transport.send = send  # type: ignore[method-assign]
    document = store.upload(scan, client=client_id)
    sealer.seal_round(at=now())
    with store.purpose("fill_form", reason="办理变更") as purpose:
        opened = purpose.open(document)
        assert (opened.size, opened.media_type) == (len(content), "application/zip")
        assert opened.read(PIECE - 2, PIECE + 1) == content[PIECE - 2 : PIECE + 2]
        opened.save(tmp_path / "out.zip")
        assert (tmp_path / "out.zip").read_bytes() == content
        with pytest.raises(BadInput, match=r"sdk\.no-such-range"):
            opened.read(len(content))
        with pytest.raises(BadInput, match=r"pictures\.no-such-page"):
            purpose.view(document)
        picture = tmp_path / "card.jpg"
        picture.write_bytes(samples.jpeg())
        card = store.upload(picture, client=client_id, kind="id_front")
        assert purpose.view(card)[:3] == b"\xff\xd8\xff"
        with pytest.raises(UnreadableFile, match=r"pictures\.archive"):
            store.upload(scan, client=client_id, kind="id_back")


def test_whoever_may_not_is_refused_by_the_same_codes(opens: Opens, tmp_path: Path) -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    person_id = make_person(cast.owner, client_id)
    for who, code in ((cast.agent, "access.scope"), (cast.stranger, "parties.no-such-client")):
        with opens(who).purpose("fill_form", reason="看看") as purpose, pytest.raises(Denied, match=code):
            purpose.person(person_id, client=client_id)
    with pytest.raises(Denied):
        opens(cast.auditor).receipt(person_id, client=client_id)
    for store in (
        Client("http://127.0.0.1:9", token="fgn_x"),
        Client("https://127.0.0.1:9", token="fgn_x"),
    ):
        with pytest.raises(HostProblem, match=r"sdk\.no-answer"):
            store.find("陆")


def test_a_token_travels_safely_and_is_whose_it_is_said_to_be(tmp_path: Path) -> None:
    owner = found()
    for address, code in (
        ("http://fengni.example", "sdk.plain-http"), ("ftp://x", "sdk.no-address"), ("https://x/y", "sdk.no-address"),
    ):  # fmt: skip
        with pytest.raises(BadInput, match=code):
            Client(address, token="fgn_x")
    path = token_file(owner, tmp_path)
    state = os.environ["FENGNI_STATE"]
    assert "fgn_" not in repr(Vault.open(state, actor="江述白", token_file=path))
    with pytest.raises(Denied, match=r"sdk\.other-member"):
        Vault.open(state, actor="somebody", token_file=path)
    with pytest.raises(BadInput, match=r"sdk\.other-installation"):
        Vault.open(tmp_path, token_file=path)
    path.chmod(0o644)
    with pytest.raises(BadInput, match=r"cli\.token-file-open"):
        Vault.open(state, token_file=path)
    path.chmod(0o600)
    path.write_text("fgn_unknown")
    with pytest.raises(Denied, match=r"access\.sign-in-required"):
        Vault.open(state, token_file=path)


def test_what_the_guide_shows_runs(tmp_path: Path) -> None:
    seen = scene()
    blocks = re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 2
    scan = tmp_path / "lease.pdf"
    scan.write_bytes(samples.pdf(2))
    sealer.seal_round(at=now())
    names: dict[str, Any] = {
        "Vault": Vault, "Client": Client, "state": os.environ["FENGNI_STATE"], "actor": login_of(seen.cast.owner),
        "token_file": token_file(seen.cast.owner, tmp_path), "person": seen.person, "client": seen.client,
        "number": NUMBER, "scan": scan,
        "second": Vault.open(os.environ["FENGNI_STATE"], token_file=token_file(seen.cast.lead, tmp_path)),
    }  # fmt: skip
    names["fingerprint"] = names["second"].fingerprint()
    exec(blocks[0], names)
    assert (names["begin"][:4], names["with_mark"][:3]) == (b"%PDF", b"\xff\xd8\xff")
    assert isinstance(names["paper"], UUID)
    names["number"] = NUMBER
    exec(blocks[1], names)
    assert names["disposal"].state == "done"
    with names["vault"].purpose("fill_form", reason="办理变更") as purpose, pytest.raises((Denied, SealRefused)):
        purpose.open(names["paper"])
