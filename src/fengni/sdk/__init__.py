"""The sealed store for Python programs: one interface, inside this machine's installation or over HTTPS.

    Vault.open(state_dir, actor=…)        embedded: the installation's database and key process, no web server
    Client("https://…", token=…)          the same over REST

    vault      what a program holds: persons, documents, receipts, destruction
    secret     a value that shows its mask; `reveal()` writes the ledger entry before the value is here
    transport  how a request travels: in this process, or over HTTP

Rules: both ways speak the REST interface, so an SDK can do nothing that it cannot, is refused with the same codes, and
stands in the ledger the same. No object of the SDK keeps a clear value. Importing it loads no framework.
"""

from __future__ import annotations

from fengni.sdk.secret import Clear, Secret
from fengni.sdk.vault import Client, Vault

__all__ = ["Clear", "Client", "Secret", "Vault"]
