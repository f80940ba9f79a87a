"""Rotations: the keys of a house are changed while it works, by two persons, and the old ones end."""
