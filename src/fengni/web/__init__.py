"""The console: shell, components, middleware, start page; the screens of each area lie in the area."""
