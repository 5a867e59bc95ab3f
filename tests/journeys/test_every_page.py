"""Every page that a role can reach by following links: no accessibility fault, no script error, fits a phone."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import PASSWORD, is_new, kind_of, violations
from tests.journeys.stack import Stack

pytestmark = pytest.mark.journey

NOT_PAGES = re.compile(r"\.(csv|pdf|json|yaml)$|/download/|/sign-out/|/static/|/schema/|export")
MOST = 60


def linked(page: Page, address: str) -> list[str]:
    """Where the links of a page lead within the product."""
    found = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    parts = [urlsplit(url) for url in found if url.startswith(address)]
    paths = dict.fromkeys(f"{part.path}?{part.query}".rstrip("?") for part in parts)
    return [path for path in paths if not NOT_PAGES.search(path)]


def faults_of(page: Page) -> list[str]:
    """What is wrong with a page; one that is made of nothing new is not looked at again."""
    faults = violations(page) if is_new(page, width=1280) else []
    found = [f"{page.url}: {v['id']} {v['nodes'][0]['target']}" for v in faults]
    page.set_viewport_size({"width": 320, "height": 800})
    if not page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"):
        found.append(f"{page.url}: wider than a phone")
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


def sign_in(page: Page, address: str, username: str) -> None:
    page.goto(f"{address}/accounts/sign-in/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{address}/")


@pytest.mark.parametrize(
    ("username", "at_least"),
    [("sgt.birch", 30), ("pc.clegg", 20), ("po.amir", 8), ("auditor.dean", 12), ("admin.stone", 4)],
)
def test_every_page_a_role_can_reach_is_accessible_and_fits_a_phone(
    chromium: Browser, stack: Stack, username: str, at_least: int
) -> None:
    with chromium.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: line.type == "error" and errors.append(line.text))
        sign_in(page, stack.address, username)
        waiting, seen = ["/"], {"/"}
        faults: list[str] = []

        visited = 0
        while waiting and visited < MOST:
            path = waiting.pop(0)
            answer = page.goto(stack.address + path)
            visited += 1
            if answer is None or not answer.ok:
                faults.append(f"{path}: {answer.status if answer else 'no answer'}")
                continue
            faults += faults_of(page)
            for found in linked(page, stack.address):
                if kind_of(found) not in seen:
                    seen.add(kind_of(found))
                    waiting.append(found)

        assert faults == []
        assert errors == []
        assert visited >= at_least


def test_the_main_places_can_be_reached_by_keyboard_alone(chromium: Browser, stack: Stack) -> None:
    with chromium.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.goto(f"{stack.address}/accounts/sign-in/")
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_text("Skip to main content")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("sgt.birch")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="My day")).to_be_visible()

        page.goto(f"{stack.address}/")
        for _ in range(12):
            page.keyboard.press("Tab")
            if "Emerging threat" in page.evaluate("document.activeElement.innerText || ''"):
                break
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Emerging threat, Brackenford")).to_be_visible()
