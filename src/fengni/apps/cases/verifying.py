"""The verifier in the browser: as a page here, and as one file to keep that works without us and without a network.

Both hold the same script and the same words, in the reader's language: names of acts, fields and steps stand beside
the form, so that the file needs nobody to say them. The file opens for whoever has it. It names its script and style by
hash in its own policy; nothing else can run in it, and it cannot reach anywhere.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Final

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from fengni.apps.acts.acting import REGISTRY
from fengni.apps.common.language import said
from fengni.apps.guests.doors import GuestRequest, portal_page
from fengni.core.vault.catalogue import ELEMENTS
from fengni.definitions import texts

SCRIPT: Final = "verify.js"
STYLE: Final = "fengni-seen.css"


@require_safe
@portal_page(after_closing=True)
def page(request: GuestRequest) -> HttpResponse:
    """For every guest; it holds nothing of anybody."""
    return render(request, "cases/verify.html", {"words": _words()})


@require_safe
@portal_page(after_closing=True)
def file(request: GuestRequest) -> HttpResponse:
    """The same in one file, for a stick or an album."""
    script, style = _static(SCRIPT), _static(STYLE)
    own = f"script-src '{_hash(script)}'; style-src '{_hash(style)}'"
    policy = f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'"
    context = {"script": mark_safe(script), "style": mark_safe(style), "policy": policy, "words": _words()}  # noqa: S308  # our own files
    answer = render(request, "cases/verify_file.html", context)
    answer["Content-Disposition"] = 'attachment; filename="fengni-verify.html"'
    return answer


def _words() -> str:
    """Every code that a proof file may show, in plain words, as JSON. A code of a newer version stays a code."""
    codes = [act for act in REGISTRY if act in texts()]
    codes += [*(f"field.{kind}" for kind in ELEMENTS), "cases.verify.refused", "cases.verify.clear"]
    plain = [code for code, words in texts().items() if "{" not in words["zh"]]
    codes += [code for code in plain if code.startswith(("field.material_", "verify."))]
    return json.dumps({code: said(code) for code in codes}, ensure_ascii=False)


def _static(name: str) -> str:
    path = finders.find(name)
    assert isinstance(path, str)  # noqa: S101  # part of the package
    return Path(path).read_text("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
