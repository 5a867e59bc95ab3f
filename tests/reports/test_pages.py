"""The pages of the compliance report, and that page, CSV, JSON and PDF say the same (CMP-8, RPT-1)."""

import csv
import io
import json
import re
import subprocess
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import ROLES, Power, Role
from iom.audit.models import Act
from iom.kernel import clock
from reports import links
from reports.compliance import ComplianceReport, build
from reports.rules import JUDGED, OUTCOMES, seal
from tests.reports.factories import ON, PERIOD, random_world
from tests.reports.test_tab import TWICE_A_WEEK, on_tab

pytestmark = pytest.mark.django_db
World = dict[str, Any]
ClientFor = Callable[..., Client]
PAGE, CASES, DOWNLOAD = "/reports/compliance/", "/reports/compliance/cases/", "/reports/compliance/download/"
JUNE = {"period": "own", "from_on": "2026-06-01", "to_on": "2026-06-30"}


@pytest.fixture(autouse=True)
def third_of_july(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: ON)


def page(client: Client, **query: str) -> str:
    answer = client.get(PAGE, {**JUNE, **query})
    assert answer.status_code == 200
    return answer.content.decode()


def pdf_text(content: bytes) -> str:
    assert content.startswith(b"%PDF")
    made = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return made.stdout.decode()


def numbers_of(line: str) -> list[int]:
    return [int(n) for n in re.findall(r"(?<![\w.%-])\d+(?![\w.%-])", line)]


def test_each_role_gets_the_page_exactly_when_its_duties_ask_for_it(
    world: World, client_for: ClientFor
) -> None:
    for role in Role:
        client = client_for(role)
        may = Power.SEE_COMPLIANCE in ROLES[role].powers
        assert client.get(PAGE).status_code == (200 if may else 403), role
        assert client.get(CASES, {"measure": "due"}).status_code == (200 if may else 403), role
        take_out = may and Power.DOWNLOAD_REPORTS in ROLES[role].powers
        assert client.get(DOWNLOAD, {"format": "csv"}).status_code == (200 if take_out else 403), role


def test_without_signing_in_there_is_no_page(world: World) -> None:
    for path in (PAGE, CASES, DOWNLOAD):
        assert Client().get(path).status_code == 302


@pytest.mark.parametrize("path", [PAGE, CASES, DOWNLOAD])
@pytest.mark.parametrize("district", ["south", "force", "nowhere"])
def test_a_supervisor_is_told_nothing_of_another_district(
    june: World, client_for: ClientFor, path: str, district: str
) -> None:
    answer = client_for(Role.SUPERVISOR).get(
        path, {**JUNE, "district": district, "measure": "due", "format": "csv"}
    )

    assert answer.status_code == 404
    assert "South" not in answer.content.decode()


def test_the_short_address_leads_to_the_page(world: World, client_for: ClientFor) -> None:
    answer = client_for(Role.AUDITOR).get("/compliance/", {"district": "north"})

    assert (answer.status_code, answer.headers["Location"]) == (302, f"{PAGE}?district=north")


def test_the_menu_has_compliance_for_those_who_may_see_it(world: World, client_for: ClientFor) -> None:
    assert f'href="{PAGE}"' in page(client_for(Role.SUPERVISOR))
    partner = client_for(Role.PARTNER_MANAGER).get(PAGE)
    assert f'href="{PAGE}"' not in partner.content.decode()


def test_the_page_says_period_district_and_how_it_counts(june: World, client_for: ClientFor) -> None:
    html = page(client_for(Role.SUPERVISOR))

    assert "Compliance: North" in html
    assert "1 June 2026 to 30 June 2026" in html
    assert "Met late is not met" in html
    assert "Small numbers" in html
    assert "South" not in html


@pytest.mark.parametrize(("query", "head"), [({}, "District"), ({"district": "north"}, "Requirement")])
def test_the_table_beside_the_chart_says_what_its_bars_stand_for(
    june: World, client_for: ClientFor, query: dict[str, str], head: str
) -> None:
    client = client_for(Role.AUDITOR)

    shown = page(client, **query)
    heads = re.findall(r'id="deadlines-caption".*?<tr[^>]*>(.*?)</tr>', shown, re.S)[0]

    assert re.findall(r"<th[^>]*>(.*?)</th>", heads)[:2] == [head, "Due"]


def test_a_force_with_nothing_due_says_so(world: World, client_for: ClientFor) -> None:
    html = page(client_for(Role.AUDITOR))

    assert "Nothing to count in this period" in html
    assert "%)" not in html


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (
            {"from_on": "2026-06-30", "to_on": "2026-06-01"},
            "The last day of the period must be on or after its first day.",
        ),
        ({"from_on": "2026-06-31", "to_on": "2026-07-01"}, "The first day must"),
        ({"from_on": "", "to_on": ""}, "Enter the first day of the period"),
        ({"period": "for ever"}, "Period"),
    ],
)
def test_a_period_that_makes_no_sense_gets_a_sentence_and_no_figures(
    june: World, client_for: ClientFor, query: dict[str, str], sentence: str
) -> None:
    client = client_for(Role.AUDITOR)

    html = page(client, **query)

    assert "There is a problem" in html
    assert sentence in html
    assert "Seal of these figures" not in html
    assert client.get(DOWNLOAD, {**JUNE, **query, "format": "csv"}).status_code == 400
    assert client.get(CASES, {**JUNE, **query, "measure": "due"}).status_code == 400


def test_every_link_of_the_page_leads_to_as_many_cases_as_its_figure(
    june: World, client_for: ClientFor
) -> None:
    client = client_for(Role.AUDITOR)
    found = re.findall(
        rf'href="({re.escape(CASES)}[^"]*)">([\d,]+)<span class="govuk-visually-hidden">', page(client)
    )

    assert len(found) > 20
    for address, number in found:
        answer = client.get(address.replace("&amp;", "&"))
        words = re.search(r'role="status">(\d+) ', answer.content.decode())
        assert words, address
        assert int(words[1]) == int(number.replace(",", "")), address


@pytest.mark.parametrize(
    "query",
    [
        {"measure": "guess"},
        {"measure": ""},
        {"measure": "due", "requirement": "guess"},
        {"measure": "due", "at": "nowhere"},
        {"measure": "due", "manager": "x"},
        {"measure": "due", "manager": "9" * 40},
    ],
)
def test_a_figure_that_does_not_exist_is_not_found(
    june: World, client_for: ClientFor, query: dict[str, str]
) -> None:
    assert client_for(Role.AUDITOR).get(CASES, {**JUNE, **query}).status_code == 404


def test_looking_at_the_cases_behind_a_figure_is_recorded_with_the_people(
    june: World, client_for: ClientFor
) -> None:
    client = client_for(Role.AUDITOR)
    client.get(CASES, {**JUNE, "measure": "late"})

    with as_owner():
        act = Act.objects.get(action="look:compliance cases")
    assert act.subjects == [june["late"].case.person_id]
    assert act.user_id == client.actor.user_id  # type: ignore[attr-defined]


@pytest.mark.parametrize("chosen", ["pdf", "csv", "json"])
def test_a_download_is_recorded_as_an_export_with_the_people_it_lists(
    june: World, client_for: ClientFor, chosen: str
) -> None:
    answer = client_for(Role.AUDITOR).get(DOWNLOAD, {**JUNE, "format": chosen})

    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="compliance-force-2026-06-01-2026-06-30.{chosen}"'
    )
    with as_owner():
        act = Act.objects.get(action="reports.compliance.exported")
    listed = {june[name].case.person_id for name in ("late", "missed", "missed_extended", "south_missed")}
    assert act.kind == "export"
    assert set(act.subjects) == (set() if chosen == "csv" else listed)
    assert act.detail["format"] == chosen


def test_an_unknown_format_is_not_found(june: World, client_for: ClientFor) -> None:
    assert client_for(Role.AUDITOR).get(DOWNLOAD, {**JUNE, "format": "exe"}).status_code == 404


# Page, CSV, JSON and PDF agree to the unit


def table_of(html: str, name: str) -> dict[str, list[int]]:
    """The numbers of a table of the page by what heads the row."""
    table = re.search(rf'<table [^>]*id="{name}".*?</table>', html, re.S)
    assert table, name
    found = {}
    for row in re.findall(r"<tr.*?</tr>", table[0].split("<tbody")[1], re.S):
        head = re.sub(r"<[^>]+>", "", re.search(r"<th.*?</th>", row, re.S)[0]).strip()  # type: ignore[index]
        cells = re.findall(r'<td class="govuk-table__cell govuk-table__cell--numeric">(.*?)</td>', row, re.S)
        found[head] = [int(re.sub(r"<span.*?</span>|<[^>]+>", "", cell)) for cell in cells]
    return found


def as_page_numbers(line: dict[str, str]) -> list[int]:
    """A line of the CSV in the order of the page's columns."""
    return [int(line[name]) for name in ("due", *(o.value for o in OUTCOMES), "extended")]


def agree(client: Client, report: ComplianceReport) -> None:
    html = page(client, district=report.district_code)
    files = {
        chosen: client.get(DOWNLOAD, {**JUNE, "district": report.district_code, "format": chosen}).content
        for chosen in ("csv", "json", "pdf")
    }
    lines = list(csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig"))))
    plain, text = json.loads(files["json"]), pdf_text(files["pdf"])

    # the seal
    assert report.seal == plain["seal"] == seal(plain["sealed"])
    assert {line["seal"] for line in lines} == {report.seal}
    assert report.seal_words in html
    assert report.seal_words in text
    assert report.seal in re.sub(r"\s", "", text)
    # all together, at the foot of the table beside the chart
    name = "All requirements" if report.district else "Whole force"
    [line] = [x for x in lines if x["section"] == "total"]
    figures = [int(line[one]) for one in ("due", *(o.value for o in JUDGED), "open", "ended")]
    first = html[html.index('id="deadlines-table"') :].split("</table>")[0]
    foot = re.sub(r"<[^>]+>", " ", first.split("<tr")[-1].split(">", 1)[1]).split()
    assert foot == [*name.split(), *map(str, figures)]
    assert figures[0] == report.all.due
    printed = [t for t in text.splitlines() if t.strip().startswith(name) and numbers_of(t)]
    assert numbers_of(printed[0]) == figures
    # by requirement: page, CSV and JSON line by line
    on_page = table_of(html, "by-requirement")
    for row in report.by_requirement:
        assert row.requirement
        [line] = [
            x for x in lines if (x["section"], x["requirement_code"]) == ("requirement", row.requirement.code)
        ]
        expected = [row.counts.due, *row.counts.by_outcome, row.counts.extended]
        assert on_page[f"{row.requirement.code} {row.name}"] == as_page_numbers(line) == expected
        [head] = [
            t for t in text.splitlines() if t.strip().startswith(row.requirement.code) and numbers_of(t)
        ][:1]
        assert numbers_of(head)[:8] == expected, head
    # JSON holds the lines of the CSV
    for line, same in zip(lines, plain["lines"], strict=True):
        for name, value in same.items():
            assert line[name] == str(value), name
    # by district
    if report.district is None:
        on_page = table_of(html, "by-district")
        for row in report.by_district:
            assert row.district
            [line] = [
                x for x in lines if (x["section"], x["district_code"]) == ("district", row.district.code)
            ]
            assert on_page[row.name] == as_page_numbers(line)
    # by manager
    managers = [as_page_numbers(x) for x in lines if x["section"] == "manager"]
    assert list(managers) == [[r.counts.due, *r.counts.by_outcome, r.counts.extended] for r in report.by_desk]
    assert sum(row[0] for row in managers) == report.all.due
    # the tab
    on_page = table_of(html, "tab")
    for district, figures in report.tabs:
        calendar, working = [
            x for x in lines if (x["section"], x["district_code"]) == ("tab_district", district.code)
        ]
        expected = [
            *(figures.stays, figures.on_tab_now, figures.overdue_now),
            *(figures.calendar.kept, figures.calendar.failed, figures.calendar.not_judged),
            *(figures.working.kept, figures.working.failed, figures.working.not_judged),
        ]
        assert on_page[district.name] == expected
        for line, one in ((calendar, figures.calendar), (working, figures.working)):
            numbers = [
                int(line[n]) for n in ("entries", "kept", "failed", "not_judged", "windows", "windows_failed")
            ]
            assert numbers == [
                one.stays,
                one.kept,
                one.failed,
                one.not_judged,
                one.windows,
                one.windows_failed,
            ]
    # every case that was late or missed is listed
    listed = plain["late_and_missed"]
    assert len(listed) == report.all.late + report.all.missed
    for case in listed:
        assert re.search(rf"^\s*{case['case']}\s+{case['nominal_ref']}\b", text, re.M), case


@pytest.mark.parametrize("district", ["force", "north"])
def test_page_csv_json_and_pdf_agree_on_a_hand_made_month(
    june: World, world: World, client_for: ClientFor, auditor: Actor, district: str
) -> None:
    on_tab(world["north"], date(2026, 6, 1), reviews=TWICE_A_WEEK)
    on_tab(world["south"], date(2026, 6, 1))
    with as_actor(auditor):
        report = build(auditor, unit_code=district, **PERIOD)

    agree(client_for(auditor), report)


@pytest.mark.parametrize("seed", [11, 12])
def test_page_csv_json_and_pdf_agree_on_a_random_month(
    seed: int, world: World, managers: list[Any], client_for: ClientFor, auditor: Actor
) -> None:
    random_world(seed, [world["north"], world["south"], world["hub"]], managers, size=35)
    on_tab(world["north"], date(2026, 6, 3), reviews=TWICE_A_WEEK[seed % 5 :])
    with as_actor(auditor):
        report = build(auditor, unit_code=None, **PERIOD)
    assert report.all.due > 20

    agree(client_for(auditor), report)


def test_no_name_of_a_person_is_in_the_files(june: World, client_for: ClientFor) -> None:
    client = client_for(Role.AUDITOR)
    with as_owner():
        person = june["missed"].case.person
        type(person).objects.filter(pk=person.pk).update(family_name="Zzyzx", given_names="Quillon")

    for chosen in ("pdf", "csv", "json"):
        content = client.get(DOWNLOAD, {**JUNE, "format": chosen}).content
        text = pdf_text(content) if chosen == "pdf" else content.decode()
        assert "Zzyzx" not in text
        assert "Quillon" not in text


def test_a_managers_name_that_looks_like_a_formula_is_only_text_in_the_csv(
    june: World, managers: list[Any], client_for: ClientFor
) -> None:
    with as_owner():
        type(managers[0]).objects.filter(pk=managers[0].pk).update(name='=HYPERLINK("x")')

    content = client_for(Role.AUDITOR).get(DOWNLOAD, {**JUNE, "format": "csv"}).content.decode("utf-8-sig")

    names = {line["manager"] for line in csv.DictReader(io.StringIO(content))}
    assert '\'=HYPERLINK("x")' in names


def test_the_dashboard_and_the_list_keep_their_query_budget(
    world: World, managers: list[Any], client_for: ClientFor, django_assert_max_num_queries: Any
) -> None:
    random_world(13, [world["north"], world["south"]], managers, size=12)
    client = client_for(Role.AUDITOR)
    page(client)

    with django_assert_max_num_queries(20):  # of which twelve belong to the frame: scope, sign-in, menu
        page(client)
    with django_assert_max_num_queries(20):
        client.get(CASES, {**JUNE, "measure": "due"})


def test_the_links_of_a_line_carry_its_district_and_period(june: World, auditor: Actor) -> None:
    with as_actor(auditor):
        report = build(auditor, unit_code=None, **PERIOD)
    row = next(r for r in report.by_district if r.name == "North")

    query = parse_qs(urlsplit(links.figure(report, row, "late").url).query)

    assert query == {
        "district": ["force"],
        "period": ["own"],
        "from_on": ["2026-06-01"],
        "to_on": ["2026-06-30"],
        "measure": ["late"],
        "at": ["north"],
    }
