"""The address book: console, identity, REST."""

from __future__ import annotations

from django.urls import include, path

from fengni.api.main import api

urlpatterns = [
    path("", include("fengni.web.urls")),
    path("clients/", include("fengni.apps.parties.urls")),
    path("clients/", include("fengni.apps.vault.urls")),
    path("imports/", include("fengni.apps.imports.urls")),
    path("ledger/", include("fengni.apps.ledger.urls")),
    path("measures/", include("fengni.apps.measures.urls")),
    path("people/", include("fengni.apps.accounts.urls")),
    path("api/v1/", api.urls),
]

handler404 = "fengni.web.errors.not_found"
handler500 = "fengni.web.errors.broken"
