"""People at the desk, each in a browser context of his own; every page is watched and can be photographed."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Route

from database.clock import FixedClock
from tests.people import PASSWORD

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WINDOW = (1366, 768)
TIMEOUT_MS = 20_000
# What a browser itself says about an answer that isn't 2xx: the desk refuses, and that is no defect.
EXPECTED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
# Enough to have a page's script ready before a key is pressed. Waited for as an element: an expression that
# is evaluated again and again is refused by the pages' security policy (no ``unsafe-eval``).
READY = "html[data-ready]"
# Answered by a route and by no server.
ROUTED = 299

# The focus goes where the page wants it when it is drawn; a page behind another isn't.
DRAWN = """new Promise(drawn => {
    requestAnimationFrame(() => setTimeout(drawn));
    setTimeout(drawn, 500);
})"""
AT_REST = """Promise.allSettled(document.getAnimations()
    .filter(one => one.effect.getComputedTiming().endTime < Infinity).map(one => one.finished))"""


class Desk:
    """The browsers in front of one server."""

    def __init__(
        self, browser: Browser, address: str, clock: FixedClock, folder: Path, *, album: bool
    ) -> None:
        self.address = address
        self.clock = clock
        self.folder = folder
        self.album = album
        self.complaints: list[str] = []
        self.allowed: list[re.Pattern[str]] = [EXPECTED]
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def visitor(
        self, *, language: str = "zh", window: tuple[int, int] = WINDOW, script: bool = True
    ) -> Page:
        """A page of somebody who is not signed in, in a browser context of his own."""
        context = self._browser.new_context(
            base_url=self.address,
            viewport={"width": window[0], "height": window[1]},
            java_script_enabled=script,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        context.set_default_timeout(TIMEOUT_MS)
        if language != "zh":
            cookie = {"name": "tongban_language", "value": language, "url": self.address}
            context.add_cookies([cookie])  # type: ignore[list-item]
        self._contexts.append(context)
        context.on("page", self._watch)
        return context.new_page()

    def sign_in(
        self, staff_no: str, *, language: str = "zh", window: tuple[int, int] = WINDOW
    ) -> Page:
        """A page of this person, at the first page of his post."""
        page = self.visitor(language=language, window=window)
        page.goto("/sign-in")
        page.fill("#f-staff_no", staff_no)
        page.fill("#f-password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        self.ready(page)
        return page

    def open(self, page: Page, path: str) -> None:
        """Go to a page and wait until its script listens."""
        page.goto(path)
        self.ready(page)

    def ready(self, page: Page) -> None:
        """Wait until the page's script listens to keys, and the field that has the focus at first has it."""
        page.locator(READY).wait_for(state="attached")
        page.evaluate(DRAWN)

    @contextmanager
    def answers_lost(self, page: Page, address: str) -> Iterator[None]:
        """Meanwhile the server acts, and its answers from ``address`` are lost on the way.

        The route ends with the block and not by itself: taken away from beneath a request, it would let it
        through.
        """

        def lose(route: Route) -> None:
            route.fetch()
            route.abort()

        self.allowed.append(re.compile("ERR_FAILED|Failed to fetch"))
        page.route(address, lose)
        self._until_routed(page)
        yield
        page.unroute(address)

    def _until_routed(self, page: Page) -> None:
        """Wait until what the page asks for comes by its routes: the browser says so before it is so."""
        asked = "() => fetch('/is-routed').then(answer => answer.status)"
        page.route("**/is-routed", lambda route: route.fulfill(status=ROUTED))
        while page.evaluate(asked) != ROUTED:
            page.wait_for_timeout(20)
        page.unroute("**/is-routed")

    def photograph(self, page: Page, name: str, *, whole: bool = False) -> None:
        """Keep a picture of this state under ``name``, in a run that was asked for an album."""
        if self.album:
            self._take(page, name, whole=whole)

    def photograph_failure(self) -> None:
        """Keep a picture of every page as it stands: a test failed at one of them."""
        pages = [page for context in self._contexts for page in context.pages]
        for number, page in enumerate(pages, 1):
            # A page that is gone has no picture, and is not what is to be told.
            with suppress(Error):
                self._take(page, f"failed-{number}", whole=True)

    def _take(self, page: Page, name: str, *, whole: bool) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=self.folder / f"{name}.png", full_page=whole, animations="disabled")

    def check(self, page: Page, name: str) -> None:
        """A state as it must be, photographed: no barrier by axe-core, in Chinese and in English.

        The page is read anew in each language, and left in Chinese: this is for states that have an
        address; for others there are ``photograph`` and ``barriers``.
        """
        for language in ("en", "zh"):
            self._read_in(page, language)
            self.photograph(page, f"{name}-{language}")
            found = self.barriers(page)
            assert found == [], f"{name} in {language}: {found}"

    def _read_in(self, page: Page, language: str) -> None:
        cookie = {"name": "tongban_language", "value": language, "url": self.address}
        page.context.add_cookies([cookie])  # type: ignore[list-item]
        page.goto(page.url)

    def barriers(self, page: Page) -> list[str]:
        """What axe-core finds wrong with the page as it stands, by WCAG 2.2 A and AA.

        Looked at in a window as high as the page: what a bar at the window's edge happens to cover, until
        one scrolls, is no barrier (and focus never rests beneath one: ``scroll-padding``).
        """
        window = page.viewport_size
        assert window is not None
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": window["width"], "height": max(height, window["height"])})
        # A colour on its way from one state to the next is no colour of the page.
        page.evaluate(AT_REST)
        if not page.evaluate("'axe' in window"):
            # Evaluated by the browser's debugger, which the page's security policy doesn't bind.
            page.evaluate(AXE.read_text())
        found: dict[str, Any] = page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS
        )
        page.set_viewport_size(window)
        return [
            f"{violation['id']}: {violation['help']}: "
            + json.dumps([node["target"] for node in violation["nodes"]], ensure_ascii=False)
            for violation in found["violations"]
        ]

    def close(self) -> None:
        """Close every browser context."""
        for context in self._contexts:
            context.close()

    def _watch(self, page: Page) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type not in ("error", "warning"):
            return
        if not any(allowed.search(said.text) for allowed in self.allowed):
            self.complaints.append(said.text)
