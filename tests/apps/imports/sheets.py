"""Small workbooks for the intake's tests, and its way from upload to checked or stored, done without a queue.

The tasks are called as the worker calls them: the two ids a payload carries, in a process that has nothing else.
"""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Mapping, Sequence
from uuid import UUID

import xlsxwriter
from django.db import connection, transaction
from msoffcrypto.format.ooxml import OOXMLFile

from fengni.apps.common.tenancy import tenant
from fengni.apps.imports import queries, services, tasks
from fengni.core import fictitious
from fengni.core.access.actor import Actor
from fengni.core.intake.plan import Answer
from tests.cast import now

HEADINGS = ("公司名称", "统一社会信用代码", "法定代表人", "身份证号", "手机", "民族", "电子税务局密码")
CANARY_NAME = "陆知衡"
CANARY_PASSWORD = "Zq7" + "#canary"
CANARY_FIRM = "示例·金丝雀商贸有限公司"
CANARY_ID = fictitious.id_number("19880229", 21)
CANARY_MOBILE = fictitious.mobile(31_415_926)
CANARIES = (CANARY_NAME, CANARY_PASSWORD, CANARY_FIRM, CANARY_ID, CANARY_MOBILE)

Row = Sequence[str]


def firm(number: int) -> str:
    """The name of a client."""
    return f"示例·远山{number}号智造有限公司"


def row(number: int, **changed: str) -> list[str]:
    """One tidy row. `changed` by name: firm, uscc, name, id, mobile, folk, password."""
    values = {
        "firm": firm(number),
        "uscc": fictitious.uscc(number),
        "name": f"温子墨{number}" if number > 99 else "温子" + "甲乙丙丁戊己庚辛壬癸"[number % 10],
        "id": fictitious.id_number(f"19{70 + number // 1000 % 30}0121", number % 1000),
        "mobile": fictitious.mobile(number),
        "folk": "",
        "password": "",
    }
    return list((values | changed).values())


def canary_row() -> list[str]:
    """A row whose values must be found nowhere."""
    return [CANARY_FIRM, fictitious.uscc(77), CANARY_NAME, CANARY_ID, CANARY_MOBILE, "", CANARY_PASSWORD]


def sheet(rows: Sequence[Row], *, headings: Row = HEADINGS) -> bytes:
    """A workbook of one sheet."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False})
    page = book.add_worksheet("客户")
    for number, values in enumerate([headings, *rows]):
        for column, value in enumerate(values):
            if value:
                page.write_string(number, column, value)
    book.close()
    return out.getvalue()


def png(about: bytes) -> bytes:
    """A grey picture whose dots are some bytes, as they are."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    width = min(len(about), 1000)
    rows = [about[at : at + width].ljust(width, b"\0") for at in range(0, len(about), width)]
    head = chunk(b"IHDR", width.to_bytes(4, "big") + len(rows).to_bytes(4, "big") + b"\x08\0\0\0\0")
    dots = chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows), 0))
    return b"\x89PNG\r\n\x1a\n" + head + dots + chunk(b"IEND", b"")


def album(rows: Sequence[Row], pictures: Mapping[str, bytes], *, comments: Mapping[str, str] | None = None) -> bytes:
    """A workbook with pictures and comments on cells."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False})
    page = book.add_worksheet("客户")
    for number, values in enumerate([HEADINGS, *rows]):
        for column, value in enumerate(values):
            if value:
                page.write_string(number, column, value)
    for number, (cell, content) in enumerate(pictures.items()):
        page.insert_image(cell, f"{number}.png", {"image_data": io.BytesIO(content)})
    for cell, text in (comments or {}).items():
        page.write_comment(cell, text)
    book.close()
    return out.getvalue()


def encrypted(content: bytes, password: str) -> bytes:
    """The same workbook, locked by a password."""
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(password, out)
    return out.getvalue()


def upload(actor: Actor, content: bytes, name: str = "示例-客户.xlsx") -> UUID:
    """Upload and leave it waiting."""
    return services.upload_file(actor=actor, at=now(), name=name, content=content).value


def analyse(actor: Actor, job_id: UUID) -> queries.JobPage:
    """Let the worker check it; returns what the screens show."""
    tasks.analyse(job_id=str(job_id), tenant_id=str(actor.tenant_id))
    return look(actor, job_id)


def checked(actor: Actor, content: bytes) -> UUID:
    """Upload and check."""
    job_id = upload(actor, content)
    page = analyse(actor, job_id)
    assert page.row.state == "checked", (page.row.state, page.row.error)
    return job_id


def answer(actor: Actor, job_id: UUID, *answers: Answer, **mapping: str) -> queries.JobPage:
    """Answer and check again."""
    services.answer_job(actor=actor, at=now(), job_id=job_id, mapping=mapping, answers=answers)
    return analyse(actor, job_id)


def stored(actor: Actor, content: bytes, **answers: str) -> UUID:
    """Upload, check, take the careful answers but for those given by question, store."""
    job_id = checked(actor, content)
    questions = look(actor, job_id).view["questions"]
    if questions:
        answer(actor, job_id, *(Answer(q["id"], answers.get(q["id"], q["default"])) for q in questions))
    services.confirm_job(actor=actor, at=now(), job_id=job_id)
    store(actor, job_id)
    page = look(actor, job_id)
    assert page.row.state == "done", (page.row.state, page.row.error)
    return job_id


def store(actor: Actor, job_id: UUID) -> None:
    """Let the worker store it."""
    tasks.store(job_id=str(job_id), tenant_id=str(actor.tenant_id))


def look(actor: Actor, job_id: UUID) -> queries.JobPage:
    """What the screens show."""
    with tenant(actor.tenant_id):
        return queries.job(actor=actor, job_id=job_id)


def left_over(actor: Actor, job_id: UUID) -> tuple[int, int]:
    """Chunks and lines that exist of a job."""
    with tenant(actor.tenant_id), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM imports_chunk WHERE job_id = %s), "
            "(SELECT count(*) FROM imports_line WHERE job_id = %s)",
            [job_id, job_id],
        )
        chunks, lines = cursor.fetchone()
    return chunks, lines


def entries(actor: Actor, act: str) -> list[str]:
    """Outcomes that stand in the inbox for an act, in order."""
    with tenant(actor.tenant_id), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT body FROM ledger_inbox ORDER BY id")
        bodies = [json.loads(bytes(body)) for (body,) in cursor.fetchall()]
    return [body["outcome"] for body in bodies if body["act"] == act]
