"""Keys with a certificate: whose it must be, by whom issued, when it counts; and what the how-to says."""

import base64
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api import app
from api.settings import Settings
from authz.keys import certificate_trust
from database.clock import FixedClock
from oversight import verification
from tests import certified, evidence_file, software_token
from tests.certified import Authority
from tests.people import Hall, Person

SUBJECT = "/CN=测试复核员/serialNumber=R101"
HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "sign-with-your-own-key.md"
ENROLMENTS = "/api/key-enrolments"


@pytest.fixture(params=["intl-1", "gm-1"])
def authority(request: pytest.FixtureRequest, tmp_path: Path) -> Authority:
    return Authority(request.param, tmp_path / "authority")


@pytest.fixture
def hall(settings: Settings, clock: FixedClock, authority: Authority) -> Iterator[Hall]:
    """The office, which trusts this authority."""
    trust(settings, "root.pem", (authority.folder / "root.pem").read_bytes())
    application = app.create_app(settings, clock)
    address = ("127.0.0.1", 50_000)
    with TestClient(application, base_url="http://127.0.0.1:8000", client=address) as client:
        yield Hall(client)


def trust(settings: Settings, name: str, content: bytes) -> None:
    folder = settings.data_dir / certificate_trust.FOLDER
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)


def refused(hall: Hall, pem: str, status: int = 403) -> str:
    return str(hall.R101.post(ENROLMENTS, {"pem": pem}, status=status)["rule"])


def findings(hall: Hall) -> list[Any]:
    application = hall.client.app.state  # type: ignore[attr-defined]
    with application.sessions.reading() as session:
        return list(verification.verify_office(session, application.office))


def test_a_certified_key_signs_and_its_certificate_goes_with_the_evidence(
    hall: Hall, authority: Authority, tmp_path: Path
) -> None:
    pem = authority.issue("r101", SUBJECT)
    token = authority.token("r101")
    key_id = software_token.enrol(hall, "R101", token, pem)["key_id"]
    number = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]

    assert software_token.sign(hall.R101, token, number)["status"] == "completed"

    key = hall.A101.get(f"/api/keys/{key_id}")
    said = certified.openssl(
        "x509", "-in", "r101.pem", "-noout", "-fingerprint", "-sha256", cwd=authority.folder
    )
    assert (
        key["certificate"]["sha256"] == said.decode().split("=")[1].strip().replace(":", "").lower()
    )
    assert hall.A101.findings(number) == []
    assert findings(hall) == []
    evidence_file.hold_good(hall, number, tmp_path)
    assert (
        b"BEGIN CERTIFICATE"
        in evidence_file.members(evidence_file.given(hall, number))["record.json"]
    )


def test_whose_it_is_and_who_issued_it(hall: Hall, authority: Authority, tmp_path: Path) -> None:
    assert refused(hall, authority.issue("of-d101", "/CN=X/serialNumber=D101")) == (
        "key.certificate_holder"
    )
    assert refused(hall, authority.issue("unnamed", "/CN=Nobody")) == "key.certificate_holder"
    usage = authority.issue("tls", SUBJECT, extensions="keyUsage=critical,keyAgreement")
    assert refused(hall, usage) == "key.certificate_usage"
    strange = authority.issue("odd", SUBJECT, extensions="1.2.3.4=critical,ASN1:UTF8String:x")
    assert refused(hall, strange) == "key.certificate_usage"
    stranger = Authority(authority.suite, tmp_path / "stranger")
    assert refused(hall, stranger.issue("r101", SUBJECT)) == "key.certificate_untrusted"
    # No certificate of a person issues another's.
    authority.issue("person", "/CN=P")
    below = authority.issue("below", SUBJECT, by="person")
    both = below + (authority.folder / "person.pem").read_text()
    assert refused(hall, both) == "key.certificate_untrusted"
    broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    assert refused(hall, broken, 422) == "key.certificate_malformed"
    name = hall.R101.session["name"]
    assert hall.R101.post(ENROLMENTS, {"pem": authority.issue("n", f"/CN={name}")}, status=201)


def test_one_between_the_authority_and_the_person(hall: Hall, authority: Authority) -> None:
    authority.issue(
        "between",
        "/CN=Between",
        extensions="basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign",
    )
    own = authority.issue("r101", SUBJECT, by="between")
    assert refused(hall, own) == "key.certificate_untrusted"
    whole = own + (authority.folder / "between.pem").read_text()
    assert hall.R101.post(ENROLMENTS, {"pem": whole}, status=201)


def test_a_certificate_that_expires_or_is_revoked_signs_nothing_more(
    hall: Hall, authority: Authority, settings: Settings, clock: FixedClock
) -> None:
    pem = authority.issue("r101", SUBJECT, ends="20261104000000Z")
    token = authority.token("r101")
    trust(settings, "root.crl", authority.revocations())
    software_token.enrol(hall, "R101", token, pem)
    number = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    task, body, prepared = software_token.prepare(hall.R101, number)
    signed = {**body, "signature": token.sign(prepared["covered"])}

    trust(settings, "root.crl", authority.revocations("r101"))
    refusal = hall.R101.post(f"/api/tasks/{task}/sign", signed, status=403)
    assert refusal["rule"] == "key.certificate_revoked"
    assert hall.R101.post(f"/api/tasks/{task}/signing", body, status=403)
    again = authority.issue("again", SUBJECT)
    trust(settings, "root.crl", b"")
    with pytest.raises(Exception, match="is not PEM"):
        refused(hall, again)
    (settings.data_dir / certificate_trust.FOLDER / "root.crl").unlink()
    clock.moment += timedelta(days=3)
    hall.people.clear()
    task, body = software_token.body_of(hall.R101, number)
    refusal = hall.R101.post(f"/api/tasks/{task}/signing", body, status=403)
    assert refusal["rule"] == "key.certificate_expired"
    assert refused(hall, pem) == "key.certificate_expired"
    assert hall.R102.sign(number)["status"] == "completed"
    assert findings(hall) == []


def test_an_authority_whose_list_is_out_of_date_is_not_believed(
    hall: Hall, authority: Authority, settings: Settings
) -> None:
    pem = authority.issue("r101", SUBJECT)
    trust(settings, "root.crl", authority.revocations(until="20261101000000Z"))
    assert refused(hall, pem, 503) == "key.crl_outdated"
    trust(settings, "newer.crl", authority.revocations(until="20261201000000Z"))
    assert hall.R101.post(ENROLMENTS, {"pem": pem}, status=201)


def test_the_commands_of_the_how_to_work(hall: Hall, tmp_path: Path, authority: Authority) -> None:
    """Each block of the page is run as it stands, for this suite."""
    heading = {"intl-1": "Ed25519", "gm-1": "SM2"}[authority.suite]
    section = HOW_TO.read_text().split(f"## With OpenSSL: {heading}", 1)[1].split("\n## ", 1)[0]
    make, sign = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    folder = tmp_path / "mine"
    folder.mkdir()
    run(make, folder)
    pem = (folder / "my-key.pub.pem").read_text()
    applied = hall.R101.post(ENROLMENTS, {"pem": pem}, status=201)
    (folder / "to-sign.bin").write_bytes(base64.b64decode(applied["challenge"]))
    run(sign, folder)
    one = f"{ENROLMENTS}/{applied['enrolment_id']}"
    signature = (folder / "signature.txt").read_text()
    hall.R101.post(f"{one}/proof", {"signature": signature})
    hall.secadmin.post(f"{one}/confirmation")
    hall.people["R101"] = Person(hall.client, "R101")
    number = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    task, body, prepared = software_token.prepare(hall.R101, number)
    (folder / "to-sign.bin").write_bytes(base64.b64decode(prepared["covered"]))
    run(sign, folder)
    signed = {**body, "signature": (folder / "signature.txt").read_text()}
    assert hall.R101.post(f"/api/tasks/{task}/sign", signed)["status"] == "completed"
    assert hall.A101.findings(number) == []


def run(commands: str, folder: Path) -> None:
    """Run the lines of a block; each is one openssl command."""
    for line in commands.replace("\\\n", " ").strip().splitlines():
        words = line.split()
        assert words[0] == "openssl", line
        certified.openssl(*words[1:], cwd=folder)
