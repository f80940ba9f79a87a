"""`fengni scan`: what personal and client information lies in files and folders; needs no server and no database.

Rules: values are masked unless `--reveal`; `--json` prints one object per finding on stdout. A file that cannot be
read costs one sentence on stderr, the rest goes on, and the command ends with 1. Inside folders, mail and archives,
kinds that are not read are counted, not refused; pictures are named too. Symbolic links are not followed. Files are
read by a process of their own (core/documents/apart.py). docs/spec/scan.md says what positions mean.
"""

from __future__ import annotations

import json
import os
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

import click

from fengni.core.documents.apart import Apart
from fengni.core.errors import UnreadableFile
from fengni.core.pii.finding import Finding
from fengni.core.vault.masking import mask_list, mask_name
from fengni.definitions import Lang, text

_KINDS: Final = {
    "CN_ID_CARD": "id_number", "CN_USCC": "id_number", "CN_MOBILE": "mobile", "CN_LANDLINE": "landline",
    "BANK_CARD": "bank_account", "EMAIL": "email", "ADDRESS": "home_address", "PASSPORT": "passport",
    "HK_MACAU_PERMIT": "hk_macau_permit", "PLATE": "passport", "TAIWAN_PERMIT": "hk_macau_permit",
    "PERMANENT_RESIDENCE": "id_number", "CN_OLD_REGISTRATION": "id_number", "BANK_ACCOUNT": "corporate_account",
    "INVOICE_NO": "bank_account", "SEAL_CODE": "bank_account", "WECHAT_ID": "passport", "QQ_ID": "passport",
    "IP_ADDRESS": "passport", "MAC_ADDRESS": "passport", "BIRTH_DATE": "secret_other", "PASSWORD": "secret_other",
}  # fmt: skip
_COUNTED_ONLY: Final = frozenset({"pii.kind-not-read", "pii.not-text"})
_PICTURE, _DIGITS_LOST = "pii.picture-not-read", "pii.digits-lost"


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--json", "as_json", is_flag=True)
@click.option("--reveal", is_flag=True)
@click.pass_obj
def scan(lang: Lang, paths: tuple[str, ...], as_json: bool, reveal: bool) -> int:
    """Scan files and folders."""
    with Apart() as apart:
        run = Scan(apart, lang, as_json=as_json, reveal=reveal)
        for path in paths:
            run.path(path)
        return run.end()


class Scan:
    """One run: prints findings as they come and counts."""

    def __init__(self, apart: Apart, lang: Lang, *, as_json: bool, reveal: bool) -> None:
        self._apart = apart
        self._lang, self._as_json, self._reveal = lang, as_json, reveal
        self._found: Counter[str] = Counter()
        self._files = self._refused = self._skipped = self._pictures = 0

    def path(self, path: str) -> None:
        """Scan a file, or a folder with everything below it."""
        try:
            is_folder = stat.S_ISDIR(os.stat(path).st_mode)  # noqa: PTH116  # Path would turn "-" and "" into something else
        except OSError:
            self._refuse(path, UnreadableFile("pii.no-such-path"))
            return
        if is_folder:
            for file in self._below(path):
                self._file(file, in_folder=True)
        else:
            self._file(path, in_folder=False)

    def end(self) -> int:
        """Say what was done; returns the exit code."""
        self._say("pii.summary", files=self._files, findings=self._found.total())
        if self._skipped:
            self._say("pii.summary-skipped", files=self._skipped)
        if self._pictures:
            self._say("pii.summary-pictures", files=self._pictures)
        if self._refused:
            self._say("pii.summary-refused", files=self._refused)
        return 1 if self._refused else 0

    def _below(self, folder: str) -> Iterator[str]:
        def denied(error: OSError) -> None:
            self._refuse(str(error.filename), UnreadableFile("pii.no-access"))

        for place, folders, files in os.walk(folder, onerror=denied):
            folders.sort()
            yield from (str(Path(place, name)) for name in sorted(files) if not Path(place, name).is_symlink())

    def _file(self, path: str, *, in_folder: bool) -> None:
        try:
            with _opened(path) as source:
                for finding in self._apart.scan(source, path, refused=lambda p, e: self._unread(path + p, e)):
                    self._show(path, finding)
            self._files += 1
        except UnreadableFile as error:
            (self._unread if in_folder else self._refuse)(path, error)
        except OSError:
            self._refuse(path, UnreadableFile("pii.no-access"))

    def _show(self, path: str, finding: Finding) -> None:
        self._found[finding.type] += 1
        value = finding.value if self._reveal else masked(finding)
        where = printable(path + finding.place)
        if self._as_json:
            row = {"path": where, "type": finding.type, "value": value, "start": finding.start, "end": finding.end}
            click.echo(json.dumps(row | {"score": finding.score}, ensure_ascii=False))
        else:
            name = text(f"pii.type.{finding.type}", self._lang)
            click.echo(f"{where}:{finding.start}-{finding.end}\t{name}\t{value}\t{finding.score:.2f}")

    def _unread(self, path: str, error: UnreadableFile) -> None:
        """A file or part that nobody named: what is not read by its kind does not end the command with 1."""
        if error.code in _COUNTED_ONLY:
            self._skipped += 1
        elif error.code == _PICTURE:
            self._pictures += 1
            self._name(path, error)
        elif error.code == _DIGITS_LOST:
            self._name(path, error)
        else:
            self._refuse(path, error)

    def _refuse(self, path: str, error: UnreadableFile) -> None:
        self._refused += 1
        self._name(path, error)

    def _name(self, path: str, error: UnreadableFile) -> None:
        click.echo(f"{printable(path)}: {text(error.code, self._lang, **error.params)}", err=True)

    def _say(self, code: str, **params: int) -> None:
        click.echo(text(code, self._lang, **params), err=True)


def masked(finding: Finding) -> str:
    """The value as a list may show it: numbers first and last character, names by surname."""
    if finding.type == "PERSON":
        return mask_name(finding.value)
    if finding.type == "COMPANY":
        return f"{finding.value[:2]}****{finding.value[-2:]}"
    return mask_list(_KINDS[finding.type], finding.value)


def printable(path: str) -> str:
    """A path that no terminal stumbles over: what is no character or steers the terminal is escaped."""
    plain = path.encode("utf-8", "backslashreplace").decode()
    return "".join([c if c.isprintable() else f"\\x{ord(c):02x}" for c in plain])


def _opened(path: str) -> IO[bytes]:
    """The file for reading. Raises UnreadableFile for what is no regular file, so that a pipe cannot hold us up."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnreadableFile("pii.not-a-file")
    return os.fdopen(descriptor, "rb")
