"""Every component in a real browser: no accessibility fault, no blocked script, nothing typed is lost."""

import os
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route, expect, sync_playwright

pytestmark = pytest.mark.journey

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def address(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The product on a free port, for pages that need no records."""
    with django_db_blocker.unblock():
        server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
        server.daemon_threads = True
        server.set_app(StaticFilesHandler(get_wsgi_application()))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not os.path.exists(CHROMIUM):
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed")
        pytest.skip("Chromium is not installed")
    with sync_playwright() as driver:
        browser = start(driver)
        yield browser
        browser.close()


def start(driver: Playwright) -> Browser:
    return driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


@pytest.fixture(params=[1280, 320], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    with chromium.new_context(viewport={"width": request.param, "height": 900}) as context:
        made = context.new_page()
        made.faults = []  # type: ignore[attr-defined]
        made.on("pageerror", lambda error: made.faults.append(str(error)))  # type: ignore[attr-defined]
        made.on("console", lambda line: line.type == "error" and made.faults.append(line.text))  # type: ignore[attr-defined]
        yield made


def assert_accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


CHOSEN = "/design/?flash=1&name=ash&district=north&district=east&due_before=2026-07-01&page=4"


@pytest.mark.parametrize("path", [CHOSEN, "/design/", "/accounts/sign-in/"])
def test_a_page_has_no_accessibility_fault_and_no_blocked_script(page: Page, address: str, path: str) -> None:
    page.goto(address + path)
    expect(page.locator("body")).to_have_class(re.compile("govuk-frontend-supported"))

    assert_accessible(page)
    assert page.faults == []  # type: ignore[attr-defined]


def test_a_form_that_comes_back_has_the_focus_on_its_errors(page: Page, address: str) -> None:
    page.goto(address + "/design/")

    page.get_by_role("button", name="Save").click()

    expect(page).to_have_title(re.compile("^Error: Components"))
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert_accessible(page)
    page.get_by_role("link", name="Enter the date last seen").click()
    expect(page.get_by_role("textbox", name="Day").last).to_be_focused()


def test_a_choice_opens_its_question(page: Page, address: str) -> None:
    page.goto(address + "/design/")
    reason = page.get_by_label("Why no further action?")
    expect(reason).to_be_hidden()

    page.get_by_label("No further action", exact=True).check()
    expect(reason).to_be_visible()
    assert_accessible(page)

    page.get_by_label("Keep watching").check()
    expect(reason).to_be_hidden()


def test_filters_are_folded_away_on_a_phone_and_open_on_demand(page: Page, address: str) -> None:
    page.goto(address + "/design/")
    apply = page.get_by_role("button", name="Apply filters")
    if page.viewport_size and page.viewport_size["width"] > 400:
        expect(apply).to_be_visible()
        return
    expect(apply).to_be_hidden()

    page.get_by_role("button", name="Show filters").click()

    expect(apply).to_be_visible()
    assert_accessible(page)


def test_filtering_swaps_the_list_and_keeps_the_focus(page: Page, address: str) -> None:
    page.goto(address + "/design/")
    if page.viewport_size and page.viewport_size["width"] < 400:
        page.get_by_role("button", name="Show filters").click()
    page.evaluate("window.sameDocument = true")

    page.locator("#id_name").fill("ash")
    page.get_by_role("button", name="Apply filters").click()

    page.wait_for_url(re.compile("name=ash"))
    if page.viewport_size and page.viewport_size["width"] < 400:
        expect(page.get_by_role("button", name="Show filters")).to_be_focused()
    else:
        expect(page.get_by_role("heading", name="Selected filters")).to_be_visible()
        expect(page.get_by_role("button", name="Apply filters")).to_be_focused()
    assert page.evaluate("window.sameDocument")
    assert page.faults == []  # type: ignore[attr-defined]


# What was typed is kept


@pytest.fixture
def signed_in(chromium: Browser) -> Iterator[Page]:
    """Pages as user 7 gets them; the sign-in page as nobody gets it."""
    context: BrowserContext = chromium.new_context()

    def as_user(route: Route) -> None:
        answer = route.fetch()
        body = answer.text() if "html" in answer.headers.get("content-type", "") else None
        if body is None or "/accounts/" in route.request.url:
            route.fulfill(response=answer)
        else:
            route.fulfill(response=answer, body=body.replace('data-user=""', 'data-user="7"'))

    context.route("**/design/**", as_user)
    yield context.new_page()
    context.close()


def stored(page: Page, user: str = "") -> int:
    start = f"iom-draft|{user}"
    return int(
        page.evaluate("start => Object.keys(sessionStorage).filter(k => k.startsWith(start)).length", start)
    )


def wait_for_drafts(page: Page, number: int, user: str = "") -> None:
    """The policy forbids Playwright's own waiting, which evaluates text in the page."""
    for _ in range(50):
        if stored(page, user) == number:
            return
        page.wait_for_timeout(100)
    assert stored(page, user) == number


def test_what_was_typed_can_be_put_back_after_a_sign_in_that_ran_out(signed_in: Page, address: str) -> None:
    page = signed_in
    page.goto(address + "/design/?case=1")
    page.get_by_label("Rationale").fill("Three arrests since May")
    page.get_by_label("No further action", exact=True).check()
    page.get_by_label("Why no further action?").fill("In custody")

    page.route(
        "**/design/?case=1",
        lambda route: route.fulfill(status=302, headers={"Location": "/accounts/sign-in/"}),
    )
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/accounts/sign-in/")
    page.unroute("**/design/?case=1")
    page.goto(address + "/design/?case=1")
    expect(page.get_by_label("Rationale")).to_have_value("")
    page.get_by_role("button", name="Put it back").click()

    expect(page.get_by_label("Rationale")).to_have_value("Three arrests since May")
    expect(page.get_by_label("No further action", exact=True)).to_be_checked()
    expect(page.get_by_label("Why no further action?")).to_have_value("In custody")
    assert_accessible(page)


def test_what_was_saved_is_not_offered_again(signed_in: Page, address: str) -> None:
    page = signed_in
    page.goto(address + "/design/?case=1")
    page.get_by_label("Rationale").fill("Saved text")
    page.route(
        "**/design/?case=1", lambda route: route.fulfill(status=302, headers={"Location": "/design/?saved=1"})
    )
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/design/?saved=1")
    page.unroute("**/design/?case=1")
    assert stored(page) == 1
    page.goto(address + "/design/?saved=1")  # the browser's own redirect goes round the routes of this test

    wait_for_drafts(page, 0)

    page.goto(address + "/design/?case=1")
    expect(page.get_by_role("button", name="Save")).to_be_visible()
    expect(page.get_by_role("button", name="Put it back")).to_have_count(0)


def test_a_form_that_was_left_is_offered_again_and_can_be_cleared(signed_in: Page, address: str) -> None:
    page = signed_in
    page.goto(address + "/design/?case=1")
    page.get_by_label("Rationale").fill("Half a thought")
    wait_for_drafts(page, 1, user="7|")
    page.goto(address + "/design/?case=2")
    expect(page.get_by_role("button", name="Save")).to_be_visible()
    expect(page.get_by_role("button", name="Put it back")).to_have_count(0)

    page.goto(address + "/design/?case=1")
    page.get_by_role("button", name="Remove it").click()

    assert stored(page) == 0


def test_another_persons_draft_is_removed(signed_in: Page, address: str) -> None:
    page = signed_in
    page.goto(address + "/design/?case=1")
    page.evaluate("sessionStorage.setItem('iom-draft|8|/design/|0', JSON.stringify({values: {a: 'x'}}))")

    page.goto(address + "/design/?case=2")

    wait_for_drafts(page, 0, user="8|")
