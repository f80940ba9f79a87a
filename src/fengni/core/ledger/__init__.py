"""The record of every act: canonical entries in an RFC 6962 tree, signed heads, proofs that verify without the product.

    entry.py        what one entry says, its canonical bytes, its leaf; the sub-leaves of the persons it is about
    merkle.py       the tree: growing it, inclusion and consistency proofs out of C2SP tiles, checking them
    checkpoint.py   signed tree heads (C2SP signed note, Ed25519) and the fingerprint people compare
    proof.py        the three files that leave the house: entry proof, person's receipt, checkpoint
    verifier.py     checks those files; one file of the standard library alone, to be copied away

The formats are written down in docs/spec/ledger.md.
"""
