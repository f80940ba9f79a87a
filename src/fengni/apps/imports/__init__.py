"""Sealed intake of workbooks: check, mapping, per-cell outcome, undo."""
