"""Personal data as screens and answers may show them: enough to recognise, too little to use.

Amounts, months, sex and birth date stay: a signer must see what changes. Numbers, names and addresses don't.
What was erased says so in any place.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from database.own_keys import ERASED
from register import chart

STAR = "*"
_TAIL = 4
_HEAD = 3


def id_no(value: str) -> str:
    """``610***********1234``: the first three and the last four."""
    return _middle(value)


def name(value: str) -> str:
    """``张*``: the first character, a star for each further one."""
    if value == ERASED:
        return ERASED
    return value[:1] + STAR * (len(value) - 1)


def mobile(value: str) -> str:
    """``138****5678``."""
    return _middle(value)


def bank_account(value: str) -> str:
    """Stars and the last four digits."""
    if value == ERASED:
        return ERASED
    return STAR * max(len(value) - _TAIL, _HEAD) + value[-_TAIL:]


def address(value: str) -> str:
    """The first three characters; how much follows isn't said."""
    if value == ERASED:
        return ERASED
    return value[:_HEAD] + STAR * _HEAD


def _middle(value: str) -> str:
    if value == ERASED:
        return ERASED
    hidden = len(value) - _HEAD - _TAIL
    return value[:_HEAD] + STAR * hidden + value[-_TAIL:] if hidden > 0 else STAR * len(value)


# By the names of fields, in forms and in changes alike.
MASKS: Mapping[str, Callable[[str], str]] = {
    "id_no": id_no,
    "name": name,
    "holder": name,
    "legal_person": name,
    "legal_person_id_no": id_no,
    "contact_name": name,
    "mobile": mobile,
    "phone": mobile,
    "bank_account": bank_account,
    "address": address,
}
SHOWN = frozenset({"birth"})
# An employer's name is public; who speaks for it, its telephone and its account are not.
_OF_EMPLOYERS = frozenset(MASKS) - {"name", "address"}


def fields(values: Mapping[str, Any], personal: Collection[str] = MASKS) -> dict[str, Any]:
    """The fields with the ``personal`` ones masked; one without a mask of its own as a name is."""
    return {field: _field(field, value, personal) for field, value in values.items()}


def _field(field: str, value: Any, personal: Collection[str]) -> Any:
    if isinstance(value, list):
        # Rows: what is personal in them is told by its name, as everywhere.
        return [fields(row, personal) if isinstance(row, Mapping) else row for row in value]
    if value is None or field in SHOWN or (field not in personal and field not in MASKS):
        return value
    return MASKS.get(field, name)(str(value))


def masked_form(form: Mapping[str, Any], personal: Collection[str]) -> dict[str, Any]:
    """A form as answers show it; ``personal`` are the fields its process declares so."""
    return fields(form, personal)


def masked_change(change: Mapping[str, Any]) -> dict[str, Any]:
    """A change (JSON) with what it says masked. An employer's name and address are public.

    ``altered`` are the fields of which it says something else than stood there, since masked two values may
    look the same.
    """
    said, before = change["after"], change["before"]
    shown = employer_fields if change["subject_kind"] == "employer" else fields
    altered = [name for name in said if name not in before or said[name] != before[name]]
    return {**change, "after": shown(said), "before": shown(before), "altered": altered}


def employer_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of an employer, masked where it is about people or money."""
    return {
        field: MASKS[field](str(value)) if value is not None and field in _OF_EMPLOYERS else value
        for field, value in values.items()
    }


def masked_posting(posting: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """The lines and changes of a posting (JSON) as signers see them, accounts with their names."""
    return {
        "lines": [line | account_names(line["account"]) for line in map(dict, posting["lines"])],
        "changes": [masked_change(change) for change in posting["changes"]],
    }


def payee(said: Mapping[str, Any]) -> dict[str, Any]:
    """Who is paid, and to which account, as signers see it. Another agency is no person."""
    shown = fields(said)
    return shown if said["kind"] == "person" else {**shown, "holder": said["holder"]}


def account_names(code: str) -> dict[str, Any]:
    """What an account is called, for a line beside its code."""
    account = chart.ACCOUNTS[code]
    return {"account_name": {"zh": account.zh, "en": account.en}}
