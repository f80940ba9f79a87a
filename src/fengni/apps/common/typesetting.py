"""Papers of a house: the words of their codes, instants as people read them, and the answer that hands one out.

Rules: a paper is written in the language that is asked for, whatever language the reader's screens have. What is handed
out is kept by no cache.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.http import HttpResponse
from django.utils import timezone

from fengni.apps.common.language import lang
from fengni.core.errors import BadInput
from fengni.core.printing import Facts, Paper, docx, pdf
from fengni.definitions import Lang, text

FORMS: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def read_lang(asked: str) -> Lang:
    """The language a paper is asked for in; the reader's without one. Raises BadInput for another."""
    if asked not in ("", "zh", "en"):
        raise BadInput("printing.language-unknown")
    return lang() if asked == "" else "en" if asked == "en" else "zh"


def written(paper: Paper, form: str) -> bytes:
    """The paper as `pdf` or `docx`. Raises BadInput for another form."""
    if form not in FORMS:
        raise BadInput("printing.form-unknown")
    return pdf(paper) if form == "pdf" else docx(paper)


def handed_out(content: bytes, name: str) -> HttpResponse:
    """A file to keep; its form is told by the end of its name, which holds no personal word."""
    answer = HttpResponse(content, content_type=FORMS[name.rpartition(".")[2]])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def when(at: datetime | str, lang: Lang) -> str:
    """An instant on a paper: local time with its offset, because papers travel. A text is an instant of the ledger."""
    instant = datetime.fromisoformat(at) if isinstance(at, str) else at
    local = timezone.localtime(instant)
    return text("printing.instant", lang, at=f"{local:%Y-%m-%d %H:%M}", offset=f"{local:%z}"[:3].lstrip("0"))


def together(words: Iterable[str], lang: Lang) -> str:
    """Words in a row, set apart as the language does it."""
    return (", " if lang == "en" else "\u3001").join(words)


def facts(lang: Lang, *rows: tuple[str, str]) -> Facts:
    """Facts whose names are given as codes."""
    return Facts(tuple((text(code, lang), value) for code, value in rows))
