"""Masks for lists, sealed under a tenant's display key.

A list shows masks, never values, so a web process can hold the display key from its start and needs no unit key: a
list neither opens values nor counts as a disclosure. Each sealed mask is bound to tenant, record and revision; an
older mask beside a newer record, or another record's mask, is refused.

Rules: what goes in has been through `masking.mask`; names of one's own clients are display-class and may go in
whole. The key lives long, so rows are sealed in batches as `slots.py` says. docs/spec/envelope.md, section 6,
gives the bytes.

>>> from uuid import UUID
>>> key = DisplayKey(bytes(32), tenant=UUID(int=7), suite=Suite.AES_256_GCM)
>>> [sealed] = key.seal_masks([(UUID(int=1), 1, {"mobile": "154****0001"})])
>>> key.open_masks([(UUID(int=1), 1, sealed)])
[{'mobile': '154****0001'}]
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag

from fengni.core.errors import SealRefused
from fengni.core.vault.fields import pack, unpack
from fengni.core.vault.slots import HEADER_SIZE, Found, LongLivedKey, named
from fengni.core.vault.suites import Random, Suite, label

_UUID_LENGTH: Final = (16).to_bytes(2, "big")
_REVISION_LENGTH: Final = (8).to_bytes(2, "big")


class DisplayKey(LongLivedKey):
    """The display key of one tenant and version. `others` gives the key of another suite and version that lives, for
    rows that were sealed before or after this one was asked for, or raises SealRefused. Thread-safe."""

    __slots__ = ("_others", "tenant")

    def __init__(
        self,
        secret: bytes,
        *,
        tenant: UUID,
        suite: Suite,
        version: int = 1,
        others: Callable[[Suite, int], DisplayKey] | None = None,
    ) -> None:
        super().__init__(secret, suite=suite, version=version, purpose=b"display")
        self.tenant = tenant
        self._others = others

    def seal_masks(
        self, rows: Sequence[tuple[UUID, int, Mapping[str, str]]], *, random: Random = os.urandom
    ) -> list[bytes]:
        """One display envelope per (record, revision, masks by field kind), in the order given.

        Raises BadInput when a mask is not text.
        """
        cipher, places = self.batch(len(rows), random)
        begin, sealed = self._tenant_part(self.header), []
        for (record, revision, masks), (head, nonce) in zip(rows, places, strict=True):
            sealed.append(head + cipher.encrypt(nonce, pack(masks), _place(begin, record, revision)))
        return sealed

    def open_masks(self, rows: Iterable[tuple[UUID, int, bytes]]) -> list[dict[str, str]]:
        """The masks of each (record, revision, display envelope). Raises SealRefused if one does not open."""
        finders: dict[bytes, Callable[[bytes], Found]] = {}
        opened, known_header, begin = [], b"", b""
        try:
            for record, revision, given in rows:
                sealed = bytes(given)
                find = finders.get(sealed[:HEADER_SIZE])
                if find is None:
                    find = finders[sealed[:HEADER_SIZE]] = self._of(sealed).opening()
                header, cipher, nonce, body = find(sealed)
                if header is not known_header:
                    known_header, begin = header, self._tenant_part(header)
                opened.append(unpack(cipher.decrypt(nonce, body, _place(begin, record, revision))))
        except (InvalidTag, ValueError, OverflowError):
            raise SealRefused from None
        return opened

    def _of(self, sealed: bytes) -> DisplayKey:
        """The key that a display envelope names. Raises SealRefused when it may not be."""
        suite, version = named(sealed)
        if (suite, version) == (self.suite, self.version):
            return self
        if self._others is None:
            raise SealRefused
        return self._others(suite, version)

    def _tenant_part(self, header: bytes) -> bytes:
        return label(header, b"display", self.tenant.bytes) + _UUID_LENGTH


def _place(begin: bytes, record: UUID, revision: int) -> bytes:
    return begin + record.bytes + _REVISION_LENGTH + revision.to_bytes(8, "big")
