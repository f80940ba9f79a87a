"""Fengni 封泥: keeps client information sealed while an enterprise changes its registration.

The core (`fengni.core`) is plain Python and usable alone; the server parts need the extra `fengni[server]`. Programs
use `Vault` and `Client` (docs/sdk.md), which are loaded when they are first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fengni.sdk import Client as Client
    from fengni.sdk import Vault as Vault

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    if name in {"Client", "Vault"}:
        from fengni import sdk

        return getattr(sdk, name)
    raise AttributeError(f"module 'fengni' has no attribute {name!r}")
