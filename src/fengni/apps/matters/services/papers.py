"""The act that makes a paper of a matter: what it takes is opened for this one purpose and counted for each person.

A paper is kept nowhere: the entry commits to its hash, so that the one handed in can be told from another. A crash
before the entry leaves nothing; after it, an entry that says the values may have been seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fengni.apps.acts.acting import Outcome, act
from fengni.apps.common.typesetting import written
from fengni.apps.ledger.inbox import Seen
from fengni.apps.matters import papers
from fengni.apps.matters.models import Matter
from fengni.apps.matters.queries.papers import case_of, sealed_kind, shown_values
from fengni.apps.matters.resources import of_matter, step, working
from fengni.apps.matters.services.running import HANDLERS
from fengni.apps.vault.store.house import house
from fengni.apps.vault.store.records import Writing, refuse_sealed, stored
from fengni.core.access.actor import Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import BadInput
from fengni.core.vault.catalogue import element
from fengni.definitions import Lang


@dataclass(frozen=True, slots=True)
class Made:
    """A paper as a file; what it holds is no part of `repr`."""

    content: bytes
    name: str

    def __repr__(self) -> str:
        return f"Made(name={self.name!r})"


def _of_paper(actor: Actor, matter_id: UUID, paper: str, part: str) -> Resource:
    """The matter, with the persons and kinds of fields that the paper takes."""
    found = of_matter(actor, matter_id)
    matter = Matter.objects.get(id=matter_id)
    known = bool(papers.offered(matter.types)) and papers.is_part(paper, part)  # a wrong one is refused after the role
    takes = papers.needed(paper, part, case_of(matter)) if known else ()
    persons = tuple(sorted({subject for subject, _ in takes if subject != matter.client_id}))
    kinds = frozenset(kind for subject, kind in takes if subject != matter.client_id)
    return Resource(found.kind, found.id, actor.tenant_id, found.clients, persons=persons, fields=kinds)


@act(
    "matters:paper:make",
    roles=HANDLERS,
    resource=_of_paper,
    purposes=("purpose.fill_form",),
    scoped=True,
    protected=True,
)
def make_paper(
    *,
    actor: Actor,
    at: datetime,
    matter_id: UUID,
    paper: str,
    part: str,
    purpose: str,
    form: str = "docx",
    lang: Lang = "zh",
    given: Mapping[str, str] | None = None,
) -> Outcome[Made]:
    """A paper of the matter as docx or pdf: `rest`, which can be sent on, or `sensitive`, the page apart.

    `given`: what stands in no file and is typed for this one paper. Raises BadInput for an unknown paper, part, form or
    input, and where a type of the matter is not written out.
    """
    matter = working(matter_id)
    if not papers.offered(matter.types):
        raise BadInput("matters.paper-not-written-out")
    case = case_of(matter, given=papers.checked(given or {}, matter.types))
    takes = papers.needed(paper, part, case)
    values = shown_values(takes, matter.client_id)
    opened = _opened([place for place in takes if sealed_kind(place[1])], matter.client_id, at)
    content = written(papers.compose(paper, part, case, values | opened, lang), form)
    step(matter_id, at, paper)
    facts: dict[str, int | str] = {
        "paper": paper, "part": part, "form": form, "commits": hashlib.sha256(content).hexdigest()
    }  # fmt: skip
    seen: dict[UUID, list[str]] = {}
    for subject, kind in values | opened:
        if subject != matter.client_id:
            seen.setdefault(subject, []).append(kind)
    told = tuple(
        Seen(subject, tuple(sorted(kinds)), clear=sum((subject, kind) in opened for kind in kinds))
        for subject, kinds in sorted(seen.items())
    )
    return Outcome(Made(content, f"fengni-{paper}-{part}-{lang}.{form}"), seen=told, facts=facts)


def _opened(takes: list[tuple[UUID, str]], client_id: UUID, at: datetime) -> dict[tuple[UUID, str], str]:
    """Values of sealed kinds, opened record by record under the running act. What is damaged or absent is left out."""
    classes = {(subject, element(kind).record_class) for subject, kind in takes}
    rows = [
        row
        for row in stored([(client_id, subject) for subject, _ in takes], lock="SHARE")
        if (row.subject_id, row.record_class) in classes
    ]
    refuse_sealed({row.unit_id for row in rows})
    found: dict[tuple[UUID, str], str] = {}
    for row, fields in zip(rows, Writing(house(), at).open(rows) if rows else [], strict=True):
        found |= {
            (row.subject_id, kind): fields[kind]
            for subject, kind in takes
            if subject == row.subject_id and kind in fields
        }
    return found
