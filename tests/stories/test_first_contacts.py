"""First contacts (首问登记): whoever is asked first sees it to an answer, or takes the visitor there."""

from datetime import timedelta

from database.clock import FixedClock
from tests.owner_commands import CONTACT, CONTACTS, ENDING
from tests.people import Hall


def test_it_ends_with_an_answer_or_with_who_took_him_there(hall: Hall, clock: FixedClock) -> None:
    made = hall.G101.post(CONTACTS, CONTACT, status=201)
    # Who came is masked; how to reach him is not shown at all.
    assert (made["visitor"], made["due_on"], made["ending"]) == ("王**", "2026-11-03", None)
    path = f"{CONTACTS}/{made['contact_id']}/ending"
    nameless = hall.T101.post(CONTACTS, {**CONTACT, "visitor": None}, status=201)
    assert nameless["visitor"] is None

    assert hall.T102.post(path, ENDING, status=403)["rule"] == "contact.another"
    for wrong in ({"taken_by": None}, {"taken_by": "T201"}, {"kind": "answer"}):
        refused = hall.G101.post(path, ENDING | wrong, status=422)
        assert [error["rule"] for error in refused["errors"]] == ["contact.taken_by"]
    ended = hall.G101.post(path, ENDING)
    assert (ended["ending"]["kind"], ended["ending"]["taken_by"]) == ("referral", "G101")
    assert hall.G101.post(path, ENDING, status=409)["rule"] == "contact.ended"
    assert hall.T201.post(path, ENDING, status=404)["rule"] == "contact.not_found"
    assert hall.R101.post(CONTACTS, CONTACT, status=403)["rule"] == "post.missing"

    clock.moment += timedelta(days=2)
    hall.people.clear()
    (late,) = hall.S101.get(f"{CONTACTS}?open=true")["items"]
    assert (late["contact_id"], late["overdue"]) == (nameless["contact_id"], True)
    said = {"kind": "answer", "text": "已电话答复"}
    hall.S101.post(f"{CONTACTS}/{late['contact_id']}/ending", said)
    assert hall.S101.get(f"{CONTACTS}?open=true")["items"] == []
    assert [one["overdue"] for one in hall.A001.get(CONTACTS)["items"]] == [False, False]
