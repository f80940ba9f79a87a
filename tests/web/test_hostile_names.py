"""What somebody typed is text on every page, whatever it looks like: no element and no attribute comes out of it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from fengni.apps.accounts.services import invite_member
from tests.apps.accounts.signing_in import signed_in
from tests.apps.vault.files import CANARY_ID, make_client, make_person
from tests.cast import assemble, now

HOSTILE = "\"'><b0gus onx='1'>{{ 7|add:7 }}{% x %}&amp;示例"
MARKS = ("<b0gus", "onx='1'>", "14&amp;amp;", 'x="1"')


def pages(client: Client, client_id: object, person_id: object) -> dict[str, str]:
    """Every page that shows a name, by its address."""
    addresses = [
        reverse("home"),
        reverse("vault:clients"),
        reverse("vault:persons"),
        reverse("vault:client", args=[client_id]),
        reverse("vault:person", args=[client_id, person_id]),
        reverse("vault:history", args=[client_id, person_id]),
        reverse("vault:new_person", args=[client_id]),
        reverse("vault:reveal", args=[client_id, person_id, "name"]),
        reverse("vault:reveal", args=[client_id, person_id, "mobile"]),
        reverse("vault:replace", args=[client_id, client_id, "company_name"]),
        reverse("ledger:entries"),
        reverse("accounts:people"),
        reverse("accounts:devices"),
        reverse("imports:list"),
    ]
    shown = {address: client.get(address) for address in addresses}
    shown["search"] = client.post(reverse("vault:search"), {"q": HOSTILE})
    shown["number"] = client.post(reverse("vault:search"), {"q": CANARY_ID})
    reason = {"purpose": "purpose.verify_identity", "reason": HOSTILE}
    shown["clear"] = client.post(reverse("vault:reveal", args=[client_id, person_id, "home_address"]), reason)
    wrong = {"value": HOSTILE + "*", "revision": "0"}
    shown["wrong"] = client.post(reverse("vault:replace", args=[client_id, person_id, "mobile"]), wrong)
    return {address: response.content.decode() for address, response in shown.items()}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_name_is_text_everywhere(language: str) -> None:
    cast = assemble()
    client_id = make_client(cast.owner, company_name=HOSTILE, registered_address=HOSTILE)
    person_id = make_person(cast.owner, client_id, name=HOSTILE, home_address=HOSTILE)
    invite_member(actor=cast.owner, at=now(), name=HOSTILE[:60], roles=("agent",))
    client = signed_in(cast.owner)
    client.cookies["fengni_lang"] = language
    found = pages(client, client_id, person_id)
    for address, page in found.items():
        assert [mark for mark in MARKS if mark in page] == [], address
    assert "b0gus" in found["clear"]
    assert "b0gus" in found[reverse("vault:persons")]
