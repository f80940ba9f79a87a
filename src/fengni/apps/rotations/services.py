"""Acts of rotations: begin, move a batch, finish. Begin and finish need a second person; batches go on alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fengni.apps.acts import second_person
from fengni.apps.acts.acting import Outcome, act
from fengni.apps.rotations import moving
from fengni.apps.rotations.models import Rotation
from fengni.apps.rotations.moving import KEEPERS, KINDS
from fengni.apps.vault.store.house import house
from fengni.core.access.actor import Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import BadInput, Denied


@dataclass(frozen=True, slots=True)
class Step:
    """What one batch did: keys `moved`, keys that did not open (`refused`), and whether it ended a `whole` pass."""

    moved: int
    refused: int
    whole: bool


def _kind(actor: Actor, what: str) -> Resource:
    """What is to be changed; a yes to one kind is none to another."""
    if what not in KINDS:
        raise BadInput("rotations.kind-unknown")
    return Resource("rotations:kind", KINDS[what], actor.tenant_id)


def _rotation(actor: Actor, rotation_id: UUID) -> Resource:
    """A rotation, locked. Denied when the tenant has none of this id."""
    if not Rotation.objects.select_for_update().filter(id=rotation_id).exists():
        raise Denied("rotations.no-such-rotation")
    return Resource("rotations:rotation", rotation_id, actor.tenant_id)


@act("rotations:rotation:begin", roles=KEEPERS, resource=_kind, second_person_above=-1)
def begin_rotation(*, actor: Actor, at: datetime, what: str) -> Outcome[UUID]:
    """Begin a change of keys, to which a second person agreed: epoch, unit, suite-N, display or index. What is new
    has new keys from now on.

    A crash after the key process began the epoch and before COMMIT leaves an epoch more; the next beginning takes that
    one. Raises BadInput for an unknown kind, for the suite that keys have already, or while another rotation runs.
    """
    if Rotation.objects.filter(state=Rotation.State.RUNNING).exists():
        raise BadInput("rotations.running-already")
    old, new = moving.way(what).begin(house(), what)
    made = Rotation.objects.create(
        tenant_id=actor.tenant_id, kind=what, old=old, new=new, total=moving.way(what).left(new), begun_by=actor.id,
        begun_at=at,
    )  # fmt: skip
    second_person.spend(KINDS[what], at)
    facts: dict[str, int | str] = {"what": what, "old": old, "new": new, "to_move": made.total}
    return Outcome(made.id, resource=Resource("rotations:rotation", made.id, actor.tenant_id), facts=facts)


@act("rotations:rotation:step", roles=KEEPERS, resource=_rotation)
def step_rotation(*, actor: Actor, at: datetime, rotation_id: UUID) -> Outcome[Step]:
    """Move the next batch of keys. Of an epoch nothing is released: the key process wraps anew what it unwrapped.

    With new unit keys, what lies under each is sealed again, and keys are released under the entry, for nobody. A kill
    leaves each unit as it was or changed, and the batch is done again. Raises BadInput when it does not run, Denied
    beyond a budget of releases.
    """
    row = _running(rotation_id)
    before = 0 if moving.is_at_the_beginning(row) else row.refused
    done = moving.move(house(), row)
    row.done, row.refused, row.moved_at = row.done + done.moved, before + done.refused, at
    row.save(update_fields=["done", "refused", "table", "after", "moved_at"])
    facts = {"moved": done.moved, "not_moved": done.refused, **done.facts}
    return Outcome(Step(done.moved, done.refused, moving.is_at_the_beginning(row)), facts=facts)


@act("rotations:rotation:finish", roles=KEEPERS, resource=_rotation, second_person_above=-1)
def finish_rotation(*, actor: Actor, at: datetime, rotation_id: UUID) -> Outcome[None]:
    """End the old keys, to which a second person agreed, after every key was looked at under the new one; with new unit
    keys, every value too: opened, and compared with what acts wrote.

    A crash after the key process ended an epoch and before COMMIT leaves a rotation that is finished by doing it again.
    Raises BadInput while a single key is left or does not open, or while somebody writes new ones.
    """
    row = _running(rotation_id)
    home, way = house(), moving.way(row.kind)
    _refuse_left(row, way.wrong(home, row.new))
    if not way.is_still(home):
        raise BadInput("rotations.writers-under-way")
    _refuse_left(row, way.left(row.new))  # written meanwhile, by who began before the rotation did
    way.end(home, row.new)
    Rotation.objects.filter(id=row.id).update(state=Rotation.State.DONE, finished_by=actor.id, finished_at=at)
    second_person.spend(row.id, at)
    return Outcome(None, facts={"what": row.kind, "old": row.old, "new": row.new, "moved": row.done})


def _refuse_left(row: Rotation, left: int) -> None:
    if left:
        raise BadInput(moving.way(row.kind).left_code, keys=left)


def _running(rotation_id: UUID) -> Rotation:
    row = Rotation.objects.get(id=rotation_id)
    if row.state != Rotation.State.RUNNING:
        raise BadInput("rotations.over")
    return row
