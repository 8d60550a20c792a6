"""When a relation can't be handed over: each gate names what stands in the way.

Source: 国办发〔2009〕66号; a person beyond an age who doesn't return keeps the original relation.
"""

from engine.process import refuse, yuan
from register import months
from register.records import PersonRecord, Records, Relation
from register.rules import transfer

from .form import Form


def check_person(person: PersonRecord) -> list[Relation]:
    """The relations that end; raises where the person draws a pension, still pays, or owes something."""
    if person.pension is not None:
        raise refuse(
            "transfer.retired",
            f"该人员已核定养老金（自{person.pension.from_month}起），不能转移",
            f"A pension has been approved from {person.pension.from_month} on: the relation can't move.",
            rows=[person.pension.entitlement_id],
        )
    held = [relation for relation in person.relations if relation.status != "ENDED"]
    employed = [one for one in held if one.status == "ACTIVE" and one.employer_id]
    if employed:
        raise refuse(
            "transfer.active",
            "该人员仍在本地单位参保缴费，请先办理人员减少",
            "The person is still insured here with an employer: the employer reports the leaving first.",
            rows=[one.relation_id for one in employed],
        )
    if not held:
        raise refuse(
            "transfer.no_relation",
            "该人员没有可转移的参保关系",
            "The person has no relation here that could move: see the register for its relations.",
        )
    owes = person.owed.get("receivable", 0)
    if owes:
        raise refuse(
            "transfer.receivable",
            f"该人员尚有应收款{yuan(owes)}元未结清",
            f"{yuan(owes)} yuan are still to be got back from the person: settle them first.",
        )
    return held


def check_letter(form: Form, person: PersonRecord, records: Records) -> None:
    """Raise for a letter from the future, and where the receiving place opens a temporary account."""
    if form.letter_on > records.accepted_on:
        raise refuse(
            "transfer.letter_future",
            "联系函日期晚于受理日期",
            "The letter's date lies after the day of acceptance: compare the letter.",
        )
    age = months.between(months.of(person.birth), months.of(records.accepted_on))
    if transfer.opens_temporary_account(
        person.sex,
        age,
        to_household=form.to_household,
        on=records.accepted_on,
        parameters=records.parameters,
    ):
        raise refuse(
            "transfer.temporary_account",
            f"该人员{age // months.YEAR}周岁且非转回户籍地：转入地建立临时缴费账户，原关系保留在本地",
            f"At {age // months.YEAR} years and not returning to the household's place the person keeps the "
            "relation here: the receiving place opens a temporary account.",
        )


def check_before(form: Form, person: PersonRecord, records: Records) -> int:
    """What of the account stays here (before 1998 only own contributions move), where it is said."""
    first = records.parameters.integer("transfer_pooled_from_month", records.accepted_on)
    early = any(one.month < first and one.origin != "DEEMED" for one in person.months)
    if early and form.not_own_cents is None:
        raise refuse(
            "transfer.before_pooling",
            "有1998年以前缴费：须填写个人账户中非本人缴费部分（没有的填0）",
            "There are months paid before 1998: say which part of the account is not of own contributions "
            "(0 where there is none).",
        )
    stays = (form.not_own_cents or 0) if early else 0
    if stays > person.balance_cents:
        raise refuse(
            "transfer.not_own",
            f"非本人缴费部分{yuan(stays)}元超过个人账户储存额{yuan(person.balance_cents)}元",
            f"{yuan(stays)} yuan that are not of own contributions are more than the account's "
            f"{yuan(person.balance_cents)} yuan.",
        )
    return stays
