"""What a program holds of the sealed store: `Vault` inside the installation, `Client` over HTTPS, one interface.

Lookups are masked and free; whatever opens a value happens in a purpose and is an act of the member whose token it is:

    with vault.purpose("fill_form", reason="填写变更申请书") as purpose:
        who = purpose.person(person_id, client=client_id)
        print(who.name, who.id_number)        # masks
        form.write(who.id_number.reveal())    # the entry is in the ledger before the value is here
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final
from uuid import UUID

from fengni.core.errors import BadInput, Denied, VerificationFailed
from fengni.core.ledger import verifier
from fengni.sdk.secret import Clear, Secret
from fengni.sdk.transport import Answer, Embedded, Http, Transport, asked

_PART: Final = (1 << 20) - 32  # what one sealed piece holds


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody in a client file, masked."""

    person: UUID
    client: UUID
    name: str
    client_name: str


class Fields:
    """A person or client in one file: each field a Secret, by attribute or by kind. What is empty is not there."""

    def __init__(self, subject: UUID, client: UUID, secrets: Mapping[str, Secret]) -> None:
        self.id, self.client, self._secrets = subject, client, dict(secrets)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of fields that are filled."""
        return tuple(self._secrets)

    def __getitem__(self, kind: str) -> Secret:
        return self._secrets[kind]

    def __getattr__(self, kind: str) -> Secret:
        secrets: dict[str, Secret] = self.__dict__.get("_secrets", {})
        if kind not in secrets:
            raise AttributeError(f"no field {kind}")
        return secrets[kind]

    def __repr__(self) -> str:
        return f"Fields({self.id}, {self._secrets!r})"


@dataclass(frozen=True, slots=True)
class Opened:
    """A document taken out as it is: bytes in parts, whole or a range, until `until`."""

    id: UUID
    media_type: str
    size: int
    until: str
    entry: UUID
    _transport: Transport = field(repr=False)
    _path: str = field(repr=False)

    def parts(self, first: int = 0, last: int | None = None) -> Iterator[bytes]:
        """The bytes from `first` to `last`, both included, one part in memory at a time. Raises SealRefused, Denied."""
        span = {"Range": f"bytes={first}-{'' if last is None else last}"}
        return asked(self._transport, "GET", self._path, headers=span).parts()

    def read(self, first: int = 0, last: int | None = None) -> bytes:
        """Those bytes at once."""
        return b"".join(self.parts(first, last))

    def save(self, path: Path | str) -> None:
        """Write the document into a new file. One that was cut off on its way does not stay."""
        target = Path(path)
        with target.open("xb") as file:
            try:
                for part in self.parts():
                    file.write(part)
            except BaseException:
                target.unlink()
                raise


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a program works for now. Values are revealed and documents opened through it, and in it alone."""

    code: str
    reason: str
    _transport: Transport = field(repr=False)
    _state: dict[str, bool] = field(repr=False)

    def person(self, person: UUID | str, *, client: UUID | str) -> Fields:
        """A person in a client file, masked. Raises Denied for one outside the member's scope."""
        told = asked(self._transport, "GET", f"/persons/{UUID(str(person))}?client_id={UUID(str(client))}").read()
        return self._fields(told, f"/persons/{told['id']}", UUID(told["client_id"]), {"client_id": told["client_id"]})

    def client(self, client: UUID | str) -> Fields:
        """A client's own fields, masked."""
        told = asked(self._transport, "GET", f"/clients/{UUID(str(client))}").read()
        return self._fields(told, f"/clients/{told['id']}", UUID(told["id"]), {})

    def read(self, persons: Iterable[tuple[UUID, UUID]], *kinds: str) -> list[dict[str, Clear]]:
        """Values of up to 2,000 persons, each given as (client file, person), in clear, by kind; in one entry.

        A value that is not there is left out. Raises Denied until a second person agreed to more than twenty.
        """
        given = [{"client_id": str(client), "person_id": str(person)} for client, person in persons]
        told = self._post("/persons:reveal", {"persons": given, "kinds": list(kinds)}).read()
        return [
            {kind: Clear(value, one["masks"][kind]) for kind, value in one["values"].items()} for one in told["persons"]
        ]

    def view(self, document: UUID | str, page: int = 0) -> bytes:
        """One page of a document as JPEG, with the member's mark across it."""
        return self._post(f"/documents/{UUID(str(document))}/view", {"page": page}).content()

    def open(self, document: UUID | str) -> Opened:
        """A document as it is, without a mark. It stands in the ledger once, however many parts of it are read."""
        told = self._post(f"/documents/{UUID(str(document))}/open", {}).read()
        path = str(told["content"]).removeprefix("/api/v1")
        return Opened(
            UUID(str(document)), told["media_type"], told["size"], told["until"], UUID(told["entry_id"]),
            self._transport, path,
        )  # fmt: skip

    def _fields(self, told: Mapping[str, Any], path: str, client: UUID, more: Mapping[str, str]) -> Fields:
        ask = {row["kind"]: partial(self._reveal, path, row["shown"], more) for row in told["fields"]}
        return Fields(
            UUID(told["id"]), client,
            {row["kind"]: Secret(row["kind"], row["shown"], ask[row["kind"]]) for row in told["fields"]},
        )  # fmt: skip

    def _reveal(self, path: str, mask: str, more: Mapping[str, str], kind: str) -> Clear:
        return Clear(self._post(f"{path}/fields/{kind}:reveal", more).read()["value"], mask)

    def _post(self, path: str, more: Mapping[str, Any]) -> Answer:
        if not self._state["open"]:
            raise BadInput("sdk.purpose-over")
        told = {"purpose": self.code, "reason": self.reason, **more}
        return asked(self._transport, "POST", path, told=told)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Who saw a person: every entry, with its proofs, as one file."""

    content: bytes = field(repr=False)

    def save(self, path: Path | str) -> None:
        """Write it into a new file, for `fengni verify`."""
        with Path(path).open("xb") as file:
            file.write(self.content)

    def verify(self, *, key: str) -> Verified:
        """Check it here, without a network. `key`: the fingerprint of the house's key as it stands on the agreement, or
        as it was kept when the program was set up; a receipt cannot vouch for its own key.

        Raises VerificationFailed when anything in it does not hold, BadInput for what is no fingerprint.
        """
        try:
            report = verifier.check(self.content, key=key)
        except ValueError:
            raise BadInput("verify.no-fingerprint") from None
        if report.status != "verified":
            raise VerificationFailed("sdk.receipt-refused", reason=report.reason, where=report.where)
        return Verified(report.steps["person"] == "ok", report.entries)


@dataclass(frozen=True, slots=True)
class Verified:
    """What a receipt proves: `complete` when its entries, counted for the person from 1 on without a gap, all stand in
    one signed ledger. What was written after it is in the next one (docs/spec/ledger.md, section 7)."""

    complete: bool
    entries: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Disposal:
    """A destruction by two persons: proposed by one, approved by another, run, certified."""

    id: UUID
    number: str
    _transport: Transport = field(repr=False)

    @property
    def state(self) -> str:
        """How it stands: proposed, approved, done …"""
        return str(asked(self._transport, "GET", f"/disposals/{self.id}").read()["state"])

    def approve(self) -> None:
        """Agree as the second person. Raises Denied for whoever proposed it."""
        asked(self._transport, "POST", f"/disposals/{self.id}:approve", told={"number": self.number})

    def run(self) -> int:
        """Carry it out, or go on after a break. Returns how many units are destroyed."""
        return int(asked(self._transport, "POST", f"/disposals/{self.id}:run").read()["destroyed"])

    def certify(self) -> None:
        """Issue its certificate."""
        asked(self._transport, "POST", f"/disposals/{self.id}:certify")

    def certificate(self, *, pdf: str = "") -> bytes:
        """The certificate as a file for `fengni verify`; `pdf`: as a paper in that language (zh or en)."""
        form = f".pdf?lang={pdf}" if pdf else ""
        return bytes(asked(self._transport, "GET", f"/disposals/{self.id}/certificate{form}").content())


class Store:
    """The sealed store as one member sees it. `Vault` and `Client` are ways to it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._transport!r})"

    @contextmanager
    def purpose(self, code: str, *, reason: str) -> Iterator[Purpose]:
        """Work for a purpose ("fill_form" or "purpose.fill_form") and a reason: they stand in every entry.

        What was looked up in it still shows its masks afterwards, and reveals nothing any more.
        """
        state = {"open": True}
        try:
            yield Purpose(f"purpose.{code.removeprefix('purpose.')}", reason, self._transport, state)
        finally:
            state["open"] = False

    def find(self, words: str) -> list[Found]:
        """Persons by name, initials or surname with last four, inside the member's scope. Never by a full number."""
        rows = asked(self._transport, "POST", "/search", told={"words": words}).read()["rows"]
        return [
            Found(UUID(row["person_id"]), UUID(row["client_id"]), row["name"], row["client_name"])
            for row in rows if row["person_id"]
        ]  # fmt: skip

    def upload(
        self, path: Path | str, *, client: UUID | str, kind: str = "other", person: UUID | str | None = None,
        matter: UUID | str | None = None,
    ) -> UUID:  # fmt: skip
        """Seal a file into a client file, one MiB in memory at a time. Run again after a break, it goes on.

        Raises UnreadableFile for what is not taken in, Denied outside the member's scope.
        """
        with Path(path).open("rb") as file:
            size, digest = _measured(file)
            about = {
                "kind": kind, "size": size, "sha256": digest, "subject_id": str(person) if person else None,
                "matter_id": str(matter) if matter else None,
            }  # fmt: skip
            begun = asked(self._transport, "POST", f"/clients/{UUID(str(client))}/documents", told=about).read()
            at, sent = int(begun["received"]), begun
            file.seek(at)
            while at < size or not sent.get("whole"):
                part = file.read(_PART)
                span = f"bytes {at}-{at + len(part) - 1}/{size}" if part else f"bytes */{size}"
                sent = asked(
                    self._transport, "PUT", f"/documents/{begun['id']}/content", body=part,
                    headers={"Content-Range": span, "Content-Type": "application/octet-stream"},
                ).read()  # fmt: skip
                at += len(part)
        return UUID(sent["id"])

    def receipt(self, person: UUID | str, *, client: UUID | str) -> Receipt:
        """Who saw a person, with proofs: one act, one file."""
        told = {"client_id": str(UUID(str(client)))}
        return Receipt(asked(self._transport, "POST", f"/persons/{UUID(str(person))}:receipt", told=told).content())

    def fingerprint(self) -> str:
        """The fingerprint of the house's key, as it says itself: to be compared with the agreement once, then kept."""
        answer = asked(self._transport, "GET", "/ledger/checkpoint").read()
        return str(answer["fingerprint"])

    def destroy(self, client: UUID | str, *, number: str, reason: str, person: UUID | str | None = None) -> Disposal:
        """Propose to destroy what is due of a client file (its closed matter's `number`), or what a person asked for.

        Nothing is destroyed by this: another person approves through `disposal`. Raises BadInput when nothing is due.
        """
        about = {"client_id": str(client), "number": number, "reason": reason, "person_id": None}
        if person:
            about["person_id"] = str(person)
        told = asked(self._transport, "POST", "/disposals", told=about).read()
        return self.disposal(told["id"])

    def disposal(self, disposal: UUID | str) -> Disposal:
        """A destruction that was proposed."""
        told = asked(self._transport, "GET", f"/disposals/{UUID(str(disposal))}").read()
        return Disposal(UUID(told["id"]), told["number"], self._transport)


class Vault(Store):
    """The store of the installation on this machine, without its web server. See `open`."""

    @classmethod
    def open(cls, state: Path | str | None = None, *, actor: str = "", token_file: Path | str | None = None) -> Vault:
        """The installation in the folder `state` (else as the command finds it), as the member of a token.

        `token_file` holds the member's API token and is closed to others; `<state>/cli.token` unless given. `actor`:
        the sign-in or name that member must have, so that a program does not run as somebody else by accident. Raises
        BadInput without a usable file, Denied for another member or a token that is not valid, HostProblem without an
        installation.
        """
        from fengni.cli.session import read_token
        from fengni.host import state as installation

        where = Path(state).absolute() if state is not None else installation.directory()
        token = read_token(Path(token_file) if token_file else where / "cli.token")
        opened = cls(Embedded(state, token))
        opened._refuse_other(actor)
        return opened

    def _refuse_other(self, actor: str) -> None:
        me = asked(self._transport, "GET", "/people/me").read()
        if actor and actor not in (me["login"], me["name"]):
            raise Denied("sdk.other-member")


class Client(Store):
    """The store of an installation elsewhere, over its REST interface."""

    def __init__(self, address: str, *, token: str) -> None:
        super().__init__(Http(address, token))


def _measured(file: BinaryIO) -> tuple[int, str]:
    """Size and SHA-256 of a file, read once in parts; it stands at its beginning again."""
    sums, size = hashlib.sha256(), 0
    while part := file.read(_PART):
        sums.update(part)
        size += len(part)
    file.seek(0)
    return size, sums.hexdigest()
