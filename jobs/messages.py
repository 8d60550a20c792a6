"""Sends what waits in the outbox: leased, sent outside of any transaction, noted; at least once, by its key.

A node that dies between two of these leaves a lease, and whoever ticks after it sends the message again under
the same key. A server that is down, slow or refuses delays its own messages and nothing else.
"""

import hashlib
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from database.refusals import InvariantBroken, Refusal
from engine.outgoing import message_reading, outbox
from engine.outgoing.message_plan import Mail
from engine.outgoing.message_reading import Letter
from engine.outgoing.outbox import LEASE, Claim
from jobs import mail_folder, smtp
from jobs.carrier import Carrier, NotEver, NotNow
from jobs.job import Job, Outcome, Turn

NAME = "messages"
NOBODY, NEVER_ENDS, UNREADABLE = "no_address", "never_ends", "unreadable"
SENT, PUT_OFF, DEAD = "sent", "put_off", "dead"


def job() -> Job:
    """The job, as often as the clock of the jobs allows; its lease outlasts the slowest server."""
    return Job(NAME, run, every=timedelta(seconds=15), lease=LEASE)


def run(turn: Turn) -> Outcome:
    """Send what is due, one after the other."""
    mail = turn.office.messages.mail
    done = {SENT: 0, PUT_OFF: 0, DEAD: 0}
    if mail is None:
        return Outcome(done)
    carry = carrier(mail)
    while not turn.is_long():
        turn.go_on()
        now = turn.sessions.clock.now()
        with turn.sessions.command() as session:
            held = outbox.claim(session, now)
        if held is None:
            break
        done[_sent(turn, mail, carry, held)] += 1
    return Outcome(done)


def carrier(mail: Mail) -> Carrier:
    """What carries this office's mails."""
    if mail.smtp is not None:
        return smtp.carrier(mail.smtp)
    return mail_folder.carrier(Path(mail.folder or ""))


def _sent(turn: Turn, mail: Mail, carry: Carrier, held: Claim) -> str:
    if held.attempts > outbox.MOST_ATTEMPTS:
        # Whatever it does to whoever sends it, it doesn't do it for ever.
        return _failed(turn, held, NEVER_ENDS, for_good=True)
    try:
        with turn.sessions.reading() as session:
            letter = message_reading.letter(session, turn.office, held.message_id)
    except (Refusal, InvariantBroken):
        # A definition that is gone for now, an address that doesn't open: the others go on.
        return _failed(turn, held, UNREADABLE, for_good=False)
    if not letter.addresses:
        return _failed(turn, held, NOBODY, for_good=True)
    try:
        carry(made(mail, letter), letter.key)
    except NotNow as failed:
        return _failed(turn, held, str(failed), for_good=False)
    except NotEver as failed:
        return _failed(turn, held, str(failed), for_good=True)
    said = hashlib.sha256(f"{letter.subject}\n{letter.text}".encode()).hexdigest()
    with turn.sessions.command() as session:
        outbox.succeed(session, held, turn.sessions.clock.now(), said)
    return SENT


def _failed(turn: Turn, held: Claim, reason: str, *, for_good: bool) -> str:
    with turn.sessions.command() as session:
        now = turn.sessions.clock.now()
        dead = outbox.fail(session, held, now, reason, for_good=for_good)
    return DEAD if dead else PUT_OFF


def made(mail: Mail, letter: Letter) -> EmailMessage:
    """The mail: in UTF-8, no answer expected, known again by its key."""
    new = EmailMessage(policy=SMTP)
    new["From"], new["To"] = mail.sender, ", ".join(letter.addresses)
    new["Subject"] = letter.subject
    new["Message-ID"] = f"<{letter.key}@{mail.sender.partition('@')[2]}>"
    new["Auto-Submitted"] = "auto-generated"
    new.set_content(letter.text)
    return new
