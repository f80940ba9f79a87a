"""reach:grant:give: a file stands open for some hours, to be looked at for one purpose, and closes by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from fengni.apps.approvals import services as approvals
from fengni.apps.cases.grounds import grounds
from fengni.apps.cases.wording import Viewer, tell
from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger import queries as ledger
from fengni.apps.parties import queries as parties
from fengni.apps.parties import services as handing
from fengni.apps.reach import queries
from fengni.apps.vault import queries as vault
from fengni.apps.vault import services as records
from fengni.core.errors import BadInput, Denied
from tests.apps.reach.scene import CONTACT, INCIDENT, ask, code, give, request_row, reveal, scene
from tests.apps.vault.files import CANARY_MOBILE, entries
from tests.cast import assemble, now


def test_what_is_lent_is_looked_at_for_its_purpose_until_its_end() -> None:
    one = scene()
    cast, at = one.cast, now()
    request = ask(one)
    until = give(one, request, at=at)
    assert until == at + timedelta(hours=4)
    assert reveal(one, cast.agent) == CANARY_MOBILE
    told = entries(cast.tenant_id)[-1]
    assert told["facts"] == {"basis": "given", "under": request.hex}
    with tenant(cast.tenant_id), transaction.atomic():
        page = vault.client_page(actor=cast.agent, at=at, client_id=one.client_id)
        assert page.lent is not None
        assert (page.lent.basis, page.lent.purposes, page.lent.until) == ("given", (CONTACT,), until)
        assert page.assigned == ()
        person = vault.person_page(actor=cast.agent, at=at, client_id=one.client_id, person_id=one.person_id)
        assert {way for field in person.fields for way in field.can} == {"reveal"}
        assert vault.client_page(actor=cast.owner, at=at, client_id=one.client_id).lent is None
        [row] = [r for r in ledger.person_history(one.person_id) if r.clear]
        ground = grounds([row], one.person_id)[row.entry.id]
        words = tell(row, Viewer("staff", "陈**"), opening=1, ground=ground)
        assert words.basis.startswith("由负责人同意的临时查看、")
        [entry] = queries.done_under(row=queries.request(actor=cast.lead, at=at, request_id=request))
        assert (entry.act, entry.clear) == ("vault:field:reveal", 1)
        assert [one.state for one in queries.waiting(actor=cast.agent, at=at).open] == ["given"]
    # for nothing else, and never to change or take anything
    about = {"actor": cast.agent, "at": at, "client_id": one.client_id}
    assert code(reveal, one, cast.agent, purpose=INCIDENT) == "access.lent-narrow"
    change = {"subject_id": one.person_id, "kind": "mobile", "value": "15400000009", "revision": 1}
    assert code(records.replace_field, **about, **change) == "access.lent-narrow"
    more = {"roles": ("manager",), "fields": {"name": "周砚"}}
    assert code(records.add_person, **about, **more) == "access.lent-narrow"
    assert code(records.discard_secrets, **about) == "access.lent-narrow"
    # an assignment beside it is no lending, and stays when the hours are over
    assert code(reveal, one, cast.agent, at=until) == "access.scope"
    assert request_row(cast.lead, request, until).state == "over"
    handing.assign_client(actor=cast.lead, at=at, client_id=one.client_id, member_id=cast.agent.id)
    with tenant(cast.tenant_id), transaction.atomic():
        assert parties.lent(actor=cast.agent, at=at, client_id=one.client_id) is None
    handing.unassign_client(actor=cast.lead, at=at, client_id=one.client_id, member_id=cast.agent.id)
    assert reveal(one, cast.agent, at=at) == CANARY_MOBILE, "taking an assignment back leaves what was lent"


def test_one_person_alone_and_the_security_officer() -> None:
    one = scene()
    cast = one.cast
    give(one, ask(one, person=True), by=cast.dpo)
    assert reveal(one, cast.agent) == CANARY_MOBILE
    with tenant(cast.tenant_id), transaction.atomic():
        page = vault.person_page(actor=cast.agent, at=now(), client_id=one.client_id, person_id=one.person_id)
        assert page.lent is not None
        with pytest.raises(Denied, match=r"access\.scope") as refused:
            vault.client_page(actor=cast.agent, at=now(), client_id=one.client_id)
        assert refused.value.params == {"client": one.client_id.hex}
    assert code(reveal, one, cast.security) == "access.role"
    give(one, ask(one, by=cast.security), by=cast.owner)
    assert reveal(one, cast.security) == CANARY_MOBILE, "who opens nothing otherwise does what was lent"


def test_who_says_yes_and_once() -> None:
    one = scene()
    cast = one.cast
    request = ask(one)
    for who in (cast.agent, cast.colleague, cast.security, cast.auditor, cast.admin, cast.intruder):
        assert code(give, one, request, by=who) == "access.role"
    promoted = replace(cast.agent, roles=frozenset({"agent", "lead"}))
    assert code(give, one, request, by=promoted) == "access.second-person-is-self"
    assert code(give, one, request, by=cast.stranger) == "reach.no-such-request"
    assert code(give, one, request, by=replace(assemble().lead)) == "reach.no-such-request"
    assert code(give, one, request, at=now() + timedelta(days=8)) == "approvals.lapsed"
    give(one, request)
    assert code(give, one, request, by=cast.dpo) == "approvals.answered"
    told = next(e for e in entries(cast.tenant_id) if e["act"] == "reach:grant:give" and e["outcome"] == "done")
    assert told["facts"] == {"hours": 4, "member": cast.agent.id.hex, "under": request.hex}
    with pytest.raises(BadInput, match=r"approvals\.not-askable"):  # not on the list of approvals
        approvals.ask_second_person(
            actor=cast.lead, at=now(), act="reach:grant:give", resource_id=request, persons=1, fields=(), detail="",
            reason="绕过",
        )  # fmt: skip
