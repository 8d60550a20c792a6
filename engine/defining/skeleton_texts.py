"""The texts of a new process folder: the smallest process that runs, to be edited from there."""

FILES = {
    "__init__.py": '''"""PROCESS_CODE: say here in one sentence what is handled."""

from engine.process import Declaration, Names

PROCESS = Declaration(names=Names("PROCESS_CODE", "PROCESS_CODE"), category="registration")
''',
    "form.py": '''"""The form: what the applicant states."""

from engine import process
from engine.process import text


class Form(process.Form):
    """One field to begin with."""

    matter: str = text("事由", "Matter", min_length=1, max_length=500)
''',
    "posting.py": '''"""What it writes to the register when it is completed: nothing yet."""

from engine import process
from register.entries import Posting
from register.records import Records

from .form import Form


def posting(form: Form, records: Records) -> Posting:
    """An empty posting: no ledger lines, no changes."""
    return process.composed(records)
''',
    "guide.yaml": """summary:
  zh: PROCESS_CODE
  en: PROCESS_CODE
basis:
  - {title: 社会保险经办条例, article: 第三十七条, source: 国务院令第765号, verified: true}
materials:
  - code: id_card
    name: {zh: 居民身份证, en: Identity card}
    form: original
    copies: 1
    required: true
    identity: true
time_limit:
  days: 10
  promised_days: 10
  basis: {title: 办理时限建议（待核实）, source: 本机构承诺, verified: false}
steps:
  - {zh: 提交申请, en: Apply at the window}
  - {zh: 经办、复核、主管副主任、主任逐级审核签字, en: The four posts of the county sign in turn}
fee: {zh: 不收费, en: free of charge}
retention:
  years: permanent
  basis: {title: 保管期限建议（待核实）, source: 本机构, verified: false}
channels: [window]
""",
    "examples.yaml": """examples:
  - name: {zh: 一般情形, en: The usual case}
    form: {matter: 说明}
    expect:
      level: 1
      route: county
      signers: [handler, reviewer, deputy_director, director]
  - name: {zh: 事由录入有误，退回改正后办结, en: "The matter was mistyped: returned, corrected, done"}
    form: {matter: 说明}
    returned: {step: review, reasons: [not_as_original], form: {matter: 说名}}
    expect:
      level: 1
      route: county
      signers: [handler, reviewer, deputy_director, director]
  - name: {zh: 缺少事由, en: No matter given}
    form: {matter: ""}
    expect: {invalid: [matter]}
""",
}
