"""What printing a paper costs: a receipt as it is asked for, against an empty page, first and warm."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from engine.paperwork import document_contents, documents, qr_code
from engine.paperwork.document_contents import About
from engine.paperwork.documents import IssuedDocument

ROUNDS = 200
AT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
PERSON = {"kind": "person", "name": "欧阳淑芬", "id_no": "11010519491231002X"}


def receipt(number: int) -> IssuedDocument:
    """A receipt of its own number, so that nothing is printed twice."""
    about = About(
        f"9901012026110210{number:06d}", "参保证明开具", PERSON, "王芳 T101", "青山县经办中心"
    )
    said = document_contents.receipt(about, AT, AT)
    code = f"{number:012d}".replace("0", "A").replace("1", "B")
    content = {**said, "number": f"{about.case_no}-R1", "verification_code": code}
    return IssuedDocument(kind="receipt", number=content["number"], content=content, issued_at=AT)


def took(one: Callable[[], object]) -> float:
    """Milliseconds."""
    begun = time.perf_counter()
    one()
    return (time.perf_counter() - begun) * 1000


def main() -> None:
    """Print the first and the median of the rest, and how much of it the QR code is."""
    first = took(lambda: documents.render(receipt(0)))
    warm = [took(partial(documents.render, receipt(n))) for n in range(1, ROUNDS)]
    empty = [took(lambda: documents.typeset(b" ", {}, AT)) for _ in range(ROUNDS)]
    drawn = [
        took(partial(qr_code.svg, f"9901012026110210{n:06d}-R1 ABCDEFGH2345"))
        for n in range(ROUNDS)
    ]
    floor = statistics.median(empty)
    print(f"an empty page, the floor       {floor:8.2f} ms")
    print(f"the first receipt              {first:8.2f} ms")
    print(f"a warm receipt, the median     {statistics.median(warm):8.2f} ms")
    print(f"  the slowest of {ROUNDS}          {max(warm):8.2f} ms")
    print(f"  of it the QR code            {statistics.median(drawn):8.2f} ms")
    print(f"a warm receipt over the floor  {statistics.median(warm) / floor:8.1f} x")


if __name__ == "__main__":
    main()
