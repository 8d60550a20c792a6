"""Mails as files in a folder, for whatever takes them from there; a second copy replaces the first."""

import os
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from jobs.carrier import Carrier, NotNow


def carrier(folder: Path) -> Carrier:
    """Writes each mail under its key, whole or not at all."""

    def carry(mail: EmailMessage, key: str) -> None:
        new, whole = folder / f".{key}.new", folder / f"{key}.eml"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # It holds an address: nobody else on this machine reads it.
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(mail.as_bytes(policy=SMTP))
                file.flush()
                os.fsync(file.fileno())
            new.replace(whole)
        except OSError as failed:
            raise NotNow("folder") from failed

    return carry
