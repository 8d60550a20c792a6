"""The rule ids: every one that the room raises is in its table, and none is there for nothing."""

import ast
from pathlib import Path

import authz
from authz import policy
from authz.acts import READING
from authz.offices.posts import POSTS
from authz.rules import RULES

SOURCES = [path for path in Path(authz.__path__[0]).rglob("*.py") if path.name != "rules.py"]


def literals() -> set[str]:
    return {
        node.value
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def raised() -> set[str]:
    """The texts that are given as ``rule``, by keyword or as a class's attribute."""
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "rule":
                given: ast.expr | None = node.value
            elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "rule":
                given = node.value
            else:
                continue
            if isinstance(given, ast.Constant):
                found.add(str(given.value))
    return found


def test_every_rule_raised_is_listed() -> None:
    assert raised() - RULES.keys() == set()


def test_every_listed_rule_is_used() -> None:
    assert RULES.keys() - literals() == set()


def test_both_languages_say_something() -> None:
    for rule in RULES.values():
        assert rule.zh
        assert rule.en.endswith(".")


def test_the_policy_gives_guides_and_administrators_no_business() -> None:
    guide = {right.step for right in policy.by_post()["guide"]}
    assert guide == {"record_contact", "read_contacts", "read_windows"}
    archivist = {right.step for right in policy.by_post()["archivist"]}
    assert archivist == {"keep_archive", "read_archive", "appraise_disposal", "ask_erasure"}
    finance = {right.step for right in policy.by_post()["finance"]}
    assert finance == {"read_payables", "release_payables", "import_results"}
    system, security, records = (
        {right.step for right in policy.by_post()[post]}
        for post in ("administrator", "security_administrator", "audit_administrator")
    )
    assert system == {
        "apply_reset",
        "open_account",
        "read_staff",
        "read_jobs",
        "read_undelivered",
        "send_again",
    }
    assert security == {
        "apply_factor_reset",
        "bind_identity",
        "confirm_key",
        "demand_factor",
        "end_sessions",
        "read_identities",
        "read_staff",
    }
    # The third changes nothing, and no two of them share an act that does.
    assert records <= READING | {"audit", "evidence"}
    assert (system & security) | (system & records) == {"read_staff"}
    assert security & records == {"read_staff", "read_identities"}
    assert {right.post for right in policy.rights()} <= set(POSTS)


def test_rows_of_one_entry_share_their_post() -> None:
    entries = {(right.entry, right.post) for right in policy.rights()}
    assert len(entries) == len({entry for entry, _ in entries})


def test_level_one_is_limited_and_the_rest_instant() -> None:
    for right in policy.rights():
        if right.level in "123":
            assert right.handling == ("limited" if right.level == "1" else "instant")
            assert (right.route == "-") == (right.level != "1")


def test_only_handling_is_given_by_grant() -> None:
    assert policy.grantable() == {"handle": ("teller", "handler")}
