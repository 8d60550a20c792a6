"""Checks that whoever signed was allowed to when he signed: account, post, and the grant that he named.

Said here once more in its own words and recomputed from the offices' streams: neither the policy that
decided then nor the tables of posts and grants as they stand now are believed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from authz import widening
from authz.absence import named_signer_record
from database.clock import office_date
from engine import posting
from engine.progress import CITY_POSTS
from engine.record import Case, CaseContent
from engine.signoffs import SignOff
from engine.timing.clock_order_record import ClockOrder
from oversight.authority_history import Facts, History
from oversight.findings import Finding, Findings, differs

# Who in a city or provincial office works for his section alone (design §2).
_OF_A_SECTION = ("teller", "handler", "reviewer")
_BY_GRANT = "grant:"
# A decision rests on the moment at which its transaction began: who wasn't away then may sign a little later.
A_TRANSACTION = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Told:
    """The entry that tells of a sign-off, and when its task was opened, if an entry told that."""

    entry_id: int
    waited_since: datetime | None


@dataclass(frozen=True, slots=True)
class _Signing:
    """A sign-off, the entry that tells of it, and the agency whose task it signed.

    ``wider`` is the post that gave it, of a review that was offered wider; None of any other.
    """

    case: Case
    row: SignOff
    entry_id: int
    place: str
    agency: Facts
    wider: str | None


def check(
    history: History,
    case: Case,
    rows: Sequence[SignOff],
    contents: Mapping[int, CaseContent] | None,
    told: Mapping[str, Told],
) -> Findings:
    """What of these sign-offs was given without the right to.

    ``told`` has the journal's entry by the digest of the sign-off it tells of; one that no entry tells of is
    found by ``signatures``.
    """
    for row in rows:
        said = told.get(row.digest)
        if said is not None:
            content = None if contents is None else contents.get(row.cycle)
            yield from _sign_off(history, case, row, said.entry_id, content)
            yield from _offered_wider(case, row, said.waited_since)


def _offered_wider(case: Case, row: SignOff, waited_since: datetime | None) -> Findings:
    """Whether a sign-off that was given wider is of a level-2 review that had waited for long enough.

    That nobody's claim stood isn't asked: a claim ends with its holder's right, or when he leaves it alone.
    """
    wider = widening.granted(row.grant)
    said = row.on_behalf_of or ""
    named = widening.referred(said)
    if wider is None and named is None:
        return
    due = None if waited_since is None else widening.since(waited_since)
    held = (
        wider is not None
        and named in (None, wider)
        and said != ""
        and (row.step, row.risk_level) == (widening.WIDENS, widening.LEVEL)
        and due is not None
        and due <= row.signed_at
    )
    if not held:
        yield Finding(case.case_no, f"sign_offs#{row.seq}", "grant", "authority.widened", row.grant)


def _sign_off(
    history: History, case: Case, row: SignOff, entry_id: int, content: CaseContent | None
) -> Findings:
    name = f"sign_offs#{row.seq}"
    wanted = posting.posts_of(row.step, row.route, row.post)
    if row.post not in wanted:
        yield Finding(case.case_no, name, "post", "authority.step", row.post, wanted)
    found = history.account(row.signer, entry_id)
    if found is None or not found[1]["active"]:
        yield Finding(case.case_no, name, "signer", "authority.account", row.signer)
        return
    account_id, account = found
    for column, expected in (("signer_person", "person_id"), ("agency_code", "agency_code")):
        pair = (getattr(row, column), account[expected])
        yield from differs(case.case_no, name, column, "authority.account", pair)
    signing = _signing(history, case, row, entry_id)
    serving = [
        holding
        for holding in held(history, row, account_id, entry_id)
        if signing is not None and _serves(history, signing, holding)
    ]
    if signing is None or not serving:
        yield Finding(case.case_no, name, "post", "authority.post", row.post)
        return
    if history.absences.away(account["person_id"], entry_id, row.signed_at, A_TRANSACTION):
        yield Finding(case.case_no, name, "signer", "authority.away", row.signer)
    post = signing.wider or row.post
    lacked = history.lacked(account["person_id"], post, entry_id, office_date(row.signed_at))
    if lacked:
        yield Finding(case.case_no, name, "post", "authority.qualification", row.post, lacked)
    if not _allowed(history, signing, account_id, serving, content):
        yield Finding(case.case_no, name, "grant", "authority.grant", row.grant)


def held(
    history: History, row: SignOff | ClockOrder, account_id: int, entry_id: int
) -> Iterator[Facts]:
    """The posts that the signer held, or did for the colleague for whom he signed, or was named for."""
    on = office_date(row.signed_at)
    if row.on_behalf_of is None or widening.referred(row.on_behalf_of) is not None:
        return history.held(account_id, entry_id, on)
    naming_id = named_signer_record.referred(row.on_behalf_of)
    if naming_id is not None:
        return history.absences.named(account_id, naming_id, entry_id, on)
    principal = history.account(row.on_behalf_of, entry_id)
    if principal is None or not principal[1]["active"]:
        return iter(())
    # Of a review offered wider the principal may have been there.
    there = widening.granted(row.grant) == widening.POST
    return history.stood_in(
        account_id, principal[0], entry_id, row.signed_at, whoever_is_there=there
    )


def _signing(history: History, case: Case, row: SignOff, entry_id: int) -> _Signing | None:
    """Where it was signed: the city's posts sign a county's case at the city."""
    place = case.agency_code
    agency = history.at(f"agencies#{place}", entry_id)
    if agency is not None and row.post in CITY_POSTS and agency["kind"] == "county":
        place = agency["parent_code"] or place
        agency = history.at(f"agencies#{place}", entry_id)
    wider = widening.granted(row.grant)
    return None if agency is None else _Signing(case, row, entry_id, place, agency, wider)


def _serves(history: History, signing: _Signing, holding: Facts) -> bool:
    """Whether a post that is held is the one signed in, at this agency, for this business.

    Of a review offered wider it is the post that gave it, and a reviewer may be one of the office above.
    """
    post, office = signing.wider or signing.row.post, holding["agency_code"]
    places = [signing.place]
    if signing.wider == widening.POST:
        places.append(signing.agency["parent_code"])
    if holding["post"] != post or office not in places:
        return False
    agency = signing.agency
    if office != signing.place:
        agency = history.at(f"agencies#{office}", signing.entry_id) or agency
    if agency["kind"] == "county" or post not in _OF_A_SECTION:
        return True
    served: Sequence[Any] = (agency["sections"] or {}).get(holding["section"], ())
    return signing.case.category in served


def _allowed(
    history: History,
    signing: _Signing,
    account_id: int,
    held: Sequence[Facts],
    content: CaseContent | None,
) -> bool:
    """Whether the entry of the grant register that the sign-off names gave the right.

    Limited business a teller handles by grant only; all else comes with the posts.
    """
    row = signing.row
    limited = row.risk_level == 1
    if not row.grant.startswith(_BY_GRANT):
        takes_grant = limited and (row.step, row.post) == ("handle", "teller")
        return row.grant.startswith(f"post:{signing.wider or row.post}:") and not takes_grant
    grant = history.grant(
        row.grant.removeprefix(_BY_GRANT), signing.entry_id, office_date(row.signed_at)
    )
    if grant is None:
        return False
    amount = 0 if content is None else int(content.facts.get("amount_cents", 0))
    limit = grant["amount_limit_cents"]
    return (
        (grant["act"], grant["agency_code"]) == (row.step, signing.place)
        and grant["account_id"] in (None, account_id)
        and grant["post"] in (None, row.post)
        and grant["section"] in (None, *(holding["section"] for holding in held))
        and grant["process"] in (None, signing.case.process)
        and grant["handling"] in (None, "limited" if limited else "instant")
        and (limit is None or amount <= limit)
    )
