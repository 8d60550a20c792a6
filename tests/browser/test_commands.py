"""What every form of the desk does: says that it waits, sends once, and loses nothing when it goes wrong."""

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

import pytest
from fastapi import APIRouter
from playwright.sync_api import Page, expect
from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import Response

from api.application import Application
from api.dependencies import Asking, Commanding
from database.refusals import Invalid
from engine import journal
from engine.journal import JournalEntry
from tests.desk import Desk
from tests.people import PASSWORD
from web import commands, pages, templates
from web.forms import Sent, sent_form

PAGE = """{% extends "layout.html" %}{% import "macros/forms.html" as forms with context %}
{% block title %}Form{% endblock %}{% block main %}<h1>Form</h1>
{% call forms.command("/tried") %}
{% call forms.field("mobile", "Mobile") %}
<input class="form-control" id="f-mobile" name="mobile">{% endcall %}
<button class="btn btn-primary" data-key="F9" data-key-text="Send">Send</button>
{% endcall %}{% endblock %}"""


class Gate:
    """Holds requests back until a test lets them go."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.open.set()


@pytest.fixture
def gate() -> Iterator[Gate]:
    """The server's gate; open at the end, so that nothing waits for ever."""
    made = Gate()
    yield made
    made.open.set()


@pytest.fixture
def application(application: Application, gate: Gate) -> Application:
    """An application with one page whose form leaves an entry in the journal."""
    router = APIRouter(include_in_schema=False)

    @router.get("/tried")
    def show(request: Request, caller: Asking) -> Response:
        with caller.reading() as reading:
            template = templates.of("zh").from_string(PAGE)
            return pages.page(request, template, reading)

    @router.post("/tried")
    def do(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
        gate.open.wait()
        with commands.command(request, caller, sent) as command:
            if len(sent.text("mobile")) < 3:
                wrong = {"field": "mobile", "message": "Short.", "rule": "form.string_too_short"}
                raise Invalid("Some fields don't fit.", errors=[wrong])
            actor = command.actor
            journal.append_office(command.session, actor.agency, "tried", actor=actor)
            return pages.done(command, request, "/me")

    application.include_router(router)
    return application


@pytest.fixture
def page(desk: Desk) -> Page:
    """T101 at that form."""
    found = desk.sign_in("T101")
    desk.open(found, "/tried")
    return found


def tried(application: Application) -> int:
    """How often the form had its effect."""
    with application.state.sessions.reading() as session:
        wanted = select(func.count()).where(JournalEntry.action == "tried")
        return int(session.execute(wanted).scalar_one())


def test_a_slow_server_is_waited_for_and_sent_to_once(
    page: Page, desk: Desk, gate: Gate, application: Application
) -> None:
    gate.open.clear()
    page.fill("#f-mobile", "13900000000")
    page.keyboard.press("F9")

    expect(page.locator("#waiting")).to_have_text("正在等待服务器…")
    send = page.get_by_role("button", name="Send")
    expect(send).to_have_attribute("aria-busy", "true")
    desk.photograph(page, "waiting")
    page.keyboard.press("F9")
    send.dblclick()
    gate.open.set()

    expect(page).to_have_url(re.compile("/me$"))
    assert tried(application) == 1


def test_a_refusal_marks_the_field_and_keeps_what_was_typed(
    page: Page, desk: Desk, application: Application
) -> None:
    page.fill("#f-mobile", "1")
    page.keyboard.press("Enter")

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("填写内容有误")
    expect(alert).to_be_focused()
    expect(alert.get_by_role("link")).to_have_text("Mobile · 此项必填，或字数不足。")
    field = page.locator("#f-mobile")
    expect(field).to_have_value("1")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#e-mobile")).to_have_text("✕ 此项必填，或字数不足。")
    assert desk.barriers(page) == []
    desk.photograph(page, "refused")
    alert.get_by_role("link").click()
    expect(field).to_be_focused()
    page.keyboard.type("3900000000")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/me$"))
    assert tried(application) == 1


def test_a_cut_connection_leaves_the_form_to_be_sent_again(
    page: Page, desk: Desk, application: Application
) -> None:

    page.fill("#f-mobile", "13900000000")
    with desk.answers_lost(page, "**/tried"):
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("网络中断。已填内容仍在本页。")

    expect(page.locator("#f-mobile")).to_have_value("13900000000")
    desk.photograph(page, "cut")
    assert tried(application) == 1
    page.keyboard.press("F9")

    expect(page).to_have_url(re.compile("/me$"))
    assert tried(application) == 1


def test_an_ended_session_keeps_what_was_typed(
    page: Page, desk: Desk, application: Application
) -> None:
    desk.clock.moment += timedelta(minutes=61)
    page.fill("#f-mobile", "13900000000")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("已填内容仍在本页")
    desk.photograph(page, "ended")
    with page.expect_popup() as opened:
        page.get_by_role("alert").get_by_role("link", name="登录").click()
    other = opened.value
    other.fill("#f-staff_no", "T101")
    other.fill("#f-password", PASSWORD)
    other.keyboard.press("Enter")
    expect(other).to_have_url(re.compile("/tried$"))
    page.bring_to_front()
    expect(page.locator("#f-mobile")).to_have_value("13900000000")
    page.keyboard.press("F9")

    expect(page).to_have_url(re.compile("/me$"))
    assert tried(application) == 1


def test_keys_wait_while_pinyin_is_composed(page: Page, application: Application) -> None:
    page.locator("#f-mobile").focus()
    page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
        "{key: 'F9', isComposing: true, bubbles: true, cancelable: true}))"
    )
    page.keyboard.type("?")

    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#f-mobile")).to_have_value("?")
    expect(page).to_have_url(re.compile("/tried$"))
    assert tried(application) == 0
