"""vault:secret:reveal"""

from __future__ import annotations

from datetime import timedelta

import pytest

from fengni.apps.parties import services as parties
from fengni.apps.vault import services
from fengni.core.errors import BadInput, Denied
from tests.apps.imports.owner import places_of
from tests.apps.imports.sheets import album, row, sheet, stored
from tests.apps.vault.box import PASSWORD, clients, page, reveal, switch, with_box
from tests.apps.vault.files import entries, make_client, refusals
from tests.cast import assemble, found, now


@pytest.mark.parametrize("suite", [1, 4])
def test_a_password_leaves_the_box_for_a_purpose_and_stands_in_the_ledger(suite: int) -> None:
    owner = found(suite=suite)
    client_id = with_box(owner)[0]
    at = now()
    revealed = reveal(owner, client_id)
    assert (revealed.kind, revealed.value) == ("secret_tax", PASSWORD)
    assert timedelta(seconds=29) < revealed.until - at < timedelta(seconds=40)
    assert PASSWORD not in repr(revealed)
    entry = entries(owner.tenant_id)[-1]
    assert (entry["act"], entry["purpose"], entry["count"], entry["facts"]) == (
        "vault:secret:reveal", "purpose.change_registration", 0, {"field": "secret_tax"},
    )  # fmt: skip
    assert list(places_of([PASSWORD])) == []


def test_the_page_lists_the_password_without_its_value() -> None:
    owner = found()
    client_id = with_box(owner)[0]
    shown = page(owner, client_id)
    assert [(f.kind, f.shown, f.can) for f in shown.secrets] == [("secret_tax", "••••", ("reveal",))]
    assert "secret" not in {f.record_class for f in shown.fields}
    assert not [m.kind for m in shown.missing if m.kind.startswith("secret")]
    assert PASSWORD not in str(shown)


def test_several_texts_of_one_service_and_comments_are_kept_by_client() -> None:
    owner = found()
    switch(owner, keep=True)
    comment = "网银密码：Ab12#bank"
    stored(owner, album([row(1, password="Ab1#tax"), row(2)], {}, comments={"A2": comment, "B3": comment}))
    one, two = clients(owner)
    assert [f.kind for f in page(owner, one).secrets] == ["secret_tax", "secret_bank"]
    assert reveal(owner, one).value == "Ab1#tax"
    assert reveal(owner, one, "secret_bank").value == reveal(owner, two, "secret_bank").value == comment


def test_a_corrected_list_replaces_what_differs() -> None:
    owner = found()
    client_id = with_box(owner, "Old1#pass")[0]
    stored(owner, sheet([row(1, password="New2#pass")]))
    assert reveal(owner, client_id).value == "New2#pass"


def test_scope_roles_purposes_and_tenants() -> None:
    cast = assemble()
    client_id = with_box(cast.owner)[0]
    for who, code in (
        (cast.agent, "access.scope"),
        (cast.dpo, "access.role"),
        (cast.auditor, "access.role"),
        (cast.security, "access.role"),
        (cast.admin, "access.role"),
        (cast.intruder, "access.role"),
    ):
        with pytest.raises(Denied, match=code):
            reveal(who, client_id)
    with pytest.raises(Denied, match=r"parties.no-such-client"):
        reveal(cast.stranger, client_id)
    with pytest.raises(Denied, match=r"access.purpose-unknown"):
        reveal(cast.owner, client_id, purpose="verify_identity")
    assert len(refusals(cast.tenant_id, "vault:secret:reveal")) == 7
    parties.assign_client(actor=cast.owner, at=now(), client_id=client_id, member_id=cast.agent.id)
    assert reveal(cast.agent, client_id).value == PASSWORD
    assert reveal(cast.lead, client_id).value == PASSWORD


def test_nothing_without_reason_or_from_an_empty_box() -> None:
    owner = found()
    client_id = with_box(owner)[0]
    with pytest.raises(BadInput, match=r"vault.reason-missing"):
        reveal(owner, client_id, reason=" ")
    with pytest.raises(BadInput, match=r"vault.no-value"):
        reveal(owner, client_id, "secret_bank")
    with pytest.raises(BadInput, match=r"vault.no-value"):
        reveal(owner, make_client(owner, 70))
    with pytest.raises(BadInput, match=r"vault.kind-unknown"):
        reveal(owner, client_id, "note")


def test_no_other_act_opens_fills_or_replaces_what_lies_in_the_box() -> None:
    owner = found()
    client_id = with_box(owner)[0]
    with pytest.raises(BadInput, match=r"vault.kind-unknown"):
        services.reveal_field(
            actor=owner, at=now(), client_id=client_id, subject_id=client_id, kind="secret_tax",
            purpose="purpose.fill_form", reason="示例理由",
        )  # fmt: skip
    with pytest.raises(BadInput, match=r"vault.kind-unknown"):
        services.replace_field(
            actor=owner, at=now(), client_id=client_id, subject_id=client_id, kind="secret_tax", value="x", revision=1
        )
    with pytest.raises(BadInput, match=r"vault.kind-unknown"):
        make_client(owner, 71, secret_tax="x")
