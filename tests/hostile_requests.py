"""Requests of four manners, from the published document and from a real office, as bytes on the wire.

``positive`` and ``negative`` are schemathesis's: what the document allows, and what it doesn't.
``right`` is a request somebody would really send; ``spoiled`` is such a request with one thing hostile.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import requests
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.schemas import APIOperation

from tests import (
    access_commands,
    erasure_commands,
    requested_bodies,
    requested_routes,
    rule_commands,
    staff_commands,
    window_commands,
)
from tests.hostile_values import HOSTILE_BODIES, HOSTILE_HEADERS, HOSTILE_JSON, HOSTILE_NAMES
from tests.hostile_workbooks import MULTIPART
from tests.requested_office import PDF, RequestedOffice

ORIGIN = "http://127.0.0.1:8000"
MANNERS = ("positive", "negative", "right", "spoiled")
Operation = APIOperation[Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """One request; ``target`` is path and query as they stand on the wire."""

    method: str
    target: str
    headers: Mapping[str, str | bytes]
    content: bytes


# What makes a request: over this office, for this member of staff, ``FRESH`` on something new.
Made = Callable[[RequestedOffice, str, str], Sent]
FRESH, ANY = "fresh", "any"


def of(operation: Operation, manner: str) -> st.SearchStrategy[Made]:
    """Requests of one manner; each is made when it is sent, over what the office then holds."""
    if manner in ("positive", "negative"):
        # Where the document allows any text, nothing can be against it.
        wrong = operation.body or operation.query or operation.headers
        mode = (
            GenerationMode.NEGATIVE if manner == "negative" and wrong else GenerationMode.POSITIVE
        )
        cases = operation.as_strategy(generation_mode=mode)
        return st.builds(_from_case, cases, st.integers(0, 2**31))
    right = st.builds(_right, st.just(operation), st.integers(0, 2**31))
    if manner == "right":
        return right
    spoils = [
        st.builds(_header, st.sampled_from(HOSTILE_HEADERS)),
        st.builds(_query, st.sampled_from(HOSTILE_NAMES), st.integers(0, 9)),
    ]
    if operation.path_parameters:
        spoils.append(st.builds(_name, st.just(operation), st.sampled_from(HOSTILE_NAMES)))
    if operation.method == "post":
        spoils.append(st.builds(_body, st.sampled_from(HOSTILE_BODIES)))
    if operation.body:
        member = st.builds(_member, st.sampled_from(HOSTILE_JSON), st.integers(0, 2**31))
        spoils += [member, member, st.builds(_without_member, st.integers(0, 2**31))]
    return st.builds(_spoiled, right, st.one_of(spoils))


def _from_case(case: Any, salt: int) -> Made:
    prepared = requests.Request(**case.as_transport_kwargs(base_url=ORIGIN)).prepare()
    body: Any = prepared.body or b""
    content = body.encode() if isinstance(body, str) else body
    target = str(prepared.url).removeprefix(ORIGIN)
    headers = {name: said for name, said in prepared.headers.items() if name != "Content-Length"}

    def made(office: RequestedOffice, staff_no: str, which: str) -> Sent:
        del staff_no, which
        # Two of three lead to something real: the rest of the request deserves to be looked at.
        template = str(case.operation.path)
        where = target
        if "{" in template and salt % 3:
            query = target.partition("?")[2]
            where = _path(office, template, office.cases[salt % len(office.cases)], salt)
            where += f"?{query}" if query else ""
        return Sent(str(case.method).upper(), where, headers, content)

    return made


def _right(operation: Operation, number: int) -> Made:
    label, template = str(operation.label), str(operation.path)

    def made(office: RequestedOffice, staff_no: str, which: str) -> Sent:
        fresh = which == FRESH
        if fresh and ("{case_no}" in template or "{task_id}" in template):
            case_no = office.case_for(requested_routes.right_state(label, staff_no))
        else:
            case_no = office.cases[number % len(office.cases)]
        if fresh:
            office.renew(template)
        choice = 0 if fresh else number
        path = _path(office, template, case_no, choice)
        headers: dict[str, str | bytes] = {"Idempotency-Key": f"right-{number}-{len(office.cases)}"}
        if label.endswith("/consistency"):
            path += "?since=1"
        if label == "GET /api/cases":
            path += "?" + _list_query(office, case_no, choice)
        content = b""
        if label == "POST /api/files":
            headers["Content-Type"] = "multipart/form-data; boundary=b"
            part = b'Content-Disposition: form-data; name="file"; filename="a.pdf"'
            content = b"--b\r\n" + part + b"\r\n\r\n" + PDF + b"\r\n--b--\r\n"
        elif label == "POST /api/lists":
            headers |= MULTIPART
            content = office.list_body()
        elif str(operation.method) in ("post", "put"):
            headers["Content-Type"] = "application/json"
            content = json.dumps(requested_bodies.right(office, label, case_no, choice)).encode()
        return Sent(str(operation.method).upper(), path, headers, content)

    return made


def _path(office: RequestedOffice, template: str, case_no: str, number: int) -> str:
    names: dict[str, Callable[[], str]] = {
        "case_no": lambda: case_no,
        "task_id": lambda: office.task_of(case_no),
        "code": lambda: office.code_in(template, number),
        "person_id": lambda: office.person_id,
        "employer_id": lambda: office.employer_id,
        "grant_id": lambda: office.grants[-1 - number % len(office.grants)],
        "stand_in_id": lambda: office.stand_ins[-1 - number % len(office.stand_ins)],
        "leave_id": lambda: office.leaves.leaves[-1],
        "naming_id": lambda: office.leaves.namings[-1],
        "appointment_id": lambda: office.appointments[-1 - number % len(office.appointments)],
        "record_id": lambda: office.records[-1 - number % len(office.records)],
        "declaration_id": lambda: office.declarations[-1 - number % len(office.declarations)],
        "session_id": lambda: staff_commands.other_session(office.hall, "T101"),
        "seal_no": lambda: "1",
        "sample_id": lambda: office.samples[-1],
        "finding_id": lambda: office.findings[-1 - number % len(office.findings)],
        "staff_no": lambda: _staff_no(office, template),
        "saved_id": lambda: office.saved[-1],
        "verification_code": lambda: "ABCDEFGH2345",
        "request_id": lambda: erasure_commands.waiting(office.hall),
        "reset_id": lambda: office.resets[-1 - number % len(office.resets)],
        "factor_reset_id": lambda: office.factor_resets[-1 - number % len(office.factor_resets)],
        "factor_id": lambda: "1",
        "identity_id": lambda: office.identities[-1 - number % len(office.identities)],
        "enrolment_id": lambda: office.enrolments[-1 - number % len(office.enrolments)],
        "key_id": lambda: office.keys[number % len(office.keys)],
        "draft_id": lambda: office.drafts[-1 - number % len(office.drafts)],
        "list_id": lambda: office.archive.listed if "/disposals/" in template else office.lists[-1],
        "volume_id": lambda: office.archive.volume,
        "contact_id": lambda: office.contacts[-1],
        "loan_id": lambda: office.archive.loans[-1],
        "block_id": lambda: "1",
        "change_no": lambda: rule_commands.change(office.hall),
        "digest": lambda: rule_commands.handed_in(office.hall),
        "message_id": lambda: office.messages[-1 - number % len(office.messages)],
        "meeting_id": lambda: office.meetings[-1 - number % len(office.meetings)],
        "window_id": lambda: window_commands.ready_for(office.hall, template.rpartition("/")[2]),
        "name": lambda: "paid",
        "number": lambda: (
            office.paper(case_no)["number"] if "/documents/" in template else office.turned_away()
        ),
    }
    for name, value in names.items():
        if f"{{{name}}}" in template:
            template = template.replace(f"{{{name}}}", value())
    return template


def _staff_no(office: RequestedOffice, template: str) -> str:
    """Whom an operation is about: whoever it ends something of does nothing else here."""
    if template.endswith("/sessions/end"):
        return access_commands.signed_in(office.hall)
    return "T201" if template.endswith("/closing") else "T101"


def _list_query(office: RequestedOffice, case_no: str, number: int) -> str:
    said: tuple[dict[str, str], ...] = (
        {},
        {"status": "in_progress"},
        {"process": office.processes[number % len(office.processes)]},
        {"person_id": office.person_id},
        {"q": case_no[:10]},
    )
    return urlencode(said[number % len(said)])


def _spoiled(right: Made, spoil: Callable[[Sent], Sent]) -> Made:
    def made(office: RequestedOffice, staff_no: str, which: str) -> Sent:
        del which
        return spoil(right(office, staff_no, ANY))

    return made


def _header(hostile: Mapping[str, str | bytes | None]) -> Callable[[Sent], Sent]:
    def spoil(sent: Sent) -> Sent:
        merged = {**sent.headers, **hostile}
        # An empty value stands for a header that the sender would otherwise add.
        return replace(sent, headers={name: "" if v is None else v for name, v in merged.items()})

    return spoil


def _query(hostile: str, kind: int) -> Callable[[Sent], Sent]:
    name = ("cursor", "cursor", "status", "process", "person_id", "q", "q", "x", "", "cursor")[kind]

    def spoil(sent: Sent) -> Sent:
        joint = "&" if "?" in sent.target else "?"
        return replace(sent, target=f"{sent.target}{joint}{name}={hostile}")

    return spoil


def _name(operation: Operation, hostile: str) -> Callable[[Sent], Sent]:
    first = (
        str(operation.path)
        .split("/")
        .index(next(part for part in str(operation.path).split("/") if part.startswith("{")))
    )

    def spoil(sent: Sent) -> Sent:
        parts = sent.target.split("/")
        parts[first] = hostile
        return replace(sent, target="/".join(parts))

    return spoil


def _body(hostile: bytes) -> Callable[[Sent], Sent]:
    return lambda sent: replace(sent, content=hostile)


def _member(hostile: str, number: int) -> Callable[[Sent], Sent]:
    """One value of the body, wherever it stands, written as something else."""

    def spoil(sent: Sent) -> Sent:
        try:
            body = json.loads(sent.content)
        except ValueError:
            return replace(sent, content=hostile.encode("utf-8", "surrogatepass"))
        places = list(_places(body))
        if not places:
            return replace(
                sent, content=b'{"x": ' + hostile.encode("utf-8", "surrogatepass") + b"}"
            )
        holder, key = places[number % len(places)]
        holder[key] = "\x01here\x01"
        text = json.dumps(body).replace(json.dumps("\x01here\x01"), hostile)
        return replace(sent, content=text.encode("utf-8", "surrogatepass"))

    return spoil


def _without_member(number: int) -> Callable[[Sent], Sent]:
    def spoil(sent: Sent) -> Sent:
        try:
            body = json.loads(sent.content)
        except ValueError:
            return replace(sent, content=sent.content[: number % 20])
        places = list(_places(body))
        if places:
            holder, key = places[number % len(places)]
            del holder[key]
        return replace(sent, content=json.dumps(body).encode())

    return spoil


def _places(value: Any) -> Any:
    """Every place within a JSON value that holds something: its holder and its key there."""
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    for key in list(keys):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])
