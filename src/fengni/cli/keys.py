"""`fengni keys`: the root secret on sheets for people, a lost key file made again from them; the root given to another
custodian (a passphrase, an OpenBao server, a PKCS#11 token), and a key process that waits for its passphrase or PIN.
`fengni keys rotate` is in rotations.py.

Rules: passphrases and shares come from files closed to others or are typed; never from arguments. Splitting changes
nothing: sheets made before go on working, so they are collected when a custodian leaves. A crash while sheets are
written leaves some of a set that nobody has completed; another call makes another set.
"""

from __future__ import annotations

import html
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import click
import segno

from fengni.cli.rotations import rotate
from fengni.cli.session import said, tell
from fengni.core.errors import BadInput, HostProblem
from fengni.core.vault.shares import LINES, MOST, Share, combine, read_share, share_code, share_sheet
from fengni.core.vault.shares import split as split_root
from fengni.definitions import text
from fengni.host import secret_input, state
from fengni.keys import hsm, moving, roots

_passphrase_file = click.option("--passphrase-file", type=click.Path(path_type=Path))


@click.group()
def keys() -> None:
    """Custodians of the root secret, and changing keys."""


keys.add_command(rotate)


@keys.command()
@click.option("--needed", type=click.IntRange(2, MOST), default=3, show_default=True)
@click.option("--count", type=click.IntRange(2, MOST), default=5, show_default=True)
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path))
@_passphrase_file
def split(needed: int, count: int, folder: Path | None, passphrase_file: Path | None) -> None:
    """Divide the root secret: any `needed` of `count` sheets give it back."""
    sealed = roots.read(state.root_file())
    secret = secret_input.for_root(sealed, passphrase_file)
    made = split_root(sealed.open(secret), needed=needed, count=count, demo=sealed.demo)
    if folder is None:
        click.echo("\n".join(share_sheet(one) for one in made), nl=False)
    else:
        for path in _write(made, folder):
            click.echo(str(path))
    tell("cli.keys-split", needed=needed, count=count, set=made[0].set)


@keys.command()
@click.argument("files", type=click.Path(path_type=Path), nargs=-1)
@click.option("--root-file", type=click.Path(path_type=Path))
@_passphrase_file
def recover(files: tuple[Path, ...], root_file: Path | None, passphrase_file: Path | None) -> None:
    """Make a lost key file again from enough sheets, under a new passphrase."""
    path = root_file or state.root_file()
    if path.exists():
        raise HostProblem("keys.root-exists")
    found = combine([_read(file, place) for place, file in enumerate(files, 1)] if files else _typed())
    if found.wrong:
        tell("vault.share-forged", numbers=", ".join(map(str, found.wrong)))
    passphrase = (
        roots.DEMO_PASSPHRASE
        if found.demo
        else secret_input.passphrase(passphrase_file, twice=True, prompt=said("cli.init-passphrase"))
    )
    roots.create(path, passphrase=passphrase, demo=found.demo, root=found.root)
    tell("cli.keys-recovered", path=str(path), fingerprint=found.root.fingerprint())


@keys.command()
def custodian() -> None:
    """Who keeps the key that the root is under, and whether it answers."""
    sealed = roots.read(state.root_file())
    tell("cli.keys-custodian", custodian=said(f"custodian.{sealed.custodian}"))
    if sealed.wrapped is not None:
        for name, value in sorted(sealed.wrapped.settings.items()):
            click.echo(f"{name:<12} {value}")
        click.echo(f"{'root':<12} {sealed.wrapped.fingerprint}")
    sealed.probe()
    tell("cli.keys-custodian-answers")


@keys.command()
@click.option("--to", "custodian", type=click.Choice(["file", "openbao", "pkcs11"]), required=True)
@click.option("--old", type=click.Choice(["keep", "destroy"]), default="keep", show_default=True)
@_passphrase_file
@click.option("--new-passphrase-file", type=click.Path(path_type=Path))
@click.option("--key", default="fengni-root", show_default=True)
@click.option("--address")
@click.option("--credentials", type=click.Path(path_type=Path))
@click.option("--ca-file", type=click.Path(path_type=Path))
@click.option("--mount", default="transit", show_default=True)
@click.option("--namespace", default="")
@click.option("--module", type=click.Path(path_type=Path))
@click.option("--token")
@click.option("--environment", default="")
@click.option("--make-key", is_flag=True)
def move(
    custodian: roots.Custodian, old: str, passphrase_file: Path | None, new_passphrase_file: Path | None,
    make_key: bool, **given: Path | str | None,
) -> None:  # fmt: skip
    """Give the same root to another custodian; what runs goes on."""
    settings = _settings(custodian, given)
    path = state.root_file()
    sealed = roots.read(path)
    if sealed.demo:
        raise BadInput("keys.demo-stays")
    root = sealed.open(secret_input.for_root(sealed, passphrase_file))
    secret = _new_secret(custodian, new_passphrase_file)
    if make_key:
        hsm.make_key(settings, secret)
    made = moving.sealed_by(root, custodian, settings, secret=secret)
    kept = moving.move(path, old=sealed, root=root, sealed=made, secret=secret, keep=old == "keep")
    tell("cli.keys-moved", custodian=said(f"custodian.{custodian}"), fingerprint=root.fingerprint())
    tell("cli.keys-old-kept" if kept else "cli.keys-old-destroyed", path=str(kept or path))


@keys.command()
@_passphrase_file
def unlock(passphrase_file: Path | None) -> None:
    """Give a running key process its passphrase or PIN."""
    from fengni.apps.common.custodian import Custodian

    asking = Custodian(state.keys_socket())
    try:
        if asking.status().locked:
            asking.unlock(secret_input.for_root(roots.read(state.root_file()), passphrase_file))
        tell("cli.keys-unlocked", fingerprint=asking.status().fingerprint)
    finally:
        asking.forget_connections()


_NEEDED = {"file": (), "openbao": ("address", "key", "credentials"), "pkcs11": ("module", "token", "key")}
_TAKEN = {"file": (), "openbao": ("ca_file", "mount", "namespace"), "pkcs11": ("environment",)}


def _settings(custodian: roots.Custodian, given: Mapping[str, Path | str | None]) -> dict[str, str]:
    """How to reach the custodian, as the root file keeps it: paths from the root of the disk."""
    missing = [f"--{name.replace('_', '-')}" for name in _NEEDED[custodian] if not given[name]]
    if missing:
        raise BadInput("cli.keys-move-needs", custodian=said(f"custodian.{custodian}"), options=", ".join(missing))
    wanted = {name: given[name] for name in (*_NEEDED[custodian], *_TAKEN[custodian]) if given[name]}
    return {name: str(value.absolute() if isinstance(value, Path) else value) for name, value in wanted.items()}


def _new_secret(custodian: roots.Custodian, file: Path | None) -> str:
    if custodian == "openbao":
        return ""
    if custodian == "pkcs11":
        return secret_input.passphrase(file, prompt="PIN: ")
    return secret_input.passphrase(file, twice=True, prompt=said("cli.init-passphrase"))


def _read(file: Path, place: int) -> Share:
    """The share in a file that only its owner reads."""
    return read_share(secret_input.passphrase(file), place=place)


def _typed() -> list[Share]:
    """Shares typed at a terminal, line by line; a mistyped line is asked for again."""
    if not sys.stdin.isatty():
        raise BadInput("cli.keys-no-shares")
    shares = [_typed_share(1)]
    while len({one.number for one in shares}) < shares[0].needed:
        shares.append(_typed_share(len(shares) + 1))
    return shares


def _typed_share(place: int) -> Share:
    tell("cli.keys-type-share", place=place)
    lines = [_typed_line(number) for number in range(1, LINES + 1)]
    while True:
        try:
            return read_share("\n".join(lines), place=place)
        except BadInput as wrong:
            tell(wrong.code, **wrong.params)
            number = int(wrong.params.get("line", 0))
            if number:
                lines[number - 1] = _typed_line(number)
            else:
                lines = [_typed_line(number) for number in range(1, LINES + 1)]


def _typed_line(number: int) -> str:
    line: str = click.prompt(str(number), prompt_suffix="  ", err=True)
    return line.strip() or "-"


def _write(shares: Iterable[Share], folder: Path) -> list[Path]:
    """One page per share, to print and then delete; read by its owner only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = []
    for one in shares:
        path = folder / f"share-{one.set}-{one.number}.html"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(_page(one))
        written.append(path)
    return written


def _page(share: Share) -> str:
    said_in = {
        lang: {part: text(f"cli.keys-page-{part}", lang, **_facts(share)) for part in ("title", "about", "keep")}
        for lang in ("zh", "en")
    }
    drawn = segno.make_qr(share_code(share), error="m").svg_inline(scale=4, border=2, svgclass=None, lineclass=None)
    paragraphs = "".join(
        f"<section lang={lang}><h1>{html.escape(part['title'])}</h1><p>{html.escape(part['about'])}</p>"
        f"<p><strong>{html.escape(part['keep'])}</strong></p></section>"
        for lang, part in said_in.items()
    )
    return _PAGE.format(
        title=html.escape(said_in["zh"]["title"]), drawn=drawn, lines=html.escape(share_sheet(share)), said=paragraphs
    )


def _facts(share: Share) -> dict[str, str | int]:
    return {
        "number": share.number, "count": share.count, "needed": share.needed, "root": share.root, "set": share.set,
    }  # fmt: skip


_PAGE = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>{title}</title><style>
@page {{ size: A4; margin: 22mm }}
body {{ font: 11pt/1.6 "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; color: #1d1b19;
  max-width: 170mm; margin: 2rem auto; padding: 0 1rem }}
h1 {{ font-size: 15pt; margin: 1.6em 0 .3em; color: #9b2d20 }}
pre {{ font: 700 13pt/1.9 "DejaVu Sans Mono", Consolas, monospace; border: 1px solid #cfc8bd; padding: 1em 1.2em;
  white-space: pre-wrap; break-inside: avoid }}
svg {{ display: block; margin: 1.5em auto; break-inside: avoid }}
</style></head><body>{said}<pre>{lines}</pre>{drawn}</body></html>
"""
