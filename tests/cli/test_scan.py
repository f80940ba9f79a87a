"""fengni scan: what is printed, what it ends with, what it does with what cannot be read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from fengni.cli.main import run
from fengni.core.fictitious import bank_account, id_number, mobile, uscc
from tests.core.pii.making import packed, pdf, picture, saved

ID, PHONE, CARD, CODE = id_number("19880229", 21), mobile(1), bank_account(1), uscc(1)
TEXT = f"姓名:沈若溪 手机:{PHONE} 身份证:{ID} 卡号:{CARD} 代码:{CODE} 邮箱:a@example.com 电话:0571-88881234\n"
SECRETS = (PHONE, ID, CARD, CODE, "沈若溪", "a@example.com", "88881234")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def scanned(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["scan", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def objects(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_one_object_per_finding(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.txt").write_text(TEXT, "utf-8")
    code, out, err = scanned(capsys, "a.txt", "--json", "--reveal")
    rows = objects(out)
    assert code == 0
    assert all(list(row) == ["path", "type", "value", "start", "end", "score"] for row in rows)
    assert {row["path"] for row in rows} == {"a.txt"}
    assert [(row["type"], TEXT[row["start"] : row["end"]]) for row in rows] == [
        ("PERSON", "沈若溪"), ("CN_MOBILE", PHONE), ("CN_ID_CARD", ID), ("BANK_CARD", CARD), ("CN_USCC", CODE),
        ("EMAIL", "a@example.com"), ("CN_LANDLINE", "0571-88881234"),
    ]  # fmt: skip
    assert all(row["value"] == TEXT[row["start"] : row["end"]] for row in rows)
    assert "1 个文件" in err


@pytest.mark.parametrize("json_flag", [(), ("--json",)])
def test_values_are_masked_unless_asked(
    folder: Path, capsys: pytest.CaptureFixture[str], json_flag: tuple[str, ...]
) -> None:
    Path("a.txt").write_text(
        TEXT + "甲方:示例·启明企业服务有限公司 住址:示例省示例市演示区样例路1号\n护照E12345678 车牌浙A12345\n", "utf-8"
    )
    code, out, _ = scanned(capsys, "a.txt", *json_flag)
    assert code == 0
    assert len(out.splitlines()) == 11
    hidden = (*SECRETS, "启明", "样例路", "E12345678", "A12345")
    assert [secret for secret in hidden if secret in out] == []
    _, revealed, _ = scanned(capsys, "a.txt", *json_flag, "--reveal")
    assert [secret for secret in hidden if secret not in revealed] == []


def test_folders_are_read_to_the_bottom_and_foreign_files_counted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("x/y").mkdir(parents=True)
    Path("x/y/b.log").write_text(f"phone={PHONE}\n", "utf-8")
    Path("x/a.csv").write_bytes(f"姓名,手机\n沈若溪,{PHONE}\n".encode("gb18030"))
    Path("x/c.mp3").write_bytes(b"ID3\x04" + bytes(40))
    Path("x/p.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    Path("x/d.bin").write_bytes(bytes(range(1, 9)) * 100)
    Path("x/y/loop").symlink_to(folder)
    Path("x/link.txt").symlink_to(folder / "x/y/b.log")
    code, out, err = scanned(capsys, "x", "--json")
    assert code == 0
    assert [row["path"] for row in objects(out)] == ["x/a.csv", "x/a.csv", "x/y/b.log"]
    assert "另有 2 个文件" in err
    assert "另有 1 张图片" in err
    assert [line.split(":")[0] for line in err.splitlines() if ": " in line] == ["x/p.png"]


def test_what_cannot_be_read_costs_a_sentence_and_the_rest_goes_on(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("a.docx").write_bytes(b"PK\x03\x04 broken")
    with zipfile.ZipFile("b.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", " " * 60_000_000)
    Path("c.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    os.mkfifo("d.txt")
    Path("e.txt").write_text(f"手机{PHONE}", "utf-8")
    code, out, err = scanned(capsys, "nowhere", "a.docx", "b.docx", "c.png", "d.txt", "e.txt", "--json")
    assert code == 1
    assert [row["path"] for row in objects(out)] == ["e.txt"]
    sentences = [line for line in err.splitlines() if ": " in line]
    assert [line.split(":")[0] for line in sentences] == ["nowhere", "a.docx", "b.docx", "c.png", "d.txt"]
    assert len({line.split(": ", 1)[1] for line in sentences}) == 5


def test_places_inside_documents_and_pages_that_are_pictures(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = saved(pdf(f"tel {PHONE}", picture(kind="JPEG")))
    Path("x").mkdir()
    Path("x/a.zip").write_bytes(packed({"b.pdf": content}))
    code, out, err = scanned(capsys, "x", "--json", "--reveal")
    assert code == 0
    assert [(row["path"], row["start"], row["end"]) for row in objects(out)] == [("x/a.zip#b.pdf#page=1", 4, 15)]
    assert [line.split(":")[0] for line in err.splitlines() if ": " in line] == ["x/a.zip#b.pdf#page=2"]


def test_names_that_are_no_text_are_escaped(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = os.fsdecode("名单\x1b[31m\n.txt".encode("gb18030"))
    Path(name).write_text(f"手机{PHONE}", "utf-8")
    for flags in ((), ("--json",)):
        code, out, _ = scanned(capsys, ".", *flags)
        assert code == 0
        assert out.isprintable() or out.strip().replace("\t", "").isprintable()
        assert len(out.splitlines()) == 1
    assert scanned(capsys, f"{name}.gone")[2].count("\n") == 3


def test_english_and_usage(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.txt").write_text(TEXT, "utf-8")
    assert run(["--lang", "en", "scan", "a.txt"]) == 0
    out, err = capsys.readouterr()
    assert "Mobile number" in out
    assert err == "1 files read, 7 findings.\n"
    assert run(["scan"]) == 2
    assert run(["scan", "a.txt", "--nonsense"]) == 2


def test_it_runs_without_the_server_part(folder: Path) -> None:
    Path("a.txt").write_text(TEXT, "utf-8")
    absent = "import sys\nfor n in ('django', 'psycopg', 'ninja', 'openpyxl'): sys.modules[n] = None\n"
    command = absent + "from fengni.cli.main import main\nmain(['scan', 'a.txt', '--json'])"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 7), done.stderr


def test_a_reader_that_leaves_ends_it_quietly(folder: Path) -> None:
    Path("a.txt").write_text(TEXT * 2_000, "utf-8")
    command = f"{sys.executable} -m fengni.cli.main scan a.txt --json | head -1"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    assert len(done.stdout.splitlines()) == 1
    assert "Traceback" not in done.stderr
