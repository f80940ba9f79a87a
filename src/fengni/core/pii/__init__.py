"""Finds personal and client information in text and documents, offline, without a model.

    finding.py      what was found, and the types there are
    folding.py      one spelling for matching, with the way back to the original positions
    page.py         a piece of text with what stands around it: column heading, label, table
    numbers.py      groups of digits that may belong together
    recognizers/    one file per type; the registry in its __init__
    scanner.py      runs the registry over pages and settles overlaps
    passage.py      a piece of a document to scan; ../documents reads files as such pieces

The types, positions and limits are written down in docs/spec/scan.md.
"""
