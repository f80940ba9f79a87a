"""The only place that knows everything: settings, URLs, the WSGI application, checks."""
