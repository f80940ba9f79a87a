"""Reads on sealed records: lists, search, pages, files of masked lists. Nothing here opens a value."""

from __future__ import annotations

from fengni.apps.vault.queries.contents import Content, content
from fengni.apps.vault.queries.faithful import unfaithful_records
from fengni.apps.vault.queries.files import ListFile, list_file
from fengni.apps.vault.queries.lists import (
    ClientRow,
    ClientsPage,
    Found,
    FoundRow,
    PersonRow,
    PersonsPage,
    clients_page,
    number_hits,
    number_indexes,
    persons_in_scope,
    persons_page,
    search,
)
from fengni.apps.vault.queries.materials import MaterialRow, material, materials, unfinished_uploads
from fengni.apps.vault.queries.pages import (
    ClientPage,
    FieldRow,
    Materials,
    Missing,
    PasswordBox,
    PersonPage,
    client_page,
    password_box,
    person_page,
)

__all__ = [
    "ClientPage",
    "ClientRow",
    "ClientsPage",
    "Content",
    "FieldRow",
    "Found",
    "FoundRow",
    "ListFile",
    "MaterialRow",
    "Materials",
    "Missing",
    "PasswordBox",
    "PersonPage",
    "PersonRow",
    "PersonsPage",
    "client_page",
    "clients_page",
    "content",
    "list_file",
    "material",
    "materials",
    "number_hits",
    "number_indexes",
    "password_box",
    "person_page",
    "persons_in_scope",
    "persons_page",
    "search",
    "unfaithful_records",
    "unfinished_uploads",
]
