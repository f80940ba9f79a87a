"""The job key and what lies under it: the upload in chunks, the answers.

Rules: the key is random, wrapped by the tenant, and released under the entry of the act that asked for the work. A
chunk is bound to tenant, job and position; the last one is of another class, so leaving chunks off is noticed. Killing
the key overwrites its wrapped bytes, deletes chunks and answers in the caller's transaction; nothing opens them then.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from fengni.apps.common.custodian import NewUnits, WrappedKey, custodian
from fengni.apps.common.display import Lies
from fengni.apps.imports.models import Chunk, Folder, Job
from fengni.apps.vault.store.house import steady
from fengni.apps.vault.store.wrapping import Wraps
from fengni.core.errors import BadInput, SealRefused
from fengni.core.intake.plan import Answer
from fengni.core.vault.envelope import OVERHEAD, Binding, open_, seal
from fengni.core.vault.suites import OFFERED, Suite
from fengni.core.vault.unit_key import UnitKey

CHUNK: Final = (1 << 20) - OVERHEAD  # a sealed chunk is one MiB at most
PURPOSE: Final = "imports.job"
_LINE_REVISION: Final = "((j.planned + 1)::bigint << 32) | t.number"  # `line_revision`, by SQL
WRAPS: Final = tuple(
    Wraps(
        table, "key_epoch", "key_wrapped", "key_commitment", "key_wrapped IS NOT NULL",
        "CASE get_byte(key_wrapped, 0) WHEN 3 THEN 1 ELSE get_byte(key_wrapped, 1) END",  # envelope.md section 4
    )
    for table in ("imports_job", "imports_folder")
)  # fmt: skip

LIES: Final = (
    Lies("imports_job", "title", there="t.title <> ''"),
    Lies("imports_job", "view", revision="t.planned + 1", there="t.view IS NOT NULL"),
    Lies(
        "imports_line", "sealed", place="t.job_id", revision=_LINE_REVISION,
        joined="JOIN imports_job j ON j.tenant_id = t.tenant_id AND j.id = t.job_id",
    ),
    Lies("imports_folder", "title", there="t.title <> ''"),
    Lies("imports_scan", "path"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """What the user said so far: column targets, answers, the password of a locked workbook."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    answers: tuple[Answer, ...] = field(default=(), repr=False)
    password: str | None = field(default=None, repr=False)

    def with_more(self, mapping: Mapping[str, str], answers: tuple[Answer, ...], password: str | None) -> Given:
        """Later answers replace earlier ones to the same question."""
        merged = {a.question: a for a in (*self.answers, *answers)}
        return Given({**self.mapping, **mapping}, tuple(merged.values()), password or self.password)


def new_key(tenant_id: UUID, job_id: UUID) -> NewUnits:
    """A random key for one job."""
    return custodian().new_units(tenant_id, steady(tenant_id).suite, [job_id])


def open_key(job: Job | Folder, entry_id: UUID) -> UnitKey:
    """The living key of a job or folder, released for an act. Raises BadInput when it is dead."""
    if job.key_wrapped is None:
        raise BadInput("imports.key-dead")
    suite = _suite_in(bytes(job.key_wrapped))
    wrapped = WrappedKey(job.id, job.key_epoch, bytes(job.key_wrapped), bytes(job.key_commitment))
    try:
        return custodian().unwrap(job.tenant_id, suite, [wrapped], entry=entry_id, purpose=PURPOSE)[0]
    except SealRefused:
        job.refresh_from_db(fields=["key_epoch", "key_wrapped"])
        if job.key_wrapped is None or job.key_epoch == wrapped.epoch:
            raise
        moved = wrapped._replace(epoch=job.key_epoch, wrapped=bytes(job.key_wrapped))
        return custodian().unwrap(job.tenant_id, suite, [moved], entry=entry_id, purpose=PURPOSE)[0]


def _suite_in(wrapped: bytes) -> Suite:
    """The suite of a wrapped key, by its header (envelope.md section 4). Raises SealRefused for none."""
    number = Suite.AES_256_GCM if wrapped[0] == 3 else wrapped[1]
    if number not in OFFERED:
        raise SealRefused
    return Suite(number)


def kill_key(job: Job) -> None:
    """End the job key; the caller saves `job`."""
    job.key_wrapped = None
    job.answers = None
    Chunk.objects.filter(job_id=job.id).delete()


def _place(tenant_id: UUID, job_id: UUID, class_: str, revision: int) -> Binding:
    return Binding(tenant=tenant_id, unit=job_id, record=job_id, class_=class_, revision=revision)


def seal_upload(key: UnitKey, tenant_id: UUID, content: bytes) -> None:
    """Write the upload as chunks, piece by piece."""
    last = max(0, len(content) - 1) // CHUNK
    for position in range(last + 1):
        class_ = "upload_end" if position == last else "upload"
        piece = content[position * CHUNK : (position + 1) * CHUNK]
        sealed = seal(key, _place(tenant_id, key.unit, class_, position), piece)
        Chunk.objects.create(tenant_id=tenant_id, job_id=key.unit, position=position, sealed=sealed)


def open_upload(key: UnitKey, job: Job) -> bytes:
    """The uploaded bytes. Raises SealRefused when a chunk is missing, moved or changed."""
    pieces = list(Chunk.objects.filter(job_id=job.id).order_by("position"))
    if [p.position for p in pieces] != list(range(len(pieces))) or not pieces:
        raise SealRefused
    classes = ["upload"] * (len(pieces) - 1) + ["upload_end"]
    places = [_place(job.tenant_id, job.id, class_, p.position) for class_, p in zip(classes, pieces, strict=True)]
    return b"".join([open_(key, place, bytes(p.sealed)) for place, p in zip(places, pieces, strict=True)])


def seal_given(key: UnitKey, tenant_id: UUID, given: Given, revision: int) -> bytes:
    """The answers of one revision."""
    body: dict[str, Any] = {
        "mapping": dict(given.mapping),
        "answers": [[a.question, a.choice, a.value] for a in given.answers],
        "password": given.password,
    }
    return seal(key, _place(tenant_id, key.unit, "answers", revision), json.dumps(body, ensure_ascii=False).encode())


def open_given(key: UnitKey, job: Job) -> Given:
    """The answers given so far."""
    if job.answers is None:
        return Given()
    body = json.loads(open_(key, _place(job.tenant_id, job.id, "answers", job.revision), bytes(job.answers)))
    return Given(body["mapping"], tuple(Answer(*a) for a in body["answers"]), body["password"])
