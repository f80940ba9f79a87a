"""The REST interface of partners and shares: lists of any length, a preview that opens nothing."""

from __future__ import annotations

import json

from tests.apps.agreements.sharing import partner, shared, view
from tests.apps.vault.files import CANARY_ID
from tests.apps.vault.test_rest import Caller


def test_two_rows_are_two_rows_and_a_share_is_previewed() -> None:
    one = shared(send=False)
    partner(one.cast, agreed=False)
    owner = Caller(one.cast.owner)
    assert len(owner.get("/agreements/partners")) == 2  # two rows are no status with a body
    assert [row["state"] for row in owner.get(f"/agreements/of/{one.matter_id}")] == ["offered"]
    page = owner.get(f"/agreements/shares/{one.share_id}")
    assert (page["share"]["state"], [row["state"] for row in page["asks"]]) == ("prepared", ["given"])
    person = next(row for row in page["subjects"] if row["subject_id"] == str(one.person_id))
    assert (person["open_kinds"], person["sensitive_kinds"], person["closed"]) == (["name"], ["id_number"], False)
    assert CANARY_ID not in json.dumps(page)
    for path in (f"/agreements/shares/{one.share_id}", f"/agreements/of/{one.matter_id}"):
        assert Caller(one.cast.colleague).get(path, 403)["type"] == "urn:fengni:access.scope"
    sent = shared()
    view(sent, "name")
    seen = Caller(sent.cast.owner).get(f"/agreements/shares/{sent.share_id}")["seen"]
    assert [row["kinds"] for row in seen] == [["name"]]
