"""The settings of a bucket for scans: what is allowed, and what a refusal tells."""

from pathlib import Path

import pytest

from api import scan_settings, settings
from api.setting_refused import SettingRefused


@pytest.fixture
def right(tmp_path: Path) -> dict[str, str]:
    """Settings that are right."""
    credentials = tmp_path / "credentials"
    credentials.write_text("key-id\nhidden-secret\n")
    return {
        "SCANS": "s3://tongban/990101/scans",
        "SCANS_ENDPOINT": "https://store.example:9000/",
        "SCANS_CREDENTIALS": str(credentials),
    }


def test_a_bucket_is_read(right: dict[str, str]) -> None:
    chosen = settings.read({f"TONGBAN_{name}": value for name, value in right.items()}).scans

    assert chosen is not None
    assert (chosen.name, chosen.prefix) == ("tongban", "990101/scans")
    assert (chosen.endpoint, chosen.region) == ("https://store.example:9000", scan_settings.REGION)
    assert (chosen.key_id, chosen.secret) == ("key-id", "hidden-secret")
    assert "hidden" not in repr(chosen)
    assert settings.read({}).scans is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SCANS", "/srv/scans"),
        ("SCANS", "s3://"),
        ("SCANS", "s3://Bucket"),
        ("SCANS", "s3://bucket/../other"),
        ("SCANS", "s3://bucket/a folder"),
        ("SCANS_ENDPOINT", "http://store.example"),
        ("SCANS_ENDPOINT", "https://user:hidden-secret@store.example"),
        ("SCANS_ENDPOINT", "https://store.example/path"),
        ("SCANS_ENDPOINT", "store.example"),
        ("SCANS_ENDPOINT", "https://store.example:port"),
        ("SCANS_CREDENTIALS", "/nowhere/credentials"),
        ("SCANS_AUTHORITY", "/nowhere/authority.pem"),
    ],
)
def test_what_is_wrong_is_named(right: dict[str, str], name: str, value: str) -> None:
    with pytest.raises(SettingRefused, match=f"TONGBAN_{name}") as refused:
        scan_settings.read({**right, name: value})

    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize("lacking", ["SCANS_ENDPOINT", "SCANS_CREDENTIALS", "SCANS"])
def test_what_is_missing_is_named(right: dict[str, str], lacking: str) -> None:
    del right[lacking]
    with pytest.raises(SettingRefused, match=r"is missing|not set"):
        scan_settings.read(right)


def test_a_file_that_holds_something_else_is_not_repeated(
    right: dict[str, str], tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("hidden-secret")
    for name in ("SCANS_CREDENTIALS", "SCANS_AUTHORITY"):
        with pytest.raises(SettingRefused, match=name) as refused:
            scan_settings.read({**right, name: str(wrong)})
        assert "hidden" not in str(refused.value)


def test_the_missing_library_is_said(
    right: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.scans.bucket.find_spec", lambda _name: None)
    with pytest.raises(SettingRefused, match="obstore"):
        scan_settings.read(right)
