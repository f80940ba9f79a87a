"""Makes tests/vectors/envelope.json: every stored byte string of the sealed store, from fixed keys and randomness.

    python tests/vectors/envelope.py > tests/vectors/envelope.json

All randomness is 0x00 0x01 0x02 ... of the length asked for, so that whoever reads docs/spec/envelope.md can follow.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from fengni.core.vault.blind_index import normalise
from fengni.core.vault.envelope import Binding, associated_data, seal_fields
from fengni.core.vault.fields import pack
from fengni.core.vault.keyring import Root
from fengni.core.vault.root_file import Cost, create_root_file, recovery_sheet
from fengni.core.vault.suites import OFFERED, Suite
from fengni.core.vault.unit_key import UnitKey

ROOT = bytes(range(0x40, 0x60))
SEED = bytes(range(0x80, 0xA0))
TENANT = UUID("01930000-0000-7000-8000-000000000001")
UNIT = UUID("01930000-0000-7000-8000-000000000002")
RECORD = UUID("01930000-0000-7000-8000-000000000003")
FIELDS = {"name": "示例", "id_number": "990101198802290212"}
MASKS = {"name": "示例", "id_number": "9****************2"}
VALUES = {
    "id_number": "990101 19880229 0212",
    "uscc": "91990101 madem 00117",
    "mobile": "+86 154-0000-0001",
    "name": "示 例",
    "name_initials": "sl",
    "last4_surname": "示/0212",
    "company_name": "示例·青禾智造（北京）有限公司",
    "name_part": "^示/0",
    "company_part": "青禾",
}
PASSPHRASE = "eight fictitious words"
COST = Cost(passes=1, memory_kib=64, lanes=1)


def counting(length: int) -> bytes:
    """The fixed randomness of the vectors."""
    return bytes(n & 255 for n in range(length))


def of_suite(suite: Suite) -> dict[str, Any]:
    """The vectors of one suite."""
    keys = Root(ROOT).tenant(TENANT, epoch=1, suite=suite, seed=SEED, random=counting)
    place = Binding(tenant=TENANT, unit=UNIT, record=RECORD, class_="identity", revision=3)
    [made] = keys.create_secrets([UNIT])
    key = UnitKey(made.secret, unit=UNIT, suite=suite)
    indexes = {kind: keys.index_key(kind) for kind in VALUES}
    return {
        "suite": int(suite),
        "unit_key": {"key": made.secret.hex(), "wrapped": made.wrapped.hex(), "commitment": made.commitment.hex()},
        "envelope": {
            "class": place.class_,
            "revision": place.revision,
            "fields": FIELDS,
            "plaintext": pack(FIELDS).hex(),
            "associated_data": associated_data(key.header, place).hex(),
            "envelope": seal_fields(key, place, FIELDS, random=counting).hex(),
        },
        "display": {
            "key": keys.display_secret().hex(),
            "revision": place.revision,
            "masks": MASKS,
            "envelope": keys.display_key().seal_masks([(RECORD, place.revision, MASKS)], random=counting)[0].hex(),
        },
        "tags": [
            {"kind": kind, "value": value, "normal": normalise(kind, value), "tag": indexes[kind].tag(value).hex()}
            for kind, value in VALUES.items()
        ],
    }


def make() -> dict[str, Any]:
    """All vectors."""
    root = Root(ROOT)
    return {
        "root": ROOT.hex(),
        "root_fingerprint": root.fingerprint(),
        "tenant": TENANT.hex,
        "unit": UNIT.hex,
        "record": RECORD.hex,
        "epoch": 1,
        "epoch_seed": SEED.hex(),
        "suites": [of_suite(suite) for suite in OFFERED],
        "root_file": {
            "passphrase": PASSPHRASE,
            "file": create_root_file(root, passphrase=PASSPHRASE, cost=COST, random=counting).hex(),
        },
        "recovery_sheet": recovery_sheet(root).splitlines(),
    }


if __name__ == "__main__":
    print(json.dumps(make(), ensure_ascii=False, indent=1))
