"""Every column of the database is classified once, and as something that its type can be."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

from fengni.definitions import load

KNOWN: dict[str, Any] = load("columns")
_SPEAKS = {  # types whose columns could hold anything: each is listed
    "BinaryField", "CharField", "TextField", "JSONField", "ArrayField", "DateField", "GenericIPAddressField",
    "EmailField", "SlugField", "URLField", "FileField",
}  # fmt: skip
_MUTE = {
    "UUIDField", "AutoField", "BigAutoField", "IntegerField", "SmallIntegerField", "BigIntegerField", "BooleanField",
    "DateTimeField", "ForeignKey", "OneToOneField", "CompositePrimaryKey",
}  # fmt: skip
_BYTES = {"sealed", "display", "staged", "wrapped", "tag", "digest", "verifier", "entry"}
_TEXT_DIGESTS = {"text_hash", "note", "password"}  # digests and signatures kept as letters
MODELS: dict[str, type[Model]] = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


def _misplaced(table: str, model: type[Model], row: dict[str, Any]) -> list[str]:
    """What is not right about the columns of one table."""
    listed = [(column, kind) for kind in KNOWN["kinds"] for column in row.get(kind, ())]
    types = {field.column: field.get_internal_type() for field in model._meta.local_concrete_fields}
    wrong = [f"{table}.{column}: no such column" for column, _ in listed if column not in types]
    wrong += [f"{table}: unknown {name}" for name in row if name not in {*KNOWN["kinds"], "about", "kept", "readers"}]
    for column, type_ in types.items():
        kinds = [kind for name, kind in listed if name == column]
        if type_ not in _SPEAKS | _MUTE:
            wrong.append(f"{table}.{column}: unheard-of type {type_}")
        elif len(kinds) != (type_ in _SPEAKS):
            wrong.append(f"{table}.{column}: classified {len(kinds)} times")
        elif kinds and (kinds[0] in _BYTES) != (type_ in {"BinaryField", "ArrayField"}) and column not in _TEXT_DIGESTS:
            wrong.append(f"{table}.{column}: {kinds[0]} as {type_}")
    return wrong


def test_every_column_is_classified_once() -> None:
    tables = KNOWN["tables"]
    assert sorted(MODELS.keys() ^ {*tables, *KNOWN["framework"]}) == []
    assert [wrong for table, row in tables.items() for wrong in _misplaced(table, MODELS[table], row)] == []


def test_what_is_in_clear_is_never_about_clients() -> None:
    for table, row in KNOWN["tables"].items():
        assert {row["about"], row["kept"], row["readers"]} <= {*KNOWN["about"], *KNOWN["kept"], *KNOWN["readers"]}
        if {"staff", "house", "path"} & row.keys():
            assert row["about"] != "client", table


def test_a_column_that_nobody_classified_is_found() -> None:
    row = {**KNOWN["tables"]["guests_link"], "display": [], "code": ["contact", "code_way", "held_until"]}
    found = _misplaced("guests_link", MODELS["guests_link"], row)
    assert sorted(found) == [
        "guests_link.address: classified 0 times", "guests_link.held_until: classified 1 times"
    ]  # fmt: skip


def test_the_database_has_no_table_beside_them() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
        there = {name for (name,) in cursor.fetchall()}
    assert there == {*KNOWN["tables"], *KNOWN["framework"], *KNOWN["bare"]}
