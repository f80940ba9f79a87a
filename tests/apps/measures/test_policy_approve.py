"""measures:policy:approve"""

from __future__ import annotations

from datetime import timedelta

import pytest

from fengni.apps.measures import services
from fengni.core.errors import BadInput, Denied
from tests.apps.measures.governing import TEXT, approved, drafted, page
from tests.apps.measures.living import changed
from tests.apps.vault.files import entries
from tests.cast import assemble, now


def test_the_text_on_the_screen_is_what_holds() -> None:
    cast = assemble()
    policy, digest = drafted(cast)
    with pytest.raises(BadInput, match=r"measures\.policy-changed"):
        services.approve_policy(actor=cast.owner, at=now(), policy_id=policy, text_hash="0" * 64)
    changed(cast.tenant_id, "UPDATE measures_policy SET text = text || 'x'")
    with pytest.raises(BadInput, match=r"measures\.policy-changed"):
        services.approve_policy(actor=cast.owner, at=now(), policy_id=policy, text_hash=digest)
    changed(cast.tenant_id, "UPDATE measures_policy SET text = left(text, -1)")
    services.approve_policy(actor=cast.owner, at=now(), policy_id=policy, text_hash=digest)
    assert page(cast.agent).standing is not None
    assert entries(cast.tenant_id)[-1]["facts"] == {"number": 1, "text": digest}


def test_an_older_version_is_not_put_in_force_and_the_standing_one_can_be_renewed() -> None:
    cast = assemble()
    first, digest = approved(cast)
    later = now() + timedelta(days=360)
    services.approve_policy(actor=cast.owner, at=later, policy_id=first, text_hash=digest)
    standing = page(cast.owner).standing
    assert standing is not None
    assert standing.approved_at == later
    drafted(cast, TEXT + "\n补充一条：下班前清空桌面。")
    with pytest.raises(BadInput, match=r"measures\.policy-newer"):
        services.approve_policy(actor=cast.owner, at=now(), policy_id=first, text_hash=digest)


def test_others_are_refused() -> None:
    cast = assemble()
    policy, digest = drafted(cast)
    for who in (cast.dpo, cast.agent, cast.lead, cast.auditor, cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            services.approve_policy(actor=who, at=now(), policy_id=policy, text_hash=digest)
    with pytest.raises(Denied, match=r"measures\.no-such-policy"):
        services.approve_policy(actor=cast.stranger, at=now(), policy_id=policy, text_hash=digest)
    assert page(cast.owner).standing is None
