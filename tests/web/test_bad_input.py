"""Bad input of one matter, on its screen, with its sentence in both languages; nothing is lost.

Proved elsewhere and not again here:
- expired, recalled and guessed links, wrong codes and their lock: tests/apps/guests/test_way_in.py, their screens in
  tests/web/test_guest_screens.py; tries at once: tests/apps/guests/test_code_enter.py
- the half minute's hold and the answer to 'was it opened?': test_way_in.py, tests/apps/guests/test_link_recall.py
- a code that staff read out: tests/apps/guests/test_code_read_out.py, test_session_confirm.py, and for consents
  tests/apps/consents/test_consent_give.py, tests/apps/matters/test_item_upload.py, tests/web/test_portal_browser.py
- wrong kinds of files, HEIC, a photo turned sideways, a broken connection: tests/web/test_portal_browser.py and
  tests/core/pictures
- two who claim at once: tests/apps/matters/test_item_claim.py
- withdrawal, all its effects: tests/journey/test_withdrawal.py
- power loss during a destruction: tests/apps/disposals/test_disposal_run.py
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from fengni.apps.accounts.models import Tenant
from fengni.apps.agreements import services as agreements
from fengni.apps.cases import services as cases
from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger import sealer
from fengni.apps.matters import services
from fengni.apps.matters.models import Item
from fengni.core.pictures.kinds import MOST_BYTES
from fengni.definitions import Lang, text
from tests.apps.agreements.sharing import PURPOSE, Shared, agree, change_share, partner, shared
from tests.apps.guests.inviting import change, digits, message, pass_hold, phone, work
from tests.apps.matters.making import item_of, make_matter, settle
from tests.apps.matters.portal import Mine, mine
from tests.apps.matters.test_item_upload import begin, send
from tests.apps.vault.uploads import upload
from tests.cast import assemble, now
from tests.core.pictures.samples import jpeg
from tests.web.browsing import signed_in
from tests.web.test_portal_counts import come_in

LANGS: tuple[Lang, ...] = ("zh", "en")
FRONT = "new_representative_id_front"
PIECE = 2 << 20


def shown(answer: object) -> str:
    """A page's text."""
    return answer.content.decode()  # type: ignore[attr-defined]  # the test client's response


def speak(browser: Client, lang: Lang) -> Client:
    """From now on in this language."""
    browser.cookies["fengni_lang"] = "en" if lang == "en" else "zh-hans"
    return browser


def says(answer: object, code: str, lang: Lang, **params: str | int) -> bool:
    """Whether the page has the sentence of a code."""
    return text(code, lang, **params).replace("'", "&#x27;") in shown(answer)


def _upload(browser: Client, one: Mine, content: bytes) -> Client:
    item = one.item(FRONT).id
    begun = browser.post(reverse("matters:my_begin", args=[item]), {"size": len(content)}).json()
    for position in range(0, len(content), PIECE):
        answer = browser.post(
            reverse("matters:my_piece", args=[item, begun["material"], position]),
            content[position : position + PIECE], content_type="application/octet-stream",
        )  # fmt: skip
        assert answer.status_code == 200, shown(answer)
    return browser


def test_a_photo_of_thirty_megabytes_arrives_and_one_that_is_larger_is_told_so_before_a_byte_is_sent() -> None:
    one = mine()
    one.consent()
    browser = come_in(one)
    large = jpeg() + bytes((30 << 20) - len(jpeg()))
    assert one.item(FRONT).state == "wanted"
    _upload(browser, one, large)
    assert one.item(FRONT).state == "received"
    for lang in LANGS:
        over = speak(browser, lang).post(
            reverse("matters:my_begin", args=[one.item(FRONT).id]), {"size": MOST_BYTES + 1}
        )
        assert (over.status_code, over.json()["code"]) == (400, "pictures.too-large")
        assert over.json()["sentence"] == text("pictures.too-large", lang, most=MOST_BYTES >> 20)
    assert one.item(FRONT).state == "received"  # what was there stays


def test_what_was_typed_for_a_return_with_an_unknown_code_stays_on_the_page() -> None:
    cast = assemble()
    made = make_matter(cast)
    item = item_of(cast, made, "new_representative_mobile").id
    services.claim_item(actor=cast.agent, at=now(), item_id=item)
    agent = signed_in(cast.agent)
    note = "请补一张四角都在的照片"
    for lang in LANGS:
        refused = speak(agent, lang).post(
            reverse("matters:decide", args=[item, "return"]), {"code": "do_not_like_it", "reason": note}
        )
        assert refused.status_code == 400
        assert says(refused, "matters.item-code-unknown", lang)
        assert shown(refused).count(note) == 2  # above, and in the form to send again
    assert item_of(cast, made, "new_representative_mobile").state == "received"
    services.release_item(actor=cast.lead, at=now(), item_id=item)  # and of the registry's return
    settle(cast, made)
    services.submit_filing(actor=cast.agent, at=now(), matter_id=made.matter_id, receipt_number="EX-0001")
    for lang in LANGS:
        refused = speak(agent, lang).post(
            reverse("matters:file", args=[made.matter_id, "return"]), {"code": "they_say_so", "reason": note}
        )
        assert (refused.status_code, note in shown(refused)) == (400, True)
        assert says(refused, "matters.filing-code-unknown", lang)


def test_two_at_one_item_the_second_is_told_and_keeps_what_was_typed() -> None:
    cast = assemble()
    made = make_matter(cast)
    item = item_of(cast, made, "new_representative_mobile").id
    services.claim_item(actor=cast.agent, at=now(), item_id=item)
    lead, agent = signed_in(cast.lead), signed_in(cast.agent)
    for lang in LANGS:
        taken = speak(lead, lang).post(reverse("matters:decide", args=[item, "claim"]), follow=True)
        assert says(taken, "matters.item-held", lang, minutes=15)
    with tenant(cast.tenant_id), transaction.atomic():
        Item.objects.filter(id=item).update(lease_until=now() - timedelta(seconds=1))
    services.claim_item(actor=cast.lead, at=now(), item_id=item)  # the first one's quarter of an hour was over
    late = agent.post(reverse("matters:decide", args=[item, "return"]), {"code": "cut_off", "reason": "右下角缺了"})
    assert (late.status_code, "右下角缺了" in shown(late)) == (400, True)
    row = item_of(cast, made, "new_representative_mobile")
    assert (row.state, row.lease_by) == ("received", cast.lead.id)


def _room(one: Shared) -> Client:
    """The partner's phone, come in by the link."""
    pass_hold(one.cast.tenant_id, one.made.link_id)
    browser = phone()
    sealer.seal_round(at=now())
    browser.post(one.made.path, {"do": "ask"})
    work(one.made.link_id)
    assert browser.post(f"{one.made.path}code/", {"code": digits(message(one.cast.tenant_id))}).status_code == 302
    return browser


def test_a_partner_after_expiry_reads_why_and_whom_to_ask() -> None:
    one = shared()
    browser = _room(one)
    look = reverse("agreements:view", args=[one.share_id, one.person_id])
    assert "陆知衡" in shown(browser.post(look, {"kind": ""}))
    change_share(one, until=now() - timedelta(seconds=1))
    for lang in LANGS:
        room = speak(browser, lang).get(reverse("agreements:room"))
        assert (room.status_code, says(room, "agreements.share-expired", lang)) == (200, True)
        refused = browser.post(look, {"kind": "id_number"})
        assert (refused.status_code, says(refused, "agreements.share-expired", lang)) == (403, True)
        assert "陆知衡" not in shown(room) + shown(refused)
    change(one.cast.tenant_id, one.made.link_id, expires_at=now() - timedelta(seconds=1))
    assert phone().get(one.made.path).status_code == 404


def _shared_with_consent(one: Mine) -> tuple[UUID, Shared]:
    partner_id = partner(one.cast)
    share_id = agreements.prepare_share(
        actor=one.cast.owner, at=now(), client_id=one.client_id, matter_id=one.matter_id, partner_id=partner_id,
        purpose=PURPOSE, selection=[(one.person_id, "name")], until=now() + timedelta(days=7),
    ).value  # fmt: skip
    one.consent()
    made = agreements.send_share(actor=one.cast.owner, at=now(), share_id=share_id).value
    sealer.seal_round(at=now())
    return share_id, Shared(one.cast, one.client_id, one.person_id, one.matter_id, partner_id, share_id, made)


def test_what_was_chosen_for_a_share_stays_chosen_when_one_field_is_refused() -> None:
    one = shared(send=False)
    staff, there = signed_in(one.cast.owner), reverse("agreements:new_share", args=[one.client_id, one.matter_id])
    document = upload(one.cast.owner, one.client_id, one.person_id).material_id
    given = {
        "partner": str(one.partner_id), "purpose": "purpose.accounting", "days": "3", "views": "4",
        "field": [f"{one.person_id}:name", f"{one.client_id}:uscc"], "page": str(document),
    }  # fmt: skip
    for lang in LANGS:
        refused = speak(staff, lang).post(there, given)
        assert refused.status_code == 400
        field, purpose = "field.material_id_front", "purpose.accounting"
        assert says(refused, "agreements.field-beyond-purpose", lang, field=field, purpose=purpose)
        assert shown(refused).count(" checked") == 4  # the purpose, two fields, the document
        assert f'value="{one.partner_id}" selected' in shown(refused)
        assert 'value="3"' in shown(refused)
    assert staff.post(there, given | {"page": []}).status_code == 302


def test_a_withdrawal_in_mid_matter_is_seen_on_every_screen_at_once() -> None:
    one = mine()
    share_id, given = _shared_with_consent(one)
    content = jpeg()
    send(one, begin(one, content).material_id, 0, content)
    sealer.seal_round(at=now())
    client, room, staff = come_in(one), _room(given), signed_in(one.cast.owner)
    cases.raise_right(actor=one.guest, at=now(), right="withdraw")
    for lang in LANGS:
        gone = speak(room, lang).get(reverse("agreements:room"))
        assert says(gone, "agreements.share-recalled", lang) or gone.status_code != 200
        assert "陆知衡" not in shown(gone)
        item = speak(client, lang).get(reverse("matters:my_item", args=[one.item(FRONT).id]))
        assert says(item, "matters.mine.waived", lang)
        assert says(item, "matters.return.consent_withdrawn", lang)
        assert {"zh": "请重新提交", "en": "hand it in again"}[lang] not in shown(item)
        notice = client.get(reverse("matters:notice"))
        assert says(notice, "consents.state.withdrawn", lang)
        people = speak(staff, lang).get(reverse("matters:people", args=[one.matter_id]))
        assert says(people, "consents.state.withdrawn", lang)
        share = staff.get(reverse("agreements:share", args=[share_id]))
        assert says(share, "agreements.share.recalled", lang)
    assert one.item("new_representative_mobile").state in {"wanted", "received"}  # what rests on the contract goes on


def test_a_share_without_the_persons_yes_is_refused_with_whom_to_ask_before_it_is_sent() -> None:
    one = shared(send=False, agreed=False)
    staff = signed_in(one.cast.owner)
    for lang in LANGS:
        preview = speak(staff, lang).get(reverse("agreements:share", args=[one.share_id]))
        assert says(preview, "agreements.ask.none", lang)
        assert "disabled" in shown(preview).split("/send/")[1].split("</button>")[0]
        sent = staff.post(reverse("agreements:send", args=[one.share_id]), follow=True)
        assert says(sent, "agreements.consent-missing", lang, persons=1)
    agree(one.cast, one.matter_id, one.person_id)
    assert "disabled" not in shown(staff.get(reverse("agreements:share", args=[one.share_id])))
    assert staff.post(reverse("agreements:send", args=[one.share_id])).status_code == 200


@pytest.mark.parametrize("lang", LANGS)
def test_a_house_that_nobody_can_reach_is_told_what_to_do_before_it_invites(lang: Lang) -> None:
    cast = assemble()
    made = make_matter(cast)
    Tenant.objects.filter(id=cast.tenant_id).update(contact="")
    refused = speak(signed_in(cast.agent), lang).post(reverse("matters:invite", args=[made.matter_id, made.new]))
    assert refused.status_code == 400
    assert says(refused, "guests.house-unreachable", lang)
