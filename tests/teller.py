"""What a teller does at the desk in every story: type the client, choose, fill in, check, accept."""

from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.desk import Desk


@dataclass(frozen=True)
class Client:
    """Whoever stands at the window, by the document."""

    id_no: str
    name: str
    employer: bool = False


def at_the_form(desk: Desk, page: Page, client: Client, code: str) -> Page:
    """The page at the form of a business for this client."""
    desk.open(page, "/desk")
    if client.employer:
        page.locator("[name='applicant.kind'][value=employer]").check(force=True)
    page.fill("[name='applicant.id_no']", client.id_no)
    page.fill("[name='applicant.name']", client.name)
    page.locator(f"button.hit[value={code}]").click()
    page.wait_for_url("**/desk/drafts/*")
    desk.ready(page)
    return page


def fill(page: Page, said: Mapping[str, str]) -> None:
    """Fill in fields by their names, choices by their codes."""
    for name, text in said.items():
        field = page.locator(f"[name='{name}']")
        if field.evaluate("found => found.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)


def checked(desk: Desk, page: Page, client: Client, code: str, said: Mapping[str, str]) -> Page:
    """The page at the check page, with every required material there."""
    at_the_form(desk, page, client, code)
    fill(page, said)
    for box in page.locator("[data-required] input[type=checkbox]").all():
        box.check()
    page.keyboard.press("F9")
    page.wait_for_url("**/check")
    desk.ready(page)
    return page


def accepted(desk: Desk, page: Page, client: Client, code: str, said: Mapping[str, str]) -> str:
    """The number of the case that was accepted; the page shows the end of the visit."""
    checked(desk, page, client, code, said)
    page.keyboard.press("F9")
    page.wait_for_url("**/desk/done/*")
    desk.ready(page)
    return page.url.rpartition("/")[2]


def key_data(desk: Desk, page: Page, client: Client, said: Mapping[str, str]) -> str:
    """The number of a case about key data, at level 2 unless what is said raises it."""
    form = {"form.evidence_type": "household_register", **said}
    return accepted(desk, page, client, "person_info_change_key", form)
