"""The root under an AES key that lies in a PKCS#11 token (OASIS PKCS #11 3.0, mechanism CKM_AES_GCM).

    settings    module (path of the device's library), token and key (labels), environment (NAME=value, for the library)
    wrap / unwrap / probe / make_key

The bytes are nonce 12 ‖ ciphertext 32 ‖ tag 16; the root itself passes through the device, its key never leaves it.

Rules: the package `fengni[pkcs11]` is asked for only when such a root is used. A PIN is tried once per call and never
again by itself: a few wrong ones close a token for good. What the device's library does runs inside this process.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fengni.core.errors import BadInput, HostProblem, KeysUnavailable
from fengni.core.vault.keyring import Root
from fengni.core.vault.wrapped_root import WrappedRoot, bound, unwrapped

if TYPE_CHECKING:
    import pkcs11

_NONCE_SIZE: Final = 12
_TAG_BITS: Final = 128
_LONGEST_LABEL: Final = 32


def checked(settings: Mapping[str, str]) -> dict[str, str]:
    """Settings as they may stand in a root file. Raises BadInput for what cannot be a label or a path."""
    kept = {name: value for name, value in settings.items() if value}
    labels = [kept.get("token", ""), kept.get("key", "")]
    if not all(0 < len(label.encode()) <= _LONGEST_LABEL and label.isprintable() for label in labels):
        raise BadInput("keys.pkcs11-label", most=_LONGEST_LABEL)
    name, equals, _ = kept.get("environment", "A=").partition("=")
    if not Path(kept["module"]).is_absolute() or not (equals and name.isidentifier()):
        raise BadInput("keys.pkcs11-settings")
    return kept


def wrap(root: Root, settings: Mapping[str, str], pin: str) -> WrappedRoot:
    """The root under the token's key, which must be there. Raises the errors of `unwrap`."""
    one = WrappedRoot("pkcs11", root.fingerprint(), checked(settings))
    nonce = os.urandom(_NONCE_SIZE)
    with _session(one.settings, pin) as session:
        sealed = _key(session, one.settings).encrypt(root.export(), **_gcm(nonce, bound(one)))
    return WrappedRoot("pkcs11", one.fingerprint, one.settings, nonce + bytes(sealed))


def unwrap(one: WrappedRoot, pin: str) -> Root:
    """The root.

    Raises KeysUnavailable: "keys.pkcs11-module" (no such library), "-token", "-pin", "-pin-locked", "-key" (missing),
    "-refused" (the device did not do it: another key, a changed file, or a trouble of its own). Raises HostProblem
    ("keys.pkcs11-extra") where the package is missing.
    """
    nonce, sealed = one.wrapped[:_NONCE_SIZE], one.wrapped[_NONCE_SIZE:]
    with _session(checked(one.settings), pin) as session:
        return unwrapped(one, bytes(_key(session, one.settings).decrypt(sealed, **_gcm(nonce, bound(one)))))


def probe(one: WrappedRoot) -> None:
    """Whether the library loads and the token is there; no PIN is tried. Raises the errors of `unwrap`."""
    with _troubles(one.settings):
        _token(checked(one.settings))


def make_key(settings: Mapping[str, str], pin: str) -> None:
    """A new AES-256 key in the token that can never be read out. Raises BadInput where one of its label lies there."""
    found = checked(settings)
    with _session(found, pin, writing=True) as session:
        from pkcs11 import Attribute, KeyType

        if _keys(session, found):
            raise BadInput("keys.pkcs11-key-exists", key=found["key"])
        closed = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
        unused = {Attribute.WRAP: False, Attribute.UNWRAP: False}
        session.generate_key(KeyType.AES, 256, label=found["key"], store=True, template=closed | unused)


@contextmanager
def _session(settings: Mapping[str, str], pin: str, *, writing: bool = False) -> Iterator[pkcs11.Session]:
    if not pin:
        raise KeysUnavailable("keys.pkcs11-pin", token=settings["token"])
    with _troubles(settings), _token(settings).open(rw=writing, user_pin=pin) as session:
        yield session


def _token(settings: Mapping[str, str]) -> pkcs11.Token:
    import pkcs11

    if "environment" in settings:
        name, _, value = settings["environment"].partition("=")
        os.environ[name] = value
    try:
        library = pkcs11.lib(settings["module"])
        library.reinitialize()  # a token plugged in or made since the last look is seen
    except pkcs11.PKCS11Error:
        raise KeysUnavailable("keys.pkcs11-module", path=settings["module"]) from None
    return library.get_token(token_label=settings["token"])


def _keys(session: pkcs11.Session, settings: Mapping[str, str]) -> list[Any]:  # Any: the package gives bare objects
    from pkcs11 import Attribute, KeyType, ObjectClass

    wanted = {Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.KEY_TYPE: KeyType.AES}
    return list(session.get_objects(wanted | {Attribute.LABEL: settings["key"]}))


def _key(session: pkcs11.Session, settings: Mapping[str, str]) -> Any:  # Any: as above
    found = _keys(session, settings)
    if len(found) != 1:
        raise KeysUnavailable("keys.pkcs11-key", key=settings["key"], token=settings["token"], found=len(found))
    return found[0]


def _gcm(nonce: bytes, associated: bytes) -> dict[str, Any]:  # Any: keyword arguments
    from pkcs11 import GCMParams, Mechanism

    return {"mechanism": Mechanism.AES_GCM, "mechanism_param": GCMParams(nonce, associated, _TAG_BITS)}


@contextmanager
def _troubles(settings: Mapping[str, str]) -> Iterator[None]:
    """What the device says, in our words."""
    try:
        from pkcs11 import exceptions
    except ImportError:
        raise HostProblem("keys.pkcs11-extra") from None
    token = settings["token"]
    try:
        yield
    except (exceptions.NoSuchToken, exceptions.MultipleTokensReturned, exceptions.TokenNotPresent):
        raise KeysUnavailable("keys.pkcs11-token", token=token) from None
    except (exceptions.PinIncorrect, exceptions.PinInvalid, exceptions.PinLenRange):
        raise KeysUnavailable("keys.pkcs11-pin", token=token) from None
    except exceptions.PinLocked:
        raise KeysUnavailable("keys.pkcs11-pin-locked", token=token) from None
    except exceptions.PKCS11Error:
        raise KeysUnavailable("keys.pkcs11-refused", token=token) from None
