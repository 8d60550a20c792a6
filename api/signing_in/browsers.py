"""From what kind of browser somebody signs in: two coarse words, so that he tells his own sessions apart.

Nothing more of what the browser says of itself is kept: versions and models would tell people apart.
"""

from starlette.requests import Request

PROGRAM, OTHER = "program", "other"
# Browsers and systems name others too, for the sake of old pages: the first that is named counts.
_BROWSERS = (
    ("Edg", "edge"), ("OPR/", "opera"), ("QQBrowser", "qq"), ("360", "360"), ("Firefox/", "firefox"),
    ("Chrome/", "chrome"), ("Safari/", "safari"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "harmonyos"), ("Android", "android"), ("iPhone", "ios"), ("iPad", "ios"),
    ("Windows", "windows"), ("Mac OS X", "macos"), ("Linux", "linux"),
)  # fmt: skip
NAMES = {
    "edge": "Edge", "opera": "Opera", "qq": "QQ", "360": "360", "firefox": "Firefox", "chrome": "Chrome",
    "safari": "Safari", "harmonyos": "HarmonyOS", "android": "Android", "ios": "iOS", "windows": "Windows",
    "macos": "macOS", "linux": "Linux",
}  # fmt: skip


def kind(request: Request) -> str:
    """``firefox/windows``, with ``other`` for what isn't known; ``program`` for what is no browser."""
    said = request.headers.get("user-agent", "")
    if "Mozilla/" not in said:
        return PROGRAM
    browser = next((word for named, word in _BROWSERS if named in said), OTHER)
    system = next((word for named, word in _SYSTEMS if named in said), OTHER)
    return f"{browser}/{system}"


def names(found: str) -> str | None:
    """How a page calls it, ``Firefox · Windows``; None for a program, or what isn't known at all."""
    known = [NAMES[word] for word in found.split("/") if word in NAMES]
    return " · ".join(known) or None
