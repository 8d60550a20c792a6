"""``tongban first-password``: another first password, where nobody changed the one that was given."""

import argparse
import sys

from api import composition
from api.settings import Settings
from authz.signing_in import passwords
from engine.people import first_passwords


def run(arguments: argparse.Namespace, chosen: Settings) -> int:
    """Give it and tell it once. Raises AccountNotFound, NoFirstPassword."""
    password = passwords.first()
    hashed = passwords.hash_password(password)
    opened = composition.open_office(chosen)
    try:
        with opened.sessions.command() as session:
            first_passwords.give(session, arguments.staff_no, hashed)
    finally:
        opened.sessions.engine.dispose()
    sys.stdout.write(f"{arguments.staff_no}\t{password}\n")
    sys.stdout.write("this first password is not shown again\n")
    return 0
