"""Evidence as a forger makes it who holds a genuine file, its genuine seal, and no key of the office."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from database import digest, suites
from oversight.check_evidence import READABLE, RECORD

Record = dict[str, Any]
Members = dict[str, bytes]
Forge = Callable[[Members], Members]
GENESIS = "0" * 64
PARTS = ("form", "materials", "posting")


def read(inside: Mapping[str, bytes]) -> Record:
    """The record of a file, to be altered."""
    record: Record = json.loads(inside[RECORD])
    return record


def signed(inside: Mapping[str, bytes], record: Record) -> Members:
    """A file of this record, its list of files right and its signature by the forger's own key."""
    files = {name: content for name, content in inside.items() if name != RECORD}
    said = {name: value for name, value in record.items() if name != "office_signature"}
    said["files"] = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    suite = suites.named(record["office_signature"]["suite"])
    private = suite.new_private()
    signature = suite.sign(private, digest.covered("evidence", said, suite))
    said["office_signature"] = {
        "suite": suite.name,
        "public_key": suite.public(private).hex(),
        "signature": signature.hex(),
    }
    return {**files, RECORD: json.dumps(said, ensure_ascii=False).encode()}


def rewritten(inside: Mapping[str, bytes], alter: Callable[[Record], Record]) -> Members:
    """Another amount, paid on a fresh key of every signer: digests, chains and signatures are all right.

    ``alter`` is told the record before it is signed; the seal in it is the genuine one.
    """
    record = read(inside)
    for content in record["contents"]:
        _other_amount(content)
    keys = {
        key_id: suites.named(key["suite"]).new_private() for key_id, key in record["keys"].items()
    }
    renamed = {key_id: _fresh(record, key_id, private) for key_id, private in keys.items()}
    again = _signed_again(record, keys, renamed)
    _told_again(record, again)
    return signed(inside, alter(record))


def unsealed(record: Record) -> Record:
    """No seal, no proofs, no word of where the keys come from."""
    record.update(seal=None, inclusion=[])
    return _keys_from_nowhere(record)


def without_proofs(record: Record) -> Record:
    """As a file that names no entry to be under the seal."""
    return {**record, "inclusion": []}


def with_last_proofs(record: Record) -> Record:
    """As if only entries of which nothing depends were asked for."""
    return {**record, "inclusion": record["inclusion"][-1:]}


def later(record: Record) -> Record:
    """No proofs, and every entry a year after the seal."""
    for entry in record["journal"]:
        at = entry["record"]["at"]
        entry["record"]["at"] = f"{int(at[:4]) + 1}{at[4:]}"
    record["case"]["accepted_at"] = record["journal"][0]["record"]["at"]
    _chained(record)
    return without_proofs(record)


def without_keys(record: Record) -> Record:
    """As ``later``, and no word of where the keys come from."""
    return _keys_from_nowhere(later(record))


def _as_it_is(record: Record) -> Record:
    return record


def _keys_from_nowhere(record: Record) -> Record:
    for key in record["keys"].values():
        key.update(entry=None, inclusion=None)
    return record


def _other_amount(content: Record) -> None:
    suite = suites.named(content["suite"])
    content["opened"]["form.amount_cents"][1] += 100_000
    salt, amount = content["opened"]["form.amount_cents"]
    content["commitments"]["form.amount_cents"] = digest.commitment(salt, amount, suite)
    content["form_digest"] = digest.digest("form", content["commitments"], suite)
    for line in content["posting"][1]["lines"]:
        line["amount_cents"] = amount
    content["posting_digest"] = digest.digest("posting", content["posting"], suite)


def _fresh(record: Record, key_id: str, private: bytes) -> str:
    """Give a signer a key of ours under its own id, with the genuine key's entry; the new id."""
    key = record["keys"].pop(key_id)
    public = suites.named(key["suite"]).public(private).hex()
    renamed = digest.address("signing-key", [key["suite"], public])
    entry = json.loads(json.dumps(key["entry"]).replace(key_id, renamed))
    entry["digest"] = _entry_digest(entry)
    record["keys"][renamed] = {**key, "public_key": public, "entry": entry}
    return renamed


def _signed_again(
    record: Record, keys: Mapping[str, bytes], renamed: Mapping[str, str]
) -> dict[str, str]:
    contents = {content["cycle"]: content for content in record["contents"]}
    previous, again = GENESIS, {}
    for row in record["sign_offs"]:
        said, suite, before = row["record"], suites.named(row["suite"]), row["digest"]
        private = keys[said["key_id"]]
        said |= {f"{part}_digest": contents[said["cycle"]][f"{part}_digest"] for part in PARTS}
        said |= {"key_id": renamed[said["key_id"]], "previous_digest": previous}
        covered = digest.covered("sign-off", said, suite)
        row["digest"] = previous = again[before] = suite.hash(covered).hex()
        row["signature"] = suite.sign(private, covered).hex()
    return again


def _told_again(record: Record, again: Mapping[str, str]) -> None:
    contents = {content["cycle"]: content for content in record["contents"]}
    for entry in record["journal"]:
        detail = entry["record"]["detail"]
        if "sign_off" in detail:
            detail["sign_off"] = again[detail["sign_off"]]
        for part in PARTS:
            if part in detail:
                detail[part] = contents[detail["cycle"]][f"{part}_digest"]
    _chained(record)


def _chained(record: Record) -> None:
    previous = GENESIS
    for entry in record["journal"]:
        entry["record"]["previous"] = previous
        entry["digest"] = previous = _entry_digest(entry)


def _entry_digest(entry: Record) -> str:
    return digest.digest("journal", entry["record"], suites.named(entry["suite"]))


def _swapped_form(inside: Members) -> Members:
    return {**inside, READABLE: b"%PDF-1.7 another"}


# Whoever has nothing of the office to compare with learns only that nothing shows whose the file is.
UNSHOWN = "whoever made this file may have made it all up"
_OTHER_FORM = f"{READABLE}: is not the file that was put in here"
_OTHER_KEY = "the file is signed by another key than the seal"
_NO_PLACE = "readme.html: has no place in an evidence file"
_NOT_UNDER = "journal entry 1 is not under the seal"
_KEY_LOOSE = "the key of R101 is under no seal: nothing shows that it is the office's"
_KEY_NOT_UNDER = "the key of R101 is not under the seal"


def _always(said: str) -> tuple[str, str, str]:
    return said, said, said


# What is made of the whole file, by name; and what must be said with a witness, with a witness where the case
# may have gone on, and without one.
FORGED: Mapping[str, tuple[Forge, str, str, str]] = {
    "the readable form": (_swapped_form, *_always(_OTHER_FORM)),
    "the readable form, and the list of files": (
        lambda inside: signed(_swapped_form(inside), read(inside)),
        *_always(_OTHER_KEY),
    ),
    "a member more": (lambda inside: {**inside, "readme.html": b"<p>"}, *_always(_NO_PLACE)),
    "a member more, and the list of files": (
        lambda inside: signed({**inside, "readme.html": b"<p>"}, read(inside)),
        *_always(_NO_PLACE),
    ),
    "a scan more": (
        lambda inside: {**inside, f"materials/{hashlib.sha256(b'x').hexdigest()}": b"x"},
        *_always("has no place"),
    ),
    "a member less": (
        lambda inside: {name: said for name, said in inside.items() if name != READABLE},
        *_always(_OTHER_FORM),
    ),
    "the seal taken away": (
        lambda inside: signed(inside, unsealed(read(inside))),
        "the case is under no seal yet",
        _KEY_LOOSE,
        UNSHOWN,
    ),
    "rewritten": (lambda inside: rewritten(inside, _as_it_is), *_always(_NOT_UNDER)),
    "rewritten, without proofs": (
        lambda inside: rewritten(inside, without_proofs),
        "journal entries 1 to 18 are under no seal: have the file made anew",
        _KEY_NOT_UNDER,
        _OTHER_KEY,
    ),
    "rewritten, with the last proofs only": (
        lambda inside: rewritten(inside, with_last_proofs),
        *_always("the proofs are not those of the case's first entries in their order"),
    ),
    "rewritten, without proofs, as if later": (
        lambda inside: rewritten(inside, later),
        *_always(_KEY_NOT_UNDER),
    ),
    "rewritten, as if later, and its keys from nowhere": (
        lambda inside: rewritten(inside, without_keys),
        _KEY_LOOSE,
        _KEY_LOOSE,
        _OTHER_KEY,
    ),
    "rewritten, under no seal": (
        lambda inside: rewritten(inside, unsealed),
        "the case is under no seal yet",
        _KEY_LOOSE,
        UNSHOWN,
    ),
}
