"""What a person is told: one text under one hash, kept as it was; what is new is told before more is taken."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from fengni.apps.accounts import services as accounts
from fengni.apps.agreements import services as agreements
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.apps.consents import queries, services, telling
from fengni.apps.consents.queries import ReadingRow
from fengni.apps.guests.links import INDEPENDENT
from fengni.apps.matters import services as matters
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from fengni.demo.team import CONTACT
from tests.apps.agreements.sharing import PURPOSE, guest_actor, partner
from tests.apps.matters.portal import Mine, mine
from tests.apps.matters.test_item_upload import begin
from tests.apps.vault.files import entries
from tests.cast import now
from tests.core.pictures.samples import jpeg
from tests.web.test_portal_counts import come_in

PERSON = {"name": "陆知衡"}


def _prepare(one: Mine, partner_id: UUID, *kinds: str, purpose: str = PURPOSE) -> UUID:
    return agreements.prepare_share(
        actor=one.cast.owner, at=now(), client_id=one.client_id, matter_id=one.matter_id, partner_id=partner_id,
        purpose=purpose, selection=[(one.person_id, kind) for kind in kinds], until=now() + timedelta(days=7),
    ).value  # fmt: skip


def _readings(one: Mine, actor: Actor) -> tuple[ReadingRow, ...]:
    with tenant(actor.tenant_id), transaction.atomic():
        return queries.readings(actor=actor, at=now(), matter_id=one.matter_id)


def _reading(one: Mine, actor: Actor, reading_id: UUID) -> ReadingRow:
    with tenant(actor.tenant_id), transaction.atomic():
        return queries.reading(actor=actor, at=now(), matter_id=one.matter_id, reading_id=reading_id)


def test_one_text_names_house_items_and_receivers_and_is_shown_again_byte_for_byte() -> None:
    one = mine()
    partner_id = partner(one.cast)
    _prepare(one, partner_id, "name", "id_number")
    told = one.telling
    said = telling.spoken(told.text, "en")
    assert said["house"] == {
        "name": "示例·启明企业服务有限公司", "contact": CONTACT.contact, "phone": CONTACT.phone, "email": CONTACT.email,
        "address": CONTACT.address, "part": "house",
    }  # fmt: skip
    (receiver,) = said["receivers"]
    assert (receiver["name"], receiver["contact"], receiver["reach"]) == ("示例·信达会计", "王简", "15400009001")
    assert (receiver["purpose"], receiver["basis"]) == ("Visit to the bank", "The person's separate consent")
    assert sorted(receiver["kinds"]) == ["ID number", "Name"]
    asked = {row["part"].removeprefix("item:"): row for row in said["items"]}
    assert set(asked) == {
        "new_representative_identity", "new_representative_id_front", "new_representative_id_back",
        "new_representative_mobile",
    }  # fmt: skip
    assert all(row["purpose"] and row["basis"] and row["retention"] and row["readers"] for row in asked.values())
    assert told.scopes == ("notice", "sensitive", "partner")
    assert PERSON["name"] not in told.text  # the text names no client

    one.consent("notice")
    (row,) = _readings(one, one.cast.owner)
    kept = _reading(one, one.cast.owner, row.id)
    assert kept.text == told.text
    assert (
        row.text_hash
        == hashlib.sha256(kept.text.encode()).hexdigest()
        == entries(one.cast.tenant_id)[-1]["facts"]["text"]
    )
    with tenant(one.cast.tenant_id), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(r)::text FROM consents_reading r WHERE id = %s", [row.id])
        stored = cursor.fetchone()[0]
    sealed = json.loads(stored)["sealed"].removeprefix("\\x")
    assert CONTACT.contact.encode().hex() not in sealed
    assert all(words not in stored for words in ("信达", "王简", "15400009001"))


def test_the_hash_says_nothing_without_the_house_and_differs_from_person_to_person() -> None:
    one, other = mine(), mine()
    salts = {json.loads(each.telling.text)["salt"] for each in (one, other)}
    assert len(salts) == 2
    assert one.telling.digest == one.telling.digest


def test_what_is_new_is_read_before_more_is_taken_and_what_fell_away_is_no_news() -> None:
    one = mine()
    with pytest.raises(BadInput, match=r"consents.notice-first"):
        begin(one, jpeg())
    one.consent("notice", "sensitive")
    before = one.telling
    begin(one, jpeg())
    accounts.edit_tenant(actor=one.cast.owner, at=now(), contact=replace(CONTACT, phone="15400000998"))
    assert one.telling.news(before.parts) == {"house"}
    with pytest.raises(BadInput, match=r"consents.notice-changed"):
        begin(one, jpeg())
    with pytest.raises(BadInput, match=r"consents.text-changed"):
        services.give_consent(
            actor=one.guest, at=now(), matter_id=one.matter_id, scopes=("notice",), text_hash=before.digest,
            assurance=INDEPENDENT, lang="zh",
        )  # fmt: skip
    assert one.consent("notice") == ("notice",)
    begin(one, jpeg())  # the old yes to pictures goes on for what it covered
    share = _prepare(one, partner(one.cast), "name")
    (news,) = one.telling.news(dict(before.parts) | {"house": one.telling.parts["house"]})
    assert news.startswith("receiver:")
    agreements.recall_share(actor=one.cast.owner, at=now(), share_id=share)
    begin(one, jpeg())
    assert [row.text_hash for row in _readings(one, one.cast.owner)] == [
        row.text_hash for row in sorted(_readings(one, one.cast.owner), key=lambda each: each.read_at, reverse=True)
    ]
    assert len(_readings(one, one.cast.owner)) == 2


def test_who_may_read_what_was_told() -> None:
    one, other = mine(), mine()
    one.consent("notice")
    cast = one.cast
    (row,) = _readings(one, cast.agent)
    assert _reading(one, cast.agent, row.id).text
    assert [each.id for each in _readings(one, cast.auditor)] == [row.id]
    for who in (cast.auditor, cast.colleague, cast.intruder):
        with pytest.raises(Denied):
            _reading(one, who, row.id)
    for who in (cast.colleague, cast.intruder):
        with pytest.raises(Denied):
            _readings(one, who)
    assert _readings(one, cast.stranger) == ()
    with pytest.raises(Denied, match=r"consents.no-such-reading"):
        _reading(one, cast.stranger, row.id)
    link = matters.invite_person(
        actor=cast.owner, at=now(), matter_id=one.matter_id, person_id=one.shareholder, contact="mobile"
    ).value
    theirs = replace(one, person_id=one.shareholder, guest=guest_actor(cast.tenant_id, link.guest_id, "client"))
    theirs.consent("notice")
    browsers = come_in(one), come_in(other)
    addresses = [reverse("matters:told", args=[each.id]) for each in _readings(one, cast.owner)]
    assert len(addresses) == 2
    assert sorted(browsers[0].get(address).status_code for address in addresses) == [200, 403]
    assert [browsers[1].get(address).status_code for address in addresses] == [403, 403]


def test_phone_console_and_rest_show_the_same_text() -> None:
    one = mine()
    browser = come_in(one)
    first = browser.get(reverse("matters:notice")).content.decode()
    assert all(words in first for words in (CONTACT.contact, CONTACT.phone, "目前没有合作方", "依据", "保存"))
    assert "更新</span>" not in first
    form = {"text": one.telling.digest, "scope": ["notice", "sensitive"]}
    assert browser.post(reverse("matters:notice"), form).status_code == 302
    _prepare(one, partner(one.cast), "name")
    assert "告知有更新" in browser.get(reverse("matters:my")).content.decode()
    item = reverse("matters:my_item", args=[one.item("new_representative_mobile").id])
    assert browser.get(item)["Location"] == reverse("matters:notice")
    again = browser.get(reverse("matters:notice")).content.decode()
    assert all(words in again for words in ("示例·信达会计", "更新</span>", "告知过我的内容"))
    assert 'value="partner"' in again
    stale = browser.post(reverse("matters:notice"), form)
    assert (stale.status_code, "请重新阅读" in stale.content.decode()) == (400, True)
    assert browser.post(reverse("matters:notice"), form | {"text": one.telling.digest}).status_code == 302
    assert browser.get(item).status_code == 200
    token = accounts.issue_token(actor=one.cast.owner, at=now(), label="测试").value
    rest = Client(SERVER_NAME="127.0.0.1", headers={"authorization": f"Bearer {token}"})
    rows = rest.get(f"/api/v1/consents/{one.matter_id}/readings").json()
    text = rest.get(f"/api/v1/consents/{one.matter_id}/readings/{rows[0]['id']}").json()["text"]
    assert (len(rows), telling.digest(text)) == (2, rows[0]["text_hash"])
    assert rest.get(f"/api/v1/consents/{one.matter_id}/readings/{uuid7()}").status_code == 403
