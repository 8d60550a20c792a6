"""The forms that people sign by hand, as PDF: 申请表 before an acceptance, 审批表 with all its opinions.

Neither is an issued document: each is printed anew from what stands there at that moment, under no number
of its own. The 审批表 is masked as every view of a case is; the 申请表 says what its applicant has told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from authz import widening
from authz.absence import named_signer_record
from authz.actors import Actor
from authz.offices import accounts, agencies
from authz.offices.posts import POSTS
from database import clock
from database.refusals import Invalid
from engine import decision_reasons, intake, signoffs, views
from engine.applications import Application
from engine.defining.definitions import Definition
from engine.office import Office
from engine.paperwork import documents, paper_words, printed_owners
from engine.paperwork.document_contents import office_time
from engine.paperwork.documents import TEMPLATES
from engine.paperwork.paper_words import CHANGES, DECISIONS, LEVELS, ROUTES, SIDES, STATUSES, STEPS
from engine.process import yuan
from engine.record import FINAL_STATUSES, Case, CaseContent
from engine.rules import parameters_used, risk, risk_history
from engine.signoffs import SignOff
from engine.workbooks import long_lists
from register import masked

Row = Mapping[str, Any]
_BELOW_HIGH = {2: "柜员办理、复核", 3: "柜员办理"}


class OtherProcess(Invalid):
    """The application names another process than the address."""

    rule = "application.other_process"


@dataclass(frozen=True, slots=True)
class PrintedForm:
    """Everything that stands on a form; ``pdf`` is best asked for once the snapshot is given back."""

    template: str
    content: Mapping[str, Any]
    at: datetime

    def pdf(self) -> bytes:
        """The form on A4."""
        source = (TEMPLATES / f"{self.template}.typ").read_bytes()
        return documents.typeset(source, self.content, self.at)


def approval(session: Session, office: Office, actor: Actor, case_no: str) -> PrintedForm:
    """The 审批表 of a case, for whoever may read it: what is asked, what it changes, who said what of it.

    Raises CaseNotFound, Forbidden.
    """
    return of_case(session, office, views.visible_case(session, actor, case_no))


def of_case(session: Session, office: Office, case: Case) -> PrintedForm:
    """The 审批表 of a case, for evidence that leaves the office; masked."""
    content = session.get_one(CaseContent, (case.case_id, case.cycle))
    definition = office.catalogue.at(case.definition)
    # Paper holds what somebody reads; the evidence beside it holds all.
    posting = masked.masked_posting(long_lists.short(content.posting))
    signed = signoffs.all_of(session, case.case_id)
    now = clock.now(session)
    said = {
        "case_no": case.case_no,
        "printed_at": office_time(now),
        "facts": _facts(session, case, content, definition),
        "form": _form(definition, masked.masked_form(content.form, definition.personal_fields())),
        "changes": [
            {
                "title": f"{CHANGES.get(change['kind'], change['kind'])}（{_day(change)}）",
                "fields": paper_words.change_rows(definition, change),
            }
            for change in posting["changes"]
        ]
        + _left_out(content.posting),
        "lines": [_line(definition, line) for line in posting["lines"]],
        "derivation": [
            {"name": step["zh"], "value": step["value"], "source": step["source"]}
            for step in content.posting["derivation"]
        ]
        + [
            {
                "name": f"{use['title']['zh']}（待核实）",
                "value": use["value"],
                "source": use["source"],
            }
            for use in parameters_used.unverified(content.posting["parameters"])
        ],
        "materials": _materials(definition, content.materials),
        "consultations": printed_owners.consultations(session, case),
        "signatures": _signatures(session, case, signed),
        "waiting": _waiting(session, office, case, signed),
        "last_sign_off": case.last_sign_off if signed else "（尚未签批）",
    }
    return PrintedForm("approval_form", said, now)


def application(
    session: Session, office: Office, actor: Actor, code: str, given: Application
) -> PrintedForm:
    """The 申请表 of an application that could be accepted as it is; nothing is stored.

    Raises OtherProcess, and whatever an acceptance would refuse (``engine.intake``).
    """
    if given.process != code:
        raise OtherProcess(errors=[_other_process(code)])
    now = clock.now(session)
    taken = intake.work_out(session, office, actor, given, now, locking=False)
    definition, applicant = taken.definition, given.applicant
    person = applicant.kind == "person"
    said = {
        "title": f"{definition.names.zh}申请表",
        "item": definition.names.zh,
        "agency": agencies.get(session, actor.agency).name,
        "printed_at": office_time(now),
        "applicant": [
            {"name": "姓名" if person else "单位名称", "value": applicant.name},
            {
                "name": "公民身份号码" if person else "统一社会信用代码",
                "value": applicant.id_no,
            },
        ],
        "agent": []
        if applicant.agent is None
        else [
            {"name": "姓名", "value": applicant.agent.name},
            {"name": "公民身份号码", "value": applicant.agent.id_no},
            {"name": "委托依据", "value": applicant.agent.authorization or paper_words.NOTHING},
        ],
        "form": _form(definition, taken.form.model_dump(mode="json")),
        "materials": _asked_materials(definition, taken.materials),
        "signer": "申请人" if applicant.agent is None else "代办人",
        "teller": f"{actor.name} {actor.staff_no}",
    }
    return PrintedForm("application_form", said, now)


def _form(definition: Definition, form: Mapping[str, Any]) -> list[dict[str, str]]:
    """The filled fields; of a long list the first rows, and how many there are."""
    short = long_lists.first_rows(form)
    cut = [len(rows) for name, rows in form.items() if rows != short[name]]
    counts = [{"name": "名册人数", "value": f"{n}（仅列前{long_lists.FIRST}人）"} for n in cut]
    return [*paper_words.form_rows(definition, short), *counts]


def _left_out(posting: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What stands for the changes that would fill hundreds of pages."""
    count = len(posting["changes"])
    shown = len(long_lists.first(posting["changes"]))
    return (
        [] if count == shown else [{"title": f"以上为前{shown}项，共{count}项变更", "fields": []}]
    )


def _facts(
    session: Session, case: Case, content: CaseContent, definition: Definition
) -> list[dict[str, str]]:
    applicant = content.applicant
    person = applicant["kind"] == "person"
    name = masked.name(applicant["name"]) if person else applicant["name"]
    number = masked.id_no(applicant["id_no"]) if person else applicant["id_no"]
    rows = {
        "业务号": case.case_no,
        "业务事项": definition.names.zh,
        "申请人": name,
        "证件号码": number,
        "受理机构": agencies.get(session, case.agency_code).name,
        "受理柜员": _staff(accounts.identify(session, case.accepted_by)),
        "全程代理人": printed_owners.owner(session, case),
        "受理时间": office_time(case.accepted_at),
        "办结期限": case.due_on.isoformat(),
        "风险等级": LEVELS[case.risk_level],
        "审批路径": ROUTES.get(case.route, case.route) or _BELOW_HIGH[case.risk_level],
        "状态": STATUSES[case.status],
        "定级理由": "；".join(reason["zh"] for reason in case.risk_reasons),
    }
    return [{"name": name, "value": value} for name, value in rows.items()]


def _day(change: Row) -> str:
    return f"自 {change['effective_from']} 起" if change["effective_from"] else "办结之日起"


def _line(definition: Definition, line: Row) -> dict[str, str]:
    month = line["month"]
    return {
        "account": line["account_name"]["zh"],
        "side": SIDES[line["side"]],
        "amount": yuan(line["amount_cents"]),
        "month": paper_words.month(month) if month else paper_words.NOTHING,
        "memo": paper_words.choice(definition, line["memo"]),
    }


def _materials(definition: Definition, given: Sequence[Row]) -> list[dict[str, str]]:
    names = {material.code: material.name.zh for material in definition.guide.materials}
    return [
        {
            "name": str(names.get(row["code"], row["code"])),
            "copies": str(row["copies"]),
            "scan": "有" if row["file"] else "无",
        }
        for row in given
    ]


def _asked_materials(definition: Definition, given: Sequence[Row]) -> list[dict[str, str]]:
    """Every material of the guide that is required or there, and whether it is there."""
    there = {row["code"]: row for row in given}
    return [
        {
            "name": material.name.zh,
            "copies": str(there[material.code]["copies"] if material.code in there else "—"),
            "there": "有" if material.code in there else "缺",
        }
        for material in definition.guide.materials
        if material.required or material.code in there
    ]


def _signatures(session: Session, case: Case, signed: Sequence[SignOff]) -> list[dict[str, Any]]:
    names = accounts.names(session, signoffs.people(signed))
    return [
        {
            "step": STEPS.get(row.step, row.step),
            "post": POSTS.get(row.post, row.post),
            "name": names.get(row.signer, ""),
            "staff_no": row.signer,
            "behalf": row.on_behalf_of and _behalf(row.on_behalf_of, names),
            "decision": DECISIONS[row.decision],
            "reasons": "；".join(
                decision_reasons.named(row.decision, code).zh for code in row.reasons
            ),
            "opinion": row.opinion,
            "resolution": _resolution(row.resolution),
            "at": office_time(row.signed_at),
            "void": row.cycle < case.cycle,
        }
        for row in signed
    ]


def _behalf(on_behalf_of: str, names: Mapping[str, str]) -> str:
    """For whom it was given; of a review offered wider the post that gave it."""
    post = widening.referred(on_behalf_of)
    if post is not None:
        return f"（超时扩大派送，{POSTS.get(post, post)}）"
    return f"代 {_whom(on_behalf_of, names)} "


def _whom(on_behalf_of: str, names: Mapping[str, str]) -> str:
    """The absent colleague, or the city's naming where the county has nobody for the step."""
    number = named_signer_record.referred(on_behalf_of)
    return names.get(on_behalf_of, on_behalf_of) if number is None else f"（市级指派第{number}号）"


def _resolution(resolution: Row | None) -> str:
    if resolution is None:
        return ""
    attendees = resolution["attendees"]
    present = "、".join(attendees) if isinstance(attendees, list) else attendees
    decision = resolution["decision"]
    return f"会议纪要 {resolution['minutes_no']}（{resolution['date']}），参会：{present}，决定：{decision}"


def _waiting(session: Session, office: Office, case: Case, signed: Sequence[SignOff]) -> list[str]:
    """The signatures of the chain that are still to come, by step."""
    if case.status in FINAL_STATUSES:
        return []
    table = risk_history.at(session, office.risk, case.risk_table)
    given = {
        row.step for row in signed if row.cycle == case.cycle and row.decision in signoffs.APPROVING
    }
    chain = risk.steps(table, case.risk_level, case.route)
    return [STEPS.get(step, step) for step in chain if step not in given]


def _staff(found: Row) -> str:
    return f"{found['name']} {found['staff_no']}"


def _other_process(code: str) -> dict[str, str]:
    message = f"is {code} at this address"
    return {"field": "process", "message": message, "rule": OtherProcess.rule}
