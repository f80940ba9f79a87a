"""Reading backups as what they are: a dump, or a base with the increments beside it, whole and without a gap.

    walk      every section of a dump, or of a chain in its order, authenticated and in its place
    survey    the same to the end, for its manifests: what nobody has looked through makes nothing

Rules: an increment names its base, its number, the file before it and the segments it carries; a walk refuses the first
file that does not follow. The last ones taken away look like a chain that ended earlier: only who knows more can tell
(`fengni.host.backup_verify` asks the running box). Of the key state, heads come whole with each file, logs as what was
added since the file before.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from fengni.core.errors import VerificationFailed
from fengni.core.vault import archive
from fengni.core.vault.archive import Root
from fengni.host import backup
from fengni.host.backup_wal import Segment

WAL: Final = "wal/"
HEADS: Final = "/heads/"
_KEYS: Final = re.compile(r"keys/([0-9a-f]{16}/(?:[a-z0-9-]+\.log|heads/[0-9a-f]{32}))(?:@(\d{1,18}))?")
Manifest = dict[str, Any]  # Any: JSON
Sections = Iterator[tuple[Manifest, str, Iterator[bytes]]]


def is_base(path: Path) -> bool:
    """Whether a file is named as a base. Raises VerificationFailed ("backup.name-the-base") for an increment."""
    if path.suffix == ".increment":
        raise VerificationFailed("backup.name-the-base")
    return path.suffix == ".base"


def files(path: Path) -> list[Path]:
    """A dump alone; or a base and all its increments. Raises VerificationFailed where a number is missing."""
    if not is_base(path):
        return [path]
    base, found = backup.named(path).backup, backup.increments_of(path)
    for number, increment in enumerate(found, 1):
        if increment.name != backup.increment_name(base, number):
            raise VerificationFailed("backup.increment-missing", name=backup.increment_name(base, number))
    return [path, *found]


def size(path: Path) -> int:
    """Bytes of all the files."""
    return sum(one.stat().st_size for one in files(path))


def walk(path: Path, root: Root) -> Sections:
    """(manifest, name, blocks) of each section behind a manifest. Raises VerificationFailed, HostProblem."""
    before: Manifest | None = None
    for one in files(path):
        manifest: Manifest | None = None
        waiting: list[Segment] = []
        with backup.opened(one) as file:
            for name, blocks in archive.read(root, file.read):
                if manifest is None:
                    if name != "manifest":
                        raise VerificationFailed("backup.damaged")
                    manifest = backup.manifest_of(blocks)
                    waiting = _follows(one, manifest, before)
                elif name.startswith(WAL) and (not waiting or waiting.pop(0).name != name.removeprefix(WAL)):
                    raise VerificationFailed("backup.chain-broken", name=one.name)
                else:
                    yield manifest, name, blocks
        if manifest is None:
            raise VerificationFailed("backup.damaged")
        if waiting:
            raise VerificationFailed("backup.chain-broken", name=one.name)
        before = manifest


def survey(path: Path, root: Root) -> list[Manifest]:
    """Read everything to its end; the manifests. A base's says in `ended` from when on it is consistent."""
    found: list[Manifest] = []
    for manifest, name, blocks in walk(path, root):
        if not found or found[-1] is not manifest:
            found.append(manifest)
        if name == "ended":
            manifest["ended"] = json.loads(b"".join(blocks))["at"]
    if not found or (is_base(path) and "ended" not in found[0]):
        raise VerificationFailed("backup.damaged")
    return found


def reaches(manifests: list[Manifest]) -> tuple[datetime, datetime]:
    """The first and the last instant that a chain can be brought to."""
    first = datetime.fromisoformat(manifests[0]["ended"])
    return first, datetime.fromisoformat(manifests[-1]["until"]) if len(manifests) > 1 else first


def keep_keys(name: str, blocks: Iterable[bytes], keys: Path) -> bool:
    """Put a section of key state in its place in a folder, a log's tail behind what is there. False for any other."""
    found = _KEYS.fullmatch(name)
    if found is None:
        return False
    path, at = keys / found[1], int(found[2] or 0)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(handle, "wb") as file:
        if os.fstat(handle).st_size < at:
            raise VerificationFailed("backup.damaged")
        file.truncate(at)
        file.seek(at)
        for block in blocks:
            file.write(block)
        file.flush()
        os.fsync(handle)
    return True


def _follows(path: Path, manifest: Manifest, before: Manifest | None) -> list[Segment]:
    """The segments that a file has to hold. Raises VerificationFailed where it is not the one after `before`."""
    kind, wrong = manifest.get("kind", "dump"), VerificationFailed("backup.chain-broken", name=path.name)
    if manifest["backup"] != str(backup.named(path).backup) or kind != path.suffix.removeprefix(".").replace(
        "backup", "dump"
    ):
        raise wrong
    if before is None:
        return []
    first, last = Segment.named(manifest["first"]), Segment.named(manifest["last"])
    number = before.get("number", 0) + 1
    follows = (manifest["base"], manifest["number"], manifest["previous"], manifest["system"]) == (
        before.get("base", before["backup"]),
        number,
        before["backup"],
        before["system"],
    )
    if not follows or first.name != before["next"] or last < first or last.timeline != first.timeline:
        raise wrong
    if manifest["next"] != last.after.name:
        raise wrong
    return [Segment(first.timeline, one) for one in range(first.number, last.number + 1)]
