"""What the intake's screens say, put together from codes and counts in the reader's language. No query, no state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.contrib.humanize.templatetags import humanize
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fengni.apps.common.language import lang, said
from fengni.apps.imports.queries import JobPage, JobRow, LinesPage
from fengni.core.intake.plan import Outcome
from fengni.core.intake.workbook import position
from fengni.definitions import has_text, load

_SHAPES: Final = {
    "checking": "running", "storing": "running", "checked": "due", "locked_file": "due", "done": "ok",
    "cancelled": "unknown", "expired": "unknown", "undone": "unknown", "refused": "failed",
}  # fmt: skip
_OUTCOME_SHAPES: Final = {"imported": "ok", "asked": "due", "locked": "waiting", "skipped": "unknown"}
_OUT: Final = frozenset({"skip", "no-purpose", "lock", "login"})
_WEIGHTY: Final = (
    "damaged-id", "two-people", "no-purpose", "hidden-sheet", "unknown", "colour", "id-check", "damaged-code",
    "damaged-account", "old-id", "code-suggestion", "same-name", "maybe-same",
)  # fmt: skip
_MOST_AT_ONCE: Final = 7
Words = dict[str, Any]  # Any: a template's context


@dataclass(frozen=True, slots=True)
class ListedJob:
    """An import in the list of one's own."""

    url: str
    name: str
    shape: str
    state_words: str
    result_words: str
    created_at: Any


def intcomma(number: int) -> str:
    """A count with its thousands set apart, in every language."""
    return humanize.intcomma(number, use_l10n=False)


def _text(code: str, **params: str | int) -> str:
    return said(code, **params) if has_text(code) else code


def listed(job: JobRow) -> ListedJob:
    """An import as the list shows it."""
    result = ""
    if job.state == "done":
        result = _("%(new)s new · %(changed)s changed") % {
            "new": intcomma(job.result["created"]),
            "changed": intcomma(job.result["updated"]),
        }
    elif job.error:
        result = error_words(job)
    name = job.name or _("(nothing of it was kept)")
    words = said(f"imports.state.{job.state}")
    return ListedJob(reverse("imports:check", args=[job.id]), name, _SHAPES[job.state], words, result, job.created_at)


def error_words(job: JobRow) -> str:
    """The sentence of what went wrong."""
    return _text(job.error, **job.error_params) if job.error else ""


# ---- ② ----------------------------------------------------------------------------------------------------


def check_words(page: JobPage) -> Words:
    """Headline, figures and questions of the leak check."""
    health, counts = page.view["health"], page.view["counts"]
    damaged = sum(q["count"] for q in page.view["questions"] if q["id"] == "damaged-id")
    questions = sorted((_question(q, page) for q in page.view["questions"]), key=lambda q: q["weight"])
    weighty = [q for q in questions if q["weight"] < len(_WEIGHTY)][:_MOST_AT_ONCE]
    ready, n = counts["imported"], len(weighty)
    return {
        "headline": _headline(health),
        "damaged": max(damaged, health["damaged_ids"]),
        "lead": " · ".join(_lead(page)),
        "hidden": health["hidden_sheets"] + health["hidden_rows"] + health["hidden_columns"] + health["comments"],
        "hidden_words": _hidden(health),
        "others": _others(health),
        "notices": [*_outside(page), *[_text(code) for code in page.view["notices"]]],
        "questions": weighty,
        "small": questions[n:],
        "ask_title": ngettext("%(n)d thing for you to decide", "%(n)d things for you to decide", n) % {"n": n},
        "small_title": ngettext(
            "%(n)d small thing, settled with care", "%(n)d small things, settled with care", len(questions) - n
        )
        % {"n": len(questions) - n},
        "rest_words": ngettext("%(n)s cell can be taken in as it is", "%(n)s cells can be taken in as they are", ready)
        % {"n": intcomma(ready)},
    }


def _outside(page: JobPage) -> list[str]:
    """That storing would be refused, because the sheet holds clients of colleagues."""
    outside = page.view.get("outside", 0)
    return [said("vault.clients-outside-scope", clients=outside)] if outside else []


def _headline(health: Mapping[str, int]) -> str:
    numbers, passwords = health["id_numbers"], health["passwords"]
    found = {"numbers": intcomma(numbers), "passwords": intcomma(passwords)}
    if numbers and passwords:
        return _("In this file lie %(numbers)s ID numbers and %(passwords)s login passwords") % found
    if numbers:
        return _("In this file lie %(numbers)s ID numbers") % found
    if passwords:
        return _("In this file lie %(passwords)s login passwords") % found
    return _("No ID number and no password lies in this file")


def _lead(page: JobPage) -> Iterable[str]:
    health, counts = page.view["health"], page.view["counts"]
    yield page.row.name
    sheets = ngettext("%(n)d sheet", "%(n)d sheets", health["sheets"]) % {"n": health["sheets"]}
    yield sheets + (_(" (%(n)d hidden)") % {"n": health["hidden_sheets"]} if health["hidden_sheets"] else "")
    yield ngettext("%(n)s cell", "%(n)s cells", counts["cells"]) % {"n": intcomma(counts["cells"])}


def _hidden(health: Mapping[str, int]) -> str:
    parts = (
        (health["hidden_sheets"], _("sheets %(n)d")),
        (health["hidden_rows"] + health["hidden_columns"], _("rows and columns %(n)d")),
        (health["comments"], _("comments %(n)d")),
    )
    return " · ".join(words % {"n": n} for n, words in parts if n) or _("nothing is hidden")


def _others(health: Mapping[str, int]) -> list[str]:
    kinds = ("mobiles", "bank_accounts", "objects", "formulas", "error_cells", "external_links", "macros", "dde")
    return [said(f"imports.figure.{kind}", n=intcomma(health[kind])) for kind in kinds if health[kind]]


def _question(question: Mapping[str, Any], page: JobPage) -> Words:
    identifier: str = question["id"]
    kind = _sample_kind(identifier)
    return {
        "id": identifier,
        "title": _text(question["code"], count=question["count"]),
        "where": _places(question["places"], question["more"]),
        "sample": question["sample"],
        "look": _look(question["sample"], fictitious=kind == "name" and page.view["demo"]),
        "kind": kind,
        "weight": _weight(identifier),
        "headings": question["titles"][:3] if not identifier.startswith("colour") else (),
        "colour": identifier.partition(":")[2][-6:] if identifier.startswith("colour") else "",
        "choices": [(c, _text(f"intake.choice.{c}")) for c in question["choices"]],
        "selected": question["chosen"] or question["default"],
        "wants_tag": "tag" in question["choices"],
    }


def _look(sample: str, *, fictitious: bool) -> str:
    return "masked" if has_mask(sample) else "fictitious" if fictitious else "plain"


def _weight(identifier: str) -> int:
    """What matters most first; the careful answers to the rest are as good as chosen."""
    family = identifier.partition(":")[0]
    return _WEIGHTY.index(family) if family in _WEIGHTY else len(_WEIGHTY)


def _sample_kind(identifier: str) -> str:
    if identifier in {"damaged-id", "id-check", "id-length", "old-id"}:
        return "id_number"
    return "name" if identifier == "two-people" else ""


def _places(places: list[str], more: int) -> str:
    named = [f"{sheet}{mark}{place_words(cell)}" for sheet, mark, cell in (p.rpartition("!") for p in places[:3])]
    shown = ("、" if lang() == "zh" else ", ").join(named)
    rest = len(places[3:]) + more
    return _("%(places)s and %(n)d more") % {"places": shown, "n": rest} if rest else shown


# ---- ③ ----------------------------------------------------------------------------------------------------


def columns_words(page: JobPage) -> Words:
    """Columns by sheet, and the targets to choose from."""
    groups = _targets()
    known = {code for _group, options in groups for code, _words in options}
    sheets: dict[str, list[Words]] = {}
    for column in page.view["columns"]:
        sheets.setdefault(column["sheet"], []).append(_column(column, known))
    taken = sum(not c["out"] for members in sheets.values() for c in members)
    total = sum(len(members) for members in sheets.values())
    return {
        "sheets": list(sheets.items()),
        "targets": groups,
        "headline": _("%(taken)d of %(total)d columns are taken in") % {"taken": taken, "total": total},
        "lead": _("Changing a column checks the file again"),
    }


def _column(column: Mapping[str, Any], known: set[str]) -> Words:
    target: str = column["target"]
    heading = _("headings in row %(n)d") % {"n": column["header_row"]} if column["header_row"] else _("no headings")
    return dict(column) | {
        "out": target in _OUT or target == "unknown",
        "by_words": said(f"imports.by.{column['by']}"),
        "target_words": target_words(target),
        "extra": target not in known,
        "kind": target.rpartition(".")[2] if "." in target else "",
        "look": "masked" if has_mask(column["sample"]) else "plain",
        "heading_words": heading,
    }


def target_words(target: str) -> str:
    """A target in words: "Legal representative · ID number", with a number for the second person of a role."""
    subject, dot, kind = target.partition(".")
    if not dot:
        return said(f"imports.target.{target}")
    role, _hash, number = subject.partition("#")
    if role == "enterprise":
        return _text(f"field.{kind}")
    return " · ".join((_text(f"intake.role.{role}") + (f" {number}" if number else ""), _text(f"field.{kind}")))


def _targets() -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups of targets: leaving out first, then the enterprise, then each role."""
    terms = _terms()
    leave = [(code, said(f"imports.target.{code}")) for code in ("skip", "no-purpose", "unknown")]
    groups = [(said("imports.targets.leave"), leave)]
    firm = [(f"enterprise.{kind}", _text(f"field.{kind}")) for kind in terms["enterprise"]]
    groups.append((said("imports.targets.enterprise"), firm))
    for role in terms["roles"]:
        fields = [(f"{role}.{kind}", target_words(f"{role}.{kind}")) for kind in terms["person"]]
        groups.append((_text(f"intake.role.{role}"), fields))
    return groups


@cache
def _terms() -> Mapping[str, tuple[str, ...]]:
    terms = load("intake")
    return {part: tuple(terms[part]) for part in ("enterprise", "roles", "person")}


# ---- ④ ----------------------------------------------------------------------------------------------------


def rows_words(page: JobPage, found: LinesPage, outcome: str) -> Words:
    """Lines with their cells: what needs attention loud, what is taken in quiet."""
    counts, labels = page.view["counts"], _labels(page.view["columns"])
    shown = [_line(line, labels) for line in found.page.object_list]
    open_cells = counts["asked"]
    figures = [f"{said(f'imports.outcome.{o.value}')} {intcomma(counts[o.value])}" for o in Outcome]
    foot = (
        _("%(n)s cells are still open; they stay out") % {"n": intcomma(open_cells)}
        if open_cells
        else _("Afterwards you can undo for seven days")
    )
    return {
        "lines": found,
        "shown": shown,
        "outcome": outcome,
        "tabs": [(o.value, said(f"imports.outcome.{o.value}"), found.counts.get(o.value, 0)) for o in _TABS],
        "headline": _("All %(cells)s cells have their place") % {"cells": intcomma(counts["cells"])},
        "lead": " · ".join(figures),
        "answerable": any(c["choices"] for line in shown for c in (*line["loud"], *line["quiet"])),
        "query": f"outcome={outcome}&page={found.page.number}" if outcome else f"page={found.page.number}",
        "page_query": f"outcome={outcome}&" if outcome else "",
        "foot_words": foot,
        "confirm_words": _("Store %(firms)s clients and %(persons)s persons")
        % {"firms": intcomma(page.view["enterprises"]), "persons": intcomma(page.view["persons"])},
    }


_TABS: Final = (Outcome.ASKED, Outcome.IMPORTED, Outcome.LOCKED, Outcome.SKIPPED)


def _labels(columns: Iterable[Mapping[str, Any]]) -> Mapping[tuple[str, str], str]:
    return {(c["sheet"], c["column"]): c["title"] for c in columns}


def _line(line: Mapping[str, Any], labels: Mapping[tuple[str, str], str]) -> Words:
    cells = [_cell(line["sheet"], c, labels if line["data"] else {}) for c in line["cells"]]
    worst = next(o for o in _TABS if any(c["outcome"] == o.value for c in cells))
    loud = [c for c in cells if c["loud"]]
    return dict(line) | {
        "loud": loud,
        "quiet": list(_together(c for c in cells if not c["loud"])),
        "shape": _OUTCOME_SHAPES[worst.value],
        "words": said(f"imports.outcome.{worst.value}"),
    }


_NOTHING_MORE: Final[Words] = {
    "shown": "", "kind": "", "state": "", "fictitious": False, "proposal": "", "choices": (),
    "replaceable": False,
}  # fmt: skip


def _together(cells: Iterable[Words]) -> Iterator[Words]:
    """Neighbours that show nothing and have the same reason (headings, say) become one: A4–O4."""
    first: Words | None = None
    last: Words = {}
    for cell in cells:
        bare = not (cell["shown"] or cell["label"] or cell["choices"])
        if first is not None and (not bare or cell["why"] != first["why"]):
            yield _span(first, last)
            first = None
        if not bare:
            yield cell
        else:
            first, last = first or cell, cell
    if first is not None:
        yield _span(first, last)


def _span(first: Words, last: Words) -> Words:
    return first if first is last else first | {"cell": f"{first['cell']}–{last['cell']}"}


def _cell(sheet: str, cell: Mapping[str, Any], labels: Mapping[tuple[str, str], str]) -> Words:
    address = cell["cell"].partition("#")[0]
    letters = address.rstrip("0123456789") if address else ""
    attached = cell["cell"] != address
    row = position(address)[0] if address else 0
    label = labels.get((sheet, letters), "") if not attached and row > 0 else ""
    cell = _NOTHING_MORE | dict(cell)
    fictitious = cell["fictitious"] and cell["outcome"] == Outcome.IMPORTED.value and cell["kind"] == "name"
    return dict(cell) | {
        "place": f"{sheet}!{cell['cell']}",
        "cell": place_words(cell["cell"]),
        "label": label or (_text(f"field.{cell['kind']}") if cell["kind"] else ""),
        "why": _text(cell["reason"]),
        "shape": _OUTCOME_SHAPES[cell["outcome"]],
        "look": "fictitious" if fictitious else "masked" if has_mask(cell["shown"]) else "plain",
        "loud": cell["outcome"] in {"asked", "locked"} or cell["state"] == "verify",
        "open": cell["outcome"] == Outcome.ASKED.value,
        "choices": [(c, _text(f"intake.choice.{c}")) for c in cell["choices"]],
    }


def place_words(label: str) -> str:
    """An address as people say it: "B10#comment" is the comment on B10. What has no word keeps its label."""
    address, hangs, thing = label.partition("#")
    code = f"imports.attached.{thing.rstrip('0123456789')}"
    if not hangs or not has_text(code):
        return label
    number = thing.lstrip("abcdefghijklmnopqrstuvwxyz")
    return " ".join(part for part in (address, said(code), number) if part)


def has_mask(shown: str) -> bool:
    """Whether what is shown hides something; what hides nothing does not get the look of a mask."""
    return any(mark in shown for mark in "*•")


# ---- ⑤ ----------------------------------------------------------------------------------------------------


def done_words(page: JobPage, sequence: int | None) -> Words:
    """What was stored, the passwords to change, the way to the proof."""
    result, view = page.row.result, page.view
    cells = result["cells"]
    places: dict[tuple[str, str], list[str]] = {}
    for secret in view.get("secrets", ()):
        places.setdefault((secret["sheet"], secret["service"]), []).append(place_words(secret["cell"]))
    secrets = [
        {"sheet": sheet, "cells": cells_there, "words": said(f"imports.service.{service}")}
        for (sheet, service), cells_there in places.items()
    ]
    n = sum(len(s["cells"]) for s in secrets)
    return {
        "headline": _("Stored and sealed: %(clients)s clients, %(persons)s persons")
        % {"clients": intcomma(sum(result["clients"].values())), "persons": intcomma(sum(result["persons"].values()))},
        "lead": " · ".join((page.row.name, _("%(n)s cells taken in") % {"n": intcomma(cells["imported"])})),
        "figures": _figures(result, cells),
        "secrets": secrets,
        "secrets_note": _secrets_note(n, result.get("passwords_kept", 0)),
        "materials_words": _materials(result.get("materials", 0)),
        "secrets_title": ngettext("%(n)d password to change", "%(n)d passwords to change", n) % {"n": n},
        "checklist": [said(f"imports.delete.{step}") for step in ("recycle", "chat", "mail", "disk", "paper")],
        "entry": _("entry %(n)d") % {"n": sequence} if sequence is not None else _("waiting to be sealed"),
        "ledger_url": reverse("ledger:entry", args=[sequence]) if sequence is not None else "",
        "undo_until": page.row.undo_until,
    }


def _secrets_note(found: int, kept: int) -> str:
    """Whether the passwords themselves are here: all, some or none of them."""
    if not kept:
        return _("The passwords themselves were not kept")
    if kept < found:
        return _("%(n)d of them are locked into the password box; the others belong to no stored client") % {"n": kept}
    return _("They are locked into the password box of each client")


def _materials(number: int) -> str:
    return ngettext("%(n)d picture or file", "%(n)d pictures or files", number) % {"n": number} if number else ""


def _figures(result: Mapping[str, Any], cells: Mapping[str, int]) -> list[Words]:
    left_out = cells["skipped"] + cells["asked"] + cells["locked"]
    return [
        {"label": _("New"), "value": result["created"], "so": _split(result, "created")},
        {"label": _("Changed"), "value": result["updated"], "so": _("only what differs was sealed anew")},
        {"label": _("Unchanged"), "value": result["unchanged"], "so": _("the same as before")},
        {"label": _("Left out"), "value": left_out, "so": _("cells, each with its reason")},
    ]


def _split(result: Mapping[str, Any], what: str) -> str:
    counts = {"clients": intcomma(result["clients"][what]), "persons": intcomma(result["persons"][what])}
    return _("clients %(clients)s · persons %(persons)s") % counts
