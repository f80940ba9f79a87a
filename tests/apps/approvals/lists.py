"""What the tests of approvals ask: a list too long for one person, asked for by an agent."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import transaction

from fengni.apps.approvals import queries, services
from fengni.apps.approvals.queries import RequestRow
from fengni.apps.common.tenancy import tenant
from fengni.apps.vault import services as vault
from fengni.core import fictitious
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied
from tests.apps.vault.files import make_client, sheet, store
from tests.cast import now

LIST = vault.LISTS["persons"]
KINDS = ("id_number", "mobile", "name")


def many(owner: Actor, persons: int = 21) -> None:
    """So many persons in as many client files."""
    store(owner, sheet(persons))


def ask(actor: Actor, *, persons: int = 21, reason: str = "年度盘点", act: str = "vault:list:export") -> UUID:
    """A request for the persons' list."""
    done = services.ask_second_person(
        actor=actor, at=now(), act=act, resource_id=LIST, persons=persons, fields=KINDS, detail="persons", reason=reason
    )
    return done.value


def row(actor: Actor, request_id: UUID) -> RequestRow:
    """The request as somebody sees it."""
    with tenant(actor.tenant_id), transaction.atomic():
        page = queries.requests_page(actor=actor, at=now())
    return next(one for one in (*page.waiting, *page.own, *page.others) if one.id == request_id)


def export(actor: Actor) -> int:
    """Rows of the persons' list as a file."""
    return vault.export_list(actor=actor, at=now(), what="persons", form="csv").value.rows


def refused(actor: Actor) -> Denied:
    """The refusal of that export."""
    with pytest.raises(Denied) as denied:
        export(actor)
    return denied.value


def one_file(owner: Actor) -> UUID:
    """A client file more."""
    return make_client(owner, 9_000, uscc=fictitious.uscc(9_000))
