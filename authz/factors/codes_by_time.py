"""Codes that change every thirty seconds (TOTP, RFC 6238: SHA-1, six digits), as authenticators show them.

Which step of time a code was of is said, so that whoever keeps the last one lets no code work twice
(RFC 6238 §5.2). One step before and one after count too: clocks differ, and people type slowly.
"""

import hmac
from datetime import datetime

import pyotp

SECONDS, DIGITS = 30, 6
WINDOW = 1
ISSUER = "tongban"


def new_secret() -> str:
    """A secret of 160 bits, in Base32."""
    return pyotp.random_base32()


def address(secret: str, staff_no: str) -> str:
    """The ``otpauth:`` address that an authenticator reads from the QR code."""
    shown = pyotp.TOTP(secret, digits=DIGITS, interval=SECONDS)
    return shown.provisioning_uri(name=staff_no, issuer_name=ISSUER)


def step_of(secret: str, code: str, moment: datetime, after: int) -> int | None:
    """The step of time whose code this is; None where it is none, or of a step not later than ``after``."""
    plain = code.replace(" ", "")
    if len(plain) != DIGITS or not (plain.isascii() and plain.isdecimal()):
        return None
    shown, now = pyotp.HOTP(secret, digits=DIGITS), int(moment.timestamp()) // SECONDS
    found = None
    for step in range(now - WINDOW, now + WINDOW + 1):
        # Every step is compared: the time taken says nothing of which.
        if hmac.compare_digest(shown.at(step), plain) and step > after:
            found = step
    return found
