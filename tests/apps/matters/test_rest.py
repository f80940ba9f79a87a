"""The REST interface of matters: one matter from opening to approval, masked, with refusals as documents."""

from __future__ import annotations

import json

from tests.apps.matters.making import item_of, make_matter
from tests.apps.vault.files import CANARY_ID, CANARY_MOBILE, make_client, make_person
from tests.apps.vault.test_rest import Caller
from tests.cast import assemble, now


def test_one_matter_by_rest() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    person = make_person(cast.owner, client_id)
    caller = Caller(cast.owner)
    least = caller.get("/matters/minimal", types="LEGAL,ADDR", region="cross")
    assert (len(least["asked"]), least["usual"], len(least["unasked"])) == (11, 23, 12)
    assert all(one["purpose"] and one["basis"] and one["law"] and one["readers"] for one in least["asked"])
    opened = caller.post(
        "/matters",
        {
            "client_id": str(client_id), "types": ["LEGAL"], "region": "same",
            "counted_from": now().date().isoformat(), "people": {"new_legal_representative": [str(person)]},
        },
    )  # fmt: skip
    assert (opened["asked"], opened["usual"]) == (8, 16)
    matter = f"/matters/{opened['id']}"
    assert (least["parts"], least["optional"]) == (["new_legal_representative", "shareholder"], ["contact"])
    caller.post(f"{matter}/people/{person}:contact", {})
    assert caller.post(f"{matter}/people/{person}:contact", {}, 400)["type"] == "urn:fengni:matters.contact-already"
    assert caller.get(matter)["people"][0]["parts"] == ["new_legal_representative", "contact"]
    invited = caller.post(f"{matter}/people/{person}:invite", {})
    assert invited["path"].startswith("/p/")
    page = caller.get(matter)
    assert [one["link"] for one in page["people"]] == ["held"]
    assert CANARY_ID not in json.dumps(page)
    assert CANARY_MOBILE not in json.dumps(page)
    for item in page["items"]:
        at = f"/matters/items/{item['id']}"
        if item["state"] == "wanted":
            caller.post(f"{at}:waive", {"reason": "线上已提交"})
            continue
        caller.post(f"{at}:claim", {})
        caller.post(f"{at}:return", {"code": "nonsense"}, 400)
        caller.post(f"{at}:accept", {})
    filed = caller.post(f"{matter}/filings", {"receipt_number": "EX-0001"})
    assert filed["entry_id"]
    assert caller.get("/matters/today")["registry"] == [opened["id"]]
    problem = caller.post(f"{matter}/filings:return", {"code": "their_mood"}, 400)
    assert problem["type"] == "urn:fengni:matters.filing-code-unknown"
    assert problem["title_zh"].startswith("没有这个登记机关退回代码")
    caller.post(f"{matter}/filings:approve", {})
    assert caller.get("/matters")["rows"][0]["waiting"] == "closing"


def test_the_desk_and_the_sheet_are_masked_and_fields_are_for_who_has_the_item() -> None:
    cast = assemble()
    made = make_matter(cast)
    agent, lead = Caller(cast.agent), Caller(cast.lead)
    item = item_of(cast, made, "new_representative_identity").id
    at = f"/matters/desk/{item}"
    before = agent.get(at)
    assert (before["mine"], before["fields"], before["compared"]) == (False, [], [])
    agent.post(f"/matters/items/{item}:claim", {}, 400)
    mobile = item_of(cast, made, "new_representative_mobile").id
    agent.post(f"/matters/items/{mobile}:claim", {})
    mine, theirs = agent.get(f"/matters/desk/{mobile}"), lead.get(f"/matters/desk/{mobile}")
    assert [(one["kind"], one["masked"]) for one in mine["fields"]] == [("mobile", True)]
    assert (mine["mine"], theirs["mine"], theirs["fields"]) == (True, False, [])
    assert (theirs["held_by"], mine["compared"]) == (str(cast.agent.id), ["mobile"])
    assert all(one["said"] for one in mine["checks"])
    sheet = agent.get(f"/matters/{made.matter_id}/sheet")
    assert sheet[0]["subject_id"] == str(made.client_id)
    assert str(made.new) in {part["subject_id"] for part in sheet}
    told = json.dumps([mine, theirs, sheet])
    assert CANARY_ID not in told
    assert CANARY_MOBILE not in told
    for path in (at, f"/matters/{made.matter_id}/sheet"):
        assert Caller(cast.colleague).get(path, 403)["type"] == "urn:fengni:access.scope"


def test_what_is_anothers_is_refused() -> None:
    cast = assemble()
    made = make_matter(cast)
    assert Caller(cast.colleague).get(f"/matters/{made.matter_id}", 403)["type"] == "urn:fengni:access.scope"
    assert Caller(cast.stranger).get(f"/matters/{made.matter_id}", 403)["type"] == "urn:fengni:matters.no-such-matter"
    assert Caller(cast.colleague).get("/matters")["total"] == 0
    assert Caller(cast.colleague).get("/matters", 400, state="odd")["type"] == "urn:fengni:matters.filter-unknown"
