"""The areas: one folder is one engine. They depend downward only and speak upward by the ledger."""
