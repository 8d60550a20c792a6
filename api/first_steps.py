"""What somebody must do at his account before he may do anything else."""

from database.refusals import Forbidden


class FirstPassword(Forbidden):
    """Somebody else knows your first password: change it, then sign in anew."""

    rule = "password.first"


class FactorMissing(Forbidden):
    """A post of yours demands a second factor: enrol one under My account before anything else."""

    rule = "factor.missing"
