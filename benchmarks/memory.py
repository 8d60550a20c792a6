"""Memory of one worker: its resident set after each thousand of 10,000 level-3 cases through HTTP.

A level-3 case every time, for 500 persons in turn; one worker on SQLite. Says the largest resident set,
and the slope over the second half: what a worker would grow by in a day of 10,000 cases.
"""

import re
import statistics
from pathlib import Path

from benchmarks._office import level_3, offices
from benchmarks._server import make_floor, serving

CASES, EVERY, PERSONS = 10_000, 1_000, 500
LIMIT_MIB = 250
PORT = 18_441


def resident_mib(process: int) -> float:
    """The resident set of a process, in MiB."""
    status = Path(f"/proc/{process}/status").read_text()
    (found,) = re.findall(r"VmRSS:\s+([0-9]+) kB", status)
    return int(found) / 1024


def main() -> None:
    """Print the resident set as it goes."""
    with offices() as places:
        place = places[0]
        make_floor(place)
        persons = list(place.persons(PERSONS))
        with serving(place, PORT) as (client, process):
            seen = [resident_mib(process)]
            for number in range(1, CASES + 1):
                body = level_3(persons[number % PERSONS])
                case = client.post("/api/cases", body, key=f"memory-{number}")
                assert case["status"] == "completed"
                if number % EVERY == 0:
                    seen.append(resident_mib(process))
                    print(f"  {number} cases: {seen[-1]:.0f} MiB", flush=True)
    half = seen[len(seen) // 2 :]
    slope = statistics.linear_regression(range(len(half)), half).slope
    verdict = "holds" if max(seen) <= LIMIT_MIB else "ABOVE THE LIMIT"
    print(f"memory of a worker: {max(seen):.0f} MiB at most (limit {LIMIT_MIB}): {verdict}.")
    print(f"  slope of the second half: {slope:+.2f} MiB a thousand cases")


if __name__ == "__main__":
    main()
