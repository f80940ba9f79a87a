"""The stored ledger of each tenant: inbox, sealed entries, tiles, checkpoints, persons' numbers. Nobody rewrites it."""
