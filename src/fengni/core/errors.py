"""Every error of the product, drawn as a tree.

    FengniError
    ├── BadInput                what somebody gave us cannot be used; says what to do
    │   └── UnreadableFile      a file that cannot be read at all (bomb, truncated, encrypted ...)
    ├── Denied                  the access decision said no
    ├── SealRefused             a sealed value does not open; never says why
    ├── KeysUnavailable         the key process does not answer, or has no such key
    ├── LedgerRefused           an entry cannot be written, so the act does not happen
    ├── VerificationFailed      a proof, checkpoint or receipt does not hold
    └── HostProblem             the machine lacks something (port, space, version)

Rules: an error carries a code and parameters that are never personal; people read the text of the code in
`fengni.definitions` in their own language. A failed check raises; nothing that must be heeded returns a bool.

>>> raise BadInput("intake.no-header", sheet=2)
Traceback (most recent call last):
    ...
fengni.core.errors.BadInput: intake.no-header (sheet=2)
"""

from __future__ import annotations


class FengniError(Exception):
    """Base of all errors. `code` is a key of the text catalogue; `params` fill its placeholders."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code = code
        self.params = params
        shown = ", ".join(f"{name}={value}" for name, value in params.items())
        super().__init__(f"{code} ({shown})" if shown else code)


class BadInput(FengniError):
    """What was given cannot be used; the text says what to do about it."""


class UnreadableFile(BadInput):
    """A file that cannot be read at all: bomb, truncated, encrypted, of another kind."""


class Denied(FengniError):
    """The access decision said no. The code names the rule that refused (see core.access.decision)."""


class SealRefused(FengniError):
    """A sealed value does not open. Carries no reason: whoever tampers learns nothing (NIST SP 800-38D 7.2)."""

    def __init__(self) -> None:
        super().__init__("vault.sealed-value-refused")


class KeysUnavailable(FengniError):
    """The key process does not answer, is locked, or holds no such key."""


class LedgerRefused(FengniError):
    """An entry cannot be written or sealed in time, so the act it belongs to does not happen."""


class VerificationFailed(FengniError):
    """A proof, checkpoint, signature or receipt does not hold."""


class HostProblem(FengniError):
    """The machine lacks something the product needs; the text says how to get it."""
