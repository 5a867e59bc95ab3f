"""Signing in in a real browser: a security key that the browser itself plays, an app, and the warning (ORG-3)."""

import re
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import PASSWORD, Visitor
from tests.journeys.stack import Stack

pytestmark = pytest.mark.journey
KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": False,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(params=[1280, 320], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    """A browser with a security key in it."""
    with chromium.new_context(viewport={"width": request.param, "height": 900}) as context:
        made = context.new_page()
        made.set_default_timeout(30_000)
        cdp = context.new_cdp_session(made)
        cdp.send("WebAuthn.enable")
        cdp.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
        yield made


def named(stack: Stack) -> str:
    """Security keys are bound to a name, not to a number."""
    return stack.address.replace("127.0.0.1", "localhost")


def leave(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="Sign out", exact=True).first.click()
    visitor.page.wait_for_url(re.compile("/accounts/sign-in/"))


def use_key(visitor: Visitor, name: str, leads_to: str | re.Pattern[str]) -> None:
    """Press a button that asks the security key first: the page changes when the key has answered, not at once."""
    visitor.page.get_by_role("button", name=name, exact=True).click()
    visitor.page.wait_for_url(leads_to)
    visitor.check()


def give_password(visitor: Visitor) -> None:
    visitor.page.get_by_label("Username").fill(visitor.username)
    visitor.page.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.press("Sign in")


def test_a_key_and_an_app_are_set_up_used_and_removed(page: Page, stack: Stack) -> None:
    visitor = Visitor(page, named(stack), "admin.stone")
    visitor.open("/signin/")
    visitor.open("/signin/keys/add/")
    page.get_by_label("What do you call this security key?").fill("Blue key")
    page.get_by_role("button", name="Add security key", exact=True).click()
    page.wait_for_selector(".iom-codes")
    visitor.check()
    assert len(page.query_selector_all(".iom-codes li")) == 10
    visitor.follow("I have kept them")
    assert "Blue key" in visitor.text()

    leave(visitor)
    give_password(visitor)
    assert "Use your security key" in visitor.text()
    use_key(visitor, "Use security key", f"{named(stack)}/")

    visitor.open("/signin/app/")
    secret = page.inner_text(".iom-secret").replace(" ", "")
    page.get_by_label("Code from your authenticator app").fill(pyotp.TOTP(secret).now())
    visitor.press("Set up")
    page.wait_for_url(re.compile("/signin/$"))
    visitor.press("Remove authenticator app")
    visitor.press("Remove Blue key")
    assert "You have no security key" in visitor.text()
    leave(visitor)


def test_before_the_idle_end_the_page_asks_and_the_keyboard_answers(page: Page, stack: Stack) -> None:
    visitor = Visitor(page, stack.address, "admin.frost")
    visitor.open("/signin/")
    page.evaluate("localStorage.setItem('iom-last-request', String(Date.now() - 13 * 60 * 1000))")

    dialog = page.locator("#iom-idle")
    dialog.wait_for(state="visible")
    visitor.check()
    assert page.evaluate("document.activeElement.textContent") == "Stay signed in"
    page.keyboard.press("Enter")
    dialog.wait_for(state="hidden")

    page.evaluate("localStorage.setItem('iom-last-request', String(Date.now() - 16 * 60 * 1000))")
    page.get_by_text("You have been signed out").wait_for()
    assert page.locator("#main-content").inner_text().strip() == ""
    visitor.check()


def test_the_pages_of_administrators_are_free_of_faults(page: Page, stack: Stack) -> None:
    visitor = Visitor(page, stack.address, "admin.frost")
    for path in (
        "/accounts/people/",
        "/accounts/people/invite/",
        "/accounts/people/?state=active&q=clegg",
        "/accounts/providers/",
        "/accounts/providers/add/",
        "/signin/password/",
        "/signin/recovery-codes/",
        "/signin/confirm/?next=/&for=export",
    ):
        visitor.open(path)
    visitor.open("/accounts/people/?q=clegg")
    page.locator("#people-table a, table a").first.click()
    page.wait_for_load_state()
    visitor.check()
    visitor.follow("End")
    assert "needs a new owner" in visitor.text() or "Day from which" in visitor.text()
