"""Documents as passages to scan, each with its place; documents inside documents too. Nothing is unpacked to disk."""
