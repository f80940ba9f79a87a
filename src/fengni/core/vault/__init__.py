"""The sealed store without its database: what is sealed, under which key, how it is found and what may be shown.

    catalogue.py    field kinds: class, grade, retention, mask, index
    masking.py      what may be seen of a value without opening it
    suites.py       the cipher suites, and what every derivation uses (xaes.py: the one for keys that live long)
    envelope.py     the fields of a record as one byte string, bound to their place (fields.py: the plaintext)
    pieces.py       files in sealed pieces
    keyring.py      root, tenant keys, unit keys; in the key process only (unit_key.py: one key as others hold it)
    display.py      masks sealed for lists (slots.py: how keys that live long seal)
    blind_index.py  tags by which a sealed value is found (initials.py, surnames.py: what names are found by)
    root_file.py    the root under a passphrase, and on paper (paper.py: lines that can be typed again)
    wrapped_root.py the root under a key that a server or a token keeps
    shares.py       the root on several sheets, of which enough give it back
    custody/        the messages of the key process

The bytes are written down in docs/spec/envelope.md.
"""
