"""Mails by SMTP, over TLS: one connection a mail, given up when the server keeps it waiting.

What a server says is not kept: it repeats addresses. Its number is.
"""

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path

from engine.outgoing.message_plan import Smtp
from jobs.carrier import Carrier, NotEver, NotNow

# From here on a server's no is for good (RFC 5321, 4.2.1).
PERMANENT = 500


def carrier(server: Smtp) -> Carrier:
    """Hands each mail to this server."""

    def carry(mail: EmailMessage, key: str) -> None:
        del key  # It is the mail's Message-ID.
        try:
            _send(server, mail)
        except smtplib.SMTPAuthenticationError as failed:
            # The office's own mistake, which somebody sets right: no message is lost by it.
            raise NotNow(f"smtp.sign_in.{failed.smtp_code}") from None
        except smtplib.SMTPRecipientsRefused as failed:
            code = max((code for code, _ in failed.recipients.values()), default=PERMANENT)
            raise _refused(code) from None
        except smtplib.SMTPResponseException as failed:
            raise _refused(failed.smtp_code) from None
        except ssl.SSLError:
            raise NotNow("smtp.tls") from None
        except (OSError, smtplib.SMTPException) as failed:
            # A server that stays silent within a conversation is told of as one that hung up.
            slow = any(isinstance(one, TimeoutError) for one in (failed, failed.__context__))
            raise NotNow("smtp.timeout" if slow else "smtp.unreachable") from None

    return carry


def _send(server: Smtp, mail: EmailMessage) -> None:
    connection = _connected(server)
    try:
        if server.tls == "starttls":
            connection.starttls(context=_context(server))
        if server.user is not None and server.password_file is not None:
            connection.login(server.user, Path(server.password_file).read_text().strip())
        connection.send_message(mail)
    finally:
        # It was taken, or it wasn't: how the conversation ends changes neither.
        with suppress(OSError, smtplib.SMTPException):
            connection.quit()


def _connected(server: Smtp) -> smtplib.SMTP:
    at, seconds = (server.host, server.port), server.timeout_seconds
    if server.tls == "implicit":
        return smtplib.SMTP_SSL(*at, timeout=seconds, context=_context(server))
    return smtplib.SMTP(*at, timeout=seconds)


def _context(server: Smtp) -> ssl.SSLContext:
    """Certificates are verified against the system's authorities, or the one that was named."""
    return ssl.create_default_context(cafile=server.ca_file)


def _refused(code: int) -> NotEver | NotNow:
    return NotEver(f"smtp.{code}") if code >= PERMANENT else NotNow(f"smtp.{code}")
