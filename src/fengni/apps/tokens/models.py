"""Rows of tokens. What a token stands for is named by ids; the token itself lies sealed, and its keyed tag finds it.

A token belongs to one space: the house's (its id is the tenant's) or a partner's (the partner's id), so that two who
got tokens of one person cannot see that it is one. It belongs to the unit that holds the value: when that is destroyed
the row stays and says "no longer".
"""

from __future__ import annotations

from django.db import models


class Token(models.Model):
    """One token. `sealed`: the token under the display key, bound to `id`; `tag` and `version` as in vault.Tag."""

    pk = models.CompositePrimaryKey("tenant_id", "id")
    tenant_id = models.UUIDField()
    id = models.UUIDField()
    space_id = models.UUIDField()
    unit_id = models.UUIDField()
    client_id = models.UUIDField()
    subject_id = models.UUIDField()
    kind = models.CharField(max_length=32)
    tag = models.BinaryField()
    version = models.SmallIntegerField()
    sealed = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "tokens_token"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "space_id", "unit_id", "kind"], name="tokens_one_per_space"),
            models.UniqueConstraint(fields=["tenant_id", "tag"], name="tokens_by_tag"),
        ]
