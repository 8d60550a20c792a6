"""One person's life on the register: case after case, each on a day of its own, and what stood after each."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from database.clock import FixedClock
from tests import paying_office
from tests.people import Hall

COUNTY = ("R101", "D101", "Z101")
CITY = (*COUNTY, "P001")
STEPS = {"R101": "review", "D101": "endorse", "Z101": "conclude", "P001": "city_approve"}
LISTED = ("relations", "entries", "entitlements", "versions")


def own_parts(person: Any) -> dict[str, int]:
    """The parts of a person's account as its lines make them."""
    sums: Counter[str] = Counter()
    for entry in person["entries"]:
        kind, _, part = entry["account"].partition(":")
        if kind == "personal_account":
            cents = entry["amount_cents"]
            sums[part] += cents if entry["side"] == "credit" else -cents
    return {part: cents for part, cents in sums.items() if cents}


class Life:
    """One person's cases in their order; ``cases`` by number with who signed, ``stood`` by day."""

    def __init__(self, hall: Hall, clock: FixedClock, id_no: str, name: str) -> None:
        self.hall, self.clock, self.id_no, self.name = hall, clock, id_no, name
        self.cases: dict[str, tuple[Any, tuple[str, ...]]] = {}
        self.stood: dict[str, Any] = {}

    @property
    def path(self) -> str:
        """Where the register answers the person, once it knows him."""
        found = self.hall.T101.post("/api/register/search", {"id_no": self.id_no})
        return f"/api/register/persons/{found['person_id']}"

    def record(self, day: str | None = None) -> Any:
        """The person as the register has him, or had him at the end of a day."""
        return self.hall.T101.get(self.path + (f"?as_of={day}" if day else ""))

    def today(self) -> str:
        """The office's day."""
        return self.clock.moment.date().isoformat()

    def on(self, day: str) -> None:
        """Another morning: whoever was signed in signs in again."""
        self.clock.moment = datetime.fromisoformat(f"{day}T01:30:00").replace(tzinfo=UTC)
        self.hall.people.clear()

    def keep(self) -> Any:
        """The record as it stands, which balances, kept for the day."""
        person = self.record()
        there = own_parts(person)
        assert there == {p: c for p, c in person["account"]["parts"].items() if c}
        assert person["account"]["balance_cents"] == sum(there.values())
        self.stood[self.today()] = person
        return person

    def step(
        self, process: str, signers: tuple[str, ...] = COUNTY, messages: Any = (), **form: Any
    ) -> Any:
        """The person's own case to its end; the record after it."""
        applicant = {"kind": "person", "id_no": self.id_no, "name": self.name}
        return self._done(process, applicant, form, signers, messages)

    def listed(
        self, process: str, employer: Any, row: Any, signers: tuple[str, ...] = (), **form: Any
    ) -> Any:
        """The case of an employer that lists him alone, to its end; the record after it."""
        rows = [{"id_no": self.id_no, "name": self.name, **row}]
        return self._done(process, employer, {"rows": rows, **form}, signers, ())

    def _done(
        self, process: str, applicant: Any, form: Any, signers: tuple[str, ...], messages: Any
    ) -> Any:
        definition = self.hall.client.get(f"/api/processes/{process}").json()
        materials = [{"code": one["code"]} for one in definition["materials"] if one["required"]]
        body = {"process": process, "applicant": applicant, "form": form, "materials": materials}
        case = self.hall.T101.accept(body)
        for name, data in messages:
            where = f"/api/cases/{case['case_no']}/messages/{name}"
            case = self.hall.T101.post(where, {"data": data})
        for signer in signers:
            case = getattr(self.hall, signer).sign(case["case_no"])
        assert case["status"] == "completed", case
        self.cases[case["case_no"]] = (case, signers)
        return self.keep()

    def paid(self, reference: str) -> Any:
        """Finance releases all that his cases made payable, and the bank pays it; the record after it."""
        due = [one for one in paying_office.listed(self.hall) if one["case_no"] in self.cases]
        assert due
        paying_office.release(self.hall, due)
        rows = [paying_office.reported(one) for one in due]
        assert paying_office.report(self.hall, rows, reference)["paid"] == len(due)
        person = self.keep()
        assert person["owed"]["payable"] == 0
        return person

    def written(self) -> set[str]:
        """The numbers of the cases that the record names beside its values."""
        person = self.record()
        found = {row["case_no"] for listed in LISTED for row in person[listed]}
        return found | {month["case_no"] for month in person["months"]["items"]}

    def check_ways_back(self, silent: Sequence[str] = ()) -> None:
        """From every value to its case and back: signed by those who should, without findings.

        ``silent`` are the processes of which no value of the person speaks.
        """
        named = {
            number for number, (case, _) in self.cases.items() if case["process"] not in silent
        }
        assert {one for one in self.written() if not one.startswith("OPENING-")} == named
        for number, (case, signers) in self.cases.items():
            assert self.hall.A101.findings(number) == []
            shown = self.hall.A101.case(number)
            about = {shown["person_id"], *(one["subject_id"] for one in shown["posting"])}
            assert self.path.rpartition("/")[2] in about, "and back from the case to the person"
            assert shown["materials"]
            history = self.hall.A101.history(number)
            signed = [one["step"] for one in history["sign_offs"] if one["decision"] == "approve"]
            assert [step for step in signed if step != "handle"] == [STEPS[s] for s in signers]
            assert {"accepted", "posted"} <= {one["action"] for one in history["journal"]}
            assert case["parameters"] == shown["parameters"]

    def check_as_it_stood(self, days: int) -> None:
        """The register reads each of its days as it stood then."""
        assert len(self.stood) == days
        for day, stood in self.stood.items():
            again = self.record(day)
            for part in ("status", "months", "account", "owed", "versions", *LISTED[:3]):
                assert again[part] == stood[part], (day, part)
