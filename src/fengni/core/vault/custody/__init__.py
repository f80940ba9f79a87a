"""What the key process and its callers say to each other: messages as values, and their bytes. Both ends use it.

    frame     length of the rest, 4 bytes | version 01 | operation or outcome, 1 byte | number, 4 bytes | message
    message   fields in order; columns instead of rows, so that 5,000 items cost few operations

Rules: pure. `frames` refuses whole what it cannot read; `repr` of a message shows no key, value or passphrase.
Keys travel in clear over a Unix socket that only the same user can open: the kernel is the wall, not this format. The
reference is docs/spec/key-process.md.

>>> from uuid import UUID
>>> from fengni.core.vault.custody.requests import NewUnits, read_request
>>> from fengni.core.vault.suites import Suite
>>> asked = NewUnits(tenant=UUID(int=7), suite=Suite.AES_256_GCM, units=(UUID(int=1),))
>>> read_request(asked.OPERATION, asked.pack()) == asked
True
"""
