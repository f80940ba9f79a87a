"""Files of every kind as passages to scan, each with its place; documents inside documents too.

    kinds.py, reading.py   what a file is by its bytes, and which reader it gets
    inside.py              documents inside documents, and how much one file may hold
    apart.py, child.py     the same by a process of its own, bounded in time and memory
    the others             a reader each

Nothing is unpacked to disk; what cannot be read is named, with its place (docs/spec/scan.md).
"""
