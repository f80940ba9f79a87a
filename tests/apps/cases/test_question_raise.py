"""cases:question:raise: one tap freezes whoever stands in the entry, for this person alone."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from fengni.apps.cases import queries, services
from fengni.apps.common.tenancy import tenant
from fengni.apps.vault import queries as vault_queries
from fengni.core.errors import BadInput, Denied
from tests.apps.cases.asking import browser, look, seal, stored, watched
from tests.apps.vault.files import entries, refusals
from tests.cast import now


def _ask(seen: object, **more: object) -> UUID:
    given = {"actor": seen.guest, "at": now(), "entry_id": seen.entry_id, **more}  # type: ignore[attr-defined]  # Watched
    return services.raise_question(**given).value  # type: ignore[arg-type]  # as above


def test_the_viewer_is_frozen_for_this_person_at_once() -> None:
    seen = watched()
    case_id = _ask(seen, reason="为什么要看我的号码")
    with pytest.raises(Denied, match=r"access\.view-frozen"):
        look(seen.cast.agent, seen.client_id, seen.person_id)
    look(seen.cast.agent, seen.client_id, seen.other_id)
    look(seen.cast.owner, seen.client_id, seen.person_id)
    case = stored(seen.cast, case_id)
    assert (case.kind, case.state, case.viewer_id) == ("question", "open", seen.cast.agent.id)
    entry = next(e for e in entries(seen.cast.tenant_id) if e["act"] == "cases:question:raise")
    assert (entry["facts"], entry["count"], entry["clear"]) == ({"viewer": seen.cast.agent.id.hex}, 1, 0)
    assert "为什么" not in str(entry)


def test_the_masked_page_is_shut_as_well() -> None:
    seen = watched()
    _ask(seen)
    with tenant(seen.cast.tenant_id):
        page = {"at": now(), "client_id": seen.client_id}
        with pytest.raises(Denied, match=r"access\.view-frozen"):
            vault_queries.pages.person_page(actor=seen.cast.agent, person_id=seen.person_id, **page)
        assert vault_queries.pages.person_page(actor=seen.cast.agent, person_id=seen.other_id, **page).name
        assert vault_queries.pages.person_page(actor=seen.cast.lead, person_id=seen.person_id, **page).name


def test_a_day_later_it_opens_by_itself_and_a_note_is_owed() -> None:
    seen = watched()
    case_id = _ask(seen)
    case = stored(seen.cast, case_id)
    later = case.due_at + timedelta(seconds=1)
    with tenant(seen.cast.tenant_id):
        assert queries.case(actor=seen.cast.lead, at=later - timedelta(seconds=2), case_id=case_id).state == "open"
        row = queries.case(actor=seen.cast.lead, at=later, case_id=case_id)
        assert (row.state, row.late, row.can) == ("released", True, ("answer",))
        page = vault_queries.pages.person_page(
            actor=seen.cast.agent, at=later, client_id=seen.client_id, person_id=seen.person_id
        )
    assert page.id == seen.person_id
    assert case.due_at - case.raised_at == timedelta(hours=24)


def test_sealed_or_waiting_the_entry_is_found() -> None:
    seen = watched()
    seal()
    case_id = _ask(seen)
    assert stored(seen.cast, case_id).about_entry == seen.entry_id


def test_one_question_about_a_viewer_at_a_time() -> None:
    seen = watched()
    _ask(seen)
    with pytest.raises(BadInput, match=r"cases\.already-asked"):
        _ask(seen)


def test_nobody_to_ask_about_and_other_peoples_entries() -> None:
    seen = watched()
    other = look(seen.cast.agent, seen.client_id, seen.other_id)
    for entry in (other, uuid4()):
        with pytest.raises(Denied, match=r"cases\.no-such-entry"):
            _ask(seen, entry_id=entry)
    own = services.raise_right(actor=seen.guest, at=now(), right="access").entry_id
    with pytest.raises(BadInput, match=r"cases\.nobody-to-ask"):
        _ask(seen, entry_id=own)


def test_staff_and_strangers_cannot_ask() -> None:
    seen = watched()
    cast = seen.cast
    for who in (cast.owner, cast.lead, cast.agent, cast.dpo, cast.auditor, cast.admin, cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            services.raise_question(actor=who, at=now(), entry_id=seen.entry_id)
    with pytest.raises(Denied):
        services.raise_question(actor=cast.stranger, at=now(), entry_id=seen.entry_id)
    assert len(refusals(cast.tenant_id, "cases:question:raise")) == 7


def test_three_taps_on_the_phone() -> None:
    seen = watched()
    phone = browser(seen)
    address = f"/cases/my/seen/{seen.entry_id}/ask/"
    assert address in phone.get("/cases/my/seen/").content.decode()  # first tap: open this
    assert phone.get(address).status_code == 200  # second
    answer = phone.post(address, {"reason": ""})  # third
    assert (answer.status_code, answer["Location"]) == (302, "/cases/my/seen/")
    shown = phone.get("/cases/my/seen/").content.decode()
    assert "已冻结" in shown
    assert address not in shown
    assert phone.post(address, {"reason": ""}).status_code == 400
