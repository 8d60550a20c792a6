"""Where the files shipped with the packages are, from whatever directory the program was started.

In a checkout they lie beside the packages; an installed wheel puts the risk table under its data
folder, since it belongs to no package.
"""

import sysconfig
from pathlib import Path

import processes

RISK_LEVELS = "risk_levels.yaml"


class NotShipped(Exception):  # noqa: N818
    """A file that belongs to the installation is missing: install it again."""


def process_folder() -> Path:
    """The folder of the shipped processes, with ``_shared`` in it."""
    return Path(processes.__path__[0])


def risk_levels() -> Path:
    """The shipped risk table. Raises NotShipped."""
    places = (
        process_folder().parent / RISK_LEVELS,
        Path(sysconfig.get_path("data")) / "share" / "tongban" / RISK_LEVELS,
    )
    for place in places:
        if place.is_file():
            return place
    raise NotShipped(f"{RISK_LEVELS} is in none of {', '.join(map(str, places))}: install again")
