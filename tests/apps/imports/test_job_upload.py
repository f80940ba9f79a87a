"""imports:job:upload"""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection, transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.imports import queries, sealing, services
from fengni.apps.imports.models import Chunk, Job
from fengni.core.errors import BadInput, Denied, SealRefused, UnreadableFile
from tests.apps.imports.sheets import CANARIES, analyse, canary_row, entries, left_over, look, row, sheet, upload
from tests.cast import assemble, now


@pytest.mark.parametrize("role", ["owner", "lead", "agent"])
def test_staff_may_upload(role: str) -> None:
    cast = assemble()
    actor = getattr(cast, role)
    job_id = upload(actor, sheet([row(1)]))
    assert look(actor, job_id).row.state == "checking"
    assert entries(actor, "imports:job:upload") == ["done"]


@pytest.mark.parametrize("role", ["dpo", "auditor", "security", "admin", "intruder"])
def test_others_may_not_and_the_refusal_is_recorded(role: str) -> None:
    cast = assemble()
    with pytest.raises(Denied, match=r"access\.role"):
        upload(getattr(cast, role), sheet([row(1)]))
    assert entries(cast.owner, "imports:job:upload") == ["refused:access.role"]


def test_nobody_but_the_uploader_and_the_owner_sees_it() -> None:
    cast = assemble()
    job_id = upload(cast.agent, sheet([row(1)]))
    with pytest.raises(Denied, match=r"access\.scope"):
        look(cast.colleague, job_id)
    with pytest.raises(BadInput, match=r"imports\.no-such-job"):
        look(cast.stranger, job_id)
    with tenant(cast.tenant_id):
        assert [one.id for one in queries.jobs(actor=cast.agent)] == [job_id]
        assert queries.jobs(actor=cast.colleague) == []
    with tenant(cast.stranger_tenant_id):
        assert queries.jobs(actor=cast.stranger) == []
    assert look(cast.owner, job_id).row.id == job_id


@pytest.mark.parametrize("suite", [1, 4])
def test_the_upload_lies_in_sealed_chunks_and_opens_again(suite: int) -> None:
    cast = assemble(suite=suite)
    content = sheet([canary_row()]) + bytes(2 * sealing.CHUNK)  # more than two chunks; what follows a zip is ignored
    job_id = upload(cast.agent, content)
    with tenant(cast.tenant_id), transaction.atomic():
        job = Job.objects.get(id=job_id)
        pieces = _chunks(job_id)
        key = sealing.open_key(job, job.entry_id)
        assert sealing.open_upload(key, job) == content
    assert len(pieces) == 3
    assert max(map(len, pieces)) == 1 << 20
    assert not any(value.encode() in b"".join(pieces) for value in CANARIES)


def _chunks(job_id: UUID) -> list[bytes]:
    return [bytes(chunk.sealed) for chunk in Chunk.objects.filter(job_id=job_id).order_by("position")]


def _swap(mine: list[bytes], others: list[bytes]) -> list[bytes]:
    return [mine[2], mine[1], mine[0]]


def _leave_off(mine: list[bytes], others: list[bytes]) -> list[bytes]:
    return mine[:2]


def _take_another(mine: list[bytes], others: list[bytes]) -> list[bytes]:
    return [others[0], *mine[1:]]


def _flip_a_bit(mine: list[bytes], others: list[bytes]) -> list[bytes]:
    return [mine[0], mine[1][:-1] + bytes([mine[1][-1] ^ 1]), mine[2]]


@pytest.mark.parametrize("change", [_swap, _leave_off, _take_another, _flip_a_bit])
def test_a_chunk_moved_left_off_taken_from_another_job_or_changed_is_refused(
    change: Callable[[list[bytes], list[bytes]], list[bytes]],
) -> None:
    cast = assemble()
    content = bytes(range(256)) * (1 << 13)
    one, other = upload(cast.agent, content), upload(cast.agent, content)
    with tenant(cast.tenant_id), transaction.atomic():
        job = Job.objects.get(id=one)
        mine, others = (
            [bytes(c.sealed) for c in Chunk.objects.filter(job_id=job_id).order_by("position")]
            for job_id in (one, other)
        )
        Chunk.objects.filter(job_id=one).delete()
        for position, sealed in enumerate(change(mine, others)):
            Chunk.objects.create(tenant_id=job.tenant_id, job_id=one, position=position, sealed=sealed)
        with pytest.raises(SealRefused):
            sealing.open_upload(sealing.open_key(job, job.entry_id), job)


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "intake.empty-file"), (b" \n\n", "intake.empty-file"), (bytes(101 << 20), "intake.")]
)
def test_an_empty_or_too_large_file_is_refused_at_once(content: bytes, code: str) -> None:
    cast = assemble()
    with pytest.raises(UnreadableFile, match=code):
        upload(cast.agent, content)
    with tenant(cast.tenant_id):
        assert queries.jobs(actor=cast.agent) == []


def test_the_queue_carries_two_ids_only() -> None:
    cast = assemble()
    job_id = upload(cast.agent, sheet([canary_row()]), name="示例-陆知衡.xlsx")
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE args->>'job_id' = %s", [str(job_id)])
        found = [row[0] for row in cursor.fetchall()]
    assert len(found) == 1
    assert set(json.loads(found[0])) == {"job_id", "tenant_id"}


def test_the_same_work_twice_changes_nothing() -> None:
    cast = assemble()
    job_id = upload(cast.agent, sheet([row(1), row(2)]))
    first = analyse(cast.agent, job_id)
    second = analyse(cast.agent, job_id)
    assert first == second
    assert entries(cast.agent, "imports:job:check") == ["done"]
    assert left_over(cast.agent, job_id) == (1, 3)
    with pytest.raises(BadInput, match=r"imports\.overtaken"):
        services.check_job(actor=cast.agent, at=now(), job_id=job_id, revision=0, view="{}", lines=(), figures={})
