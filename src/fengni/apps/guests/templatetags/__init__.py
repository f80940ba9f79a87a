"""Tags of guests."""
