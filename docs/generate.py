"""Writes ARCHITECTURE.md and the generated pages of docs from the code: `make docs`. A test fails when one is stale."""

from __future__ import annotations

import ast
import inspect
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "fengni"

_HEAD = """# Architecture

封泥 was the lump of clay pressed over the knot of a sealed letter: only the addressee broke it, and everyone saw
whether it had been broken. This software does that for the information of clients while their enterprise changes its
registration.

Two ideas carry the house. **An act** is a verb somebody is accountable for: one keyword-only function that is
authorised, run and recorded in one transaction ([docs/acts.md](docs/acts.md)). **Facts flow down as rows** (grants,
blocks, approvals) and **news flows up by the ledger**: lower areas write it, upper areas read it; there are no signals.

```
 people ──▶ console · REST · command line
                  │  parse, call ONE act or query, render
                  ▼
            acts ── load facts ─▶ decide (pure) ─▶ run ─▶ entry in the inbox        one durable transaction
                  │                                            │
        ┌─────────┴─────────┐                          sealer: sequence, numbers, tree, signed head
        ▼                   ▼                                  │
   sealed store         parties, imports                       ▼
        │ tags, unwraps (counted, bound to an act)        ledger ─▶ measures, proofs, receipts
        ▼
   key process (root, tenant, index and checkpoint keys never leave it)
```

The layers below are executed by import-linter on every test run; this page is generated from the first line of every
module. Decisions with their negative consequences are in [docs/adr](docs/adr/README.md), the formats in
[docs/spec](docs/spec), what we defend in [THREAT_MODEL.md](THREAT_MODEL.md).

"""


def _caption(path: Path) -> str:
    doc = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return doc.split("\n\n", 1)[0].replace("\n", " ").strip()


def _tree(folder: Path, depth: int = 0) -> list[str]:
    lines = []
    for path in sorted(folder.iterdir(), key=lambda p: (p.is_file(), p.name)):
        if path.name.startswith(("__", ".")) or path.name == "migrations":
            continue
        indent = "  " * depth
        if path.is_dir() and (path / "__init__.py").exists():
            lines.append(f"{indent}- **{path.name}/** {_caption(path / '__init__.py')}")
            lines += _tree(path, depth + 1)
        elif path.suffix == ".py":
            lines.append(f"{indent}- `{path.name}` {_caption(path)}")
    return lines


def _layers() -> list[str]:
    import tomllib

    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    lines = ["## Direction of imports", ""]
    for contract in contracts:
        layers = f": `{' > '.join(contract['layers'])}`" if "layers" in contract else ""
        lines.append(f"- **{contract['name']}**{layers}")
    return [*lines, ""]


def architecture() -> str:
    """The text of ARCHITECTURE.md."""
    return _HEAD + "\n".join([*_layers(), "## The tree of `src/fengni`", "", *_tree(SOURCE)]) + "\n"


def acts() -> str:
    """The text of docs/acts.md: every act with its labels, roles, purposes and what it does."""
    _django()
    import fengni.config.urls  # noqa: F401  # imports every area
    from fengni.apps.acts.acting import FUNCTIONS, REGISTRY
    from fengni.definitions import text

    lines = ["# Acts", "", "Every verb somebody is accountable for. Generated from the registry.", ""]
    ours = [name for name, function in FUNCTIONS.items() if function.__module__.startswith("fengni.")]
    for name in sorted(ours):
        rule = REGISTRY[name]
        lines += [f"### `{name}`", "", f"{text(name, 'zh')} · {text(name, 'en')}", ""]
        lines += [" ".join((inspect.getdoc(FUNCTIONS[name]) or "").split()), ""]
        roles = ", ".join(sorted(rule.roles - {"system"})) or "the product itself"
        facts = [f"roles: {roles}"]
        if rule.purposes:
            facts.append("purposes: " + ", ".join(sorted(rule.purposes)))
        if rule.scoped:
            facts.append("inside the client scope")
        if rule.second_person_above is not None:
            facts.append(f"second person above {rule.second_person_above}")
        if rule.protected:
            facts.append("stops when the ledger is behind")
        lines += ["; ".join(facts) + ".", ""]
    return "\n".join(lines)


def catalogue() -> str:
    """The text of docs/catalogue.md: what the sealed store may hold, and what every column of the database is."""
    lines = [
        "# Data catalogue",
        "",
        "What is held, how sensitive it is, on what basis, for how long and for whom. Generated from the models and",
        "from `definitions/data_elements.yml`, `catalogue.yml`, `retention.yml` and `columns.yml`.",
        "",
    ]
    return "\n".join([*lines, *_fields(), *_columns()]) + "\n"


def _fields() -> list[str]:
    """Every kind of field of the sealed store."""
    from fengni.definitions import load, text

    recipients, rules = load("catalogue")["classes"], load("retention")["classes"]
    lines = [
        "## Fields of the sealed store",
        "",
        "Each opens under its unit's key only and is found by keyed tags only.",
        "",
    ]
    heads = ("field", "element", "grade", "class", "basis", "kept", "found by", "readers")
    lines += [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for kind, row in load("data_elements").items():
        rule, about = rules[row["retention"]], recipients[f"{row['subject']} {row['class']}"]
        sealed = f", sealed until {rule['years']} years are over" if "years" in rule else ""
        kept = f"{rule['days']} days after closing{sealed}"
        cells = [
            f"`{kind}` {text(f'field.{kind}', 'zh')}", row["element"], row["grade"], f"{row['subject']} {row['class']}",
            text(f"basis.{row['basis']}", "en"), kept, ", ".join(row.get("index", ())) or "—",
            ", ".join(text(f"recipient.{one}", "en") for one in about["recipients"]),
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return [*lines, ""]


def _columns() -> list[str]:
    """Every table and column."""
    _django()
    from django.apps import apps

    from fengni.definitions import load

    known = load("columns")
    models = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    lines = ["## Tables and columns", "", "Columns not named are ids, numbers, yes or no, or instants.", ""]
    lines += [f"- **{kind}**: {words}" for kind, words in known["kinds"].items()]
    lines += ["", "| table | about | kept | readers | columns |", "|---|---|---|---|---|"]
    for table, row in sorted(known["tables"].items()):
        named = [f"{kind}: {', '.join(row[kind])}" for kind in known["kinds"] if kind in row]
        plain = len(models[table]._meta.local_concrete_fields) - sum(len(row.get(kind, ())) for kind in known["kinds"])
        said = [known[part][row[part]] for part in ("about", "kept", "readers")]
        lines.append(f"| `{table}` | {' | '.join(said)} | {'; '.join([*named, f'{plain} by type'])} |")
    lines += ["", f"Of the framework and the queue: {', '.join(f'`{name}`' for name in known['framework'])}."]
    return [*lines, "Without a model: " + ", ".join(f"`{name}` ({what})" for name, what in known["bare"].items()) + "."]


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fengni.config.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()


PAGES = {"ARCHITECTURE.md": architecture, "docs/acts.md": acts, "docs/catalogue.md": catalogue}

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "src"))
    for name, page in PAGES.items():
        (ROOT / name).write_text(page(), "utf-8")
