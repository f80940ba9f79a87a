"""The address book: console, identity, REST."""

from __future__ import annotations

from django.urls import include, path

from fengni.api.main import api
from fengni.apps.guests import urls as guests

urlpatterns = [
    path("", include("fengni.web.urls")),
    path("clients/", include("fengni.apps.parties.urls")),
    path("clients/", include("fengni.apps.vault.urls")),
    path("matters/", include("fengni.apps.matters.urls")),
    path("agreements/", include("fengni.apps.agreements.urls")),
    path("tokens/", include("fengni.apps.tokens.urls")),
    path("disposals/", include("fengni.apps.disposals.urls")),
    path("approvals/", include("fengni.apps.approvals.urls")),
    path("reach/", include("fengni.apps.reach.urls")),
    path("cases/", include("fengni.apps.cases.urls")),
    path("consents/", include("fengni.apps.consents.urls")),
    path("p/", include("fengni.apps.guests.urls")),
    path("my/", include(guests.own)),
    path("invitations/", include(guests.staff)),
    path("imports/", include("fengni.apps.imports.urls")),
    path("ledger/", include("fengni.apps.ledger.urls")),
    path("rotations/", include("fengni.apps.rotations.urls")),
    path("measures/", include("fengni.apps.measures.urls")),
    path("people/", include("fengni.apps.accounts.urls")),
    path("api/v1/", api.urls),
]

handler404 = "fengni.web.errors.not_found"
handler500 = "fengni.web.errors.broken"
