"""Reads on rotations: what runs, how far it is, when it will be over, and what was done before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from fengni.apps.approvals import asking
from fengni.apps.common.custodian import custodian
from fengni.apps.common.queries import query
from fengni.apps.rotations import moving
from fengni.apps.rotations.models import Rotation
from fengni.apps.rotations.moving import KEEPERS, KINDS
from fengni.apps.vault.store.house import key_kind
from fengni.core.access.actor import SYSTEM, Actor
from fengni.core.errors import Denied, KeysUnavailable
from fengni.core.vault.suites import Suite

READERS: Final = frozenset({*KEEPERS, "lead", "auditor", "admin", SYSTEM})
_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class RotationRow:
    """A rotation. `old` and `new` are epochs, or versions of unit keys. `state` is running, moved (all keys are, the
    change is not over) or done. `left`: keys not yet moved. `eta`: how long it goes on by its pace so far, None while
    nobody knows."""

    id: UUID
    kind: str
    old: int
    new: int
    state: str
    total: int
    done: int
    left: int
    refused: int
    eta: timedelta | None
    begun_by: UUID
    begun_at: datetime
    finished_by: UUID | None
    finished_at: datetime | None

    @property
    def whole(self) -> int:
        """Keys to move altogether, as far as is known."""
        return max(self.done + self.left, 1)

    @property
    def moved(self) -> int:
        """Keys moved; with none to move, the whole."""
        return self.done if self.done + self.left else 1

    @property
    def minutes(self) -> int:
        """How many minutes are left, at least one; 0 while nobody knows."""
        return 0 if self.eta is None else max(1, round(self.eta.total_seconds() / 60))


@dataclass(frozen=True, slots=True)
class RotationsPage:
    """`epochs`: those that live, empty while the key process is away. `suite`: of new unit keys. `can`: begin, step,
    finish. `asked`: the kinds of change, or the end of the running one, that a second person was asked for."""

    running: RotationRow | None
    former: tuple[RotationRow, ...]
    epochs: tuple[int, ...]
    suite: Suite
    can: tuple[str, ...]
    asked: frozenset[str]


@query
def rotations_page(*, actor: Actor, at: datetime) -> RotationsPage:
    """What runs and what ran. Raises Denied to roles that do not look after keys."""
    rows = rotations(actor=actor)
    running = next((row for row in rows if row.state != Rotation.State.DONE), None)
    try:
        epochs = tuple(custodian().epochs(actor.tenant_id))
    except KeysUnavailable:
        epochs = ()
    act, about = ("finish", {"finish": running.id}) if running else ("begin", KINDS)
    can: tuple[str, ...] = ()
    if actor.roles & set(KEEPERS):
        can = ("begin",) if running is None else ("finish",) if running.state == "moved" else ("step",)
    asked = frozenset(
        name for name, one in about.items() if asking.is_asked(act=f"rotations:rotation:{act}", resource_id=one, at=at)
    )
    former = tuple(row for row in rows if row is not running)
    return RotationsPage(running, former, epochs, key_kind(actor.tenant_id).suite, can, asked)


@query
def rotations(*, actor: Actor) -> list[RotationRow]:
    """Every rotation, the newest first. Raises Denied to roles that do not look after keys."""
    if not actor.roles & READERS:
        raise Denied("access.role")
    return [_row(one) for one in Rotation.objects.order_by("-begun_at")[:_SHOWN]]


@query
def running_rotation() -> UUID | None:
    """The rotation that runs in the bound tenant, for the worker and the command."""
    return Rotation.objects.filter(state=Rotation.State.RUNNING).values_list("id", flat=True).first()


@query
def keys_left() -> int:
    """How many keys of the running rotation are not moved; 0 when none runs."""
    row = Rotation.objects.filter(state=Rotation.State.RUNNING).values_list("kind", "new").first()
    return 0 if row is None else moving.way(row[0]).left(row[1])


def _row(one: Rotation) -> RotationRow:
    state, left = one.state, 0
    if one.state == Rotation.State.RUNNING:
        left = moving.way(one.kind).left(one.new)
        state = "moved" if left == 0 else one.state
    eta = None
    if left and one.done and one.moved_at is not None:
        eta = timedelta(seconds=round((one.moved_at - one.begun_at).total_seconds() * left / one.done))
    return RotationRow(
        one.id, one.kind, one.old, one.new, state, one.total, one.done, left, one.refused, eta, one.begun_by,
        one.begun_at, one.finished_by, one.finished_at,
    )  # fmt: skip
