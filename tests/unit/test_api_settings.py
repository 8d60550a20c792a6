"""A wrong setting stops the start with its name and what is allowed."""

from datetime import timedelta
from pathlib import Path

import pytest

from api import settings
from api.setting_refused import SettingRefused
from authz.signing_in.session_limits import Limits


def test_defaults_lie_under_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    chosen = settings.read({"HOME": "/nowhere"})

    assert chosen.database_url == f"sqlite:///{tmp_path}/var/tongban.db"
    assert chosen.data_dir == tmp_path / "var"
    assert chosen.key_file == tmp_path / "var" / "key"
    assert (chosen.suite, chosen.risk_levels, chosen.processes) == ("intl-1", None, None)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DATABSE_URL", "sqlite:///x.db", "DATABASE_URL"),
        ("DATABASE_URL", "mysql://root@db/x", "postgresql+psycopg://"),
        ("DATABASE_URL", "postgresql://a@b/c", "postgresql+psycopg://"),
        ("DATABASE_URL", "not an address", "sqlite:///"),
        ("DATABASE_URL", "sqlite:///:memory:", "name a file"),
        ("DATABASE_URL", "sqlite://", "sqlite:///"),
        ("SUITE", "rot13", "gm-1"),
        ("SUITE", "", "empty"),
        ("RISK_LEVELS", "/nowhere/risk.yaml", "not a file"),
        ("PROCESSES", "/nowhere", "not a folder"),
        ("METRICS_FROM", "10.1.2.3/24", "10.1.2.0/24"),
        ("METRICS_FROM", "prometheus.example", "10.1.2.0/24"),
        ("MIGRATION_URL", "postgresql+psycopg://owner@db/x", "same database"),
        ("SESSION_IDLE_MINUTES", "0", "from 1 to 240"),
        ("SESSION_IDLE_MINUTES", "241", "from 1 to 240"),
        ("SESSION_HOURS", "25", "from 1 to 24"),
        ("SESSION_HOURS", "half a day", "from 1 to 24"),
        ("ADDRESS", "http://desk.example.cn", "https://host"),
        ("ADDRESS", "https://desk.example.cn/path", "https://host"),
        ("ADDRESS", "https://user@desk.example.cn", "https://host"),
        ("ADDRESS", "https://desk.example.cn:99999", "can't be read"),
        ("ADDRESS", "desk.example.cn", "https://host"),
    ],
)
def test_wrong_setting_is_refused_by_name(name: str, value: str, says: str) -> None:
    with pytest.raises(SettingRefused, match=f"TONGBAN_{name}") as refused:
        settings.read({f"TONGBAN_{name}": value})

    assert says in str(refused.value)


def test_sign_ins_last_as_set(tmp_path: Path) -> None:
    said = {"SESSION_IDLE_MINUTES": "15", "SESSION_HOURS": "8", "DATA_DIR": str(tmp_path)}

    chosen = settings.read({f"TONGBAN_{name}": value for name, value in said.items()})

    assert chosen.limits == Limits(timedelta(minutes=15), timedelta(hours=8))
    assert settings.read({}).limits == Limits(timedelta(hours=1), timedelta(hours=12))


@pytest.mark.parametrize("address", ["https://desk.example.cn:8443/", "http://localhost:8000"])
def test_the_address_of_the_desk(address: str) -> None:
    assert settings.read({"TONGBAN_ADDRESS": address}).address == address.rstrip("/")


def test_a_refused_address_does_not_tell_its_password() -> None:
    with pytest.raises(SettingRefused) as refused:
        settings.read({"TONGBAN_DATABASE_URL": "mysql://root:hunter2@db/x"})

    assert "hunter2" not in str(refused.value)


def test_data_dir_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var").touch()

    with pytest.raises(SettingRefused, match="TONGBAN_DATA_DIR"):
        settings.read({"TONGBAN_DATA_DIR": str(tmp_path / "var")})
