"""The client information protection voucher on paper, in the reader's language, with the person's receipt inside."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

from django.utils import timezone

from fengni.apps.cases.vouchers import Kept, Voucher
from fengni.apps.cases.wording import together
from fengni.apps.common.language import lang, said
from fengni.apps.common.typesetting import facts, when
from fengni.apps.consents.register import word
from fengni.apps.matters.items import ItemRow
from fengni.core.ledger import verifier
from fengni.core.printing import Attachment, Block, Heading, Paper, Points, Table, Text
from fengni.definitions import has_text

ATTACHED: Final = "fengni-receipt.json"
_NEVER: Final = ("wanted", "waived")


def voucher(one: Voucher, *, house: str) -> Paper:
    """The paper of a voucher."""
    fingerprint = verifier.check(one.receipt).fingerprint
    return Paper(
        title=said("paper.voucher"),
        lang=lang(),
        made_on=timezone.localdate(one.closed_at),
        kicker=f"{house} · {one.number}",
        foot=said("paper.certificate.foot", number=one.number, fingerprint=fingerprint),
        blocks=(
            Text(said("paper.voucher.lead", house=house)),
            _about(one),
            *_collected(one),
            *_watched(one),
            *_shared(one),
            *_kept(one),
            *_proof(one, fingerprint),
        ),
        attachments=(Attachment(ATTACHED, one.receipt, said("paper.voucher.attached")),),
    )


def _about(one: Voucher) -> Block:
    return facts(
        lang(),
        ("paper.voucher.holder", one.person),
        ("paper.voucher.company", one.company),
        ("paper.matter", f"{one.number} · {together(one.types)}"),
        ("paper.voucher.opened", when(one.opened_at, lang())),
        ("paper.voucher.closed", when(one.closed_at, lang())),
        ("paper.voucher.outcome", said("paper.voucher.approved" if one.approved else "paper.voucher.given-up")),
    )


def _scope(scope: str, state: str, since: datetime | None) -> str:
    stands = said(f"consents.state.{word(scope, state)}")
    line = said("paper.voucher.scope", scope=said(f"consents.scope.{scope}"), state=stands)
    return f"{line} · {when(since, lang())}" if since else line


def _collected(one: Voucher) -> tuple[Block, ...]:
    """What was asked of the person, and what came of it."""
    heads = tuple(said(f"paper.voucher.head.{head}") for head in ("item", "basis", "law", "kept", "state"))
    rows = tuple(_item(row) for row in one.items)
    scopes = tuple(_scope(*row) for row in one.scopes)
    spared = (Text(said("paper.voucher.spared", n=one.spared)),) if one.spared > 0 else ()
    return (
        Heading(said("paper.voucher.collected")),
        Table(heads, rows, (5, 3, 5, 3, 3)) if rows else Text(said("paper.voucher.nothing-asked")),
        *spared,
        Heading(said("paper.voucher.consents")),
        Points(scopes),
    )


def _item(row: ItemRow) -> tuple[str, ...]:
    asked, english = row.asked, lang()
    basis = f"matters.basis.{asked.basis}" if has_text(f"matters.basis.{asked.basis}") else f"basis.{asked.basis}"
    state = "none" if row.state in _NEVER else "picture" if row.material_id else "paper" if asked.material else "fields"
    return (
        asked.name(english),
        said(basis),
        asked.law(english),
        said(f"retention.{asked.retention}"),
        said(f"paper.voucher.came.{state}"),
    )


def _watched(one: Voucher) -> tuple[Block, ...]:
    heads = tuple(said(f"paper.voucher.head.{head}") for head in ("who", "times", "clear", "kinds", "last"))
    rows = tuple(
        (
            f"{seen.viewer.name} · {seen.role}" if seen.viewer.name and seen.role else seen.viewer.name or seen.role,
            str(seen.times),
            str(seen.clear),
            together(seen.kinds),
            when(seen.last, lang()),
        )
        for seen in one.watchers
    )
    total = said(
        "paper.voucher.seen-sum", people=len(rows), times=sum(seen.times for seen in one.watchers),
        clear=sum(seen.clear for seen in one.watchers), refused=one.refused,
    )  # fmt: skip
    return (
        Heading(said("paper.voucher.seen")),
        Text(total),
        *((Table(heads, rows, (6, 2, 2, 8, 5)),) if rows else ()),
        Text(said("paper.voucher.folded", system=one.folded.get("system", 0), own=one.folded.get("own", 0)), "quiet"),
    )


def _shared(one: Voucher) -> tuple[Block, ...]:
    heads = tuple(said(f"paper.voucher.head.{head}") for head in ("partner", "purpose", "kinds", "views", "ended"))
    rows = tuple(
        (
            share.partner,
            said(share.purpose) if has_text(share.purpose) else share.purpose,
            together(tuple(said(f"field.{kind}") for kind in share.kinds) + _documents(share.documents)),
            str(share.views),
            said("paper.voucher.share-over" if share.state != "live" else "paper.voucher.share-live"),
        )
        for share in one.shares
    )
    return (
        Heading(said("paper.voucher.shared")),
        Table(heads, rows, (4, 3, 6, 2, 3)) if rows else Text(said("paper.voucher.nothing-shared")),
    )


def _documents(number: int) -> tuple[str, ...]:
    return (said("paper.voucher.documents", n=number),) if number else ()


def _kept(one: Voucher) -> tuple[Block, ...]:
    heads = tuple(said(f"paper.voucher.head.{head}") for head in ("what", "law", "then"))
    rows = tuple((_what(kept), said(f"retention_law.{kept.law}"), _fate(kept)) for kept in one.kept)
    return (
        Heading(said("paper.voucher.kept")),
        Table(heads, rows, (5, 6, 6)) if rows else Text(said("paper.voucher.nothing-kept")),
        Text(said("paper.voucher.kept-text"), "quiet"),
    )


def _what(kept: Kept) -> str:
    if kept.subject == "material":
        return said("paper.voucher.documents", n=kept.units)
    return together(tuple(said(f"field.{kind}") for kind in kept.kinds)) or said("disposals.subject.person")


def _fate(kept: Kept) -> str:
    code = f"{kept.state}-{kept.fate}" if kept.state in ("running", "due") else kept.state
    return said(f"paper.voucher.fate.{code}", on=str(kept.on or ""), until=str(kept.until or ""))


def _proof(one: Voucher, fingerprint: str) -> tuple[Block, ...]:
    closing = json.loads(one.receipt)["entries"][one.closing - 1]["sequence"]
    return (
        Heading(said("paper.proof")),
        Text(said("paper.voucher.proof", last=one.last, closing=one.closing, sequence=closing)),
        Text(said("paper.proof.fingerprint", fingerprint=fingerprint), "code"),
        Heading(said("paper.check")),
        Points(tuple(said(f"paper.check.{n}", file=ATTACHED) for n in (1, 2, 3)), numbered=True),
        Text(f"fengni verify {ATTACHED} --key {fingerprint}", "code"),
        Heading(said("paper.limits")),
        Points(tuple(said(f"paper.voucher.limit.{n}") for n in (1, 2, 3))),
    )
