"""Files that want to hurt: named by a sentence, read by a process that can be lost, and the next file is read."""

from __future__ import annotations

import io
import os
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

import fengni
from fengni.core.documents.apart import Apart, Limits
from fengni.core.documents.inside import DEEPEST, Budget, Exhausted
from fengni.core.errors import UnreadableFile
from fengni.core.fictitious import mobile
from fengni.definitions import text
from tests.core.pii.making import message, native, ole, packed, pdf, saved, word97

PHONE = mobile(1)
GOOD = f"手机{PHONE}".encode()


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    with Apart(Limits(seconds=5, memory=300 * 1024 * 1024)) as one:
        yield one


def outcome(apart: Apart, content: bytes, name: str) -> tuple[list[str], list[tuple[str, str]], str]:
    """Values, parts that were refused, and the code of the failure."""
    values: list[str] = []
    refused: list[tuple[str, str]] = []
    with tempfile.TemporaryFile() as source:
        source.write(content)
        source.flush()
        try:
            for finding in apart.scan(source, name, refused=lambda p, e: refused.append((p, e.code))):
                values.append(finding.value)
        except UnreadableFile as error:
            return values, refused, error.code
    return values, refused, ""


def endless_page() -> bytes:
    """A page whose text is the same form drawn by forms that draw forms: 30^6 times."""
    made = pdf("x")
    inner = made.make_stream(b"BT /F1 12 Tf 14 TL 40 780 Td (tel 15400000001) Tj ET")
    inner.Type, inner.Subtype, inner.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 595, 842]
    inner.Resources = made.pages[0].Resources
    for _ in range(6):
        outer = made.make_stream(b"/A Do " * 30)
        outer.Type, outer.Subtype, outer.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 595, 842]
        outer.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(A=made.make_indirect(inner)))
        inner = outer
    made.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(A=made.make_indirect(inner)))
    made.pages[0].Contents = made.make_stream(b"/A Do")
    return saved(made)


def bomb_page() -> bytes:
    """A page whose packed content unpacks to half a gigabyte."""
    made = pdf("x")
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(b" " * 2**20) for _ in range(512)) + packer.flush()
    made.pages[0].Contents = pikepdf.Stream(made, data, Filter=pikepdf.Name.FlateDecode)
    return saved(made)


def nested(levels: int) -> bytes:
    content = GOOD
    for level in range(levels):
        content = packed({f"{level}.zip" if level else "a.txt": content})
    return content


def lying_zip() -> bytes:
    """A member that unpacks to more than the archive says."""
    content = bytearray(packed({"a.txt": GOOD * 100}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", content, content.index(mark) + at, 20)
    return bytes(content)


def many_members(count: int) -> bytes:
    return packed({f"{n}.txt": "" for n in range(count)})


def locked_member() -> bytes:
    content = bytearray(packed({"a.txt": GOOD}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    return bytes(content)


def sparse_zip() -> bytes:
    """Fifty megabytes of zeros in one member: within every limit of size, beyond that of ratio."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", bytes(50_000_000))
    return stream.getvalue()


def circled() -> bytes:
    """An OLE file whose directory goes on in itself."""
    content = bytearray(ole({"Workbook": b"x" * 5000}))
    (table,), (directory,) = struct.unpack_from("<I", content, 76), struct.unpack_from("<I", content, 48)
    struct.pack_into("<I", content, (table + 1) * 512 + 4 * directory, directory)
    return bytes(content)


def nameless() -> bytes:
    return packed({"a.txt": GOOD}).replace(b"a.txt", b"\0.txt")


def huge_picture() -> bytes:
    """A PNG that says it has a billion pixels."""
    body = b"IHDR" + struct.pack(">IIBBBBB", 40_000, 25_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (endless_page(), "a.pdf", "pii.crashed"),
        (saved(pdf("x"))[:200], "a.pdf", "pii.truncated"),
        (lying_zip(), "a.zip", ""),
        (many_members(10_001), "a.zip", "pii.bomb"),
        (huge_picture(), "a.png", "pii.picture-not-read"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(24), "a.7z", ""),
        (b"7z\xbc\xaf\x27\x1c\x00\x04" + b"\xff" * 24, "a.7z", "pii.bomb"),
        (word97("x")[:2000], "a.doc", "pii.truncated"),
        (ole({"WordDocument": b"\xec\xa5\xc1" + bytes(2000)}), "a.doc", "pii.truncated"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 5000, "a.xls", "pii.truncated"),
        (circled(), "a.xls", "pii.truncated"),
        (nameless(), "a.zip", ""),
        (b'Content-Type: text/plain; charset="a\0b"\n\nx', "a.eml", ""),
    ],
    ids=[
        "endless",
        "cut",
        "lying",
        "many",
        "pixels",
        "empty-7z",
        "huge-7z",
        "cut-doc",
        "empty-doc",
        "broken-xls",
        "circle",
        "nameless",
        "charset",
    ],
)
def test_a_file_that_wants_to_hurt_has_its_sentence_and_the_next_is_read(
    apart: Apart, content: bytes, name: str, code: str
) -> None:
    assert outcome(apart, content, name)[2] == code
    for lang in ("zh", "en"):
        assert not code or text(code, lang) != code
    assert outcome(apart, GOOD, "b.txt") == ([PHONE], [], "")


def test_a_page_that_unpacks_without_end_is_named(apart: Apart) -> None:
    assert outcome(apart, bomb_page(), "a.pdf") == ([], [], "pii.crashed")
    assert outcome(apart, GOOD, "b.txt") == ([PHONE], [], "")


def test_time_that_runs_out_is_named_and_what_was_found_stays() -> None:
    with Apart(Limits(seconds=1)) as one:
        values, _, code = outcome(one, (GOOD + b"\n") * 2_000_000, "a.txt")
        assert (set(values), code) == ({PHONE}, "pii.too-slow")
        assert outcome(one, GOOD, "b.txt") == ([PHONE], [], "")


def test_memory_that_runs_out_is_named(apart: Apart) -> None:
    assert outcome(apart, b"[" + b"12345," * 5_000_000 + b"1]", "a.json")[2] == "pii.too-much-memory"
    assert outcome(apart, GOOD, "b.txt") == ([PHONE], [], "")


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        (lying_zip(), [("#a.txt", "pii.truncated")]),
        (locked_member(), [("#a.txt", "pii.encrypted")]),
        (sparse_zip(), [("#a.txt", "pii.bomb")]),
        (nested(DEEPEST + 1), [("#3.zip#2.zip#1.zip#a.txt", "pii.too-deep")]),
        (packed({"a.docx": b"PK\x03\x04 broken", "b.7z": b"7z\xbc\xaf\x27\x1c"}), [("#a.docx", "pii.truncated"),
                                                                                  ("#b.7z", "pii.truncated")]),
        (ole({"\x01Ole10Native": native("a.txt", GOOD)[:-9]}), [("#Ole10Native", "pii.truncated")]),
    ],
    ids=["lying", "locked", "sparse", "nested", "broken", "object"],
)  # fmt: skip
def test_a_part_that_is_not_read_is_named(apart: Apart, content: bytes, refused: list[tuple[str, str]]) -> None:
    assert outcome(apart, content, "a.zip") == ([], refused, "")


def test_archives_as_deep_as_allowed_are_read(apart: Apart) -> None:
    assert outcome(apart, nested(DEEPEST), "a.zip") == ([PHONE], [], "")


def test_a_message_within_itself_ends(apart: Apart) -> None:
    inner = message({"0037": f"电话{PHONE}"})
    for _ in range(DEEPEST + 2):
        inner = message({"0037": "x"}, ("__attach_version1.0_#00000000", {"__substg1.0_3701000D": inner}))
    values, refused, code = outcome(apart, ole(inner), "a.msg")
    assert (values, [c for _, c in refused], code) == ([], ["pii.too-deep"], "")


def test_what_one_file_holds_is_counted_over_all_its_depths() -> None:
    budget = Budget(files=2, bytes=100)
    budget.spend(60, files=1)
    with pytest.raises(Exhausted, match=r"pii\.bomb"):
        budget.spend(60, files=1)


def test_a_font_that_is_rubbish_hinders_nobody(apart: Apart) -> None:
    made = pdf(f"tel {PHONE}")
    rubbish = made.make_stream(b"\0\1\0\0\xff\xff" + b"\xff" * 3000)
    about = pikepdf.Dictionary(Type=pikepdf.Name.FontDescriptor, FontName=pikepdf.Name.A, Flags=32, FontFile2=rubbish)
    font = made.pages[0].Resources.Font.F1
    font.Subtype, font.FontDescriptor = pikepdf.Name.TrueType, made.make_indirect(about)
    assert outcome(apart, saved(made), "a.pdf") == ([PHONE], [], "")


def test_a_large_sheet_and_a_long_document_are_read(apart: Apart) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 100_001))
    last = f'<row r="100001"><c r="A100001" t="str"><v>手机{PHONE}</v></c></row>'
    book = packed(
        {
            "xl/workbook.xml": "<workbook xmlns:r='urn:r'><sheets><sheet name='甲' r:id='r1'/></sheets></workbook>",
            "xl/_rels/workbook.xml.rels": "<R xmlns='urn:p'><R Id='r1' Target='worksheets/sheet1.xml'/></R>",
            "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{rows}{last}</sheetData></worksheet>",
        }
    )
    assert outcome(apart, book, "a.xlsx") == ([PHONE], [], "")
    assert outcome(apart, saved(pdf(*["page"] * 1_999, f"tel {PHONE}")), "a.pdf") == ([PHONE], [], "")


def test_a_child_that_is_killed_costs_the_file_it_was_reading() -> None:
    with Apart() as one, tempfile.TemporaryFile() as source:
        source.write((GOOD + b"\n") * 500_000)
        source.flush()
        found = one.scan(source, "a.txt", refused=print)
        assert next(found).value == PHONE
        assert one._process is not None
        os.kill(one._process.pid, signal.SIGKILL)
        with pytest.raises(UnreadableFile, match=r"pii\.crashed"):
            list(found)
        assert outcome(one, GOOD, "a.txt") == ([PHONE], [], "")


def test_a_child_that_was_gone_before_costs_nothing() -> None:
    with Apart() as one:
        assert outcome(one, GOOD, "a.txt")[0] == [PHONE]
        assert one._process is not None
        os.kill(one._process.pid, signal.SIGKILL)
        one._process.wait()
        assert outcome(one, GOOD, "a.txt") == ([PHONE], [], "")


def test_the_child_ends_with_whoever_started_it() -> None:
    code = (
        "import os, sys; from fengni.core.documents.apart import Apart; one = Apart();"
        "print(one._process.pid, flush=True); os._exit(0)"
    )
    path = str(Path(fengni.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": path}
    )
    left = Path(f"/proc/{done.stdout.strip()}/cmdline")
    for _ in range(200):
        if not left.exists() or b"pii.child" not in left.read_bytes():
            break
        time.sleep(0.05)
    else:
        pytest.fail("the child stayed")


def test_whoever_stops_reading_early_gets_no_answer_of_the_file_before() -> None:
    with Apart() as one, tempfile.TemporaryFile() as source:
        source.write(GOOD * 5_000)
        source.flush()
        assert next(iter(one.scan(source, "a.txt", refused=print))).value == PHONE
        assert outcome(one, f"手机{mobile(2)}".encode(), "b.txt") == ([mobile(2)], [], "")


def test_one_child_reads_many_files() -> None:
    with Apart() as one:
        assert one._process is not None
        first = one._process.pid
        for _ in range(200):
            assert outcome(one, GOOD, "a.txt")[0] == [PHONE]
        assert one._process.pid == first


def confined(code: str) -> subprocess.CompletedProcess[str]:
    begin = "from fengni.core.documents.child import _confine; _confine(2**28)\n"
    path = str(Path(fengni.__file__).parents[1])
    return subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {path!r})\n{begin}{code}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import socket; socket.getaddrinfo('example.com', 80)",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import os; os.fork()",
        "open('/tmp/fengni-should-not-be', 'w')",
        "import os; os.remove('/tmp/fengni-should-not-be')",
    ],
)
def test_the_reading_process_calls_nobody_and_writes_nothing(code: str) -> None:
    done = confined(code)
    assert done.returncode == 1
    assert "the reading process writes nothing and calls nobody" in done.stderr


def test_the_folder_we_stand_in_says_nothing_of_what_is_imported(tmp_path: Path) -> None:
    (tmp_path / "zipfile.py").write_text("raise SystemExit", "utf-8")
    (tmp_path / "a.zip").write_bytes(packed({"a.txt": GOOD}))
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        with Apart() as one, Path("a.zip").open("rb") as source:
            assert [f.value for f in one.scan(source, "a.zip", refused=print)] == [PHONE]
    finally:
        os.chdir(before)
