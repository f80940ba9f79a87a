"""Measures whose status is computed from evidence, never typed and never stored."""
