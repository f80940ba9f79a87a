"""What waits for one reader today: counted figures, nothing estimated, nothing that the role does not see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fengni.apps.accounts import queries as accounts
from fengni.apps.approvals import queries as approvals
from fengni.apps.cases import queries as cases
from fengni.apps.guests import queries as guests
from fengni.apps.guests.queries import InvitationRow
from fengni.apps.imports import queries as imports
from fengni.apps.imports.queries import JobRow
from fengni.apps.ledger import queries as ledger
from fengni.apps.ledger.queries import EntryRow, HeadRow
from fengni.apps.matters import queries as matters
from fengni.apps.matters.queries import Today as Matters
from fengni.apps.measures import queries as measures
from fengni.apps.reach import queries as reach
from fengni.apps.reach.queries import Waiting
from fengni.apps.vault import queries as vault
from fengni.apps.vault.queries import ClientRow
from fengni.core.access.actor import Actor

IMPORTERS = HANDLERS = frozenset({"owner", "lead", "agent"})
KEEPERS = frozenset({"security", "admin", "owner"})


@dataclass(frozen=True, slots=True)
class Today:
    """The start page of one reader. `imports` are one's own that wait for an answer or still work.

    `matters`: what waits in the reader's matters, None for readers who handle none. `asked`: how many requests of
    clients wait for the reader's answer and how many of them are late, None for readers who answer none. `unread`:
    whether the policy waits for the reader's receipt. `password_only` (colleagues without a second factor) and
    `sessions` are None for readers who do not keep accounts. `second_person`: requests the reader may answer;
    `stopped`: what stands still because nobody was asked; `guessed`: links at which only wrong codes were typed;
    `reach`: requests for access, emergencies to review, files lent to the reader.
    """

    clients: int
    persons: int
    newest: tuple[ClientRow, ...]
    matters: Matters | None
    asked: tuple[int, int] | None
    unread: bool
    reach: Waiting
    may_import: bool
    imports: tuple[JobRow, ...]
    head: HeadRow
    own: tuple[EntryRow, ...]
    refused: tuple[EntryRow, ...]
    password_only: int | None
    sessions: int | None
    second_person: int
    stopped: int
    guessed: tuple[InvitationRow, ...]

    @property
    def next(self) -> UUID | None:
        """The matter that needs the reader first."""
        first = self.matters.first if self.matters else ()
        return first[0].id if first else None


def of(actor: Actor, *, at: datetime) -> Today:
    """Count what waits for `actor`."""
    may_import = bool(actor.roles & IMPORTERS)
    keeps = bool(actor.roles & KEEPERS)
    mine = ledger.entries(actor, member_id=actor.id, limit=6)
    refused = ledger.entries(actor, refused=True, limit=4) if keeps or "dpo" in actor.roles else None
    clients = vault.clients_page(actor=actor, at=at, size=6)
    asked, stopped = approvals.waiting(actor=actor, at=at)
    return Today(
        clients=clients.total,
        persons=vault.persons_page(actor=actor, at=at, size=1).total,
        newest=clients.rows,
        matters=matters.today(actor=actor, at=at) if clients.total and actor.roles & HANDLERS else None,
        asked=cases.waiting(actor=actor, at=at),
        unread=measures.policy_unread(actor=actor),
        reach=reach.waiting(actor=actor, at=at),
        may_import=may_import,
        imports=tuple(job for job in imports.jobs(actor=actor) if job.living) if may_import else (),
        head=ledger.checkpoint(),
        own=(*mine.waiting, *mine.rows)[:6],
        refused=(*refused.waiting, *refused.rows)[:4] if refused else (),
        password_only=_password_only() if keeps else None,
        sessions=len(accounts.sessions(actor=actor, at=at)) if keeps else None,
        second_person=asked,
        stopped=stopped,
        guessed=tuple(guests.guessed(actor=actor, at=at)) if actor.roles & HANDLERS else (),
    )


def _password_only() -> int:
    return sum(1 for member in accounts.members() if member.active and member.signs_in and not member.factors)
