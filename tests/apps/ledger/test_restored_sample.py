"""A large ledger that came out of a backup is proved by a sample; what was changed in the sample is found."""

from __future__ import annotations

import pytest

from fengni.apps.common.identifiers import uuid7
from fengni.apps.ledger import sealer
from fengni.apps.ledger.inbox import Seen
from fengni.core.errors import VerificationFailed
from fengni.host import backup_check
from tests.apps.ledger.owner import as_owner
from tests.apps.ledger.writing import an_actor, write
from tests.cast import now


def test_a_sample_proves_a_whole_ledger_and_finds_a_changed_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    actor = an_actor()
    write(actor, Seen(uuid7(), ("mobile",), 1), count=6)
    sealer.seal_round(at=now())
    monkeypatch.setattr(backup_check, "LARGE", 5)
    assert backup_check._ledger(actor.tenant_id) == 6
    with as_owner(actor.tenant_id) as cursor:
        cursor.execute("UPDATE ledger_entry SET body = set_byte(body, 40, 255 - get_byte(body, 40)) WHERE sequence = 2")
    with pytest.raises(VerificationFailed) as caught:
        backup_check._ledger(actor.tenant_id)
    assert (caught.value.code, caught.value.params["sequence"]) == ("backup.ledger-differs", 2)
