"""The stored ledger of each tenant: inbox, sealed entries, tiles, checkpoints, per-person numbers. Nobody rewrites it."""
