"""Django's PostgreSQL backend, taught to carry the tenant into every transaction."""
