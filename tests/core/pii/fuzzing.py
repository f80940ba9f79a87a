"""Fuzzes the readers: whatever the bytes, they end, and end with passages or an UnreadableFile.

Coverage-guided by atheris (libFuzzer). Run: python -m tests.core.pii.fuzzing RUNS [SEED]; `make fuzz` runs it long.
The first byte of an input chooses the name, the others are the file. Inputs begin from one good file of each kind; a
package is taken apart, one part is changed, and it is packed again, since changed bytes of a packed part reach nobody.
An input that makes a reader fail is left in the folder we stand in, as crash-… or timeout-….
"""

from __future__ import annotations

import base64
import io
import resource
import struct
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path

import atheris
import pikepdf
import xlwt
from openpyxl import Workbook

from fengni.core.errors import UnreadableFile
from tests.core.pii.making import message, native, ole, packed, pdf, picture, saved, word97

with atheris.instrument_imports(
    include=["fengni.core.documents", "fengni.core.pii", "fengni.core.intake", "zipfile", "olefile"]
):
    # Readers are imported when a file needs them; here they are before, since only this block instruments.
    from fengni.core.documents import archive, doc, docx, eml, json, msg, pdf_objects, pptx, xls, xlsx  # noqa: F401
    from fengni.core.documents.reading import passages
    from fengni.core.pii.scanner import scan_passages

MOST_MEMORY = 2 << 30
_ENDINGS = (".txt", ".csv", ".eml", ".html", ".json", ".bin")
_SEVENS = Path(__file__).with_name("sevens.txt")
_RELATIONS = "<R xmlns='urn:p'><R Id='r1' Target='{}'/><R Id='r2' TargetMode='External' Target='tel:15400000001'/></R>"


def seeds() -> Mapping[str, bytes]:
    """One good file of each kind, its ending first."""
    book, old, mail, made = Workbook(), xlwt.Workbook(), EmailMessage(), pdf("tel 15400000001", picture(kind="JPEG"))
    assert book.active is not None
    book.active.append(["手机", 15400000001, 990101197903140000])
    old.add_sheet("甲").write(0, 0, "手机15400000001")
    mail.set_content("手机15400000001")
    mail.add_attachment(b"PK\x03\x04", maintype="application", subtype="zip", filename="a.zip")
    made.attachments["a.txt"] = pikepdf.AttachedFileSpec(made, b"15400000001", filename="a.txt")
    made.docinfo["/Title"] = "15400000001"
    xlsx, xls = io.BytesIO(), io.BytesIO()
    book.save(xlsx)
    old.save(xls)
    sevens = dict(line.split() for line in _SEVENS.read_text("ascii").splitlines())
    slides = {
        "ppt/presentation.xml": "<p xmlns:r='urn:r'><sldId r:id='r1'/></p>",
        "ppt/_rels/presentation.xml.rels": _RELATIONS.format("slides/slide1.xml"),
        "ppt/slides/slide1.xml": "<s><p><r><t>154</t></r></p><tbl><tr><tc><p/></tc></tr></tbl></s>",
        "ppt/embeddings/a.bin": ole({"\x01Ole10Native": native("a.txt", b"x")}),
    }
    word = "<d xmlns:w='urn:w'><p><del w:author='a'><r><delText>1</delText></r></del></p></d>"
    attached = ("__attach_version1.0_#00000000", message({"3707": "a.txt", "3701": b"15400000001"}))
    return {
        "txt": "手机15400000001".encode("gb18030"), "csv": "姓名,手机\n沈,15400000001\n".encode(), "eml": bytes(mail),
        "html": b"<!DOCTYPE html><p a='b'>x<!-- y --><script>z</script>", "json": b'{"a": [1, {"b": "15400000001"}]}',
        "xlsx.bin": xlsx.getvalue(), "xls.bin": xls.getvalue(), "pdf.bin": saved(made), "pptx.bin": packed(slides),
        "docx.bin": packed({"word/document.xml": word}), "doc.bin": word97("tel 154\r", "手机"),
        "msg.bin": ole(message({"0037": "a", "1013": b"<p>x"}, attached)), "zip.bin": packed({"a.txt": "15400000001"}),
        **{f"{name}.bin": base64.b64decode(line) for name, line in sevens.items()},
    }  # fmt: skip


def one(data: bytes) -> None:
    """Read one input. What it raises is a defect of a reader."""
    name = "a" + _ENDINGS[data[0] % len(_ENDINGS)] if data else "a.txt"
    try:
        for _ in scan_passages(passages(io.BytesIO(data[1:]), name, refused=lambda place, error: None)):
            pass
    except (UnreadableFile, MemoryError):  # the product ends the reading process at its limit and names the file
        pass


def changed(data: bytes, most: int, seed: int) -> bytes:
    """Another input: the bytes changed, or one part of a package."""
    try:
        with zipfile.ZipFile(io.BytesIO(data[1:])) as archive:
            parts = {member.filename: archive.read(member) for member in archive.infolist()}
    except Exception:  # no package, or a broken one
        return bytes(atheris.Mutate(data, most))
    if not parts or seed % 8 == 0:
        return bytes(atheris.Mutate(data, most))
    name = sorted(parts)[seed // 8 % len(parts)]
    parts[name] = bytes(atheris.Mutate(parts[name], most // 2))
    return (data[:1] + packed(parts))[:most]


def main() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    runs, seed = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "1"
    with tempfile.TemporaryDirectory() as corpus:
        for name, content in seeds().items():
            ending = _ENDINGS.index(Path(f"a.{name}").suffix)
            Path(corpus, name).write_bytes(struct.pack("B", ending) + content)
        options = [f"-runs={runs}", f"-seed={seed}", "-timeout=30", "-rss_limit_mb=6144", "-max_len=65536"]
        atheris.Setup([sys.argv[0], *options, corpus], one, custom_mutator=changed)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
