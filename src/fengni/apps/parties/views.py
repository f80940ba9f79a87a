"""Handing a client file over to a colleague, and taking it back. The pages of client files are the vault's."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fengni.apps.common.requests import ActorRequest
from fengni.apps.parties import services
from fengni.apps.parties.forms import MemberForm
from fengni.core.errors import BadInput


def _member(request: ActorRequest) -> UUID:
    form = MemberForm(request.POST)
    if not form.is_valid():
        raise BadInput("parties.no-such-member")
    member_id: UUID = form.cleaned_data["member"]
    return member_id


@require_POST
def assign(request: ActorRequest, client_id: UUID) -> HttpResponse:
    """The file is in the colleague's hands from now on."""
    services.assign_client(actor=request.actor, at=datetime.now(UTC), client_id=client_id, member_id=_member(request))
    messages.success(request, _("Handed over. The colleague sees the file from the next request on."))
    return redirect("vault:client", client_id)


@require_POST
def unassign(request: ActorRequest, client_id: UUID) -> HttpResponse:
    """The file is no longer in the colleague's hands, at once."""
    services.unassign_client(actor=request.actor, at=datetime.now(UTC), client_id=client_id, member_id=_member(request))
    messages.success(request, _("Taken back. The colleague no longer sees the file."))
    return redirect("vault:client", client_id)
