"""Making installations: once, of one kind, and never over something else."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from fengni.core.errors import HostProblem
from fengni.core.vault.root_file import restore_root
from fengni.host import installation as installing
from fengni.keys import roots
from tests.installation import PASSPHRASE, Installation


def test_init_prints_a_sheet_that_restores_the_root_and_a_one_time_link(installation: Installation) -> None:
    printed = installation.found()
    sheet = printed[printed.index("FENGNI-ROOT-1") :].split("\n\n")[0]
    kept = roots.read(installation.folder / "root.key")
    assert not kept.demo
    assert restore_root(sheet).fingerprint() == kept.open(PASSPHRASE).fingerprint()
    assert "/people/accept/#" in printed
    again = installation.command(
        "init", "--name", "示例·另一家", "--owner", "江述白", "--passphrase-file", str(installation.passphrase_file)
    )
    assert again.returncode == 1
    assert "已经有机构" in again.stderr


def test_a_demonstration_never_becomes_real_and_a_real_one_never_a_demonstration(founded: Installation) -> None:
    refused = founded.command("run", "--demo", lang="en")
    assert refused.returncode == 1
    assert "real installation" in refused.stderr
    with founded.environment():
        from fengni.host import state

        state.change(kind="demo")
    refused = founded.command(
        "init", "--name", "示例", "--owner", "江", "--passphrase-file", str(founded.passphrase_file), lang="en"
    )
    assert refused.returncode == 1
    assert "demonstration" in refused.stderr


def test_the_demonstration_listens_on_this_machine_only(installation: Installation) -> None:
    assert installation.command("setup").returncode == 0
    refused = installation.command("run", "--demo", "--host", "0.0.0.0", lang="en")
    assert refused.returncode == 1
    assert "this machine only" in refused.stderr
    assert installation.command("demo", "reset", "--yes").returncode == 0


def test_without_organisation_nothing_runs(installation: Installation) -> None:
    assert installation.command("setup").returncode == 0
    assert installation.command("setup").returncode == 0  # again: nothing to do
    refused = installation.command("run", lang="en")
    assert refused.returncode == 1
    assert "no organisation yet" in refused.stderr


def test_lost_data_is_not_silently_replaced(installation: Installation) -> None:
    assert installation.command("setup").returncode == 0
    shutil.rmtree(installation.home / "data")
    refused = installation.command("setup", lang="en")
    assert refused.returncode == 1
    assert "is gone" in refused.stderr


def test_data_without_its_file_is_set_aside_and_not_deleted(installation: Installation) -> None:
    assert installation.command("setup").returncode == 0
    (installation.folder / "instance.json").unlink()
    assert installation.command("setup").returncode == 0
    aside = list(installation.home.parent.glob(f"{installation.home.name}.left-*"))
    assert [(path / "data" / "PG_VERSION").exists() for path in aside] == [True]
    shutil.rmtree(aside[0])


def test_a_passphrase_file_that_others_read_is_refused(installation: Installation) -> None:
    installation.passphrase_file.chmod(0o644)
    refused = installation.command(
        "init", "--name", "示例", "--owner", "江", "--passphrase-file", str(installation.passphrase_file), lang="en"
    )
    assert refused.returncode == 1
    assert "chmod 600" in refused.stderr
    assert not (installation.folder / "root.key").exists()


def test_without_terminal_a_passphrase_is_asked_for_in_words(installation: Installation) -> None:
    refused = installation.command("init", "--name", "示例", "--owner", "江", lang="en")
    assert refused.returncode == 1
    assert "--passphrase-file" in refused.stderr


def test_a_folder_that_cannot_be_made_is_named(own_state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocker = own_state / "file"
    blocker.write_text("")
    monkeypatch.setenv("FENGNI_STATE", str(blocker / "below"))
    with pytest.raises(HostProblem) as caught:
        installing.prepare()
    assert caught.value.code == "host.state-not-writable"
    assert os.listdir(own_state) == ["file"]  # noqa: PTH208
