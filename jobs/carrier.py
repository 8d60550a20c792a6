"""What carries messages away: one function of a mail, and the two ways in which it may not get through."""

from collections.abc import Callable
from email.message import EmailMessage


class NotNow(Exception):  # noqa: N818 - it says what happened
    """It may get through later; ``args[0]`` is a coded reason, without addresses or what a server said."""


class NotEver(Exception):  # noqa: N818 - it says what happened
    """Trying again changes nothing; ``args[0]`` as for ``NotNow``."""


# Takes a mail and the key by which a receiver may know a second copy. Raises NotNow, NotEver.
Carrier = Callable[[EmailMessage, str], None]
