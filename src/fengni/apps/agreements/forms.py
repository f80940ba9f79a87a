"""What the screens of agreements send, read into the arguments of acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.http import QueryDict

from fengni.apps.agreements import sharing
from fengni.core.errors import BadInput


@dataclass(frozen=True, slots=True)
class Sharing:
    """A share as it was chosen."""

    partner_id: UUID
    purpose: str
    selection: tuple[tuple[UUID, str], ...]
    pages: tuple[UUID, ...]
    until: datetime
    most_views: int


def read_share(given: QueryDict, at: datetime) -> Sharing:
    """A share from its form. Raises BadInput for what cannot be read."""
    try:
        selection = tuple(
            (UUID(subject), kind) for subject, _, kind in (one.partition(":") for one in given.getlist("field"))
        )
        return Sharing(
            partner_id=UUID(given.get("partner", "")),
            purpose=given.get("purpose", ""),
            selection=selection,
            pages=tuple(UUID(one) for one in given.getlist("page")),
            until=at + timedelta(days=int(given.get("days", sharing.LASTS.days))),
            most_views=int(given.get("views", sharing.VIEWS)),
        )
    except (ValueError, OverflowError):
        raise BadInput("agreements.field-unknown") from None
