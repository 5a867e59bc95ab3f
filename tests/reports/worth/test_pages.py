"""The pages, files and command of a look back: who may, what is audited, and that all say the same (SCO-7)."""

import csv
import io
import json
import re
import subprocess
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from iom.access.actor import SYSTEM, Actor
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.rules import ROLES, DbClass, Power, Role
from iom.audit.models import Act
from iom.kernel import clock
from iom.kernel.errors import Forbidden, Refused
from reports.services import Format
from reports.worth.models import ScoreEvaluation
from reports.worth.selectors.report import Report, report_of
from reports.worth.services.asking import ask_to_evaluate
from reports.worth.services.taking_out import export_evaluation
from reports.worth.services.working import evaluate_next
from tests.architecture.test_query_budgets import EVERY_PAGE
from tests.reports.worth.factories import finished_evaluation
from tests.reports.worth.past import AT, DAY, ON, evaluated, people
from tests.scoring.factories import model_in_use
from tests.scoring.life import work_off

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
ClientFor = Callable[..., Client]
ActorOf = Callable[..., Actor]
PAGE = "/reports/worth/"
MAY = {Role.INSPECTOR, Role.CENTRAL_SPOC, Role.ANALYST, Role.AUDITOR}


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: ON)
    monkeypatch.setattr(clock, "now", lambda: AT)


def told_by(report: Report) -> list[list[str]]:
    """Every line of every table, as shown."""
    return [row for table in report.tables for row in [table.heads, *table.rows]]


def test_analyst_spoc_inspector_and_auditor_see_it_and_no_partner_does(client_for: ClientFor) -> None:
    found = finished_evaluation(model_in_use())

    for role in Role:
        client = client_for(role)
        for url in (PAGE, f"{PAGE}{found.pk}/", f"{PAGE}{found.pk}/download/"):
            assert client.get(url).status_code == (200 if role in MAY else 403), (role, url)
    assert {role for role, row in ROLES.items() if Power.SEE_WORTH in row.powers} == MAY
    assert DbClass.PARTNER not in {ROLES[role].db_class for role in MAY}


def test_a_report_that_is_not_there_is_not_found(client_for: ClientFor) -> None:
    for url in (f"{PAGE}987654321/", f"{PAGE}987654321/download/"):
        assert client_for(Role.ANALYST).get(url).status_code == 404


def test_only_who_judges_score_models_asks_and_the_request_is_audited(actor_of: ActorOf) -> None:
    model_in_use()
    people(12)
    for role in (Role.INSPECTOR, Role.AUDITOR, Role.SUPERVISOR, Role.PARTNER_MANAGER):
        actor = actor_of(role)
        with as_actor(actor), pytest.raises(Forbidden):
            ask_to_evaluate("ROR", by=actor, on=ON, at=AT)
    analyst = actor_of(Role.ANALYST)

    with as_actor(analyst):
        asked = ask_to_evaluate("ROR", by=analyst, on=ON, at=AT)

    assert (asked.asked_by_id, asked.status, asked.as_of) == (analyst.user_id, "waiting", DAY)
    with as_owner():
        act = Act.objects.get(action="worth.evaluation.asked")
        assert act.detail["as_of"] == DAY.isoformat()


@pytest.mark.usefixtures("today")
def test_the_button_asks_the_background_works_and_the_page_shows_how_far_it_is(client_for: ClientFor) -> None:
    model_in_use()
    people(12)
    client = client_for(Role.ANALYST)

    answer = client.post(f"{PAGE}ask/", {"model": "ROR", "months": "12"})
    waits = client.get(answer.url).content.decode()
    work_off(evaluate_next)
    done = client.get(answer.url).content.decode()

    assert "The background begins with it" in waits
    assert "What it comes to" in done
    assert "What it does not show" in done


@pytest.mark.usefixtures("today")
def test_a_day_whose_months_are_not_over_is_said_at_the_form(client_for: ClientFor) -> None:
    model_in_use()
    day = {"as_of_day": "1", "as_of_month": "1", "as_of_year": "2026"}

    answer = client_for(Role.ANALYST).post(f"{PAGE}ask/", {"model": "ROR", "months": "12", **day})

    assert answer.status_code == 200
    assert "are not over yet" in answer.content.decode()
    with as_owner():
        assert not ScoreEvaluation.objects.exists()


def test_without_a_past_the_page_says_so(client_for: ClientFor) -> None:
    model_in_use()
    assert "No report yet" in client_for(Role.ANALYST).get(PAGE).content.decode()

    found = evaluated()

    page = client_for(Role.ANALYST).get(f"{PAGE}{found.pk}/").content.decode()
    assert "Nothing to look back on" in page
    assert "no evidence about one person" in page


@pytest.mark.usefixtures("today")
def test_page_pdf_csv_json_and_command_say_the_same_to_the_unit(client_for: ClientFor) -> None:
    model_in_use()
    people(220)
    found = evaluated()
    client = client_for(Role.ANALYST)
    report = report_of(found)
    lines = told_by(report)
    assert len([row for row in lines if any(re.search(r"\d", cell) for cell in row[1:])]) > 20

    page = unescape(client.get(f"{PAGE}{found.pk}/").content.decode())
    rows = {
        tuple(
            re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, re.DOTALL)
        )
        for line in re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.DOTALL)
    }
    assert [row for row in lines if tuple(row) not in rows] == []

    files = {
        one: client.get(f"{PAGE}{found.pk}/download/?format={one}").content for one in ("csv", "json", "pdf")
    }
    in_csv = [tuple(row) for row in csv.reader(io.StringIO(files["csv"].decode("utf-8-sig")))]
    assert [
        row for row in lines if tuple(row) not in {tuple(c.removeprefix("'") for c in r) for r in in_csv}
    ] == []
    in_json = json.loads(files["json"])
    assert [row for table in in_json["tables"] for row in [table["heads"], *table["rows"]]] == lines
    assert in_json["sealed"]["figures"] == found.figures
    text = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=files["pdf"], capture_output=True, check=True
    ).stdout.decode()
    squeezed = re.sub(r"\s+", "", text)
    for row in lines:
        for cell in row[1:]:
            assert re.sub(r"\s+", "", cell) in squeezed
    for needed in ("OFFICIAL-SENSITIVE", "Page 1 of", found.digest[:20], "no evidence about one person"):
        assert re.sub(r"\s+", "", needed) in squeezed

    said = io.StringIO()
    call_command("evaluate_scores", "--json", stdout=said)
    again = json.loads(said.getvalue())
    assert again["tables"] == in_json["tables"]
    assert again["seal"] == in_json["seal"]


@pytest.mark.usefixtures("today")
def test_the_command_says_what_is_wrong() -> None:
    with pytest.raises(CommandError, match="No version"):
        call_command("evaluate_scores", "--model", "ror")
    model_in_use()
    with pytest.raises(CommandError, match="real date"):
        call_command("evaluate_scores", "--as-of", "30/06/2025")
    with pytest.raises(CommandError, match="not over yet"):
        call_command("evaluate_scores", "--as-of", "2026-06-01")
    with pytest.raises(CommandError, match="1 to 24"):
        call_command("evaluate_scores", "--months", "0")


def test_looking_and_taking_out_are_audited(client_for: ClientFor) -> None:
    found = finished_evaluation(model_in_use())
    client = client_for(Role.AUDITOR)

    client.get(f"{PAGE}{found.pk}/")
    client.get(f"{PAGE}{found.pk}/download/?format=csv")

    with as_owner():
        assert Act.objects.filter(action="look:worth of a score model", subjects=[]).count() == 1
        export = Act.objects.get(action="worth.evaluation.exported")
    assert (export.kind, export.detail["format"], export.detail["seal"]) == ("export", "csv", found.digest)


def test_a_report_that_is_being_made_is_not_taken_out(actor_of: ActorOf) -> None:
    model_in_use()
    with as_service():
        asked = ask_to_evaluate("ROR", by=SYSTEM, on=ON, at=AT)
    analyst = actor_of(Role.ANALYST)

    with as_actor(analyst), pytest.raises(Refused, match="not finished"):
        export_evaluation(asked.pk, Format.PDF, by=analyst, at=AT)


def test_a_page_takes_as_many_queries_for_many_reports_as_for_one(client_for: ClientFor) -> None:
    model, client = model_in_use(), client_for(Role.ANALYST)
    first = finished_evaluation(model)
    client.get(PAGE)

    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    few = queries(PAGE), queries(f"{PAGE}{first.pk}/")
    for _ in range(12):
        finished_evaluation(model)

    assert (queries(PAGE), queries(f"{PAGE}{first.pk}/")) == few
    assert max(few) <= EVERY_PAGE + 4


def test_nobody_is_named_and_no_score_of_one_person_is_in_the_figures() -> None:
    model_in_use()
    made = people(60)

    found = evaluated()

    kept = json.dumps(found.figures)
    assert not any(person.nominal_ref in kept or person.family_name in kept for person in made)
    assert found.as_of == ON - timedelta(days=366)
