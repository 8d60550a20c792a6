"""How many sign-ins a second one worker takes, of what its password hashing allows, from sixteen at once.

Each sign-in stretches the password twice (its hash, the seal of the signing key), and two stretchings run at
a time whoever asks: so the bound is two cores' worth of Argon2id, measured in turns with it.
"""

import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from authz import stretching
from benchmarks._office import offices, say
from benchmarks._server import Client, serving

FIRST_PORT = 18_471
PEOPLE, ROUNDS, EACH = 16, 5, 4
STRETCHINGS = 2
HASHES = 40


def main() -> None:
    """Both databases, in turns with the bare hashing."""
    with offices() as places:
        for number, place in enumerate(places):
            port = FIRST_PORT + number
            with serving(place, port):
                rates, bounds = [], []
                for _ in range(ROUNDS):
                    bounds.append(hashed() / STRETCHINGS)
                    rates.append(signed_in(port))
                rate, bound = statistics.median(rates), statistics.median(bounds)
                more = f"{rate:.1f} a second of {bound:.1f} that two stretchings at a time allow"
                say(f"sign-ins a second, of the bound, {place.kind}", rate / bound, 0.4, 0.7, more)


def hashed() -> float:
    """Stretchings a second, two at a time as the application does them."""
    began = time.perf_counter()
    with ThreadPoolExecutor(PEOPLE) as pool:
        list(pool.map(lambda _: stretching.key_of("tongban-demo", b"0" * 16, 32), range(HASHES)))
    return HASHES / (time.perf_counter() - began)


def signed_in(port: int) -> float:
    """Sign-ins a second, each asserted to be one, from as many connections as there are people."""
    ready = threading.Barrier(PEOPLE + 1)

    def come(_: int) -> None:
        ready.wait()
        for _ in range(EACH):
            Client(port)

    with ThreadPoolExecutor(PEOPLE) as pool:
        coming = [pool.submit(come, number) for number in range(PEOPLE)]
        ready.wait()
        began = time.perf_counter()
        for one in coming:
            one.result()
        return PEOPLE * EACH / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
