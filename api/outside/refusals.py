"""What is said where another party's word doesn't let somebody in, each by a rule of its own."""

from database.refusals import NotFound, NotSignedIn, Unavailable


class NoIssuer(NotFound):
    """No other party signs people in here."""

    rule = "outside.not_configured"


class Unreachable(Unavailable):
    """The other party can't be reached, or answers nothing usable: sign in with your password."""

    rule = "outside.unreachable"


class StateUnknown(NotSignedIn):
    """This sign-in was not begun here, took too long, or was used already: begin again."""

    rule = "outside.state"


class WrongIssuer(NotSignedIn):
    """The answer comes from another party than the one that was asked: begin again."""

    rule = "outside.issuer"


class Denied(NotSignedIn):
    """The other party did not let you in, or no longer knows of this sign-in."""

    rule = "outside.denied"


class SignatureWrong(NotSignedIn):
    """What is said of you doesn't bear the other party's signature."""

    rule = "outside.signature"


class TokenExpired(NotSignedIn):
    """What the other party said of you is out of date, or from the future: compare the clocks."""

    rule = "outside.expired"


class WrongAudience(NotSignedIn):
    """What the other party said of you was said to somebody else."""

    rule = "outside.audience"


class TokenWrong(NotSignedIn):
    """What the other party says of you isn't what was asked for."""

    rule = "outside.token"


class IdentityUnknown(NotSignedIn):
    """Nobody has bound this identity to an account here: ask the security administrator."""

    rule = "outside.unknown"
