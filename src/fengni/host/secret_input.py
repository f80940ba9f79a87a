"""Passphrases from people or files; never from arguments or the environment."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

from fengni.core.errors import HostProblem
from fengni.keys import roots


def passphrase(file: Path | None, *, twice: bool = False, prompt: str = "") -> str:
    """The passphrase of the root file: from a file only its owner reads, or typed at a terminal.

    Raises HostProblem when there is neither, or when two entries differ.
    """
    if file is not None:
        try:
            if file.stat().st_mode & 0o077:
                raise HostProblem("host.passphrase-file-open", path=str(file))
            return file.read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError):
            raise HostProblem("host.passphrase-file-unreadable", path=str(file)) from None
    if not sys.stdin.isatty():
        raise HostProblem("host.passphrase-needed")
    typed = getpass.getpass(prompt or "口令 passphrase: ")
    if twice and getpass.getpass("再输一次 again: ") != typed:
        raise HostProblem("host.passphrase-differs")
    return typed


def for_root(sealed: roots.RootFile, file: Path | None) -> str:
    """What opens this root file: nothing of anybody's for a demo's or a server's, else a passphrase or a PIN.

    Raises HostProblem as `passphrase` does.
    """
    if not sealed.asks:
        return roots.DEMO_PASSPHRASE if sealed.demo else ""
    return passphrase(file, prompt="PIN: " if sealed.custodian == "pkcs11" else "")
