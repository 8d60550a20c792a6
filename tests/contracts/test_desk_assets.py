"""What a browser is given: vendored files as the manifest says, nothing from elsewhere, little to load."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from web import assets

CHECKOUT = Path(__file__).parents[2]
MANIFESTS = [
    CHECKOUT / "web" / "static" / "vendor" / "manifest.json",
    CHECKOUT / "tests" / "vendor" / "manifest.json",
]
TEMPLATES = sorted((CHECKOUT / "web" / "templates").rglob("*.html"))
FIRST_LOAD_BYTES = 300 * 1024
# Diagrams and charts are loaded by the pages that show them.
ON_DEMAND = {"vendor/bpmn-navigated-viewer.js", "vendor/bpmn-js.css", "vendor/diagram-js.css"} | {
    "vendor/echarts.common.min.js"
}
INLINE = re.compile(
    r"<style|\sstyle\s*=|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=|javascript:|hx-on|hx-vals=.js:|\|safe",
    re.IGNORECASE,
)


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.parts[-4])
def test_vendored_files_are_what_the_manifest_says(manifest: Path) -> None:
    packages: list[dict[str, Any]] = json.loads(manifest.read_text())
    listed = {}
    for package in packages:
        assert package["version"], package["name"]
        assert package["license"], package["name"]
        for file in package["files"]:
            assert file["source"], file["file"]
            listed[file["file"]] = file["sha256"]

    there = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in manifest.parent.iterdir()
        if path != manifest
    }

    assert there == listed


def test_every_icon_is_in_the_sprite() -> None:
    sprite = (assets.FOLDER / "vendor" / "icons.svg").read_text()
    there = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    sources = [path.read_text() for path in TEMPLATES]
    named = {name for text in sources for name in re.findall(r'\bicon\("([\w-]+)"', text)}

    assert named
    assert sorted(named - there) == []


def test_the_first_load_is_small() -> None:
    sizes = {
        path.relative_to(assets.FOLDER).as_posix(): _compressed(path)
        for path in assets.FOLDER.rglob("*")
        if path.suffix in assets.MEDIA_TYPES
    }

    assert set(sizes) >= ON_DEMAND
    assert sum(size for name, size in sizes.items() if name not in ON_DEMAND) < FIRST_LOAD_BYTES


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_carries_no_script_style_or_unescaped_text(template: Path) -> None:
    assert INLINE.findall(template.read_text()) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_loads_nothing_from_elsewhere(template: Path) -> None:
    loaded = re.findall(r'(?:src|href)="((?:https?:)?//[^"]+)"', template.read_text())

    assert loaded == []


def _compressed(path: Path) -> int:
    asset = assets.served(assets.address(path.relative_to(assets.FOLDER).as_posix()))
    assert asset is not None
    return len(asset.compressed)
