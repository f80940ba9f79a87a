"""Pages of the ledger: entries in words, one entry with its proof, files to take home."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from fengni.apps.common.language import said
from fengni.apps.common.requests import ActorRequest
from fengni.apps.ledger import queries, verification
from fengni.core.errors import BadInput
from fengni.definitions import texts

VERIFIERS = frozenset({"owner", "dpo", "auditor", "security"})


def entries(request: ActorRequest) -> HttpResponse:
    """Who did what, when and for what, newest first. Whatever is given narrows it."""
    asked = request.GET
    act, before = asked.get("act", ""), asked.get("before", "")
    page = queries.entries(
        request.actor,
        act=act if act in _acts() else None,
        refused=True if asked.get("refused") else None,
        member_id=request.actor.id if asked.get("mine") else None,
        before=int(before) if before.isdecimal() else None,
    )
    kept = {name: asked[name] for name in ("act", "refused", "mine") if asked.get(name)}
    context = {"page": page, "act": act, "asked": kept, "acts": _acts()} | _head(request)
    return render(request, "ledger/entries.html", context)


def _acts() -> dict[str, str]:
    return {code: said(code) for code in texts() if code.count(":") == 2}


def _head(request: ActorRequest) -> dict[str, Any]:
    return {
        "head": queries.checkpoint(),
        "fingerprint": queries.log_fingerprint(),
        "reads_all": bool(request.actor.roles & verification.READERS),
        "may_verify": bool(request.actor.roles & VERIFIERS),
    }


def entry(request: ActorRequest, sequence: int) -> HttpResponse:
    """One entry, and what its proof says and does not say."""
    found = next(iter(queries.entries(request.actor, before=sequence + 1, limit=1).rows), None)
    if found is None or found.sequence != sequence:
        raise Http404
    context = {"entry": found} | _path(request, sequence) | _head(request)
    return render(request, "ledger/entry.html", context)


def _path(request: ActorRequest, sequence: int) -> dict[str, Any]:
    """The hashes that lead from the entry to the head; None until a signed head covers it, or when the proof is not
    for this reader: then `why_not` says so."""
    try:
        file = queries.entry_proof_file(request.actor, sequence=sequence)
    except BadInput as error:
        if error.code not in ("ledger.not-sealed-yet", "ledger.proof-tells-more"):
            raise
        return {"path": None, "why_not": "" if error.code == "ledger.not-sealed-yet" else said(error.code)}
    return {"path": json.loads(file)["entry"]["path"]}


def proof(request: ActorRequest, sequence: int) -> HttpResponse:
    """The proof of one entry as a file."""
    return _file(queries.entry_proof_file(request.actor, sequence=sequence), f"fengni-entry-{sequence}.json")


def checkpoint(request: ActorRequest) -> HttpResponse:
    """The newest signed head as a file: whoever keeps it can tell later whether anything before it was changed."""
    return _file(queries.checkpoint_file(), "fengni-checkpoint.json")


def _file(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
