"""Plain Python: no Django, clock, network, environment or globals. Usable alone as a library."""
