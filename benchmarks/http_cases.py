"""``POST /api/cases`` level 3 against one durable insert by the same application, one worker, loopback.

Both requests are signed in and sent one after the other on one kept-alive connection; each case is of a
person of its own and asserted to be completed.
"""

from benchmarks._office import compared, level_3, median, offices, say
from benchmarks._server import make_floor, serving

ROUNDS, COUNT = 9, 30
FIRST_PORT = 18_431


def main() -> None:
    """Both databases, in turns with their floor."""
    with offices() as places:
        for number, place in enumerate(places):
            make_floor(place)
            persons = place.persons(ROUNDS * COUNT + 20)
            keys = map(str, range(10**9))
            with serving(place, FIRST_PORT + number) as (client, _):

                def accept(client: object = client, persons: object = persons) -> None:
                    body = level_3(next(persons))  # type: ignore[call-overload]
                    case = client.post("/api/cases", body, key=f"bench-{next(keys)}")  # type: ignore[attr-defined] # noqa: B023
                    assert case["status"] == "completed"

                def insert(client: object = client) -> None:
                    client.post("/bench/floor", {}, key="")  # type: ignore[attr-defined]

                for _ in range(20):
                    accept()
                    insert()
                mine, floor = compared(accept, insert, rounds=ROUNDS, counts=(COUNT, COUNT * 3))
            more = f"{median(mine) * 1e3:.2f} ms against {median(floor) * 1e3:.2f} ms"
            ratio = median(floor) / median(mine)
            say(f"POST /api/cases, of one insert, {place.kind}", ratio, 0.12, 0.25, more)


if __name__ == "__main__":
    main()
