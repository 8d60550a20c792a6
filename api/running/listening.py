"""The socket a server listens on: opened before anybody is greeted, or refused with what to do instead."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from api.composition import StartRefused

BACKLOG = 2048
PORTS_FOR_ALL = 1024


class CannotListen(StartRefused):
    """The address can't be served on; the message says which other to give."""


@contextmanager
def at(host: str, port: int) -> Iterator[socket.socket]:
    """A listening socket, closed at the end; port 0 takes a free one. Raises CannotListen."""
    listening = _opened(host, port)
    with listening:
        yield listening


def _opened(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except (socket.gaierror, UnicodeError) as unknown:
        raise CannotListen(f"host {host} is not known here: give another --host") from unknown
    # A name may stand for several addresses: the older family, which every client tries, goes first.
    family, _, _, _, address = min(found, key=lambda one: one[0] != socket.AF_INET)
    try:
        # Listening at once: two sockets that are only bound don't notice each other.
        return socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except OSError as refused:
        raise CannotListen(_reason(refused, host, port)) from refused


def _reason(refused: OSError, host: str, port: int) -> str:
    if refused.errno == errno.EADDRINUSE:
        return f"port {port} is in use: stop the other one or give --port"
    if refused.errno == errno.EADDRNOTAVAIL:
        return f"host {host} is not an address of this machine: give another --host"
    if refused.errno == errno.EACCES:
        return f"port {port} is not for this user: give a --port from {PORTS_FOR_ALL} on"
    return f"can't listen on {host}, port {port}: {refused.strerror}"
