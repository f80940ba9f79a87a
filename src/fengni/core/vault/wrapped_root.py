"""The root secret at rest where somebody else keeps the key it is under: an OpenBao server or a PKCS#11 token.

    pack / read        bytes of the file; wrapping and unwrapping is the caller's (fengni.keys)

Rules: the file names its custodian, how to reach it, and the fingerprint of the root inside. All of that is associated
data of the wrapping, and whatever comes back is compared with the fingerprint: a file that somebody pieced together
opens nothing. No secret stands in it but the wrapped root. docs/spec/envelope.md, section 7a, gives the bytes.

>>> one = WrappedRoot("openbao", "0123456789abcdef", {"key": "fengni-root"}, b"vault:v1:...")
>>> read(pack(one)) == one
True
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from fengni.core.errors import BadInput, KeysUnavailable
from fengni.core.vault.keyring import Root
from fengni.core.vault.root_file import MAGIC

VERSION: Final = 2
Custodian = Literal["openbao", "pkcs11"]
CODES: Final[dict[Custodian, int]] = {"openbao": 2, "pkcs11": 3}
_LONGEST: Final = 16_384


@dataclass(frozen=True, slots=True)
class WrappedRoot:
    """A root wrapped by its custodian. `settings` says how to reach the custodian: names and paths, never a secret."""

    custodian: Custodian
    fingerprint: str
    settings: Mapping[str, str]
    wrapped: bytes = b""


def bound(one: WrappedRoot) -> bytes:
    """What the wrapping is bound to, as associated data: everything of the file before the wrapped root."""
    told = json.dumps(dict(one.settings), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    head = MAGIC + bytes((VERSION, CODES[one.custodian])) + bytes.fromhex(one.fingerprint)
    return head + len(told).to_bytes(2, "big") + told


def pack(one: WrappedRoot) -> bytes:
    """The bytes of the file."""
    return bound(one) + one.wrapped


def is_wrapped(sealed: bytes) -> bool:
    """Whether these bytes are a root file of this kind, and not one under a passphrase."""
    return sealed[: len(MAGIC) + 1] == MAGIC + bytes((VERSION,))


def read(sealed: bytes) -> WrappedRoot:
    """The file's parts. Raises BadInput for what is no such file, or one of an unknown custodian."""
    at = len(MAGIC) + 2
    if not is_wrapped(sealed) or not at + 10 < len(sealed) <= _LONGEST:
        raise BadInput("vault.not-a-root-file")
    custodian = next((name for name, code in CODES.items() if code == sealed[at - 1]), None)
    if custodian is None:
        raise BadInput("vault.root-file-newer")
    end = at + 10 + int.from_bytes(sealed[at + 8 : at + 10], "big")
    try:
        settings = json.loads(sealed[at + 10 : end].decode())
    except ValueError:
        raise BadInput("vault.not-a-root-file") from None
    if not isinstance(settings, dict) or not all(isinstance(value, str) for value in settings.values()):
        raise BadInput("vault.not-a-root-file")
    found = WrappedRoot(custodian, sealed[at : at + 8].hex(), settings, sealed[end:])
    if not found.wrapped or pack(found) != sealed:
        raise BadInput("vault.not-a-root-file")
    return found


def unwrapped(one: WrappedRoot, secret: bytes) -> Root:
    """The root that came back. Raises KeysUnavailable unless it is the one that the file names."""
    try:
        root = Root(secret)
    except ValueError:
        raise KeysUnavailable("vault.root-not-opened") from None
    if not hmac.compare_digest(root.fingerprint(), one.fingerprint):
        raise KeysUnavailable("vault.root-not-opened")
    return root
