"""The key process: root, tenant, index and checkpoint keys live here and nowhere else. Plain Python on `core`.

    python -m fengni.keys --socket PATH --root FILE --state DIR [--passphrase-fd N]

    roots.py       the root key file on disk: made once, opened with a passphrase or by its custodian
    openbao.py     the root under a transit key of a server (private.py: files of secrets)
    hsm.py         the root under a key in a PKCS#11 token
    moving.py      the same root given to another custodian
    custody.py     what each request of core.vault.custody does
    budgets.py     how many unit keys may leave within an hour
    counters.py    how many unit keys were released per person: a journal that survives kill -9
    heads.py       the tree head signed last per tenant, kept outside the database
    epochs.py      which wrapping epochs live, and their seeds
    tombstones.py  destroyed units: a journal; their keys are never released again
    server.py      Unix socket, frames, one thread per connection
    hardening.py   no core dumps, no debugger, memory out of swap where the kernel allows

Rules: no secret is printed, logged or put into an error. What was counted or signed is on disk before the answer
leaves. docs/spec/key-process.md is the reference.
"""
