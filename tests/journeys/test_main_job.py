"""The main job, end to end, in a real browser: from the emerging-threat tab to the auditor's PDF."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.journeys.conftest import Visit, Visitor
from tests.journeys.stack import Stack, asked

pytestmark = pytest.mark.journey

PICTURES = Path(__file__).resolve().parent.parent.parent / ".data-test" / "pictures"
CONSIDERATIONS = (
    "offending",
    "recency_frequency_gravity",
    "police_intelligence",
    "partner_intelligence",
    "pathways_and_triggers",
    "ability_to_intervene",
    "partner_involvement",
)


def picture(visitor: Visitor, name: str) -> None:
    """Keep a picture of the page for whoever looks at the journey afterwards."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    visitor.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


def fill_date(page: Page, name: str, day: date) -> None:
    for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
        page.locator(f"[name={name}_{part}]").fill(str(value))


def due_after_seven_working_days(stack: Stack, day: date) -> date:
    return date.fromisoformat(stack.manage("working_days", "add", day.isoformat(), "7").split()[0])


def london_today(stack: Stack) -> date:
    return date.fromisoformat(asked(stack, "clock.today()"))


def test_one_case_walks_from_the_tab_to_the_auditors_report(
    stack: Stack, visit: Visit, tmp_path: Path
) -> None:
    today = london_today(stack)

    referred = _sergeant_reviews_the_tab_and_refers(visit)
    partner_referral = _partner_refers_somebody_it_cannot_see(stack, visit)
    case_path = _board_selects(stack, visit, partner_referral, today)
    due = due_after_seven_working_days(stack, today)
    _clocks_and_checklist_are_open(visit, case_path, due)
    _manager_engages_and_plans(visit, case_path)
    _supervision_endorses(visit, case_path)
    _chasing_tells_each_owner_once(stack)
    _deselection_ends_the_case(visit, case_path, today)
    _auditor_downloads_the_report(visit, tmp_path)

    assert referred.endswith("/")


def _sergeant_reviews_the_tab_and_refers(visit: Visit) -> str:
    sergeant = visit("sgt.ashby")
    picture(sergeant, "01-my-day")
    sergeant.open("/emerging/ashdale/")
    expect(sergeant.page.get_by_text("The next review is due at the latest on")).to_be_visible()
    picture(sergeant, "02-emerging-threat")
    rows = sergeant.page.locator("main tbody tr", has=sergeant.page.get_by_role("link", name="Review"))
    before = rows.count()
    assert before > 1

    rows.filter(has_not_text="Managed").last.get_by_role("link", name="Review").click()
    sergeant.check()
    sergeant.press("Record review")
    expect(sergeant.page.get_by_text("There is a problem")).to_be_visible()
    sergeant.page.get_by_label("No discussion needed").check()
    sergeant.page.get_by_label("Rationale").fill("One series, already charged; probation sees him weekly.")
    sergeant.page.get_by_label("Take the person off the tab").check()
    picture(sergeant, "03-review")
    sergeant.press("Record review")
    assert rows.count() == before - 1

    unmanaged = rows.filter(has_not_text="Already managed").first
    unmanaged.get_by_role("link", name="Review").click()
    sergeant.page.get_by_label("Refer", exact=True).check()
    sergeant.page.get_by_label("Rationale").fill(
        "Sharp rise in burglaries, no agency works with the person yet."
    )
    sergeant.press("Record review")
    expect(sergeant.page.get_by_label("Reasons")).to_have_value(re.compile("Emerging threat: the"))
    picture(sergeant, "04-referral-filled")
    sergeant.press("Send referral")
    expect(sergeant.page.get_by_text("Referral sent")).to_be_visible()
    return sergeant.page.url


def _partner_refers_somebody_it_cannot_see(stack: Stack, visit: Visit) -> dict[str, Any]:
    person = asked(
        stack,
        "list(Person.objects.filter(home_unit__code='ashdale', is_managed=False, agency_access=None,"
        " date_of_birth__lt='1996-01-01', referrals=None).values('nominal_ref', 'given_names', 'family_name',"
        " 'date_of_birth').order_by('id')[:1])[0]",
    )
    partner = visit("po.bennett")
    picture(partner, "05-partner-my-day")
    assert partner.status_of(f"/people/{person['nominal_ref']}/") == 404
    partner.open(f"/people/?q={person['nominal_ref']}")
    expect(partner.page.get_by_text("Nobody you may see matches")).to_be_visible()
    assert partner.status_of("/scores/") == 403

    partner.open("/referrals/new/")
    born = date.fromisoformat(person["date_of_birth"])
    partner.page.get_by_label("First names").fill(person["given_names"])
    partner.page.get_by_label("Family name").fill(person["family_name"])
    fill_date(partner.page, "date_of_birth", born)
    partner.page.get_by_label("Identifiers you know").fill(person["nominal_ref"])
    partner.page.get_by_label("Which district is this for?").select_option(label="Ashdale")
    partner.page.get_by_label("High risk of reoffending").check()
    partner.page.get_by_label("Reasons").fill(
        "Missed three appointments, using again, old associates are back."
    )
    partner.press("Send referral")
    expect(partner.page.get_by_text("Referral sent")).to_be_visible()
    picture(partner, "06-partner-follows-its-referral")
    return person | {"path": partner.page.url.removeprefix(partner.address)}


def _board_selects(stack: Stack, visit: Visit, referral: dict[str, Any], today: date) -> str:
    sergeant = visit("sgt.ashby")
    sergeant.open(referral["path"])
    sergeant.follow("Match to a person")
    sergeant.page.get_by_label(re.compile(referral["nominal_ref"])).check()
    sergeant.press("This is the person")
    expect(sergeant.page.get_by_role("heading", name="Research pack")).to_be_visible()
    picture(sergeant, "07-research-pack")
    sergeant.follow("List for a board")
    fill_date(sergeant.page, "board_on", today)
    sergeant.press("List it")
    sergeant.follow("Record the board’s decision")

    sergeant.press("Show the scores")
    expect(
        sergeant.page.get_by_text("Enter the rationale before you look at the scores").first
    ).to_be_visible()
    assert sergeant.page.locator("[name=outcome]:checked").count() == 0
    fill_date(sergeant.page, "decided_on", today)
    sergeant.page.get_by_label("Who chaired it?").fill("Insp Ruth Holroyd")
    for agency in ("Northmoor Constabulary", "Northmoor Probation"):
        sergeant.page.get_by_label(agency).check()
    sergeant.page.locator("[name=partner_information]").fill(
        "Probation: motivation is falling since the move."
    )
    for name in CONSIDERATIONS:
        sergeant.page.locator(f"[name={name}]").fill(f"Considered by the board: {name.replace('_', ' ')}.")
    sergeant.page.locator("[name=rationale]").fill("Rising offending, and partners can act now.")
    sergeant.press("Show the scores")
    expect(sergeant.page.get_by_role("heading", name="Board’s decision")).to_be_visible()
    expect(sergeant.page.locator("#scores-today")).to_be_visible()
    sergeant.page.get_by_label("Select for management").check()
    sergeant.page.locator("[name=national]").select_option("fixed:burglary")
    sergeant.page.locator("[name=three_cohort]").select_option("reoffending:serious_acquisitive")
    picture(sergeant, "08-board-decision")
    sergeant.press("Record decision")
    expect(sergeant.page.get_by_text("Decision recorded")).to_be_visible()
    case_path = sergeant.page.url.removeprefix(sergeant.address)
    assert re.fullmatch(r"/cases/\d+/", case_path)

    sergeant.follow("Allocate a manager")
    sergeant.page.get_by_label("Police manager").select_option(label="PC Laura Fenton, Ashdale IOM hub")
    sergeant.press("Allocate")
    sergeant.follow("Share with an agency")
    sergeant.page.get_by_label("Agency", exact=True).select_option(label="Northmoor Probation")
    sergeant.page.get_by_label("Why does it need the information?").fill(
        "Joint management agreed by the board."
    )
    sergeant.press("Share")

    partner = visit("po.bennett")
    partner.open(f"/people/{referral['nominal_ref']}/")
    partner.open(case_path)
    assert "Score" not in partner.text()
    stranger = visit("drugs.penn")
    assert stranger.status_of(case_path) == 404
    assert stranger.status_of(f"/people/{referral['nominal_ref']}/") == 404
    return case_path


def _clocks_and_checklist_are_open(visit: Visit, case_path: str, due: date) -> None:
    sergeant = visit("sgt.ashby")
    sergeant.open(case_path)
    words = f"{due:%-d %B %Y}"
    deadlines = sergeant.page.locator("#deadlines tbody tr")
    assert deadlines.count() == 3
    for number in range(3):
        expect(deadlines.nth(number)).to_contain_text(words)
    expect(sergeant.page.get_by_role("heading", name="Actions upon selection")).to_be_visible()
    picture(sergeant, "09-case-with-clocks")


def _manager_engages_and_plans(visit: Visit, case_path: str) -> None:
    manager = visit("pc.fenton")
    assert case_path in manager.page.content()
    manager.open(f"{case_path}engagements/record/")
    day = date.fromisoformat(
        manager.page.evaluate("new Date().toLocaleDateString('sv', {timeZone: 'Europe/London'})")
    )
    fill_date(manager.page, "day", day)
    manager.page.get_by_label("Time").fill("00:01")
    manager.page.get_by_label("Place").fill("Ashdale police station")
    manager.page.get_by_label("Yes", exact=True).check()
    manager.page.get_by_label("What was found").fill("Wants work; debts worry him.")
    manager.press("Record it")
    picture(manager, "10-engagements")

    manager.open(f"{case_path}plan/")
    manager.press("Start the plan")
    for name in ("risks", "triggers", "protective_factors", "vulnerabilities", "family", "objectives"):
        manager.page.locator(f"[name={name}]").fill(f"Agreed with the person: {name.replace('_', ' ')}.")
    manager.press("Save draft")
    manager.open(f"{case_path}pathways/?pathway=finance")
    manager.page.get_by_label("High", exact=True).check()
    manager.press("Save")
    manager.open(f"{case_path}actions/new/?pathway=finance")
    manager.page.get_by_label("What will be done").fill(
        "Book a debt adviser and go along to the first meeting."
    )
    manager.page.get_by_label("Which agency owns it?").select_option(label="Northmoor Probation")
    fill_date(manager.page, "due_on", day + timedelta(days=14))
    manager.press("Add action")
    manager.press("Complete the plan")
    expect(manager.page.get_by_text("Supervision has been told")).to_be_visible()
    picture(manager, "11-plan")


def _supervision_endorses(visit: Visit, case_path: str) -> None:
    sergeant = visit("sgt.kaur")
    sergeant.open(f"{case_path}plan/")
    sergeant.press("Endorse plan and pathways")
    sergeant.open(case_path)
    deadlines = sergeant.page.locator("#deadlines tbody tr")
    for number in range(3):
        expect(deadlines.nth(number)).to_contain_text("Met")


def _chasing_tells_each_owner_once(stack: Stack) -> None:
    row = asked(
        stack,
        "list(Deadline.objects.filter(met_on=None, stopped_on=None).order_by('-due_on')"
        ".values('id', 'due_on')[:1])[0]",
    )
    due = date.fromisoformat(row["due_on"])
    told = f"Reminder.objects.filter(deadline={row['id']}, due_on='{due}').count()"
    before = asked(stack, told)
    stack.manage("chase_deadlines", "--on", due.isoformat())
    once = asked(stack, told)
    stack.manage("chase_deadlines", "--on", due.isoformat())
    assert once > before
    assert asked(stack, told) == once


def _deselection_ends_the_case(visit: Visit, case_path: str, today: date) -> None:
    manager = visit("pc.fenton")
    manager.open(case_path)
    manager.follow("Propose deselection")
    for box in manager.page.locator("main textarea").all():
        if box.get_attribute("name") != "monitored_reason":
            box.fill("Considered with the partners: stable for a year.")
    manager.press("Propose")

    sergeant = visit("sgt.ashby")
    sergeant.open(case_path)
    sergeant.follow("Agree the deselection")
    fill_date(sergeant.page, "decided_on", today)
    sergeant.press("Agree")
    expect(sergeant.page.get_by_role("heading", name="Actions upon deselection")).to_be_visible()
    picture(sergeant, "12-deselection-checklist")

    partner = visit("po.bennett")
    partner.open(case_path)
    partner.page.get_by_role("button", name="Acknowledge").click()
    expect(partner.page.get_by_text("Acknowledged.")).to_be_visible()

    lines = sergeant.page.locator(f"a[href^='{case_path}checklist/']")
    open_lines = sergeant.page.locator("li.govuk-task-list__item", has_text="To do").locator(lines)
    while open_lines.count():
        sergeant.page.goto(sergeant.address + str(open_lines.first.get_attribute("href")))
        sergeant.page.get_by_label("It is done").check()
        sergeant.page.locator("[name=evidence]").fill("Confirmed by e-mail.")
        sergeant.press("Save")
    sergeant.follow("Complete deregistration")
    sergeant.page.get_by_label("Rationale for the record").fill("Objectives met; the exit strategy holds.")
    sergeant.press("Deregister")
    expect(sergeant.page.get_by_role("heading", name="Case Closed")).to_be_visible()
    picture(sergeant, "13-closed-case")


def _auditor_downloads_the_report(visit: Visit, tmp_path: Path) -> None:
    auditor = visit("auditor.platt")
    auditor.open("/reports/compliance/?district=ashdale")
    picture(auditor, "14-compliance")
    seal = re.sub(r"\s", "", auditor.page.locator(".iom-seal, code, pre").first.inner_text())
    assert re.fullmatch(r"[0-9a-f]{40,64}", seal)
    pdf = auditor.page.request.get(
        auditor.address + str(auditor.page.get_by_role("link", name="PDF report").get_attribute("href"))
    )
    assert pdf.ok
    assert pdf.headers["content-type"] == "application/pdf"
    saved = tmp_path / "compliance.pdf"
    saved.write_bytes(pdf.body())
    (PICTURES / "compliance.pdf").write_bytes(pdf.body())
    read = PdfReader(saved)
    words = "".join(page.extract_text() for page in read.pages)
    assert seal in re.sub(r"\s", "", words)
    assert "OFFICIAL-SENSITIVE" in words
    assert auditor.status_of("/referrals/new/") == 403
