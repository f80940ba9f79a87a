"""imports:job:refuse: hostile and unreadable files, each with its own sentence; the rest stays usable."""

from __future__ import annotations

import io
import zipfile

import pytest

from fengni.apps.imports import services
from fengni.core.errors import BadInput, Denied
from fengni.definitions import text
from tests.apps.imports.sheets import analyse, encrypted, left_over, row, sheet, stored, upload
from tests.cast import assemble, now


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(sheet([row(1)]))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


_ATTACK = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><workbook>&a;</workbook>'
HOSTILE = {
    "bomb": (lambda: _zip(_parts() | {"xl/media/image1.png": bytes(700 << 20)}), "intake.bomb"),
    "truncated": (lambda: sheet([row(1)])[:-400], "intake.truncated"),
    "xml-attack": (lambda: _zip(_parts() | {"xl/workbook.xml": _ATTACK}), "intake.xml-attack"),
    "markup": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "intake.markup"),
    "pdf": (lambda: b"%PDF-1.7\n1 0 obj", "intake.not-a-workbook"),
    "no-cells": (lambda: sheet([], headings=()), "intake.nothing-in-it"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_each_has_its_own_sentence_and_the_rest_stays_usable(kind: str) -> None:
    make, code = HOSTILE[kind]
    cast = assemble()
    job_id = upload(cast.agent, make())
    page = analyse(cast.agent, job_id)
    assert (page.row.state, page.row.error) == ("refused", code)
    assert text(code, "zh", **page.row.error_params)
    assert left_over(cast.agent, job_id) == (0, 0)
    stored(cast.agent, sheet([row(2)]))


def test_sentences_differ() -> None:
    codes = [code for _, code in HOSTILE.values()]
    assert len({text(code, "zh") for code in codes}) == len(codes)


def test_a_locked_workbook_asks_for_its_password_until_it_is_right() -> None:
    cast = assemble()
    job_id = upload(cast.agent, encrypted(sheet([row(1)]), "right"))
    assert (analyse(cast.agent, job_id).row.state, left_over(cast.agent, job_id)[0]) == ("locked_file", 1)
    for password, state, error in (("wrong", "locked_file", "intake.wrong-password"), ("right", "checked", "")):
        services.answer_job(actor=cast.agent, at=now(), job_id=job_id, mapping={}, answers=(), password=password)
        page = analyse(cast.agent, job_id)
        assert (page.row.state, page.row.error) == (state, error)


def test_others_cannot_refuse_and_a_job_that_moved_on_stays() -> None:
    cast = assemble()
    job_id = upload(cast.agent, sheet([row(1)]))
    with pytest.raises(Denied):
        services.refuse_job(actor=cast.colleague, at=now(), job_id=job_id, revision=0, code="intake.bomb", params={})
    with pytest.raises(BadInput, match=r"imports\.overtaken"):
        services.refuse_job(actor=cast.agent, at=now(), job_id=job_id, revision=3, code="intake.bomb", params={})
