"""Refreshes the browser files that others made: fetches each package anew and writes the manifest again.

usage: scripts/refresh_vendor.py [PACKAGE=VERSION …]; what isn't named keeps its version. Needs npm.
"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parents[1]
MANIFESTS = ("web/static/vendor/manifest.json", "tests/vendor/manifest.json")
SPRITE = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
INVISIBLE = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>')


def main(versions: dict[str, str]) -> None:
    """Refresh every manifest's files."""
    for name in MANIFESTS:
        manifest = CHECKOUT / name
        packages = json.loads(manifest.read_text())
        for package in packages:
            package["version"] = versions.get(package["name"], package["version"])
            refresh(package, manifest.parent)
        manifest.write_text(json.dumps(packages, indent=2, ensure_ascii=False) + "\n")


def refresh(package: dict[str, Any], folder: Path) -> None:
    """Fetch one package and lay its files beside the manifest."""
    with tempfile.TemporaryDirectory() as kept:
        wanted = f"{package['name']}@{package['version']}"
        packing = ["npm", "pack", "--silent", wanted]
        subprocess.run(packing, cwd=kept, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        (archive,) = Path(kept).glob("*.tgz")
        with tarfile.open(archive) as opened:
            opened.extractall(kept, filter="data")
        root = Path(kept) / "package"
        described = json.loads((root / "package.json").read_text())
        package["license"] = described["license"]
        for file in package["files"]:
            drawn = "icons" in file
            content = sprite(root, file["icons"]) if drawn else (root / file["source"]).read_bytes()
            (folder / file["file"]).write_bytes(content)
            file["sha256"] = hashlib.sha256(content).hexdigest()


def sprite(root: Path, names: list[str]) -> bytes:
    """The icons as symbols of one SVG file, each found by its name."""
    symbols = []
    for name in sorted(names):
        drawn = SPRITE.search((root / "icons" / "outline" / f"{name}.svg").read_text())
        if drawn is None:
            raise SystemExit(f"no icon in {name}.svg")
        inner = " ".join(INVISIBLE.sub("", drawn.group(1)).split())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>')
    begin = '<svg xmlns="http://www.w3.org/2000/svg">'
    return "\n".join([begin, *symbols, "</svg>\n"]).encode()


if __name__ == "__main__":
    main(dict(argument.split("=", 1) for argument in sys.argv[1:]))
