"""disposals:backup:rewind"""

from __future__ import annotations

from datetime import timedelta

import pytest

from fengni.apps.disposals import services
from fengni.core.access.actor import system_actor
from fengni.core.errors import Denied
from tests.apps.vault.files import entries
from tests.cast import assemble, now


def test_the_ledger_says_what_was_given_up() -> None:
    cast = assemble()
    to, system = now() - timedelta(hours=3), system_actor(cast.owner.tenant_id, channel="cli")
    services.rewind_backup(actor=system, at=now(), to=to, kept=7, signed=12, head="ab" * 32)
    services.rewind_backup(actor=system, at=now(), to=to, kept=7, signed=0, head="")
    first, second = entries(cast.owner.tenant_id)[-2:]
    assert first["facts"] == {"to": int(to.timestamp()), "kept": 7, "signed": 12, "root": "ab" * 32}
    assert second["facts"] == {"to": int(to.timestamp()), "kept": 7}


def test_nobody_but_the_product_says_so() -> None:
    cast = assemble()
    for who in (cast.owner, cast.agent, cast.dpo, cast.auditor, cast.admin, cast.intruder, cast.stranger):
        with pytest.raises(Denied):
            services.rewind_backup(actor=who, at=now(), to=now(), kept=0, signed=0, head="")
