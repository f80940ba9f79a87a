"""Whether the store is what the acts wrote: every record against the newest line about it in the manifests.

Envelopes refuse another place or revision by themselves; this finds what they cannot: a whole former row put back, a
record deleted or added by hand, a manifest rewritten after its entry was sealed.
"""

from __future__ import annotations

import hashlib
import json
from uuid import UUID

from django.db import connection

from fengni.apps.common.queries import query
from fengni.apps.ledger.models import Entry
from fengni.apps.vault.store import manifests


@query
def unfaithful_records() -> list[UUID]:
    """Records that differ from what acts wrote, and entries whose manifest was rewritten. Reads the whole store."""
    wrong: list[UUID] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT entry_id, lines FROM vault_manifest")
        for entry_id, lines in cursor.fetchall():
            sealed = Entry.objects.filter(id=entry_id).values_list("body", flat=True).first()
            if sealed is not None:
                facts = json.loads(bytes(sealed))["facts"]
                if facts.get("manifest") != manifests.root(bytes(lines)):
                    wrong.append(entry_id)
        expected = manifests.newest()
        cursor.execute(
            "SELECT id, revision, envelope FROM vault_record UNION ALL "
            "SELECT id, 1, head FROM vault_material WHERE state = 'kept'"
        )
        for record, revision, envelope in cursor.fetchall():
            if expected.pop(record, None) != (revision, hashlib.sha256(envelope).digest()):
                wrong.append(record)
    return wrong + [record for record, (revision, _) in expected.items() if revision]
