"""The catalogue of field kinds agrees with the trade's data elements, with the masks, the indexes and the texts."""

from __future__ import annotations

import pytest

from fengni.core.errors import BadInput
from fengni.core.vault import blind_index, masking
from fengni.core.vault.catalogue import ELEMENTS, Element, classes_of, element, kinds_of_class
from fengni.definitions import has_text


@pytest.mark.parametrize("found", ELEMENTS.values(), ids=list(ELEMENTS))
def test_an_element_names_only_what_exists(found: Element) -> None:
    assert found.subject in ("person", "client")
    assert found.grade in ("L1", "L2", "L3", "L4")
    assert set(found.index) <= set(blind_index.KINDS)
    assert masking.mask(found.kind, "示例") is not None
    names = [
        f"field.{found.kind}",
        f"record_class.{found.record_class}",
        f"retention.{found.retention}",
        f"basis.{found.basis}",
        f"grade.{found.grade}",
    ]
    assert [name for name in names if not has_text(name)] == []


def test_what_is_sensitive_in_effect_is_never_shown_whole() -> None:
    assert [e.kind for e in ELEMENTS.values() if e.grade == "L4" and e.mask in ("none", "name")] == []
    assert [e.kind for e in ELEMENTS.values() if e.subject == "person" and e.grade == "L3" and e.mask == "none"] == []


def test_every_kind_lies_in_exactly_one_class_of_its_subject() -> None:
    placed = [kind for s in ("person", "client") for c in classes_of(s) for kind in kinds_of_class(s, c)]
    assert sorted(placed) == sorted(ELEMENTS)


def test_one_class_of_one_subject_has_one_retention_so_that_it_lies_in_one_unit() -> None:
    for subject in ("person", "client"):
        for record_class in classes_of(subject):
            assert len({element(kind).retention for kind in kinds_of_class(subject, record_class)}) == 1


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(BadInput, match=r"^vault\.kind-unknown$"):
        element("password")
    with pytest.raises(BadInput):
        masking.mask("password", "x")
