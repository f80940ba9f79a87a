"""Filters of the screens."""
