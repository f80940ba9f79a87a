"""What the intake's pages post: a file or pasted cells, answers by question, targets by column, one cell's answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from fengni.core.errors import BadInput, UnreadableFile
from fengni.core.intake.hostile import MAX_FILE
from fengni.core.intake.plan import Answer

_COLUMN, _QUESTION, _TAG, _CELL, _VALUE = "col:", "q:", "v:", "c:", "w:"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: its name and bytes."""

    name: str = field(repr=False)
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answers:
    """What one form said."""

    mapping: dict[str, str]
    answers: tuple[Answer, ...] = field(repr=False)


class PasswordForm(forms.Form):
    """The password of a locked workbook."""

    password = forms.CharField(
        label=_("Password of the workbook"),
        max_length=255,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "autofocus": "autofocus"}),
    )


def read_upload(request: HttpRequest, pasted_name: str) -> Upload:
    """The uploaded file, or the pasted range as tab separated text. Raises UnreadableFile when there is neither."""
    file = request.FILES.get("file")
    if file is not None:
        return Upload(file.name or "", file.read())
    pasted = request.POST.get("pasted", "")
    if pasted.strip():
        return Upload(pasted_name, pasted.encode())
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_FILE:
        raise UnreadableFile("intake.too-large", limit=MAX_FILE // 2**20)
    raise BadInput("imports.no-file")


def read_answers(post: QueryDict, view: Mapping[str, Any]) -> Answers:
    """What differs from the plan shown: targets (`col:<id>`), answers (`q:<id>`, a tag in `v:<id>`), and single cells
    (`c:<sheet>!<cell>` a choice, `w:<sheet>!<cell>` the right value, which goes before the choice)."""
    targets = {c["id"]: c["target"] for c in view.get("columns", ())}
    chosen = {q["id"]: q["chosen"] for q in view.get("questions", ())}
    mapping = {k: v for k, v in _named(post, _COLUMN) if v and targets.get(k) != v}
    tags = dict(_named(post, _TAG))
    answers = [
        Answer(k, v, tags.get(k, "") if v == "tag" else "")
        for k, v in _named(post, _QUESTION)
        if v and (chosen.get(k) != v or v == "tag")
    ]
    values = {k: v for k, v in _named(post, _VALUE) if v}
    answers += [Answer(f"cell:{k}", "replace", v) for k, v in values.items()]
    answers += [Answer(f"cell:{k}", v) for k, v in _named(post, _CELL) if v and k not in values]
    return Answers(mapping, tuple(answers))


def _named(post: QueryDict, prefix: str) -> Iterator[tuple[str, str]]:
    for name in post:
        if name.startswith(prefix):
            yield name[len(prefix) :], str(post[name]).strip()
