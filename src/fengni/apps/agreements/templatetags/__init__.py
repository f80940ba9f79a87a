"""Template filters of agreements."""
