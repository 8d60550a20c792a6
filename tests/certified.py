"""Certificates for tests, made by OpenSSL as an authority would: a root, one between, and people's own."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.software_token import Token

# SM2 signs in the default identity, which OpenSSL has to be told.
SM2_ID = "distid:1234567812345678"
# Before the 32 bytes of a private key in DER.
PRIVATE = b"\x04\x20"
KEY = {"intl-1": ["-algorithm", "ed25519"], "gm-1": ["-algorithm", "SM2"]}


def openssl(*said: str | Path, cwd: Path, given: bytes = b"") -> bytes:
    """Run OpenSSL. It is there wherever Python's ``ssl`` was built against it and on every CI image."""
    found = shutil.which("openssl")
    assert found, "these tests need the openssl command: apt-get install openssl"
    ran = subprocess.run(  # noqa: S603 - our own arguments
        [found, *map(str, said)], cwd=cwd, input=given, capture_output=True, check=False
    )
    assert ran.returncode == 0, ran.stderr.decode()
    return ran.stdout


BEGAN, ENDS = "20260101000000Z", "20361231000000Z"
CONFIGURED = """[ca]
default_ca=d
[d]
database=index.txt
serial=serial
new_certs_dir=.
default_md={digest}
policy=any
unique_subject=no
default_crl_days=3650
[any]
commonName=supplied
serialNumber=optional
"""


@dataclass(slots=True)
class Authority:
    """Issues certificates of one suite in a folder, and revokes them. Its dates are those of the stories."""

    suite: str
    folder: Path
    name: str = "root"

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        digest = "sm3" if self.suite == "gm-1" else "default"
        (self.folder / "ca.cnf").write_text(CONFIGURED.format(digest=digest))
        (self.folder / "index.txt").write_text("")
        (self.folder / "serial").write_text("1000\n")
        self._request(self.name, f"/CN=Test authority {self.name}")
        extensions = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign"
        self._signed(self.name, ENDS, extensions, ["-selfsign", "-keyfile", f"{self.name}.key"])

    def issue(
        self,
        name: str,
        subject: str,
        *,
        ends: str = ENDS,
        extensions: str = "keyUsage=critical,digitalSignature",
        by: str | None = None,
    ) -> str:
        """A certificate for a new key ``NAME.key``; PEM."""
        self._request(name, subject)
        issuer = by or self.name
        signing = ["-cert", f"{issuer}.pem", "-keyfile", f"{issuer}.key"]
        return self._signed(name, ends, extensions, signing)

    def revocations(self, revoked: str | None = None, *, until: str = ENDS) -> bytes:
        """The authority's list with one more certificate in it, or as it stands."""
        said = ["-config", "ca.cnf", "-keyfile", f"{self.name}.key", "-cert", f"{self.name}.pem"]
        if revoked is not None:
            self._run("ca", *said, "-revoke", f"{revoked}.pem")
        dates = ["-crl_lastupdate", BEGAN, "-crl_nextupdate", until]
        return self._run("ca", *said, *dates, *self._option("-sigopt"), "-gencrl")

    def token(self, name: str) -> Token:
        """The key ``NAME.key`` in a software token."""
        der = self._run("pkey", "-in", f"{name}.key", "-outform", "DER")
        made = Token(self.suite)
        start = der.index(PRIVATE) + len(PRIVATE)
        made.private = der[start : start + 32]
        return made

    def _request(self, name: str, subject: str) -> None:
        self._run("genpkey", *KEY[self.suite], "-out", f"{name}.key")
        digest = ["-sm3"] if self.suite == "gm-1" else []
        self._run(
            "req", "-new", "-key", f"{name}.key", *digest, *self._option("-sigopt"), "-utf8",
            "-subj", subject, "-out", f"{name}.csr",
        )  # fmt: skip

    def _signed(self, name: str, ends: str, extensions: str, signing: list[str]) -> str:
        (self.folder / "ext").write_text(extensions + "\n")
        self._run(
            "ca", "-config", "ca.cnf", "-batch", "-notext", "-utf8", "-in", f"{name}.csr", *signing,
            *self._option("-sigopt"), *self._option("-vfyopt"), "-startdate", BEGAN, "-enddate",
            ends, "-extfile", "ext", "-out", f"{name}.pem",
        )  # fmt: skip
        return (self.folder / f"{name}.pem").read_text()

    def _option(self, option: str) -> list[str]:
        return [option, SM2_ID] if self.suite == "gm-1" else []

    def _run(self, *said: str) -> bytes:
        return openssl(*said, cwd=self.folder)
