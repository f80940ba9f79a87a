"""The catalogue of field kinds: what each holds, how sensitive it is, how long it stays, how it is masked and found.

Rules: the catalogue is `definitions/data_elements.yml`; a kind that is not in it cannot be stored. Names of kinds,
record classes, retention classes, bases and grades for people are texts (`field.<kind>`, `record_class.<class>`,
`retention.<class>`, `basis.<code>`, `grade.<code>`).

>>> element("id_number").grade, element("id_number").record_class, element("id_number").index
('L4', 'identity', ('id_number', 'last4_surname'))
>>> kinds_of_class("person", "contact")
('mobile', 'landline', 'email', 'home_address')
>>> element("blood_type")
Traceback (most recent call last):
    ...
fengni.core.errors.BadInput: vault.kind-unknown
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from fengni.core.errors import BadInput
from fengni.definitions import load


@dataclass(frozen=True, slots=True)
class Element:
    """One kind of field.

    `subject` is person or client; `code` the data element of the trade's catalogue (D01 ...); `grade` L1 to L4.
    Fields of one `record_class` lie in one envelope; `retention` with tenant, subject and client file names the
    destruction unit. `mask` is a rule of `masking`, `index` the blind indexes kept. `many`: several values, each on
    its own line.
    """

    kind: str
    subject: str
    code: str
    grade: str
    record_class: str
    retention: str
    basis: str
    mask: str
    index: tuple[str, ...] = ()
    many: bool = False


def _read() -> Mapping[str, Element]:
    return MappingProxyType(
        {
            kind: Element(
                kind=kind,
                subject=row["subject"],
                code=row["element"],
                grade=row["grade"],
                record_class=row["class"],
                retention=row["retention"],
                basis=row["basis"],
                mask=row["mask"],
                index=tuple(row.get("index", ())),
                many=row.get("many", False),
            )
            for kind, row in load("data_elements").items()
        }
    )


ELEMENTS: Final = _read()


def element(kind: str) -> Element:
    """The element of a kind. Raises BadInput ("vault.kind-unknown")."""
    found = ELEMENTS.get(kind)
    if found is None:
        raise BadInput("vault.kind-unknown")
    return found


DOCUMENT: Final = "material_"
"""Before the kind of a document where it stands among fields."""


def is_known(kind: str) -> bool:
    """Whether a kind of field or document (`material_<kind>`) stands in the catalogue."""
    return kind in ELEMENTS or kind.removeprefix(DOCUMENT) in load("catalogue")["documents"]


def basis(kind: str) -> str:
    """On which ground a kind of field or document (`material_<kind>`) is held. Raises BadInput for an unknown kind.

    >>> basis("mobile"), basis("material_id_front")
    ('contract', 'separate_consent')
    """
    return str(_use(kind)["basis"]) if kind.startswith(DOCUMENT) else element(kind).basis


def purposes(kind: str) -> frozenset[str]:
    """The purposes a kind of field or document is kept and shared for, as codes `purpose.<code>`. Raises BadInput for
    an unknown kind.

    >>> "purpose.notarise" in purposes("name"), "purpose.notarise" in purposes("bank_account")
    (True, False)
    >>> "purpose.accounting" in purposes("material_id_front")
    False
    """
    named = _use(kind).get("purposes", [])  # the file nests the general ones
    return frozenset(code for one in named for code in (one if isinstance(one, list) else [one]))


def recipients(kind: str) -> frozenset[str]:
    """Who may be shown a kind of field or document: team, registry, partner. Raises BadInput for an unknown kind."""
    return frozenset(_use(kind).get("recipients", []))


def _use(kind: str) -> Mapping[str, Any]:  # Any: YAML
    loaded = load("catalogue")
    if kind.startswith(DOCUMENT):
        document: Mapping[str, Any] | None = loaded["documents"].get(kind.removeprefix(DOCUMENT))
        if document is None:
            raise BadInput("vault.kind-unknown")
        return document
    one = element(kind)
    found: Mapping[str, Any] = loaded["classes"].get(f"{one.subject} {one.record_class}", {})
    return found


def kinds_of_class(subject: str, record_class: str) -> tuple[str, ...]:
    """The kinds that lie in one envelope of a subject (person or client), in the catalogue's order."""
    return tuple(e.kind for e in ELEMENTS.values() if (e.subject, e.record_class) == (subject, record_class))


def classes_of(subject: str) -> tuple[str, ...]:
    """The record classes of a subject, in the catalogue's order.

    >>> classes_of("person")
    ('identity', 'contact', 'bank', 'note')
    """
    return tuple(dict.fromkeys(e.record_class for e in ELEMENTS.values() if e.subject == subject))
