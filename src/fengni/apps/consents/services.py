"""The act of consents: a person reads the notice of a matter and says yes, scope by scope."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fengni.apps.acts.acting import Outcome, act
from fengni.apps.consents import register, telling
from fengni.apps.guests.models import Guest
from fengni.apps.ledger.inbox import Seen
from fengni.core.access.actor import Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import BadInput, Denied
from fengni.definitions import Lang


def _own(actor: Actor, matter_id: UUID) -> Resource:
    """The guest's own person in the guest's own matter."""
    guest = Guest.objects.filter(id=actor.id, kind=Guest.Kind.CLIENT, matter_id=matter_id).first()
    if guest is None or guest.client_id is None:
        raise Denied("consents.no-matter")
    clients = frozenset({guest.client_id})
    return Resource("matters:matter", matter_id, actor.tenant_id, clients, persons=(guest.subject_id,))


@act("consents:consent:give", roles=("client",), resource=_own, scoped=True)
def give_consent(
    *, actor: Actor, at: datetime, matter_id: UUID, scopes: tuple[str, ...], text_hash: str, assurance: str, lang: Lang
) -> Outcome[tuple[str, ...]]:
    """Confirm the notice that was on the screen, whose text is kept sealed, and say yes to scopes of it.

    Returns the scopes that are new. Raises BadInput for unknown scopes, or when the text changed since it was shown.
    """
    guest = Guest.objects.get(id=actor.id)
    told = telling.of(guest.subject_id, matter_id, at)
    if text_hash != told.digest:
        raise BadInput("consents.text-changed")
    fresh = register.give(guest=guest, told=told, scopes=scopes, assurance=assurance, lang=lang, at=at)
    facts = {"text": text_hash, "assurance": assurance, "scopes": "-".join(fresh) or "none"}
    return Outcome(fresh, seen=(Seen(guest.subject_id),), facts=facts)
