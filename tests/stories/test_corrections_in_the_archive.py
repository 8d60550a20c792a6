"""The archive refers from a corrected case's file to its correction, and back, wherever the file is shown."""

import io

import pypdf

from tests import archived_office, corrections
from tests.archived_office import ARCHIVE, LOANS, SEARCH, WHO
from tests.people import Hall


def test_each_file_refers_to_the_other(hall: Hall) -> None:
    case, correction = corrections.leave_row(hall)
    old, new = case["case_no"], correction["case_no"]
    files = {number: hall.V101.get(f"{ARCHIVE}/cases/{number}") for number in (old, new)}

    (forward,) = files[old]["references"]
    assert (forward["kind"], forward["case_no"], forward["here"]) == ("corrected_by", new, True)
    assert forward["digest"] == files[new]["digest"]
    (back,) = files[new]["references"]
    assert (back["kind"], back["case_no"], back["digest"]) == (
        "corrects",
        old,
        files[old]["digest"],
    )
    piece = files[new]["pieces"][-1]
    assert (piece["kind"], piece["number"], piece["digest"]) == (
        "reference",
        old,
        files[old]["digest"],
    )
    # What was fixed as the case ended is as it was.
    assert "reference" not in {one["kind"] for one in files[old]["pieces"]}

    (filed, _) = archived_office.file(hall, old, new)
    found = hall.V101.post(SEARCH, {"case_no": old})["items"]
    volume = f"{ARCHIVE}/volumes/{filed['volume_id']}"
    hall.V101.post(LOANS, {"case_no": old, "kind": "read", **WHO}, status=201)
    lent = hall.V101.get(f"{LOANS}?which=all")["items"]
    for listed in (found, lent):
        assert [one["corrected_by"] for one in listed] == [new]
    inside = {one["case_no"]: one["corrected_by"] for one in hall.V101.get(volume)["files"]}
    assert inside == {old: new, new: None}
    label = hall.client.get(f"{volume}/label.pdf", headers=hall.V101.headers)
    said = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(label.content)).pages)
    assert f"已更正，参见{new}" in said.replace("\n", "").replace(" ", "")
    for number in (old, new):
        assert hall.A101.findings(number) == []
