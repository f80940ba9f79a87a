"""What acts on sealed records are about, loaded inside the act: a client file, a person in it, a document.

Whatever is not the tenant's, or not in the file, is Denied: whose it is, is not told.
"""

from __future__ import annotations

from uuid import UUID

from fengni.apps.parties import queries as parties
from fengni.apps.vault.models import Material
from fengni.core.access.actor import Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import Denied

HANDLERS = ("owner", "lead", "agent")
LENT = ("agent", "security")  # who may look at a file that was lent: for hours, or in an emergency
PURPOSES = (
    "purpose.change_registration",
    "purpose.verify_identity",
    "purpose.fill_form",
    "purpose.contact_client",
    "purpose.answer_subject",
    "purpose.incident_response",
)


def client_file(actor: Actor, client_id: UUID) -> Resource:
    """A client file. Denied when the tenant has none of this id: whose it is, is not told."""
    if not parties.client_exists(client_id=client_id):
        raise Denied("parties.no-such-client")
    return Resource("parties:client", client_id, actor.tenant_id, clients=frozenset({client_id}))


def person_in(actor: Actor, client_id: UUID, person_id: UUID, kinds: frozenset[str] = frozenset()) -> Resource:
    """A person in a client file; `kinds` are the fields asked for."""
    clients = client_file(actor, client_id).clients
    if not parties.is_in_file(client_id=client_id, person_id=person_id):
        raise Denied("parties.no-such-person")
    return Resource("parties:person", person_id, actor.tenant_id, clients, persons=(person_id,), fields=kinds)


def person_in_file(actor: Actor, client_id: UUID, person_id: UUID) -> Resource:
    """A person in a client file, whatever the field."""
    return person_in(actor, client_id, person_id)


def owner(actor: Actor, client_id: UUID, subject_id: UUID | None) -> Resource:
    """Whose a new document is: a person of a client file, or the enterprise."""
    return client_file(actor, client_id) if subject_id is None else person_in(actor, client_id, subject_id)


def document(actor: Actor, material_id: UUID) -> Resource:
    """A document of a client file, and the person it is of."""
    row = Material.objects.filter(id=material_id).values_list("client_id", "subject_id").first()
    if row is None:
        raise Denied("vault.no-such-material")
    client_id, subject_id = row
    persons = (subject_id,) if subject_id else ()
    return Resource("vault:material", material_id, actor.tenant_id, frozenset({client_id}), persons=persons)
