"""`fengni verify`: checks a proof file offline and says what is proved and what is not.

The checking is `core/ledger/verifier.py`, the same file that people copy away with `--write-verifier`; here it only
gets the words of the reader's language. Exit codes: 0 verified, 5 failed, 6 the evidence is insufficient.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import click

from fengni.core.errors import BadInput
from fengni.core.ledger import verifier
from fengni.definitions import Lang, has_text, text

_MARKS: Final = {"ok": "✓", "failed": "✗", "absent": "–"}


@click.command()
@click.argument("file", required=False)
@click.option("--key", metavar="FINGERPRINT")
@click.option("--held", metavar="FILE")
@click.option("--json", "as_json", is_flag=True)
@click.option("--write-verifier", metavar="PATH")
@click.pass_obj
def verify(
    lang: Lang, file: str | None, key: str | None, held: str | None, as_json: bool, write_verifier: str | None
) -> int:
    """Check a proof file."""
    if write_verifier is not None:
        _write_verifier(write_verifier)
        click.echo(text("verify.written", lang), err=True)
        if file is None:
            return 0
    if file is None:
        raise BadInput("verify.no-file")
    data = _read(file)
    proofs, held_file, worst = _proofs(data), None if held is None else _read(held), 0
    for name, proof in proofs.items():
        try:
            report = verifier.check(proof, key=key, held=held_file)
        except ValueError:
            raise BadInput("verify.no-fingerprint") from None
        if name:
            click.echo(text("verify.inside", lang, name=name), err=True)
        click.echo(json.dumps(asdict(report), ensure_ascii=False) if as_json else said(report, lang))
        worst = _worse(worst, verifier.EXITS[report.status])
    return worst


def _worse(one: int, other: int) -> int:
    """A failure outweighs what is insufficient, and that outweighs what holds."""
    failed = verifier.EXITS["failed"]
    return failed if failed in (one, other) else max(one, other)


def _proofs(data: bytes) -> dict[str, bytes]:
    """The proof files to check by name: the file itself, or what lies inside a PDF. BadInput for a PDF without."""
    if not data.startswith(b"%PDF-"):
        return {"": data}
    try:
        from fengni.core.printing import attached
    except ImportError:
        raise BadInput("verify.pdf-unread") from None
    found = {name: content for name, content in attached(data).items() if name.endswith(".json")}
    if not found:
        raise BadInput("verify.pdf-empty")
    return found


def said(report: verifier.Report, lang: Lang) -> str:
    """The report for people: verdict, what was checked step by step, and what no such file can prove."""
    verdict = [verifier.SENTENCES[code][lang == "en"] for code in (report.status, report.reason) if code]
    place = [text("verify.place", lang, where=report.where)] if report.where else []
    steps = [f"  {_MARKS[ended]} {text(f'verify.{step}.{ended}', lang)}" for step, ended in report.steps.items()]
    lines = [(" " if lang == "en" else "").join(verdict), *place, text("verify.checked", lang), *steps]
    lines += [text("verify.not-proved", lang)] + [f"  · {text(f'verify.limit.{n}', lang)}" for n in (1, 2, 3)]
    if report.fingerprint:
        lines.append(text("verify.fingerprint", lang, fingerprint=report.fingerprint))
    if report.origin:
        lines.append(text("verify.ledger", lang, origin=report.origin, size=report.size, root=report.root))
    lines += certified(report.statement, lang) if report.statement else []
    for entry in report.entries:
        body = entry["body"]
        lines.append(f"  #{entry['sequence']}  {body['at']}  {_named(body['act'], lang)}  {body['outcome']}")
    return "\n".join(lines)


def certified(stated: dict[str, Any], lang: Lang) -> list[str]:  # Any: a statement that was verified
    """What a destruction certificate states, for people."""
    counts = stated["counts"]
    lines = [
        text("verify.certificate", lang, matter=stated["matter"], at=stated["destroyed_at"]),
        text("verify.certificate.counts", lang, units=counts["units"], persons=counts["persons"],
             records=counts["records"], tags=counts["tags"], pieces=counts["pieces"]),
        text("verify.certificate.backups", lang, day=stated["backups_until"]),
    ]  # fmt: skip
    for sealed in stated["sealed"]:
        lines.append(text("verify.certificate.sealed", lang, units=sealed["units"], until=sealed["until"]))
    if stated["alone"]:
        lines.append(text("verify.certificate.alone", lang))
    return [f"  {line}" for line in [*lines, text("verify.certificate.limit", lang)]]


def _named(act: str, lang: Lang) -> str:
    """An act in words, with its code; the code alone when the file comes from a version that had other acts."""
    return f"{text(act, lang)} ({act})" if has_text(act) else act


def _read(path: str) -> bytes:
    try:
        with Path(path).open("rb") as source:
            return source.read(verifier.LARGEST_FILE + 1)
    except OSError:
        raise BadInput("verify.cannot-read", path=path) from None


def _write_verifier(path: str) -> None:
    source = Path(verifier.__file__).read_bytes()
    try:
        with Path(path).open("xb") as target:
            target.write(source)
    except FileExistsError:
        raise BadInput("verify.exists", path=path) from None
    except OSError:
        raise BadInput("verify.cannot-write", path=path) from None
