"""Checks an evidence file of tongban by itself: takes Python 3.11 and ``cryptography``, nothing of tongban.

    python3 check_evidence.py EVIDENCE.zip [--witness SEALS.jsonl [--allow-unsealed]]

Says what does not hold and ends with 1, or that all holds and what this does not show, and ends with 0. With
--allow-unsealed the case may have gone on after the newest seal. The format is told in FORMAT.txt beside this
file; whoever doesn't trust this program can write another from it.
"""

import argparse
import hashlib
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_pem_x509_certificate

APPROVING = ("approve", "escalate")
GENESIS = "0" * 64
STEPS = {
    "handler": "handle", "reviewer": "review", "deputy_director": "endorse",
    "director": "conclude", "city_approver": "city_approve", "city_head": "city_conclude",
}  # fmt: skip
MAX_BYTES = 200_000_000
MAX_MEMBERS = 2_000
MAX_RECORD_BYTES = 50_000_000
RECORD = "record.json"
READABLE = "approval-form.pdf"
FIXED = {READABLE, "risk_levels.yaml", "check_evidence.py", "FORMAT.txt"}
# An entry's moment is read before it is committed, and the clocks of two nodes differ: an entry can be as
# much older than a seal that does not cover it.
LATE = timedelta(minutes=10)
# SM2: the curve of GB/T 32918.5, its base point and order, and the identity signers have by default.
P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
SM2_IDENTITY = b"1234567812345678"
Point = tuple[int, int] | None


def canonical(value: Any) -> bytes:
    """RFC 8785: names in the order of UTF-16, no spaces, texts as they are. There are no floats."""
    if isinstance(value, dict):
        named = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be"))
        inside = b",".join(canonical(name) + b":" + canonical(said) for name, said in named)
        return b"{" + inside + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(canonical, value)) + b"]"
    if isinstance(value, float):
        raise TypeError("a float has no place in a signed record")
    return json.dumps(value, ensure_ascii=False).encode()


def hashed(suite: str, data: bytes) -> bytes:
    """SHA-256 for intl-1, SM3 for gm-1."""
    return hashlib.new({"intl-1": "sha256", "gm-1": "sm3"}[suite], data).digest()


def covered(kind: str, value: Any, suite: str) -> bytes:
    """What a digest and a signature cover: the canonical value after its domain, kind and suite."""
    return b"\0".join((b"tongban-v1", kind.encode(), suite.encode(), canonical(value)))


def digest(kind: str, value: Any, suite: str = "intl-1") -> str:
    """The digest of a value, in hex."""
    return hashed(suite, covered(kind, value, suite)).hex()


def is_signed(suite: str, public: bytes, signed: bytes, signature: bytes) -> bool:
    """Whether a signature holds; False for anything malformed."""
    if suite == "gm-1":
        return _sm2_holds(public, signed, signature)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def _sm2_holds(public: bytes, signed: bytes, signature: bytes) -> bool:
    x, y = int.from_bytes(public[:32], "big"), int.from_bytes(public[32:], "big")
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if len(public) != 64 or len(signature) != 64 or not (0 < r < N and 0 < s < N):
        return False
    if x >= P or y >= P or (y * y - (x * x * x + A * x + B)) % P:
        return False
    parts = (A, B, *G, x, y)
    identity = (len(SM2_IDENTITY) * 8).to_bytes(2, "big") + SM2_IDENTITY
    z = hashed("gm-1", identity + b"".join(part.to_bytes(32, "big") for part in parts))
    e = int.from_bytes(hashed("gm-1", z + signed), "big")
    t = (r + s) % N
    point = _added(_times(s, G), _times(t, (x, y))) if t else None
    return point is not None and (e + point[0]) % N == r


def _added(one: Point, other: Point) -> Point:
    if one is None or other is None:
        return one or other
    if one[0] == other[0]:
        if (one[1] + other[1]) % P == 0:
            return None
        slope = (3 * one[0] * one[0] + A) * pow(2 * one[1], -1, P)
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, P)
    x = (slope * slope - one[0] - other[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def _times(count: int, point: Point) -> Point:
    total: Point = None
    while count:
        if count & 1:
            total = _added(total, point)
        point, count = _added(point, point), count >> 1
    return total


def findings(
    files: Mapping[str, bytes], witness: bytes | None = None, *, allow_unsealed: bool = False
) -> Iterator[str]:
    """Everything in an evidence file that does not hold; ``files`` are its members by name.

    With a witness every entry of the case must be under a seal that it knows, unless ``allow_unsealed`` says
    that the last ones may be younger than any; the signers' keys must be in any case.
    """
    try:
        record = _parsed(files[RECORD])
        lines = None if witness is None else [_parsed(line) for line in witness.splitlines()]
        yield from _members(record, files)
        yield from _office_signature(record)
        yield from _contents(record)
        yield from _scans(files)
        yield from _sign_offs(record)
        yield from _clock_orders(record)
        yield from _journal(record)
        yield from _told(record)
        yield from _completed(record, files)
        yield from _definition(record, files)
        yield from _seal(record, lines)
        yield from _entries_under_seal(record, lines, allow_unsealed=allow_unsealed)
        yield from _keys_under_seal(record, lines)
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError) as spoiled:
        yield f"the file is not complete or can't be read: {type(spoiled).__name__} {spoiled}"


def not_shown(files: Mapping[str, bytes], witness: bytes | None = None) -> Iterator[str]:
    """What an evidence file in which everything holds still does not show."""
    record = _parsed(files[RECORD])
    if record["seal"] is None:
        yield "not shown: the case is under no seal, so whoever made this file may have made it all up"
    elif witness is None:
        yield (
            "not shown without a witness: that the seal and the keys are the office's; whoever made this "
            "file may have made them too"
        )
    if record["seal"] and (young := record["journal"][len(record["inclusion"]) :]):
        yield f"not shown: {_span(young)} under no seal; a file made after the next seal covers them"
    if record["seal"] and (loose := [k["staff_no"] for k in _loose_keys(record)]):
        yield f"not shown: the keys of {', '.join(loose)} are under no seal"


def _parsed(text: bytes) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a name stands twice")
        return dict(pairs)

    return json.loads(text, object_pairs_hook=once)


def _members(record: Any, files: Mapping[str, bytes]) -> Iterator[str]:
    named = {row["file"] for content in record["contents"] for row in content["materials"]}
    for name in sorted(files):
        scan = name.startswith("materials/") and name.removeprefix("materials/") in named
        if not (name in FIXED or name == RECORD or name.startswith("definition/") or scan):
            yield f"{name}: has no place in an evidence file"
    there = {n: hashlib.sha256(c).hexdigest() for n, c in files.items() if n != RECORD}
    for name in sorted(there.keys() | record["files"].keys() | FIXED):
        if name not in there or there[name] != record["files"].get(name):
            yield f"{name}: is not the file that was put in here"


def _office_signature(record: Any) -> Iterator[str]:
    said = {name: value for name, value in record.items() if name != "office_signature"}
    signed, seal = record["office_signature"], record["seal"]
    public, suite = bytes.fromhex(signed["public_key"]), signed["suite"]
    signature = bytes.fromhex(signed["signature"])
    if not is_signed(suite, public, covered("evidence", said, suite), signature):
        yield "the file is not as the office signed it"
    if seal and (seal["suite"], seal["public_key"]) != (suite, signed["public_key"]):
        yield "the file is signed by another key than the seal"


def _contents(record: Any) -> Iterator[str]:
    for content in record["contents"]:
        name, suite = f"content of cycle {content['cycle']}", content["suite"]
        for field, (salt, value) in content["opened"].items():
            if digest("field", [salt, value], suite) != content["commitments"].get(field):
                yield f"{name}: {field} is not what was committed to"
        for part, said in (("form", content["commitments"]), ("materials", content["materials"])):
            if digest(part, said, suite) != content[f"{part}_digest"]:
                yield f"{name}: {part} is not what its digest says"
        own = [material["under"] for material in content["materials"] if "under" in material]
        if own not in ([], [content["form_digest"]]):
            yield f"{name}: the applicant's signature stands under another form"
        posting = content["posting"]
        if posting is not None and digest("posting", posting, suite) != content["posting_digest"]:
            yield f"{name}: posting is not what its digest says"


def _scans(files: Mapping[str, bytes]) -> Iterator[str]:
    for file, content in files.items():
        if file.startswith("materials/"):
            named = file.removeprefix("materials/").partition(".")[0]
            if hashlib.sha256(content).hexdigest() != named:
                yield f"{file}: is not the file of this digest"


def _sign_offs(record: Any) -> Iterator[str]:
    contents = {content["cycle"]: content for content in record["contents"]}
    previous, signed = GENESIS, set()
    for place, row in enumerate(record["sign_offs"], start=1):
        said, suite = row["record"], row["suite"]
        name = f"sign-off {said['seq']}"
        if (said["seq"], said["previous_digest"]) != (place, previous):
            yield f"{name}: does not follow the one before"
        if said["case_no"] != record["case"]["case_no"]:
            yield f"{name}: belongs to case {said['case_no']}"
        if digest("sign-off", said, suite) != row["digest"]:
            yield f"{name}: the record is not what its digest says"
        yield from _signature(record, row, name)
        for part in ("form_digest", "materials_digest", "posting_digest"):
            if said[part] != contents[said["cycle"]][part]:
                yield f"{name}: covers another {part}"
        for text in ("opinion", "resolution"):
            given = row[text]
            if given is not None and digest("field", given, suite) != said[f"{text}_commitment"]:
                yield f"{name}: the {text} is not the one that was signed"
        if (said["cycle"], said["signer_person"]) in signed:
            yield f"{name}: one person signed two steps"
        signed.add((said["cycle"], said["signer_person"]))
        previous = row["digest"]


def _clock_orders(record: Any) -> Iterator[str]:
    """Orders to the clocks, signed as sign-offs are; files of before they were signed have none."""
    rows, previous = record.get("clock_orders", []), GENESIS
    for place, row in enumerate(rows, start=1):
        said, name = row["record"], f"clock order {place}"
        if (said["seq"], said["previous_digest"]) != (place, previous):
            yield f"{name}: does not follow the one before"
        if said["case_no"] != record["case"]["case_no"]:
            yield f"{name}: belongs to case {said['case_no']}"
        if digest("clock-order", said, row["suite"]) != row["digest"]:
            yield f"{name}: the record is not what its digest says"
        yield from _signature(record, row, name, "clock-order")
        previous = row["digest"]
    told = [e["record"] for e in record["journal"] if "order" in e["record"]["detail"]]
    listed = [(said["detail"]["order"], said["staff_no"]) for said in told]
    if listed != [(row["digest"], row["record"]["signer"]) for row in rows]:
        yield "the journal tells of other clock orders than there are"


def _signature(record: Any, row: Any, name: str, kind: str = "sign-off") -> Iterator[str]:
    said, suite = row["record"], row["suite"]
    key = record["keys"].get(said["key_id"])
    if key is None or key["suite"] != suite:
        yield f"{name}: names no key of this file"
        return
    if digest("signing-key", [suite, key["public_key"]]) != said["key_id"]:
        yield f"{name}: the key is not the one its id names"
    if (key["staff_no"], key["person_id"]) != (said["signer"], said["signer_person"]):
        yield f"{name}: signed with another person's key"
    if said["signed_at"] < key["made_at"] or said["signed_at"] >= (key["retired_at"] or "9"):
        yield f"{name}: signed with a key that was not in use then"
    public, signature = bytes.fromhex(key["public_key"]), bytes.fromhex(row["signature"])
    if not is_signed(suite, public, covered(kind, said, suite), signature):
        yield f"{name}: the signature does not hold"
    if not _certified(key, public, _moment(said["signed_at"])):
        yield f"{name}: the key's certificate is not of this key, or was not valid then"


def _fingerprint(key: Any) -> str | None:
    if key["certificate"] is None:
        return None
    return load_pem_x509_certificate(key["certificate"].encode()).fingerprint(SHA256()).hex()


def _certified(key: Any, public: bytes, moment: datetime) -> bool:
    """Whether the certificate, where there is one, holds this key then; not who issued it."""
    if key["certificate"] is None:
        return True
    own = load_pem_x509_certificate(key["certificate"].encode())
    valid = own.not_valid_before_utc <= moment <= own.not_valid_after_utc
    # A public key stands there as a string of bits: none unused, and of SM2 the point uncompressed.
    return valid and any(mark + public in own.tbs_certificate_bytes for mark in (b"\0", b"\0\4"))


def _journal(record: Any) -> Iterator[str]:
    previous = GENESIS
    for place, entry in enumerate(record["journal"], start=1):
        said, name = entry["record"], f"journal entry {entry['record']['seq']}"
        if (said["seq"], said["previous"]) != (place, previous):
            yield f"{name}: does not follow the one before"
        if said["stream"] != record["case"]["case_no"]:
            yield f"{name}: belongs to {said['stream']}"
        if digest("journal", said, entry["suite"]) != entry["digest"]:
            yield f"{name}: is not what its digest says"
        previous = entry["digest"]
    told = [e["record"]["detail"] for e in record["journal"] if "sign_off" in e["record"]["detail"]]
    rows = [row["digest"] for row in record["sign_offs"]]
    if [detail["sign_off"] for detail in told] != rows:
        yield "the journal tells of other sign-offs than there are"


def _told(record: Any) -> Iterator[str]:
    """The case and its contents are those that the journal tells of."""
    case, told = record["case"], [entry["record"] for entry in record["journal"]]
    first = told[0]["detail"]
    begin, moved = ("accepted", "correct", "message"), ("clock_resumed", "extended")
    cycles = [s["detail"] for s in told if s["action"] in begin and "cycle" in s["detail"]]
    expected = {
        name: first[name] for name in ("process", "definition", "risk_table", "received_at")
    }
    expected |= {"accepted_at": told[0]["at"]}
    expected |= {"cycle": cycles[-1]["cycle"]}
    # Clocks that went on after a stop, and an extension, moved the day.
    due = [s["detail"] for s in told if s["action"] in moved or s["detail"] in cycles]
    expected |= {"due_on": due[-1]["due_on"]}
    for name, value in expected.items():
        if case[name] != value:
            yield f"the case's {name} is not the one the journal tells"
    parts = ("form", "materials", "posting")
    journalled = [[detail["cycle"], *(detail[part] for part in parts)] for detail in cycles]
    there = [[c["cycle"], *(c[f"{part}_digest"] for part in parts)] for c in record["contents"]]
    if journalled != there:
        yield "the journal tells of other contents than there are"


def _completed(record: Any, files: Mapping[str, bytes]) -> Iterator[str]:
    case, cycle = record["case"], record["case"]["cycle"]
    actions = [entry["record"]["action"] for entry in record["journal"]]
    if (case["status"] == "completed") != ("completed" in actions):
        yield f"the status {case['status']} is not the one the journal tells"
    if case["status"] != "completed":
        return
    rows = [row["record"] for row in record["sign_offs"] if row["record"]["cycle"] == cycle]
    mandated = _mandated(files["risk_levels.yaml"].decode(), case["risk_level"], case["route"])
    steps = [said["step"] for said in rows if said["step"] in mandated]
    if steps != mandated or any(said["decision"] not in APPROVING for said in rows):
        yield f"completed on the steps {steps}, needs {mandated}"
    for name in ("risk_level", "route", "risk_table", "definition"):
        if rows[-1][name] != case[name]:
            yield f"the case's {name} is not the one that was signed"
    told = [entry["record"] for entry in record["journal"]]
    posted = [said["detail"]["posting"] for said in told if said["action"] == "posted"]
    if posted != [rows[-1]["posting_digest"]]:
        yield "what was posted is not what was signed"


def _mandated(table: str, level: int, route: str) -> list[str]:
    """The steps a level demands; a level-1 route's posts stand in the risk table, whose digest is signed."""
    if level > 1:
        return ["handle", "review"][: 4 - level]
    listed = re.search(rf"^  {re.escape(route)}: \[([a-z_, ]+)\]", table, re.MULTILINE)
    return [STEPS[post.strip()] for post in listed[1].split(",")] if listed else ["?"]


def _definition(record: Any, files: Mapping[str, bytes]) -> Iterator[str]:
    there = {
        n.removeprefix("definition/"): c for n, c in files.items() if n.startswith("definition/")
    }
    code = record["case"]["process"]
    names = sorted(there, key=lambda name: (not name.startswith(f"{code}/"), name))
    listed = [[name, hashlib.sha256(there[name]).hexdigest()] for name in names]
    if digest("definition", listed) != record["case"]["definition"]:
        yield "the definition's files are not those that were signed"
    table = b"tongban-v1\0risk-table\0" + files["risk_levels.yaml"]
    if hashlib.sha256(table).hexdigest() != record["case"]["risk_table"]:
        yield "the risk table is not the one that was signed under"


def _seal(record: Any, witness: Sequence[Any] | None) -> Iterator[str]:
    seal = record["seal"]
    if seal is None:
        if witness is not None:
            yield "the case is under no seal yet: nothing for a witness to say"
        return
    unsigned = ("digest", "signature", "also_signature")
    said = {name: value for name, value in seal.items() if name not in unsigned}
    public, signature = bytes.fromhex(seal["public_key"]), bytes.fromhex(seal["signature"])
    if digest("seal", said, seal["suite"]) != seal["digest"]:
        yield "the seal is not what its digest says"
    if digest("seal-key", seal["public_key"]) != seal["key_id"] or not is_signed(
        seal["suite"], public, covered("seal", said, seal["suite"]), signature
    ):
        yield "the seal is not signed by the key it names"
    if also := seal.get("also"):
        public, signature = map(bytes.fromhex, (also["public_key"], seal["also_signature"]))
        if not is_signed(also["suite"], public, covered("seal", said, also["suite"]), signature):
            yield "the seal is not signed by the key of the suite before"
    if witness is not None and seal["digest"] not in [line["digest"] for line in witness]:
        yield "the witness does not know this seal"


def _entries_under_seal(
    record: Any, witness: Sequence[Any] | None, *, allow_unsealed: bool
) -> Iterator[str]:
    """The case's entries are under the seal from the first on; only the last may be younger than it."""
    seal, entries, proofs = record["seal"], record["journal"], record["inclusion"]
    if seal is None:
        if proofs:
            yield "there are proofs and no seal"
        return
    if [proof["seq"] for proof in proofs] != [e["record"]["seq"] for e in entries[: len(proofs)]]:
        yield "the proofs are not those of the case's first entries in their order"
    for entry, proof in zip(entries, proofs, strict=False):
        if not _included(seal, entry["digest"], proof):
            yield f"journal entry {entry['record']['seq']} is not under the seal"
    young = entries[len(proofs) :]
    newest = max(_moment(said["sealed_at"]) for said in (seal, *(witness or ())))
    if old := [entry for entry in young if _moment(entry["record"]["at"]) < newest - LATE]:
        yield f"{_span(old)} under no seal, and older than one: have the file made anew"
    elif young and witness is not None and not allow_unsealed:
        yield f"{_span(young)} under no seal: have the file made anew, or say --allow-unsealed"


def _keys_under_seal(record: Any, witness: Sequence[Any] | None) -> Iterator[str]:
    """Each signer's key was entered into the office's journal for this person before the seal."""
    for key_id, key in record["keys"].items():
        entry, name = key["entry"], f"the key of {key['staff_no']}"
        if entry is not None:
            said, entry_rows = entry["record"], entry["record"]["detail"]["rows"]
            row = entry_rows[f"signing_keys#{key_id}"]
            if digest("journal", said, entry["suite"]) != entry["digest"]:
                yield f"{name}: its entry in the journal is not what its digest says"
            told = (said["action"], said["staff_no"], said["detail"]["key"], row["made_at"])
            if told != ("key_made", key["staff_no"], key_id, key["made_at"]):
                yield f"{name}: the journal tells otherwise of it"
            if _fingerprint(key) != entry_rows.get(f"key_certificates#{key_id}", {}).get("sha256"):
                yield f"{name}: the certificate is not the one it was enrolled with"
        if key["inclusion"] is not None and not _included(
            record["seal"], entry["digest"], key["inclusion"]
        ):
            yield f"{name} is not under the seal"
    if witness is not None:
        for key in _loose_keys(record):
            yield f"the key of {key['staff_no']} is under no seal: nothing shows that it is the office's"


def _loose_keys(record: Any) -> list[Any]:
    return [key for key in record["keys"].values() if not (key["entry"] and key["inclusion"])]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _span(entries: Sequence[Any]) -> str:
    first, last = entries[0]["record"]["seq"], entries[-1]["record"]["seq"]
    one = first == last
    return f"journal entry {first} is" if one else f"journal entries {first} to {last} are"


def _included(seal: Any, leaf: str, proof: Any) -> bool:
    """RFC 9162 §2.1.3.2."""
    place, last = proof["place"], seal["size"] - 1
    if not 0 <= place <= last:
        return False
    reached = hashed(seal["tree"], b"\0" + bytes.fromhex(leaf))
    for step in map(bytes.fromhex, proof["path"]):
        if last == 0:
            return False
        if place & 1 or place == last:
            reached = hashed(seal["tree"], b"\1" + step + reached)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            reached = hashed(seal["tree"], b"\1" + reached + step)
        place, last = place >> 1, last >> 1
    return bool(last == 0 and reached.hex() == seal["root"])


def read(path: str) -> dict[str, bytes]:
    """The members of an evidence file; nothing is written anywhere. Raises ValueError where it is none."""
    try:
        with zipfile.ZipFile(path) as file:
            listed = file.infolist()
            if len({member.filename for member in listed}) != len(listed):
                raise ValueError("holds two files of one name")
            if _too_large(listed):
                raise ValueError("is larger than any evidence file")
            return {member.filename: file.read(member) for member in listed}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, NotImplementedError) as wrong:
        raise ValueError(f"is no evidence file: {wrong}") from wrong


def _too_large(listed: Iterable[zipfile.ZipInfo]) -> bool:
    """By what the zip says of its members, of which no more is ever unpacked."""
    sizes = {member.filename: member.file_size for member in listed}
    return (
        len(sizes) > MAX_MEMBERS
        or sum(sizes.values()) > MAX_BYTES
        or sizes.get(RECORD, 0) > MAX_RECORD_BYTES
    )


def main(arguments: Sequence[str]) -> int:
    """Check the file named on the command line, with a witness or without."""
    parser = argparse.ArgumentParser(description="Checks an evidence file of tongban.")
    parser.add_argument("file")
    parser.add_argument("--witness", help="a seal file that somebody else kept")
    parser.add_argument(
        "--allow-unsealed",
        action="store_true",
        help="the case may have gone on after the last seal",
    )
    asked = parser.parse_args(arguments)
    try:
        witness = Path(asked.witness).read_bytes() if asked.witness else None
        files = read(asked.file)
        told = list(findings(files, witness, allow_unsealed=asked.allow_unsealed))
    except (OSError, ValueError, zlib.error) as unreadable:
        files, told = {}, [f"{asked.file}: {unreadable}"]
    said = told or ["everything holds", *not_shown(files, witness)]
    sys.stdout.writelines(f"{line}\n" for line in said)
    return 1 if told else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
