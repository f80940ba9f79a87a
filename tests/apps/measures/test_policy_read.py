"""measures:policy:read"""

from __future__ import annotations

import pytest

from fengni.apps.measures import services
from fengni.core.errors import BadInput, Denied
from tests.apps.measures.governing import TEXT, approved, drafted, page
from tests.cast import assemble, now
from tests.web.browsing import signed_in


def test_everybody_reads_the_version_in_force_once_and_anew_when_it_changes() -> None:
    cast = assemble()
    policy, digest = approved(cast)
    assert page(cast.agent).mine is None
    everybody = len(page(cast.agent).unread)
    assert "policy" in signed_in(cast.agent).get("/").content.decode()
    for who in (cast.agent, cast.agent, cast.auditor):
        services.read_policy(actor=who, at=now(), policy_id=policy, text_hash=digest)
    shown = page(cast.agent)
    assert shown.mine is not None
    assert shown.standing is not None
    assert (len(shown.unread), shown.standing.read) == (everybody - 2, 2)
    approved(cast, TEXT + "\n补充一条：下班前清空桌面。")
    assert page(cast.agent).mine is None
    with pytest.raises(BadInput, match=r"measures\.policy-not-in-force"):
        services.read_policy(actor=cast.agent, at=now(), policy_id=policy, text_hash=digest)


def test_a_draft_or_another_text_is_not_read() -> None:
    cast = assemble()
    policy, digest = drafted(cast)
    with pytest.raises(BadInput, match=r"measures\.policy-not-in-force"):
        services.read_policy(actor=cast.agent, at=now(), policy_id=policy, text_hash=digest)
    services.approve_policy(actor=cast.owner, at=now(), policy_id=policy, text_hash=digest)
    with pytest.raises(BadInput, match=r"measures\.policy-changed"):
        services.read_policy(actor=cast.agent, at=now(), policy_id=policy, text_hash="0" * 64)
    with pytest.raises(Denied, match=r"access\.role"):
        services.read_policy(actor=cast.intruder, at=now(), policy_id=policy, text_hash=digest)
    with pytest.raises(Denied, match=r"measures\.no-such-policy"):
        services.read_policy(actor=cast.stranger, at=now(), policy_id=policy, text_hash=digest)
