"""Checks an evidence file of tongban by itself: takes Python 3.11 and ``cryptography``, nothing of tongban.

    python3 check_evidence.py EVIDENCE.zip [--witness SEALS.jsonl]

Says what does not hold and ends with 1, or that all holds and ends with 0. The format is told in FORMAT.txt
beside this file; whoever doesn't trust this program can write another from it.
"""

import hashlib
import json
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

APPROVING = ("approve", "escalate")
GENESIS = "0" * 64
STEPS = {
    "handler": "handle", "reviewer": "review", "deputy_director": "endorse",
    "director": "conclude", "city_approver": "city_approve", "city_head": "city_conclude",
}  # fmt: skip
MAX_BYTES = 200_000_000
RECORD = "record.json"
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


def findings(files: Mapping[str, bytes], witness: bytes | None = None) -> Iterator[str]:
    """Everything in an evidence file that does not hold; ``files`` are its members by name."""
    try:
        record = json.loads(files[RECORD])
        yield from _contents(record)
        yield from _scans(files)
        yield from _sign_offs(record)
        yield from _journal(record)
        yield from _completed(record, files)
        yield from _definition(record, files)
        yield from _seal(record, witness)
    except (KeyError, ValueError, TypeError, IndexError, AttributeError) as spoiled:
        yield f"the file is not complete or can't be read: {type(spoiled).__name__} {spoiled}"


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


def _signature(record: Any, row: Any, name: str) -> Iterator[str]:
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
    if not is_signed(suite, public, covered("sign-off", said, suite), signature):
        yield f"{name}: the signature does not hold"


def _journal(record: Any) -> Iterator[str]:
    previous = GENESIS
    for place, entry in enumerate(record["journal"], start=1):
        said, name = entry["record"], f"journal entry {entry['record']['seq']}"
        if (said["seq"], said["previous"]) != (place, previous):
            yield f"{name}: does not follow the one before"
        if digest("journal", said, entry["suite"]) != entry["digest"]:
            yield f"{name}: is not what its digest says"
        previous = entry["digest"]
    told = [e["record"]["detail"] for e in record["journal"] if "sign_off" in e["record"]["detail"]]
    rows = [row["digest"] for row in record["sign_offs"]]
    if [detail["sign_off"] for detail in told] != rows:
        yield "the journal tells of other sign-offs than there are"


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


def _seal(record: Any, witness: bytes | None) -> Iterator[str]:
    seal = record["seal"]
    if seal is None:
        if witness is not None:
            yield "the case is under no seal yet: nothing for a witness to say"
        return
    said = {name: value for name, value in seal.items() if name not in ("digest", "signature")}
    public, signature = bytes.fromhex(seal["public_key"]), bytes.fromhex(seal["signature"])
    if digest("seal", said, seal["suite"]) != seal["digest"]:
        yield "the seal is not what its digest says"
    if digest("seal-key", seal["public_key"]) != seal["key_id"] or not is_signed(
        seal["suite"], public, covered("seal", said, seal["suite"]), signature
    ):
        yield "the seal is not signed by the key it names"
    entries = {entry["record"]["seq"]: entry["digest"] for entry in record["journal"]}
    for proof in record["inclusion"]:
        if not _included(seal, bytes.fromhex(entries[proof["seq"]]), proof):
            yield f"journal entry {proof['seq']} is not under the seal"
    if witness is not None:
        lines = [json.loads(line) for line in witness.splitlines() if line.strip()]
        if seal["digest"] not in {line["digest"] for line in lines}:
            yield "the witness does not know this seal"


def _included(seal: Any, data: bytes, proof: Any) -> bool:
    """RFC 9162 §2.1.3.2."""
    place, last = proof["place"], seal["size"] - 1
    reached = hashed(seal["tree"], b"\0" + data)
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
            if sum(member.file_size for member in file.infolist()) > MAX_BYTES:
                raise ValueError("is larger than any evidence file")
            return {member.filename: file.read(member) for member in file.infolist()}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, NotImplementedError) as wrong:
        raise ValueError(f"is no evidence file: {wrong}") from wrong


def main(arguments: list[str]) -> int:
    """Check the file named on the command line, with a witness or without."""
    if len(arguments) not in (1, 3) or arguments[1:2] not in ([], ["--witness"]):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    try:
        witness = Path(arguments[2]).read_bytes() if arguments[2:] else None
        found = list(findings(read(arguments[0]), witness))
    except (OSError, ValueError) as unreadable:
        found = [f"{arguments[0]}: {unreadable}"]
    sys.stdout.writelines(f"{finding}\n" for finding in found or ["everything holds"])
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
