"""Files of secrets that only their owner may read: a token, an AppRole, a passphrase."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from fengni.core.errors import HostProblem

_LARGEST: Final = 16_384


def read_private(path: Path) -> str:
    """The text of a file of ours that is closed to others.

    Raises HostProblem: "keys.credentials-open" where somebody else could read or change it, "keys.credentials-missing".
    """
    try:
        with path.open("rb") as file:
            known = os.fstat(file.fileno())
            if stat.S_IMODE(known.st_mode) & 0o077 or known.st_uid != os.geteuid():
                raise HostProblem("keys.credentials-open", path=str(path))
            return file.read(_LARGEST).decode().strip()
    except (OSError, UnicodeDecodeError):
        raise HostProblem("keys.credentials-missing", path=str(path)) from None
