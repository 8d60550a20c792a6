"""What stops the start where a setting is wrong."""

PREFIX = "TONGBAN_"


class SettingRefused(Exception):  # noqa: N818
    """A setting is wrong; the message names it and says what is allowed."""

    def __init__(self, name: str, allowed: str) -> None:
        super().__init__(f"{PREFIX}{name}: {allowed}")
