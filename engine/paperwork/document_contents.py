"""What documents say: of the case they are about, and each kind on its own, in words for the applicant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from database.clock import OFFICE_ZONE
from database.direct_slots import set_directly
from register import masked


@set_directly
@dataclass(frozen=True, slots=True)
class About:
    """What every document of a case names: the case, the item, the applicant, who issued it.

    ``teller`` is name and staff number, as is ``owner``, who answers for the case (nobody where there is
    none); ``phone`` is the office's, left out where it has none, as is ``public_url``, where the public
    reaches its pages.
    """

    case_no: str
    item: str
    applicant: Mapping[str, Any]
    teller: str
    agency: str
    phone: str = ""
    public_url: str = ""
    owner: str = ""

    def content(self) -> dict[str, Any]:
        """As the templates read it, the applicant masked."""
        return {
            "case_no": self.case_no,
            "item": self.item,
            **_applicant(self.applicant),
            "teller": self.teller,
            "owner": self.owner,
            "agency": self.agency,
            "phone": self.phone,
            "check_at": f"{self.public_url}/document-check" if self.public_url else "",
        }


def receipt(
    about: About, accepted_at: datetime, finished_at: datetime, window: str = ""
) -> dict[str, Any]:
    """What a receipt (回执单) says: no risk level, and no promise of payment.

    ``window`` is number and name of the one where the case was accepted; empty where it was at none.
    """
    return {
        **about.content(),
        "accepted_at": office_time(accepted_at),
        "window": window,
        "finished_at": office_time(finished_at),
        "result": "办结",
        "fee": "不收费",
        # By the receipt's number and code; a receipt of before there was the page says another address.
        "evaluate_at": f"{about.public_url}/evaluation" if about.public_url else "",
    }


def notice(
    about: About,
    missing: Sequence[str],
    issued_at: datetime,
    wrong: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """What a notice (申请材料补正告知书) says: everything that is missing or wrong, at once.

    ``wrong`` are materials and fields, ``{kind, name, reason, text}`` each.
    """
    return {
        **about.content(),
        "missing": list(missing),
        "wrong": [dict(one) for one in wrong],
        "issued_at": office_time(issued_at),
    }


def acceptance(
    about: About, accepted_at: datetime, due_on: date, derivation: str, *, instant: bool
) -> dict[str, Any]:
    """What an acceptance slip (受理通知书) says: the case is taken in, and until when it is decided.

    For limited business, and for an instant case whose review the applicant doesn't wait for;
    ``derivation`` is how the due day was counted, in Chinese words.
    """
    return {
        **about.content(),
        "accepted_at": office_time(accepted_at),
        "due_on": due_on.isoformat(),
        "derivation": derivation,
        "instant": instant,
    }


def extension(
    about: About,
    *,
    reason: str,
    before: date,
    due_on: date,
    derivation: str,
    issued_at: datetime,
) -> dict[str, Any]:
    """What a notice of longer time (延长办理期限告知书) says: why, the day that was said, and the day now."""
    return {
        **about.content(),
        "reason": reason,
        "before": before.isoformat(),
        "due_on": due_on.isoformat(),
        "derivation": derivation,
        "issued_at": office_time(issued_at),
    }


# One moment of a command is printed more than once.
@lru_cache(maxsize=512)
def office_time(moment: datetime) -> str:
    """A moment as printed: date and time of Asia/Shanghai."""
    return moment.astimezone(OFFICE_ZONE).replace(tzinfo=None).isoformat(" ", "minutes")


def _applicant(applicant: Mapping[str, Any]) -> dict[str, str]:
    if applicant["kind"] == "employer":
        return {"applicant": applicant["name"], "id_no": applicant["id_no"]}
    return {
        "applicant": masked.name(applicant["name"]),
        "id_no": masked.id_no(applicant["id_no"]),
    }
