"""The desk's queue and case pages at 10^5 cases: time in the server, from the request to the whole page.

In process, over the real application with its database; a page is asserted to show what it must.
``python benchmarks/desk_pages.py 1000000`` grows further.
"""

import statistics
import sys
import time

from starlette.testclient import TestClient

from api import app
from benchmarks._office import Place, level_1, offices
from benchmarks.growth import LARGE, REPEATED, grow

LIMIT_MS = 200
LOOPBACK = ("127.0.0.1", 50_000)
PASSWORD = "tongban-demo"  # noqa: S105 - the demo's


def pages(place: Place, waiting: str) -> dict[str, float]:
    """The median milliseconds of each page, for a reviewer in whose queue everything waits."""
    address = "http://127.0.0.1:8000"
    with TestClient(app.around(place.opened), base_url=address, client=LOOPBACK) as client:
        signed_in = client.post("/api/session", json={"staff_no": "R101", "password": PASSWORD})
        token = signed_in.json()["token"]
        client.cookies.clear()
        headers = {"Authorization": f"Bearer {token}"}
        shown = {"/queue": "打开下一件", f"/cases/{waiting}": waiting, "/cases": "业务"}
        return {
            path.replace(waiting, "{case_no}"): _median(client, path, headers, text)
            for path, text in shown.items()
        }


def _median(client: TestClient, path: str, headers: dict[str, str], text: str) -> float:
    taken = []
    for _ in range(REPEATED):
        begun = time.perf_counter()
        answer = client.get(path, headers=headers)
        taken.append((time.perf_counter() - begun) * 1e3)
        assert answer.status_code == 200, (path, answer.status_code)
        assert text in answer.text, path
    return statistics.median(taken)


def main() -> None:
    """Both databases."""
    large = int(sys.argv[1]) if len(sys.argv) > 1 else LARGE
    with offices() as places:
        for place in places:
            people = place.persons(2)
            templates = tuple(place.accept(level_1(one)).case.case_no for one in people)
            waiting = templates[0]
            grow(place, templates, 0, large)
            for path, milliseconds in pages(place, waiting).items():
                verdict = "holds" if milliseconds <= LIMIT_MS else "TOO SLOW"
                print(
                    f"{path}, {place.kind}, {large} cases: {milliseconds:.1f} ms "
                    f"(at most {LIMIT_MS}): {verdict}"
                )


if __name__ == "__main__":
    main()
