"""What the guests' tests do: invite somebody, pass the hold, press the button, read the message, come in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from fengni.apps.common.tenancy import tenant
from fengni.apps.guests import services, tasks
from fengni.apps.guests.links import NewLink
from fengni.apps.guests.models import GuestMessage, Link
from fengni.core.access.actor import Actor
from tests.apps.vault.files import make_client, make_person
from tests.cast import Cast, assemble, now

WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 MicroMessenger/8.0.5"


@dataclass(frozen=True)
class Invited:
    """A cast, a client file with one person, and the person's link."""

    cast: Cast
    client_id: UUID
    person_id: UUID
    made: NewLink

    @property
    def path(self) -> str:
        """The link's path, with its secret."""
        return self.made.path


def invited(*, contact: str = "mobile", by: str = "owner", held: bool = False, **fields: str) -> Invited:
    """Somebody with a link whose half minute is over, unless `held`."""
    cast = assemble()
    client_id = make_client(cast.owner)
    person_id = make_person(cast.owner, client_id, **fields)
    made = invite(getattr(cast, by), client_id, person_id, contact=contact)
    if not held:
        pass_hold(cast.tenant_id, made.link_id)
    return Invited(cast, client_id, person_id, made)


def invite(actor: Actor, client_id: UUID, person_id: UUID, *, contact: str = "mobile", days: int = 7) -> NewLink:
    """A link by the act."""
    at = now()
    return services.invite_person(
        actor=actor, at=at, client_id=client_id, person_id=person_id, contact=contact,
        expires_at=at + timedelta(days=days),
    ).value  # fmt: skip


def pass_hold(tenant_id: UUID, link_id: UUID) -> None:
    """Let the first half minute be over."""
    change(tenant_id, link_id, held_until=now() - timedelta(seconds=1))


def change(tenant_id: UUID, link_id: UUID, **columns: object) -> None:
    """Move a link's clock."""
    with tenant(tenant_id), transaction.atomic():
        assert Link.objects.filter(id=link_id).update(**columns) == 1


def link_of(tenant_id: UUID, link_id: UUID) -> Link:
    """The row as it stands."""
    with tenant(tenant_id), transaction.atomic():
        return Link.objects.get(id=link_id)


def phone(agent: str = WECHAT, *, csrf: bool = False) -> Client:
    """A guest's browser."""
    return Client(SERVER_NAME="127.0.0.1", headers={"user-agent": agent}, enforce_csrf_checks=csrf)


def work(link_id: UUID) -> int:
    """Do what waits in the queue for a link, as the worker would. How many jobs there were."""
    jobs = ProcrastinateJob.objects.filter(task_name="guests.send_code", args__link_id=str(link_id), status="todo")
    waiting = list(jobs.values_list("id", "args"))
    for job_id, args in waiting:
        tasks.send_code(**args)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [job_id])
    return len(waiting)


def message(tenant_id: UUID) -> str:
    """The newest text on the demonstration's phone."""
    with tenant(tenant_id), transaction.atomic():
        found = GuestMessage.objects.order_by("-sent_at").first()
    assert found is not None
    return found.text


def digits(text: str) -> str:
    """The code in a message."""
    (found,) = re.findall(r"\b\d{6}\b", text)
    return str(found)


def wrong(code: str) -> str:
    """Six other digits."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def ask(one: Invited, browser: Client | None = None, *, again: bool = False) -> str:
    """Press the button; the code that then came to the phone."""
    (browser or phone()).post(one.path, {"do": "again" if again else "ask"})
    work(one.made.link_id)
    return digits(message(one.cast.tenant_id))


def come_in(one: Invited) -> Client:
    """A browser with an open session."""
    browser = phone()
    answer = browser.post(f"{one.path}code/", {"code": ask(one, browser)})
    assert (answer.status_code, answer["Location"]) == (302, "/my/")
    return browser
