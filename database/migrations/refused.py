"""What a migration says where it can't carry over what a database holds."""


class MigrationRefused(Exception):  # noqa: N818
    """This database can't be brought to the new schema; the message says why and what to do."""
