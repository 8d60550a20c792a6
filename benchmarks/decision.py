"""A decision of authority at 10^3 and 10^5 grants, and how soon another process knows of a revocation.

Each decision is timed by itself, in the transaction of an act: those of a teller, a leader and an auditor,
allowed and not. The first reads the policy epoch, further ones of the same transaction don't. Beside them
stands the cheapest statement that the same transaction can ask, so that the ratio says what is ours. Whether
revocations are seen is asked in the very next request to a server in a process of its own.
"""

import http.client
import json
import os
import statistics
import time
from dataclasses import replace

from sqlalchemy import select, text

from api.demonstration import demo
from authz import decisions
from authz.acts import Act
from authz.offices.posts import PostHolding
from authz.personnel import appointments
from benchmarks import growth
from benchmarks._office import COUNTY, Place, offices
from benchmarks._server import HOST, serving
from database import connection

SMALL, LARGE, LIMIT, AIM_MS = 1_000, 100_000, 1.5, 0.15
REPEATED, REVOKED = 600, 20
PORT = 8_731
AT = Act("handle", agency=COUNTY, process="account_adjustment", handling="limited")
ASKED = (
    ("T101", replace(AT, level=1, route="county"), True),
    ("T101", replace(AT, step="review", level=1, route="county"), False),
    ("D101", replace(AT, step="endorse", level=1, route="county", signed=(("handle", 1),)), True),
    ("A101", Act("see", agency=COUNTY), True),
)


def main() -> None:
    """Measure on both databases and print."""
    with offices() as places:
        for nth, place in enumerate(places):
            seen = revocations(place, PORT + nth)
            grow(place, 0, SMALL)
            small, _, _ = decided(place)
            grow(place, SMALL, LARGE)
            large, further, floor = decided(place)
            reached = large / small <= LIMIT and large <= AIM_MS
            print(
                f"{place.kind}: the first decision of a transaction takes {large:.3f} ms at the median "
                f"of {LARGE} grants ({small:.3f} at {SMALL}, {large / small:.2f} times that; at most "
                f"{LIMIT}), {large / floor:.2f} of a bare statement ({floor:.3f} ms), a further one "
                f"{further:.3f} ms: {'reaches the aim' if reached else 'BELOW THE AIM'} of {AIM_MS} "
                f"ms; {seen} of {2 * REVOKED} changes of a post seen in the next request of another "
                f"process; load {os.getloadavg()[0]:.1f}",
                flush=True,
            )


def grow(place: Place, since: int, until: int) -> None:
    """Bring the database from ``since`` to ``until`` grants, ten to each of as many people."""
    padded = "printf('%012d', n.i)" if place.kind == "sqlite" else "lpad(n.i::text, 12, '0')"
    engine = connection.connect(place.owner_url)
    with engine.begin() as opened:
        growth.grants(opened, padded, since, until)
        if place.kind == "postgresql":
            opened.execute(text("ANALYZE"))
    engine.dispose()


def decided(place: Place) -> tuple[float, float, float]:
    """Milliseconds of a transaction's first decision, of a further one, and of a bare statement: medians."""
    sessions = place.opened.sessions
    with sessions.reading() as session:
        people = {name: place.actor(session, name) for name, _, _ in ASKED}
    taken: dict[str, list[float]] = {"first": [], "further": [], "bare": []}
    for nth in range(REPEATED):
        name, act, allowed = ASKED[nth % len(ASKED)]
        with sessions.command() as session:
            for which in ("bare", "bare", "first", "further"):
                begun = time.perf_counter()
                if which == "bare":
                    session.execute(text("SELECT 1")).scalar_one()
                else:
                    assert (decisions.may(session, people[name], act) is not None) == allowed
                taken[which].append(time.perf_counter() - begun)
            # The first statement of a transaction begins it too.
            taken["bare"].pop(-2)
    first, further, bare = (statistics.median(times) * 1e3 for times in taken.values())
    return first, further, bare


def revocations(place: Place, port: int) -> int:
    """How many of the changes of a teller's post the next request to another process goes by."""
    sessions, account = place.opened.sessions, place.accounts["T102"]
    seen = 0
    with serving(place, port):
        asking = http.client.HTTPConnection(HOST, port, timeout=60)
        headers = {"Content-Type": "application/json"}
        said = {"staff_no": "T102", "password": demo.PASSWORD}
        asking.request("POST", "/api/session", json.dumps(said).encode(), headers)
        token = json.loads(asking.getresponse().read())["token"]
        assert status(asking, token) == http.client.OK
        for _ in range(REVOKED):
            with sessions.command() as session:
                held = select(PostHolding.holding_id).where(
                    PostHolding.account_id == account, PostHolding.revoked_at.is_(None)
                )
                appointments.dismiss(session, session.execute(held).scalar_one())
            # Whoever lost his last post is no longer signed in (``account.posts_ended``).
            seen += status(asking, token) == http.client.UNAUTHORIZED
            with sessions.command() as session:
                appointments.appoint(session, account, "teller", agency=COUNTY)
            seen += status(asking, token) == http.client.OK
        asking.close()
    return seen


def status(asking: http.client.HTTPConnection, token: str) -> int:
    """What the server answers to a question that only a post opens."""
    asking.request("GET", "/api/grants", headers={"Authorization": f"Bearer {token}"})
    answer = asking.getresponse()
    answer.read()
    return answer.status


if __name__ == "__main__":
    main()
