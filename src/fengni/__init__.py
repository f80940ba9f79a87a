"""Fengni 封泥: keeps client information sealed while an enterprise changes its registration.

The core (`fengni.core`) is plain Python and usable alone; the server parts need the extra `fengni[server]`.
"""

__version__ = "0.1.0"
