"""A real server over a demo office of its own, and people at real browsers in front of it.

Each test gets its server, each person a browser context; the browser itself lives as long as the run.
Every page is watched: an error in its console, or something its security policy stopped, fails the test.
"""

import os
import shutil
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, expect, sync_playwright

from api import app
from api.application import Application
from api.settings import Settings
from database.clock import FixedClock
from tests.desk import TIMEOUT_MS, Desk

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "chromium"
# A case of each level, from the window to the archive, is walked at browsers over both kinds of database.
ON_BOTH = ("test_counter", "test_level_one", "test_signing")
SCREENSHOTS = "TONGBAN_SCREENSHOTS"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser, and most of it on the database that offices run.

    What a page does with its database the stories over HTTP hold on both kinds; a browser takes minutes.
    """
    here = Path(__file__).parent
    once = []
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if "[sqlite" in item.name and item.path.stem not in ON_BOTH:
                once.append(item)
    config.hook.pytest_deselected(items=once)
    items[:] = [item for item in items if item not in set(once)]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Photograph what everybody has in front of him when a test fails; all other pictures are asked for."""
    report = yield
    desk = getattr(item, "funcargs", {}).get("desk")
    if report.when == "call" and report.failed and isinstance(desk, Desk):
        desk.photograph_failure()
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        # Root, which builds run as, may not use Chromium's own sandbox; the pages are ours.
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        # As long as the pages' own actions may take: a busy machine is no defect.
        expect.set_options(timeout=TIMEOUT_MS)
        yield started
        started.close()


@pytest.fixture
def application(settings: Settings, clock: FixedClock) -> Application:
    """The application of this test's server."""
    return app.create_app(settings, clock)


@pytest.fixture
def address(application: Application) -> Iterator[str]:
    """Where this test's server is, on this machine."""
    with _serving(application) as where:
        yield where


@pytest.fixture
def desk(
    browser: Browser,
    address: str,
    clock: FixedClock,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> Iterator[Desk]:
    """The desk of this test; ``desk.sign_in("T101")`` is a person's page at it."""
    asked = os.environ.get(SCREENSHOTS)
    folder = Path(asked or tmp_path / "screenshots") / request.node.name.replace("/", "-")
    opened = Desk(browser, address, clock, folder, album=asked is not None)
    yield opened
    opened.close()
    assert opened.complaints == []


@contextmanager
def _serving(application: Application) -> Iterator[str]:
    config = uvicorn.Config(application, port=0, log_config=None, timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    bound = config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        bound.close()
