"""The sealed store's own work: parts of acts, never acts themselves.

plans        an import's plan becomes records           records      one way to write sealed records
undoing      an import is taken back                    recognition  who exists already, by index entries
fitness      what may be stored                         indexing     what a record is found by
materials    pictures and embedded files          box          login passwords, where they are kept
wrapping     keys moved to the newest epoch
shown        what a list or page may show of it         manifests    what an act wrote, committed to in the ledger
"""

from __future__ import annotations

from fengni.apps.vault.store.plans import Stored, Tally, clients_named, store_plan
from fengni.apps.vault.store.undoing import Undone, clients_made, forget_former, undo_import

__all__ = ["Stored", "Tally", "Undone", "clients_made", "clients_named", "forget_former", "store_plan", "undo_import"]
