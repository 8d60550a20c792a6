"""The window where a case was accepted stands on its receipt, fixed as the case is completed."""

import io
import re
from typing import Any

from pypdf import PdfReader

from engine.paperwork import document_contents, documents
from tests import rendered_papers
from tests.people import Hall
from tests.unit.test_documents import ACCEPTED, FINISHED, about, document, printed
from tests.windowed import listed, opened, path

INSTANT, CERTIFICATE = ("payment_account_change", 2, None), ("enrollment_certificate", 3, None)


def test_the_receipt_names_the_window_where_the_case_was_accepted(hall: Hall) -> None:
    none = hall.T103.accept(hall.example(*CERTIFICATE))["case_no"]
    opened(hall.T101, "1")
    at_once = hall.T101.accept(hall.example(*CERTIFICATE))["case_no"]
    reviewed = hall.T101.accept(hall.example(*INSTANT))["case_no"]
    # Elsewhere by the time it is done: it stays where the client was.
    hall.T101.post(path(hall.T101, "1", "closing"))
    opened(hall.T101, "2")
    hall.R101.sign(reviewed)

    names = {number: one["name"] for number, one in listed(hall.T101).items()}
    state: Any = hall.client.app.state  # type: ignore[attr-defined]
    with state.sessions.reading() as session:
        fixed = [documents.latest(session, one, "receipt") for one in (none, at_once, reviewed)]
    said = [one.content["window"] for one in fixed if one is not None]
    assert said == ["", f"1　{names['1']}", f"1　{names['1']}"]
    receipt = hall.client.get(f"/api/cases/{reviewed}/receipt.pdf", headers=hall.T101.headers)
    assert re.sub(r"\s", "", f"受理窗口{said[2]}") in rendered_papers.text_of(receipt.content)
    assert [hall.A101.findings(one) for one in (none, at_once, reviewed)] == [[], [], []]


def test_a_receipt_names_the_window_where_there_was_one() -> None:
    there = document_contents.receipt(about(), ACCEPTED, FINISHED, "2　综合业务2号窗口")
    none = document_contents.receipt(about(), ACCEPTED, FINISHED)
    before = {name: said for name, said in none.items() if name != "window"}

    assert "受理窗口2综合业务2号窗口" in printed(documents.render(document("receipt", there)))
    # At no window, and of before windows were on it: nothing of one, and the same paper.
    papers = [printed(documents.render(document("receipt", one))) for one in (none, before)]
    assert papers[0] == papers[1]
    assert "受理窗口" not in papers[0]
    (page,) = PdfReader(io.BytesIO(documents.render(document("receipt", there)))).pages
    assert round(page.mediabox.height) == 420
