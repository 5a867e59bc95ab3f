"""`make docs-screenshots`: takes the pictures of the documentation anew, from the small demo force."""

from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.journeys.conftest import CHROMIUM, FLAGS, PASSWORD
from tests.journeys.stack import CHECKOUT, running_stack

IMAGES = CHECKOUT / "docs" / "images"
# user -> (name of the picture, path, words of the links to follow from there; "*" is the first link of a list)
PICTURES: dict[str, list[tuple[str, str, str]]] = {
    "sgt.ashby": [
        ("supervisor-my-day", "/", ""),
        ("supervisor-emerging-threat", "/emerging/ashdale/", ""),
        ("supervisor-review", "/emerging/ashdale/", "Review"),
        ("supervisor-scores", "/scores/ROR/", ""),
        ("supervisor-referrals", "/referrals/", ""),
    ],
    "pc.tate": [
        ("manager-my-day", "/", ""),
        ("manager-cases", "/cases/?mine=on", ""),
        ("manager-case", "/cases/?mine=on", "Doyle"),
    ],
    "pc.whitwell": [("reach-search-elsewhere", "/people/elsewhere/", "")],
    "sgt.birch": [
        ("sharing-person", "/cases/", "* > Sharing"),
        ("documents-person", "/cases/", "Doyle > Documents"),
    ],
    "insp.varley": [
        ("sharing-second-signature", "/approvals/", "Disclose one record"),
        ("reach-who-sees", "/cases/", "* > Who sees this"),
    ],
    "insp.quigley": [
        ("reach-openings", "/people/openings/", ""),
        ("retention-queue", "/retention/", ""),
        ("retention-subject-access", "/subject-access/", "Langley"),
    ],
    "ci.thorne": [("sharing-agreement", "/agencies/hearth/", "NM-ISA-05")],
    "po.amir": [("partner-disclosed", "/sharing/received/", "*")],
    "yjs.cole": [("records-exploitation", "/cases/", "Thackray > Exploitation")],
    "admin.stone": [("signing-in-people", "/accounts/people/", "")],
    "auditor.dean": [
        ("auditor-my-day", "/", ""),
        ("auditor-unusual-access", "/audit/findings/", ""),
    ],
    "po.bennett": [
        ("partner-my-day", "/", ""),
        ("partner-referral", "/referrals/new/", ""),
    ],
    "auditor.platt": [
        ("auditor-compliance", "/reports/compliance/?district=ashdale", ""),
        ("auditor-audit", "/audit/", ""),
    ],
}


def sign_in(page: Page, address: str, username: str) -> None:
    page.goto(f"{address}/accounts/sign-in/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{address}/")


def follow(page: Page, words: str) -> None:
    """Follow a link where it is there: another seed of the demo has other names."""
    link = page.locator("main tbody a") if words == "*" else page.locator("main a", has_text=words)
    if link.count():
        link.first.click()
        page.wait_for_load_state()


def take(folder: Path) -> None:
    """Every picture, at the width of a desk."""
    folder.mkdir(parents=True, exist_ok=True)
    with running_stack() as stack, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for username, pictures in PICTURES.items():
            with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
                page = context.new_page()
                sign_in(page, stack.address, username)
                for name, path, links in pictures:
                    page.goto(stack.address + path)
                    for words in filter(None, links.split(" > ")):
                        follow(page, words)
                    page.screenshot(path=folder / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    take(IMAGES)
