"""rotations:rotation:begin"""

from __future__ import annotations

import pytest

from fengni.apps.rotations import services
from fengni.apps.rotations.moving import KINDS
from fengni.core.errors import BadInput, Denied
from tests.apps.rotations.scene import agreed, begin, epochs
from tests.apps.vault.files import entries, make_client, make_person, refusals
from tests.cast import assemble, now


def test_two_persons_begin_it_once_and_whoever_is_not_asked_does_not() -> None:
    cast = assemble()
    client = make_client(cast.owner)
    make_person(cast.owner, client)
    for one in (cast.colleague, cast.agent, cast.auditor, cast.lead, cast.admin, cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            services.begin_rotation(actor=one, at=now(), what="epoch")
    with pytest.raises(Denied, match=r"access\.second-person-required"):
        services.begin_rotation(actor=cast.security, at=now(), what="epoch")
    assert epochs(cast) == [1]
    assert len(refusals(cast.tenant_id, "rotations:rotation:begin")) == 7
    with pytest.raises(BadInput, match=r"rotations\.kind-unknown"):
        services.begin_rotation(actor=cast.owner, at=now(), what="weather")
    begin(cast, cast.security)
    assert epochs(cast) == [1, 2]
    told = entries(cast.tenant_id)[-1]
    assert (told["act"], told["facts"]) == (
        "rotations:rotation:begin",
        {"what": "epoch", "old": 1, "new": 2, "to_move": 3},
    )
    with pytest.raises(Denied, match=r"access\.second-person-required"):  # the yes was for once
        services.begin_rotation(actor=cast.security, at=now(), what="epoch")
    agreed(cast, cast.owner, "rotations:rotation:begin", KINDS["epoch"])
    with pytest.raises(BadInput, match=r"rotations\.running-already"):
        services.begin_rotation(actor=cast.owner, at=now(), what="epoch")
    with pytest.raises(Denied, match=r"access\.second-person-required"):  # a yes in one house is none in another
        services.begin_rotation(actor=cast.stranger, at=now(), what="epoch")
    assert epochs(cast) == [1, 2]
