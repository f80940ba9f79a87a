"""A backup's bytes: whatever is changed, moved, cut off or added, nothing of it counts."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from uuid import UUID

import pytest

from fengni.core.errors import VerificationFailed
from fengni.core.vault import archive
from fengni.core.vault.keyring import Root
from fengni.core.vault.suites import OFFERED, TAG_SIZE, Suite

ROOT = Root(bytes(range(32)))
SECTIONS = {"first": b"a" * 10, "large": bytes(range(256)) * 3 * 1024, "empty": b"", "last": "放在最后的一段".encode()}
SUITES = OFFERED


def _made(root: Root = ROOT, suite: Suite = Suite.AES_256_GCM) -> bytes:
    file = BytesIO()
    writing = archive.Writing(*archive.begin(root, suite=suite, backup=UUID(int=9)), file.write)
    for name, content in SECTIONS.items():
        writing.section(name, [content[at : at + 100_000] for at in range(0, len(content), 100_000)])
    writing.finish()
    return file.getvalue()


def _read(content: bytes, root: Root = ROOT) -> dict[str, bytes]:
    return {name: b"".join(blocks) for name, blocks in archive.read(root, BytesIO(content).read)}


def _parts(content: bytes) -> tuple[bytes, list[bytes]]:
    size = archive.header_size(Suite.AES_256_GCM)
    step = archive.CHUNK + TAG_SIZE
    return content[:size], [content[at : at + step] for at in range(size, len(content), step)]


@pytest.mark.parametrize("suite", SUITES)
def test_what_was_written_is_read(suite: Suite) -> None:
    content = _made(suite=suite)
    assert _read(content) == SECTIONS
    named, header = archive.name(BytesIO(content).read)
    assert (named.suite, named.root, named.backup) == (suite, ROOT.fingerprint(), UUID(int=9))
    assert len(header) == archive.header_size(suite)


def test_two_files_share_no_key() -> None:
    one, two = _made(), _made()
    assert not set(_parts(one)[1]) & set(_parts(two)[1])
    assert SECTIONS["last"] not in one


def test_sections_that_nobody_takes_are_passed_over() -> None:
    assert [name for name, _ in archive.read(ROOT, BytesIO(_made()).read)] == list(SECTIONS)


def _changed() -> Iterator[tuple[str, bytes]]:
    content = _made()
    header, chunks = _parts(content)
    assert len(chunks) == 4
    for at in range(8, len(header)):
        yield f"bit of header byte {at}", content[:at] + bytes((content[at] ^ 1,)) + content[at + 1 :]
    for number in range(4):
        at = len(header) + number * (archive.CHUNK + TAG_SIZE) + 17
        yield f"bit in chunk {number}", content[:at] + bytes((content[at] ^ 0x80,)) + content[at + 1 :]
        yield f"cut before chunk {number}", header + b"".join(chunks[:number])
        yield f"without chunk {number}", header + b"".join(chunks[:number] + chunks[number + 1 :])
        yield f"chunk {number} doubled", header + b"".join(chunks[: number + 1] + chunks[number:])
    yield "chunks exchanged", header + chunks[1] + chunks[0] + b"".join(chunks[2:])
    yield "chunks of another file", header + b"".join(_parts(_made())[1])
    yield "a byte more", content + b"\0"
    yield "a byte less", content[:-1]
    yield "header cut", content[: len(header) - 1]


def test_nothing_that_was_changed_is_read_to_its_end() -> None:
    for what, content in _changed():
        with pytest.raises(VerificationFailed) as caught:
            _read(content)
        expected = {"backup.damaged", "backup.newer", "backup.of-another-root"} if "header" in what else {
            "backup.damaged"
        }  # fmt: skip
        assert caught.value.code in expected, what


def test_a_file_of_another_root_names_both() -> None:
    other = Root(bytes(32))
    with pytest.raises(VerificationFailed) as caught:
        _read(_made(root=other))
    assert caught.value.code == "backup.of-another-root"
    assert caught.value.params == {"file": other.fingerprint(), "root": ROOT.fingerprint()}


@pytest.mark.parametrize("content", [b"", b"FNGBACK", b"PGDMP" + bytes(100), b"FNGROOT" + bytes(119)])
def test_another_kind_of_file_is_no_backup(content: bytes) -> None:
    with pytest.raises(VerificationFailed) as caught:
        _read(content)
    assert caught.value.code == "backup.not-a-backup"


def test_a_file_that_was_never_finished_does_not_open() -> None:
    file = BytesIO()
    writing = archive.Writing(*archive.begin(ROOT, suite=Suite.AES_256_GCM, backup=UUID(int=1)), file.write)
    writing.section("large", [bytes(archive.CHUNK * 2)])
    with pytest.raises(VerificationFailed) as caught:
        _read(file.getvalue())
    assert caught.value.code == "backup.damaged"
