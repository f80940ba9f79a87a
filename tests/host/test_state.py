"""Where an installation keeps itself, and who may read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from fengni.core.errors import HostProblem
from fengni.host import state


def test_nothing_set_up_gives_placeholders_and_a_sentence(own_state: Path) -> None:
    assert state.instance() is None
    assert len(state.secret_key()) >= 50
    assert conninfo_to_dict(state.database_url("app"))["user"] == "fengni_app"
    assert state.demo() is False
    with pytest.raises(HostProblem) as caught:
        state.found()
    assert caught.value.code == "host.not-set-up"


def test_the_file_is_private_and_comes_back(own_state: Path) -> None:
    made = state.write(state.new_instance())
    assert state.instance() == made
    assert (own_state / "instance.json").stat().st_mode & 0o777 == 0o600
    assert state.change(kind="demo").kind == "demo"
    assert state.demo()
    assert list(own_state.iterdir()) == [own_state / "instance.json"]


def test_secrets_do_not_show(own_state: Path) -> None:
    made = state.new_instance()
    assert made.secret_key not in repr(made)
    assert not any(password in repr(made) for password in made.passwords.values())


def test_the_environment_wins_over_the_file(own_state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state.write(state.new_instance())
    monkeypatch.setenv("FENGNI_DATABASE_URL_APP", "postgresql://elsewhere/fengni")
    monkeypatch.setenv("FENGNI_DEMO", "1")
    monkeypatch.setenv("FENGNI_SECRET_KEY", "another")
    monkeypatch.setenv("FENGNI_KEYS_SOCKET", "/run/keys")
    assert state.database_url("app") == "postgresql://elsewhere/fengni"
    assert (state.demo(), state.secret_key(), state.keys_socket()) == (True, "another", "/run/keys")
    assert not state.own_database()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 2}'])
def test_a_damaged_file_is_named(own_state: Path, content: str) -> None:
    (own_state / "instance.json").write_text(content)
    with pytest.raises(HostProblem) as caught:
        state.instance()
    assert caught.value.code == "host.state-damaged"


def test_a_deep_folder_gets_short_socket_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FENGNI_STATE", str(tmp_path / ("deep" * 40)))
    monkeypatch.delenv("FENGNI_KEYS_SOCKET", raising=False)
    assert len(str(state.database_sockets() / ".s.PGSQL.5432")) <= 107
    assert len(state.keys_socket()) <= 107


def test_a_password_with_odd_characters_survives_the_url(own_state: Path) -> None:
    url = state.socket_url("app", "p@ss/wörd %:", Path("/tmp/some folder"))
    parts = conninfo_to_dict(url)
    assert (parts["password"], parts["host"], parts["dbname"]) == ("p@ss/wörd %:", "/tmp/some folder", "fengni")


def test_the_demo_password_belongs_to_the_installation(own_state: Path) -> None:
    state.write(state.new_instance())
    first = state.demo_password()
    assert first == state.demo_password()
    state.write(state.new_instance())
    assert state.demo_password() != first
