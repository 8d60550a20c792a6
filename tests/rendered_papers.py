"""Papers as a reader sees them: each PDF drawn by the browser's own viewer, and compared with a kept picture.

What is kept was looked at. To look again: run with ``TONGBAN_GOLDEN`` naming a folder, compare, and put the
new pictures in the place of the old.
"""

import base64
import io
import os
import re
from pathlib import Path
from typing import Any

import pypdf
from playwright.sync_api import Browser, Page

GOLDEN = Path(__file__).parent / "golden" / "papers"
WANTED = "TONGBAN_GOLDEN"
# Of a sheet drawn so wide a Chinese character takes about ten points: enough to tell it from another.
WIDTH = 600
TRIES = 40
# Finds the sheet on the viewer's dark ground, and draws it grey and small enough to be compared.
SHEET = """async ([shot, width]) => {
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${shot}`)).blob());
  const whole = new OffscreenCanvas(image.width, image.height).getContext("2d");
  whole.drawImage(image, 0, 0);
  const seen = whole.getImageData(0, 0, image.width, image.height).data;
  const light = (x, y) => seen[4 * (y * image.width + x)] > 250;
  const across = image.width >> 1;
  let top = 0;
  while (top < image.height && !light(across, top)) top += 1;
  if (top === image.height) return null;
  let [left, right, foot] = [across, across, top];
  while (left > 0 && light(left - 1, top + 2)) left -= 1;
  while (right < image.width - 1 && light(right + 1, top + 2)) right += 1;
  while (foot < image.height - 1 && light(left + 2, foot + 1)) foot += 1;
  const height = Math.round(((foot - top) * width) / (right - left));
  const sheet = new OffscreenCanvas(width, height);
  const small = sheet.getContext("2d");
  small.filter = "grayscale(1)";
  small.imageSmoothingQuality = "high";
  small.drawImage(whole.canvas, left, top, right - left, foot - top, 0, 0, width, height);
  const blob = await sheet.convertToBlob({ type: "image/webp", quality: 0.7 });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join(""));
}"""
# How alike two sheets are, by where their ink is: 1 for the same, 0 for nothing in common.
ALIKE = """async (sheets) => {
  const inks = [];
  for (const one of sheets) {
    const image = await createImageBitmap(await (await fetch(`data:image/webp;base64,${one}`)).blob());
    const canvas = new OffscreenCanvas(600, 850).getContext("2d");
    canvas.fillStyle = "white";
    canvas.fillRect(0, 0, 600, 850);
    // A hair's breadth of another antialiasing is no difference.
    canvas.filter = "blur(1px)";
    canvas.drawImage(image, 0, 0);
    const seen = canvas.getImageData(0, 0, 600, 850).data;
    inks.push(Float64Array.from({ length: 600 * 850 }, (_, place) => 255 - seen[4 * place]));
  }
  const times = (a, b) => a.reduce((sum, value, place) => sum + value * b[place], 0);
  return times(inks[0], inks[1]) / Math.sqrt(times(inks[0], inks[0]) * times(inks[1], inks[1]));
}"""


def text_of(pdf: bytes) -> str:
    """The words of a PDF without blanks, page by page."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return "\n".join(re.sub(r"\s", "", page.extract_text()) for page in pages) + "\n"


def sheet(browser: Browser, pdf: Path) -> bytes:
    """The first page of a PDF as the viewer draws it, grey, as a WebP picture."""
    context = browser.new_context(viewport={"width": 760, "height": 1060})
    viewer, blank = context.new_page(), context.new_page()
    viewer.goto(f"{pdf.as_uri()}#toolbar=0&navpanes=0&view=Fit")
    before: bytes | None = None
    for _ in range(TRIES):
        viewer.wait_for_timeout(100)
        seen = _sheet_of(blank, viewer.screenshot())
        # Drawn bit by bit: it is whole when it stays as it is.
        if seen is not None and seen == before:
            break
        before = seen
    context.close()
    assert before, "the viewer shows no sheet"
    return before


def _sheet_of(blank: Page, shot: bytes) -> bytes | None:
    found: Any = blank.evaluate(SHEET, [_text(shot), WIDTH])
    return None if found is None else base64.b64decode(found)


def alike(browser: Browser, one: bytes, other: bytes) -> float:
    """How alike two sheets are."""
    page = browser.new_page()
    found: float = page.evaluate(ALIKE, [_text(one), _text(other)])
    page.close()
    return found


def kept(name: str, suffix: str, new: bytes) -> bytes:
    """What is kept under a name; where somebody looks again, the new one is written for him too."""
    wanted = os.environ.get(WANTED)
    if wanted:
        Path(wanted, name + suffix).write_bytes(new)
    return (GOLDEN / (name + suffix)).read_bytes()


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
