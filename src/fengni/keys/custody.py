"""What each request does. One object per process; its methods may run in several threads.

Rules: locked means that only Status and Unlock are answered. Releases are taken from a budget before anything opens and
counted on disk before they leave, a head is remembered on disk before it is signed, a destroyed unit before that is
acknowledged, an epoch's seed before anything is wrapped under it. Nothing a request carries stands in an error.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fengni.core.errors import BadInput, Denied, FengniError, KeysUnavailable, SealRefused, VerificationFailed
from fengni.core.ledger.checkpoint import Checkpoint, check_successor, signable_bytes
from fengni.core.ledger.merkle import EMPTY_ROOT
from fengni.core.vault import archive
from fengni.core.vault.blind_index import IndexKey
from fengni.core.vault.custody import answers, requests
from fengni.core.vault.keyring import Root, TenantKeys, WrappedUnit
from fengni.core.vault.suites import Suite
from fengni.keys.budgets import Budgets, defined
from fengni.keys.counters import Counters
from fengni.keys.epochs import Epochs
from fengni.keys.heads import Heads
from fengni.keys.roots import RootFile
from fengni.keys.tombstones import Tombstones

_PURPOSE: Final = re.compile(r"[a-z][a-z0-9_.:-]{0,79}")


class Opened:
    """A process that has its root: keys by tenant, counters, heads, tombstones."""

    def __init__(self, root: Root, state: Path) -> None:
        """`state` gets a folder per root, so that another root neither reads nor continues these files."""
        folder = state / root.fingerprint()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.fingerprint = root.fingerprint()
        self.counters = Counters(folder / "releases.log")
        self.heads = Heads(folder / "heads")
        self.tombstones = Tombstones(folder / "tombstones.log")
        self.epochs = Epochs(folder / "epochs", root)
        self._wrapping = lru_cache(1024)(
            lambda tenant, suite, epoch, seed: root.tenant(tenant, epoch=epoch, suite=suite, seed=seed)
        )
        self.keys: Callable[[UUID, Suite], TenantKeys] = lru_cache(1024)(
            lambda tenant, suite: root.tenant(tenant, suite=suite)  # index and display keys are of no epoch
        )
        self.index: Callable[[UUID, Suite, str, int], IndexKey] = lru_cache(8192)(
            lambda tenant, suite, kind, version: self.keys(tenant, suite).index_key(kind, version)
        )
        self.signer: Callable[[UUID], Ed25519PrivateKey] = lru_cache(1024)(
            lambda tenant: Ed25519PrivateKey.from_private_bytes(root.derive("checkpoint", tenant.bytes))
        )
        self.new_backup: Callable[[UUID, Suite], tuple[bytes, bytes]] = lambda backup, suite: archive.begin(
            root, suite=suite, backup=backup
        )

    def wrapping(self, tenant: UUID, suite: Suite, epoch: int) -> TenantKeys:
        """The keys of a living epoch. Raises SealRefused for any other."""
        return self._wrapping(tenant, suite, epoch, self.epochs.seed(tenant, epoch))

    def newest(self, tenant: UUID, suite: Suite) -> TenantKeys:
        """The keys of the epoch that wraps what is new."""
        return self.wrapping(tenant, suite, self.epochs.living(tenant)[-1])

    def end_epoch(self, tenant: UUID, epoch: int) -> None:
        """End an epoch on disk and forget its key."""
        self.epochs.end(tenant, epoch)
        self._wrapping.cache_clear()


class Custody:
    """Answers requests. Starts locked."""

    def __init__(self, root_file: RootFile, state: Path, *, locked_memory: bool) -> None:
        self._root_file = root_file
        self._state = state
        self._locked_memory = locked_memory
        self._opened: Opened | None = None
        self.trouble: FengniError = KeysUnavailable("keys.locked")  # why it is locked
        self._unlocking = threading.Lock()
        self._counting = threading.Lock()
        self._units = self._tags = self._refused = 0
        self._budgets = Budgets(defined())

    def unlock(self, secret: str) -> None:
        """Open the root. Nothing happens when it is open. Raises as RootFile.open does."""
        with self._unlocking:  # one stretching at a time: it takes memory; and one PIN
            if self._opened is None:
                self._opened = Opened(self._root_file.open(secret), self._state)

    def close(self) -> None:
        """Wait for running writes."""
        if self._opened is not None:
            self._opened.heads.lock.acquire()
            self._opened.counters.close()
            self._opened.tombstones.close()

    def count_refusal(self) -> None:
        """One more request was refused."""
        with self._counting:
            self._refused += 1

    def answer(self, request: requests.Request) -> answers.Answer:
        """The answer of a request. Raises the errors of docs/spec/key-process.md."""
        if isinstance(request, requests.Status):
            return self._status()
        if isinstance(request, requests.Unlock):
            try:
                self.unlock(request.passphrase.decode())
            except UnicodeDecodeError:
                raise KeysUnavailable("vault.root-not-opened") from None
            return self._status()
        opened = self._opened
        if opened is None:
            raise self.trouble
        handle: Callable[[Custody, Opened, Any], answers.Answer] = _HANDLERS[type(request)]  # Any: its own request
        return handle(self, opened, request)

    def _status(self) -> answers.State:
        opened = self._opened
        releases, persons = opened.counters.totals() if opened else (0, 0)
        return answers.State(
            demo=self._root_file.demo,
            locked=opened is None,
            locked_memory=self._locked_memory,
            fingerprint=opened.fingerprint if opened else "",
            pid=os.getpid(),
            units=self._units,
            tags=self._tags,
            releases=releases,
            persons=persons,
            refused=self._refused,
            heads=len(opened.heads) if opened else 0,
            mass=self._budgets.mass,
            withheld=self._budgets.withheld,
        )

    def _new_units(self, opened: Opened, request: requests.NewUnits) -> answers.NewKeys:
        if request.versions and any(opened.tombstones.has(request.tenant, unit) for unit in request.units):
            raise Denied("keys.unit-destroyed")
        keys = opened.newest(request.tenant, request.suite)
        made = keys.create_secrets(request.units, versions=request.versions)
        with self._counting:
            self._units += len(made)
        secrets, wrapped, commitments = zip(*made, strict=True) if made else ((), (), ())
        return answers.NewKeys(keys.epoch, tuple(secrets), tuple(wrapped), tuple(commitments))

    def _unwrap(self, opened: Opened, request: requests.Unwrap) -> answers.Secrets:
        if request.entry.int == 0 or not _PURPOSE.fullmatch(request.purpose):
            raise BadInput("keys.release-unbound")
        if any(opened.tombstones.has(request.tenant, one.unit) for one in request.units):
            raise Denied("keys.unit-destroyed")
        persons = [one.person for one in request.units]
        self._budgets.spend(request.tenant, request.entry, request.purpose, persons)
        secrets: list[bytes] = []
        for epoch, group in groupby(request.units, key=attrgetter("epoch")):
            secrets += opened.wrapping(request.tenant, request.suite, epoch).unwrap_secrets(map(_wrapped, group))
        if secrets:
            opened.counters.count(request.tenant, request.entry, request.purpose, persons)
        return answers.Secrets(tuple(secrets))

    def _make_tags(self, opened: Opened, request: requests.Tags) -> answers.Tagged:
        tags: list[bytes | None] = []
        for (kind, version), groups in groupby(request.groups, key=lambda group: group[:2]):
            key = opened.index(request.tenant, request.suite, kind, version)
            for _, _, values in groups:
                tags += key.tags(values)
        with self._counting:
            self._tags += len(tags)
        return answers.Tagged(tuple(tags))

    def _display_key(self, opened: Opened, request: requests.DisplaySecret) -> answers.Secrets:
        return answers.Secrets((opened.keys(request.tenant, request.suite).display_secret(version=request.version),))

    def _sign(self, opened: Opened, request: requests.SignCheckpoint) -> answers.HeadSignature:
        new = Checkpoint(request.origin, request.new_size, request.root)
        signer = opened.signer(request.tenant)
        with opened.heads.lock:
            last = opened.heads.last(request.tenant)
            if request.old_size != (last.size if last else 0):
                raise VerificationFailed("keys.head-not-last")
            check_successor(last, new=new, path=request.proof)
            opened.heads.keep(request.tenant, new)
        return answers.HeadSignature(signer.public_key().public_bytes_raw(), signer.sign(signable_bytes(new)))

    def _last_signed(self, opened: Opened, request: requests.LastSigned) -> answers.SignedHead:
        with opened.heads.lock:
            last = opened.heads.last(request.tenant)
        return answers.SignedHead(last.origin, last.size, last.root) if last else answers.SignedHead("", 0, EMPTY_ROOT)

    def _public_key(self, opened: Opened, request: requests.PublicKey) -> answers.PublicBytes:
        return answers.PublicBytes(opened.signer(request.tenant).public_key().public_bytes_raw())

    def _releases(self, opened: Opened, request: requests.Releases) -> answers.Counts:
        return answers.Counts(opened.counters.of(request.tenant, request.persons))

    def _destroy(self, opened: Opened, request: requests.Destroy) -> answers.Counts:
        if request.entry.int == 0:
            raise BadInput("keys.release-unbound")
        return answers.Counts((opened.tombstones.add(request.tenant, request.entry, request.units),))

    def _destroyed(self, opened: Opened, request: requests.Destroyed) -> answers.Counts:
        return answers.Counts(tuple([int(opened.tombstones.has(request.tenant, unit)) for unit in request.units]))

    def _living(self, opened: Opened, request: requests.Epochs) -> answers.Counts:
        return answers.Counts(opened.epochs.living(request.tenant))

    def _begin_epoch(self, opened: Opened, request: requests.BeginEpoch) -> answers.Counts:
        if request.entry.int == 0:
            raise BadInput("keys.release-unbound")
        opened.epochs.begin(request.tenant, request.epoch)
        return answers.Counts(opened.epochs.living(request.tenant))

    def _end_epoch(self, opened: Opened, request: requests.EndEpoch) -> answers.Counts:
        if request.entry.int == 0:
            raise BadInput("keys.release-unbound")
        opened.end_epoch(request.tenant, request.epoch)
        return answers.Counts(opened.epochs.living(request.tenant))

    def _rewrap(self, opened: Opened, request: requests.Rewrap) -> answers.Rewrapped:
        under = opened.newest(request.tenant, request.suite)
        moved: list[bytes | None] = []
        for epoch, group in groupby(request.units, key=attrgetter("epoch")):
            moved += _each(partial(_moved, opened, request, epoch, under), list(group), None)
        return answers.Rewrapped(under.epoch, tuple(moved))

    def _check(self, opened: Opened, request: requests.Check) -> answers.Counts:
        newest = opened.epochs.living(request.tenant)[-1]
        told: list[int] = []
        for epoch, group in groupby(request.units, key=attrgetter("epoch")):
            units = list(group)
            right = partial(_opens, opened, request, epoch)
            told += [0] * len(units) if epoch != newest else _each(right, units, 0)
        return answers.Counts(tuple(told))

    def _new_backup(self, opened: Opened, request: requests.NewBackup) -> answers.BackupKey:
        return answers.BackupKey(*opened.new_backup(request.backup, request.suite))


_T = TypeVar("_T")


def _wrapped(one: requests.WrappedKey) -> WrappedUnit:
    return WrappedUnit(one.unit, one.wrapped, one.commitment, one.version)


def _moved(
    opened: Opened, request: requests.Rewrap, epoch: int, under: TenantKeys, units: Sequence[requests.WrappedKey]
) -> Sequence[bytes | None]:
    _refuse_destroyed(opened, request.tenant, units)
    keys = opened.wrapping(request.tenant, request.suite, epoch)
    return keys.rewrap([_wrapped(one) for one in units], under=under)


def _opens(opened: Opened, request: requests.Check, epoch: int, units: Sequence[requests.WrappedKey]) -> Sequence[int]:
    _refuse_destroyed(opened, request.tenant, units)
    opened.wrapping(request.tenant, request.suite, epoch).unwrap_secrets(map(_wrapped, units))
    return [1] * len(units)


def _refuse_destroyed(opened: Opened, tenant: UUID, units: Sequence[requests.WrappedKey]) -> None:
    if any(opened.tombstones.has(tenant, one.unit) for one in units):
        raise SealRefused


def _each(
    ask: Callable[[Sequence[requests.WrappedKey]], Sequence[_T]], units: Sequence[requests.WrappedKey], refused: _T
) -> list[_T]:
    """What `ask` says of each unit, `refused` for those it refuses: all at once, and by halves where one is refused."""
    try:
        return list(ask(units))
    except SealRefused:
        if len(units) == 1:
            return [refused]
    half = len(units) // 2
    return _each(ask, units[:half], refused) + _each(ask, units[half:], refused)


_HANDLERS: Final[dict[type, Callable[[Custody, Opened, Any], answers.Answer]]] = {
    requests.NewUnits: Custody._new_units,
    requests.Unwrap: Custody._unwrap,
    requests.Tags: Custody._make_tags,
    requests.DisplaySecret: Custody._display_key,
    requests.SignCheckpoint: Custody._sign,
    requests.LastSigned: Custody._last_signed,
    requests.PublicKey: Custody._public_key,
    requests.Releases: Custody._releases,
    requests.Destroy: Custody._destroy,
    requests.Destroyed: Custody._destroyed,
    requests.NewBackup: Custody._new_backup,
    requests.Epochs: Custody._living,
    requests.BeginEpoch: Custody._begin_epoch,
    requests.EndEpoch: Custody._end_epoch,
    requests.Rewrap: Custody._rewrap,
    requests.Check: Custody._check,
}
