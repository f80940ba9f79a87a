"""The destruction certificate on paper: made from the file alone, which lies inside it.

Rules: nothing is said on the paper that the file does not state, but the name of the house; so whoever holds the paper
holds the proof. It names no person: who proposed and who approved are the pseudonymous ids of the ledger.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import Any, Final

from fengni.apps.common.typesetting import facts, when
from fengni.core.errors import VerificationFailed
from fengni.core.ledger import verifier
from fengni.core.printing import Attachment, Block, Heading, Paper, Points, Table, Text
from fengni.definitions import Lang, text

ATTACHED: Final = "fengni-certificate.json"
_COUNTED: Final = ("records", "tags", "pieces")
_Stated = dict[str, Any]  # Any: the JSON object of docs/spec/certificate.md section 2


def certificate(file: bytes, *, house: str, lang: Lang) -> Paper:
    """The paper of a certificate's file. Raises VerificationFailed for a file that does not hold."""
    report = verifier.check(file, key=verifier.check(file).fingerprint or None)
    if report.status != "verified":
        raise VerificationFailed("printing.does-not-hold")
    stated, content = report.statement, json.loads(file)
    number = stated["matter"]
    return Paper(
        title=text("paper.certificate", lang),
        lang=lang,
        made_on=date.fromisoformat(stated["issued_at"][:10]),
        kicker=f"{house} · {number}",
        foot=text("paper.certificate.foot", lang, number=number, fingerprint=report.fingerprint),
        blocks=(
            Text(text("paper.certificate.lead", lang, house=house, number=number)),
            _decided(stated, lang),
            *_destroyed(stated, lang),
            *_kept(stated, lang),
            Heading(text("paper.certificate.trial", lang)),
            Text(text("paper.certificate.trial-text", lang, **stated["trial"])),
            Text(text("paper.certificate.backups", lang, day=stated["backups_until"])),
            *_keys(stated, lang),
            *_proof(report, content, lang),
            *_checking(report.fingerprint, lang),
        ),
        attachments=(Attachment(ATTACHED, file, text("paper.certificate.attached", lang)),),
    )


def _decided(stated: _Stated, lang: Lang) -> Block:
    alone = text("verify.certificate.alone", lang) if stated["alone"] else text("paper.certificate.two", lang)
    return facts(
        lang,
        ("paper.matter", stated["matter"]),
        ("paper.certificate.destroyed-at", when(stated["destroyed_at"], lang)),
        ("paper.certificate.issued-at", when(stated["issued_at"], lang)),
        ("paper.certificate.proposed", f"{stated['proposed']['by']} · {when(stated['proposed']['at'], lang)}"),
        ("paper.certificate.approved", f"{stated['approved']['by']} · {when(stated['approved']['at'], lang)}"),
        ("paper.certificate.decided", alone),
    )


def _destroyed(stated: _Stated, lang: Lang) -> tuple[Block, ...]:
    """What is gone, by what it was of and why it goes."""
    counted: dict[tuple[str, str, str], Counter[str]] = {}
    for unit in stated["units"]:
        place = unit["subject"], unit["kept"], unit["law"]
        counted.setdefault(place, Counter()).update({"units": 1, **{what: unit[what] for what in _COUNTED}})
    heads = ("of", "why", "units", *_COUNTED)
    rows = [
        (
            text(f"disposals.subject.{of}", lang),
            text(f"retention_law.{law}", lang),
            *(str(found[what]) for what in ("units", *_COUNTED)),
        )
        for (of, _, law), found in sorted(counted.items())
    ]
    return (
        Heading(text("paper.certificate.gone", lang)),
        Text(text("verify.certificate.counts", lang, **stated["counts"])),
        Table(tuple(text(f"paper.certificate.head.{one}", lang) for one in heads), tuple(rows), (4, 9, 2, 2, 2, 2)),
    )


def _kept(stated: _Stated, lang: Lang) -> tuple[Block, ...]:
    """What the law keeps, and what went out before."""
    sealed = tuple(
        (str(one["units"]), text(f"retention_law.{one['law']}", lang), one["until"]) for one in stated["sealed"]
    )
    heads = tuple(text(f"paper.certificate.head.{one}", lang) for one in ("units", "why", "until"))
    out = tuple(f"{text(f'disposals.recalled.{what}', lang)}: {n}" for what, n in stated["not_recalled"].items())
    return (
        Heading(text("paper.certificate.sealed", lang)),
        Table(heads, sealed, (2, 10, 3)) if sealed else Text(text("paper.certificate.nothing-sealed", lang)),
        Heading(text("paper.certificate.out", lang)),
        Points(out) if out else Text(text("paper.certificate.nothing-out", lang)),
    )


def _keys(stated: _Stated, lang: Lang) -> tuple[Block, ...]:
    heads = (text("paper.certificate.head.unit", lang), text("paper.certificate.head.commitment", lang))
    rows = tuple((one["unit"], one["commitment"]) for one in stated["units"])
    return (
        Heading(text("paper.certificate.keys", lang)),
        Text(text("paper.certificate.keys-text", lang)),
        Table(heads, rows, (1, 2), look="code"),
    )


def _proof(report: verifier.Report, content: _Stated, lang: Lang) -> tuple[Block, ...]:
    """Where the two entries stand: what the file proves, told in numbers."""
    stands = {
        name: text("paper.proof.stands", lang, sequence=one["sequence"], size=report.size, steps=len(one["path"]))
        for name, one in ((name, content[name]) for name in ("destroyed", "issued"))
    }
    return (
        Heading(text("paper.proof", lang)),
        Text(text("paper.proof.text", lang)),
        facts(
            lang,
            ("paper.proof.ledger", report.origin),
            ("paper.proof.destroyed", stands["destroyed"]),
            ("paper.proof.issued", stands["issued"]),
        ),
        Text(text("paper.proof.root", lang, root=report.root), "code"),
        Text(text("paper.proof.fingerprint", lang, fingerprint=report.fingerprint), "code"),
    )


def _checking(fingerprint: str, lang: Lang) -> tuple[Block, ...]:
    return (
        Heading(text("paper.check", lang)),
        Points(tuple(text(f"paper.check.{n}", lang, file=ATTACHED) for n in (1, 2, 3)), numbered=True),
        Text(f"fengni verify {ATTACHED} --key {fingerprint}", "code"),
        Heading(text("paper.limits", lang)),
        Points(tuple(text(f"paper.certificate.limit.{n}", lang) for n in (1, 2, 3))),
    )
