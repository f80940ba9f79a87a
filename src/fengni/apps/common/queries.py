"""Reading: every public function of an area's queries.py is declared with `@query`.

A query runs in a transaction of its own when none is open, because the tenant is bound to transactions; inside a page's
or an act's transaction it adds nothing, so a page may answer what a query refuses and read on.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

from fengni.apps.common.tenancy import current_tenant

P = ParamSpec("P")
T = TypeVar("T")


def query(function: Callable[P, T]) -> Callable[P, T]:
    """Declare a read. Raises RuntimeError when no tenant is bound (the database would refuse as well)."""

    @wraps(function)
    def read(*args: P.args, **kwargs: P.kwargs) -> T:
        if current_tenant() is None:
            raise RuntimeError("no tenant is bound")
        if connection.in_atomic_block:
            return function(*args, **kwargs)
        with transaction.atomic():
            return function(*args, **kwargs)

    return read
