"""Matters: a registered change with its checklist, team, deadline, verification, filings and closing."""
