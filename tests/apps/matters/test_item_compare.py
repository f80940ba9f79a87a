"""matters:item:compare"""

from __future__ import annotations

from uuid import UUID

import pytest

from fengni.apps.common.custodian import custodian
from fengni.apps.matters import services
from fengni.apps.matters.difference import Difference
from fengni.apps.vault import services as vault
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from tests.apps.matters.making import Made, hand_in, item_of, make_matter
from tests.apps.vault.files import CANARY_ID, CANARY_MOBILE, entries, make_client, seen_of
from tests.cast import Cast, assemble, now

SWAPPED = CANARY_ID[:12] + CANARY_ID[13] + CANARY_ID[12] + CANARY_ID[14:]


def compare(actor: Actor, item_id: UUID, person_id: UUID, **more: object) -> Difference:
    asked = {"kind": "id_number", "purpose": "purpose.verify_identity", "given": SWAPPED} | more
    return services.compare_item(actor=actor, at=now(), item_id=item_id, person_id=person_id, **asked).value  # type: ignore[arg-type]


def on_desk(cast: Cast, made: Made) -> UUID:
    item = item_of(cast, made, "resolution")
    hand_in(cast.agent, item.id)
    services.claim_item(actor=cast.agent, at=now(), item_id=item.id)
    return item.id


def test_positions_leave_and_no_digit() -> None:
    cast = assemble()
    made = make_matter(cast)
    item = on_desk(cast, made)
    assert CANARY_ID[12] != CANARY_ID[13]
    before = custodian().releases(cast.tenant_id, [made.new])
    found = compare(cast.agent, item, made.new)
    assert (found.spans, found.digits, found.same) == (((13, 14),), 18, False)
    assert custodian().releases(cast.tenant_id, [made.new]) == [before[0] + 1]
    assert seen_of(cast.tenant_id) == {made.new: {"clear": 0, "fields": ["id_number"]}}
    told = str(entries(cast.tenant_id)[-1])
    assert CANARY_ID not in told
    assert SWAPPED not in told
    assert compare(cast.agent, item, made.new, given=CANARY_ID).same
    assert compare(cast.agent, item, made.new, given=CANARY_ID[:17]).lengths == (18, 17)
    assert CANARY_ID not in repr(found)


def test_two_files_of_one_person_are_held_against_each_other() -> None:
    cast = assemble()
    made = make_matter(cast)
    item = on_desk(cast, made)
    other = make_client(cast.owner, 7)
    added = vault.add_person(
        actor=cast.owner, at=now(), client_id=other, roles=("shareholder",),
        fields={"name": "陆知衡", "id_number": CANARY_ID, "mobile": CANARY_MOBILE[:-1] + "9"},
    )  # fmt: skip
    assert added.value.known
    with pytest.raises(Denied, match=r"access.scope"):  # the agent does not hold the other file
        compare(cast.agent, item, made.new, given="", other_client_id=other)
    services.release_item(actor=cast.lead, at=now(), item_id=item)
    services.claim_item(actor=cast.lead, at=now(), item_id=item)
    assert compare(cast.lead, item, made.new, given="", other_client_id=other).same
    assert compare(cast.lead, item, made.new, kind="mobile", given="", other_client_id=other).spans == ((11, 11),)


def test_what_cannot_be_compared() -> None:
    cast = assemble()
    made = make_matter(cast)
    item = on_desk(cast, made)
    for more, code in (
        ({"kind": "name"}, "matters.not-compared"),
        ({"kind": "passport"}, "matters.nothing-to-compare"),
        ({"given": ""}, "matters.compare-with-one"),
        ({"other_client_id": made.client_id}, "matters.compare-with-one"),
    ):
        with pytest.raises(BadInput, match=code):
            compare(cast.agent, item, made.new, **more)
    with pytest.raises(Denied, match=r"access.purpose-unknown"):
        compare(cast.agent, item, made.new, purpose="purpose.fill_form")
    with pytest.raises(Denied, match=r"matters.no-such-participant"):
        compare(cast.agent, item, made.client_id)
    with pytest.raises(BadInput, match=r"matters.item-held"):
        compare(cast.lead, item, made.new)
    for who, code in ((cast.colleague, "access.scope"), (cast.dpo, "access.role"), (cast.intruder, "access.role")):
        with pytest.raises(Denied, match=code):
            compare(who, item, made.new)
    with pytest.raises(Denied, match=r"matters.no-such-item"):
        compare(cast.stranger, item, made.new)
