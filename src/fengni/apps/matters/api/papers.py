"""REST of the papers of a matter: what can be made and what it lacks; making one hands out a file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Router, Schema

from fengni.apps.common import typesetting
from fengni.apps.common.requests import ActorRequest
from fengni.apps.matters import queries, services

router = Router(tags=["matters"])


class PaperIn(Schema):
    """Which paper, `rest` or `sensitive`, as docx or pdf, in zh or en; `given`: what is typed, by input."""

    paper: str
    part: str = "rest"
    form: str = "docx"
    lang: str = "zh"
    given: dict[str, str] = {}


class PaperOut(Schema):
    """A part of a paper that can be made; `lacks` in words, `opens` the kinds of fields that making it opens."""

    paper: str
    part: str
    name: str
    lacks: list[str]
    opens: list[str]


@router.get("/{uuid:matter_id}/papers", response=list[PaperOut], operation_id="matters_papers")
def papers(request: ActorRequest, matter_id: UUID) -> list[dict[str, Any]]:
    """The papers of a matter, and what they lack."""
    found = queries.papers_page(actor=request.actor, at=datetime.now(UTC), matter_id=matter_id)
    return [
        {"paper": one.code, "part": one.part, "name": one.name, "lacks": list(one.lacks), "opens": list(one.kinds)}
        for one in found.papers
    ]


@router.post("/{uuid:matter_id}/papers", operation_id="matters:paper:make")
def make_paper(request: ActorRequest, matter_id: UUID, body: PaperIn) -> HttpResponse:
    """Make a part of a paper. What it takes is opened for this purpose and counted for each person."""
    made = services.make_paper(
        actor=request.actor, at=datetime.now(UTC), matter_id=matter_id, paper=body.paper, part=body.part,
        purpose="purpose.fill_form", form=body.form, lang=typesetting.read_lang(body.lang), given=body.given,
    ).value  # fmt: skip
    return typesetting.handed_out(made.content, made.name)
