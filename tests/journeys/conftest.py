"""A real browser on the real product."""

import os
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.stack import Stack, running_stack

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
PASSWORD = "northmoor-demo-2026"
Visit = Callable[[str], "Visitor"]


def violations(page: Page) -> list[Any]:
    """The accessibility faults of the page."""
    options = {"resultTypes": ["violations"], "preload": False}
    found: list[Any] = Axe().run(page, options=options).response["violations"]
    return found


PARTS = """() => [...document.querySelectorAll("body, body *")].map(part => [part.tagName, part.className,
    ...part.getAttributeNames().filter(name => name == "role" || name.startsWith("aria-")).sort()].join(" "))"""
LOOKED_AT: dict[str, set[str]] = {}


def kind_of(path: str) -> str:
    """Pages that differ only in whose they are count as one: numbers, references, codes and questions are left out."""
    path = path.partition("?")[0]
    path = re.sub(r"/people/[A-Z0-9-]+/", "/people/*/", path)
    path = re.sub(r"/(agencies|emerging)/[a-z-]+/", r"/\1/*/", path)
    return re.sub(r"\d+", "#", path)


def is_new(page: Page, *, width: int = 0) -> bool:
    """Whether a page holds any part that no page of its kind held before it, at this width: else it was looked at."""
    seen = LOOKED_AT.setdefault(f"{kind_of(urlsplit(page.url).path)} {width}", set())
    parts = set(page.evaluate(PARTS))
    new = parts - seen
    seen |= parts
    return bool(new)


class Visitor:
    """One person at a browser, signed in; every page they open must be free of accessibility faults."""

    def __init__(self, page: Page, address: str, username: str) -> None:
        self.page, self.address, self.username = page, address, username
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda line: line.type == "error" and self.faults.append(line.text))
        self.open("/accounts/sign-in/")
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{address}/")

    def open(self, path: str) -> None:
        """Go to a page and check it."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"
        self.check()

    def status_of(self, path: str) -> int:
        """What the product answers at a path, without looking at the page."""
        return self.page.request.get(self.address + path).status

    def check(self) -> None:
        """The page at hand: no accessibility fault, no script error, no sideways scrolling."""
        found = violations(self.page) if is_new(self.page, width=self.page.viewport_size["width"]) else []
        assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in found] == [], self.page.url
        assert self.faults == [], self.page.url
        assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), self.page.url

    def press(self, name: str) -> None:
        """Press a button and check where it leads."""
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.page.wait_for_load_state()
        self.check()

    def follow(self, name: str) -> None:
        """Follow a link by its words, also one that looks like a button, and check where it leads."""
        self.page.locator("main a", has_text=name).first.click()
        self.page.wait_for_load_state()
        self.check()

    def text(self) -> str:
        """The words of the page."""
        return self.page.inner_text("main")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser that is closed with the module: its driver keeps an event loop, which other tests must not meet."""
    if not os.path.exists(CHROMIUM):
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed")
        pytest.skip("Chromium is not installed")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    with running_stack() as running:
        yield running


@pytest.fixture
def visit(chromium: Browser, stack: Stack) -> Iterator[Visit]:
    """`visit("sgt.ashby")`: that person at a browser of their own."""
    contexts = []

    def make(username: str) -> Visitor:
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        contexts.append(context)
        context.set_default_timeout(30_000)
        return Visitor(context.new_page(), stack.address, username)

    yield make
    for context in contexts:
        context.close()
