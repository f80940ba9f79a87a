"""Template filters of matters."""
