"""Every text of the desk is there in Chinese, each in its catalogue, and every refusal has its sentence."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir

from web import refusal_texts, texts

CHECKOUT = Path(__file__).parents[2]
WEB = CHECKOUT / "web"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "mark": None}
# As web/babel.cfg says it to pybabel.
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "newstyle_gettext": "true"}}
CHINESE = re.compile("[一-鿿]")
# An international text that is the same in both languages.
SAME = {"BPMN", "PDF", "CSV", "XML"}


def extracted() -> set[str]:
    """Every text of templates and code, by its (first) English form."""
    found = extract_from_dir(WEB, METHODS, OPTIONS, keywords=KEYWORDS)
    return {text if isinstance(text, str) else text[0] for _, _, text, _, _ in found}


def messages(name: str) -> list[Message]:
    return [message for message in texts.catalogue(name) if message.id]


def of(message: Message) -> str:
    return first(message.id)


def first(text: Iterable[str] | None) -> str:
    return text if isinstance(text, str) else next(iter(text or ()))


def test_nothing_is_missing() -> None:
    known = {of(message) for name in texts.names() for message in messages(name)}

    assert sorted(extracted() - known) == []


@pytest.mark.parametrize("name", texts.names())
def test_a_catalogue_holds_no_text_that_nothing_shows(name: str) -> None:
    shown = extracted()

    assert [of(message) for message in messages(name) if of(message) not in shown] == []


@pytest.mark.parametrize("name", [*texts.names(), texts.REFUSALS])
def test_every_text_is_translated_for_certain(name: str) -> None:
    for message in messages(name):
        said = first(message.string)
        assert CHINESE.search(said) or said in SAME, of(message)
        assert not message.fuzzy, of(message)
        assert set(re.findall(r"%\(\w+\)s", said)) <= set(re.findall(r"%\(\w+\)s", of(message)))
    assert not texts.catalogue(name).obsolete


def test_no_catalogue_contradicts_another() -> None:
    assert texts.translate("zh", "Sign in") == "登录"


def test_every_refusal_has_a_chinese_sentence() -> None:
    reference = (CHECKOUT / "docs" / "reference" / "rules.md").read_text()
    refusals = reference[: reference.index("## Findings of verification")]
    documented = set(re.findall(r"^\| `([^`]+)` \|", refusals, re.MULTILINE))

    assert sorted(documented - refusal_texts.rules()) == []
    # What a field is told (form.…) comes from Pydantic and is in no list of ours.
    said = {rule for rule in refusal_texts.rules() if not rule.startswith("form.")}
    assert sorted(said - documented - {"parameter.*"}) == []


def test_a_refusal_keeps_its_figures() -> None:
    detail = "180 contribution months count, 192 are needed: 12 are missing."

    said = refusal_texts.said("zh", "retirement.months_short", detail)

    assert said == "缴费满 180 个月，须满 192 个月：还差 12 个月。"
    assert refusal_texts.said("en", "retirement.months_short", detail) == detail
    assert refusal_texts.said("zh", "a.rule.of.tomorrow", "Not so.") == "Not so."
