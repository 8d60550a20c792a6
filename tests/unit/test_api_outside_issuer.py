"""The settings of the identity service: all of them or none, over TLS, the secret read by nobody else."""

from pathlib import Path

import pytest

from api import settings
from api.outside.issuer import is_secure
from api.setting_refused import SettingRefused


def said(tmp_path: Path, **changed: str | None) -> dict[str, str]:
    """Settings that fit, but for what is changed; None leaves one out."""
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    secret.chmod(0o600)
    values = {
        "ADDRESS": "https://desk.example.cn",
        "OIDC_ISSUER": "https://id.example.cn/realms/office",
        "OIDC_CLIENT_ID": "tongban",
        "OIDC_SECRET_FILE": str(secret),
        "DATA_DIR": str(tmp_path),
        **changed,
    }
    return {f"TONGBAN_{name}": value for name, value in values.items() if value is not None}


def test_an_issuer_is_read_whole(tmp_path: Path) -> None:
    more = {"OIDC_CLAIM": "employee_number", "OIDC_SECOND_FACTOR": "amr:otp acr:urn:two"}
    issuer = settings.read(said(tmp_path, **more)).issuer
    assert issuer is not None
    assert (issuer.issuer, issuer.client_id) == ("https://id.example.cn/realms/office", "tongban")
    assert (issuer.secret, issuer.claim) == ("s3cret", "employee_number")
    assert issuer.second_factor == {"amr:otp", "acr:urn:two"}
    assert issuer.desk == "https://desk.example.cn"
    assert "s3cret" not in repr(issuer)
    assert settings.read({"TONGBAN_DATA_DIR": str(tmp_path)}).issuer is None


@pytest.mark.parametrize(
    ("name", "changed", "says"),
    [
        ("OIDC_CLIENT_ID", {"OIDC_ISSUER": None}, "nothing that it is for"),
        ("OIDC_ISSUER", {"OIDC_ISSUER": "http://id.example.cn"}, "https://host"),
        ("OIDC_ISSUER", {"OIDC_ISSUER": "https://id.example.cn/?tenant=1"}, "https://host"),
        ("OIDC_ISSUER", {"ADDRESS": None}, "ADDRESS"),
        ("OIDC_CLIENT_ID", {"OIDC_CLIENT_ID": None}, "missing"),
        ("OIDC_SECRET_FILE", {"OIDC_SECRET_FILE": None}, "missing"),
        ("OIDC_SECRET_FILE", {"OIDC_SECRET_FILE": "/nowhere/secret"}, "not a file"),
        ("OIDC_CLAIM", {"OIDC_CLAIM": "two words"}, "name of a claim"),
        ("OIDC_SECOND_FACTOR", {"OIDC_SECOND_FACTOR": "otp"}, "amr:otp"),
    ],
)
def test_a_wrong_one_stops_the_start(
    tmp_path: Path, name: str, changed: dict[str, str | None], says: str
) -> None:
    with pytest.raises(SettingRefused, match=f"TONGBAN_{name}: ") as refused:
        settings.read(said(tmp_path, **changed))
    assert says in str(refused.value)


def test_a_secret_that_others_may_read_is_none(tmp_path: Path) -> None:
    values = said(tmp_path)
    Path(values["TONGBAN_OIDC_SECRET_FILE"]).chmod(0o640)
    with pytest.raises(SettingRefused, match="chmod 600"):
        settings.read(values)


@pytest.mark.parametrize(
    ("address", "secure"),
    [
        ("https://id.example.cn/a?b=c", True),
        ("http://127.0.0.1:9400", True),
        ("http://[::1]:9400", True),
        ("http://localhost/", True),
        ("http://10.0.0.1/", False),
        ("http://127.0.0.1.evil.example/", False),
        ("http://2130706433/", False),
        ("https://user@id.example.cn/", False),
        ("https://id.example.cn/#fragment", False),
        ("https://id.example.cn:99999/", False),
        ("https:///path", False),
        ("ftp://id.example.cn/", False),
        ("javascript:alert(1)", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_what_is_asked_over_tls_or_on_this_machine(address: str, secure: bool) -> None:
    assert is_secure(address) == secure
