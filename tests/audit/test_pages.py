"""Auditors read everything, supervisors their own team, others nothing; and reading is recorded (SHR-3)."""

import csv
import io
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import Power, Role, may
from iom.audit.models import Act, Change
from iom.audit.permissions import visible_to
from iom.audit.rules import NAMED_PER_ROW
from iom.audit.selectors import PAGE_SIZE, Filters, acts, page_of_acts
from tests.audit.factories import ActFactory
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]
ActorOf = Callable[..., Actor]
NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)


def both_layers(actor: Actor) -> tuple[set[int], set[int]]:
    with as_actor(actor):
        return set(visible_to(actor).values_list("pk", flat=True)), set(
            Act.objects.values_list("pk", flat=True)
        )


def rows(client: Client, query: str = "") -> list[Any]:
    answer = client.get(f"/audit/{query}")
    assert answer.status_code == 200
    return list(answer.context["page"].rows)


def test_an_auditor_reads_everything_and_a_supervisor_their_own_team(actor_of: ActorOf) -> None:
    manager, other_district, partner = (
        actor_of(Role.OFFENDER_MANAGER),
        actor_of(Role.OFFENDER_MANAGER, unit="south"),
        actor_of(Role.PARTNER_PRACTITIONER),
    )
    mine, theirs, partners, system = (
        ActFactory(user_id=who).pk for who in (manager.user_id, other_district.user_id, partner.user_id, None)
    )

    assert both_layers(actor_of(Role.AUDITOR)) == ({mine, theirs, partners, system},) * 2
    assert both_layers(actor_of(Role.SUPERVISOR)) == ({mine}, {mine})
    assert both_layers(actor_of(Role.CENTRAL_SPOC)) == ({mine, theirs}, {mine, theirs})
    assert both_layers(manager) == (set(), {mine})
    assert both_layers(partner) == (set(), {partners})


@pytest.mark.parametrize("role", list(Role))
def test_the_pages_open_to_those_with_the_power_alone(client_for: ClientFor, role: Role) -> None:
    act = ActFactory()
    client = client_for(role)
    expected = 200 if may(role, Power.SEE_AUDIT) else 403

    assert client.get("/audit/").status_code == expected
    assert client.get("/audit/export.csv").status_code == expected
    one = 200 if role == Role.AUDITOR else 404 if may(role, Power.SEE_AUDIT) else 403
    assert client.get(f"/audit/{act.pk}/").status_code == one


def test_a_supervisor_reads_names_only_of_people_they_may_see(
    client_for: ClientFor, actor_of: ActorOf, world: dict[str, Any]
) -> None:
    here = PersonFactory(home_unit=world["north"], family_name="Visible")
    elsewhere = PersonFactory(home_unit=world["south"], family_name="Hidden")
    supervisor = actor_of(Role.SUPERVISOR)
    ActFactory(user_id=supervisor.user_id, subjects=[here.pk, elsewhere.pk], reason="Board")

    answer = client_for(supervisor).get("/audit/")

    row = answer.context["page"].rows[0]
    assert [person.reference for person in row.people] == [here.nominal_ref]
    assert row.more == 1
    text = answer.content.decode()
    assert "Visible" in text
    assert "Hidden" not in text
    assert elsewhere.nominal_ref not in text
    assert "looked at: case" in text


def test_the_filter_on_a_person_finds_only_whom_one_may_see(
    client_for: ClientFor, actor_of: ActorOf, world: dict[str, Any]
) -> None:
    here, elsewhere = PersonFactory(home_unit=world["north"]), PersonFactory(home_unit=world["south"])
    supervisor = actor_of(Role.SUPERVISOR)
    found = ActFactory(user_id=supervisor.user_id, subjects=[here.pk])
    ActFactory(user_id=supervisor.user_id, subjects=[elsewhere.pk])
    client = client_for(supervisor)

    assert [row.pk for row in rows(client, f"?person={here.nominal_ref.lower()}")] == [found.pk]
    assert rows(client, f"?person={elsewhere.nominal_ref}") == rows(client, "?person=NV9999999") == []


def test_the_other_filters_narrow_by_user_kind_and_days_of_london(actor_of: ActorOf) -> None:
    auditor = actor_of(Role.AUDITOR)
    late = datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC)
    plain = ActFactory(at=late)
    named = ActFactory(at=late, user_name="Bill South")
    exported = ActFactory(at=late, kind="export")
    next_day = ActFactory(at=late + timedelta(seconds=1))

    def found(**given: Any) -> set[int]:
        with as_actor(auditor):
            return {act.pk for act in acts(auditor, Filters(**given))}

    assert found(user="bill") == {named.pk}
    assert found(agency="probation") == set()
    assert len(found(agency="northmoor pol")) == 4
    assert found(reason="board") == set()
    assert found(kinds=("export", "alter")) == {exported.pk}
    assert found(until=late.date()) == {plain.pk, named.pk, exported.pk}
    assert found(since=late.date() + timedelta(days=1)) == {next_day.pk}


def test_a_wrong_date_is_shown_at_its_field(client_for: ClientFor) -> None:
    answer = client_for(Role.AUDITOR).get("/audit/?since_day=31&since_month=2&since_year=2026")

    assert answer.status_code == 200
    assert "since" in answer.context["filters"].errors


def test_pages_by_key_show_every_act_once_in_both_directions(actor_of: ActorOf) -> None:
    auditor = actor_of(Role.AUDITOR)
    made = [ActFactory(at=NOON + timedelta(seconds=n // 4)).pk for n in range(2 * PAGE_SIZE + 7)]

    with as_actor(auditor):
        first = page_of_acts(auditor, Filters())
        second = page_of_acts(auditor, Filters(), after=first.next_key)
        third = page_of_acts(auditor, Filters(), after=second.next_key)
        again = page_of_acts(auditor, Filters(), before=third.previous_key)
        start = page_of_acts(auditor, Filters(), before=again.previous_key)

    assert [row.pk for page in (first, second, third) for row in page.rows] == made[::-1]
    assert first.previous_key == ""
    assert third.next_key == ""
    assert again.rows == second.rows
    assert start.rows == first.rows
    assert start.previous_key == ""


def test_reading_the_audit_is_in_the_audit_with_the_people_it_named(
    client_for: ClientFor, world: dict[str, Any]
) -> None:
    person = PersonFactory(home_unit=world["north"])
    ActFactory(subjects=[person.pk])
    client = client_for(Role.AUDITOR)

    rows(client)

    with as_owner():
        look = Act.objects.get(action="look:audit")
    assert (look.user_id, look.kind, look.subjects) == (client.actor.user_id, "consult", [person.pk])  # type: ignore[attr-defined]


def test_the_export_holds_what_the_list_shows_and_is_itself_recorded(
    client_for: ClientFor, world: dict[str, Any]
) -> None:
    person = PersonFactory(home_unit=world["north"], family_name="Visible", given_names="Sam")
    ActFactory(subjects=[person.pk], reason='=HYPERLINK("x")', kind="alter", action="look:thing")
    ActFactory(kind="denied")
    client = client_for(Role.AUDITOR)

    asked = client.get("/audit/export.csv?kind=alter")
    refused = client.post("/audit/export.csv?kind=alter", {"reason": "short"})
    answer = client.post("/audit/export.csv?kind=alter", {"reason": "Quarterly review"})

    assert "Why do you need this file?" in asked.content.decode()
    assert "Content-Disposition" not in refused
    assert answer["Content-Disposition"].startswith("attachment")
    table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(line["People"], line["Reason"]) for line in table] == [
        (f"Sam Visible ({person.nominal_ref})", '\'=HYPERLINK("x")')
    ]
    with as_owner():
        act = Act.objects.get(kind="export")
    assert (act.action, act.subjects, act.reason) == ("look:audit", [person.pk], "Quarterly review")


def test_a_list_names_a_few_people_and_the_entry_all(client_for: ClientFor, world: dict[str, Any]) -> None:
    people = [PersonFactory(home_unit=world["north"]).pk for _ in range(NAMED_PER_ROW + 3)]
    act = ActFactory(subjects=people)
    client = client_for(Role.AUDITOR)

    row = rows(client)[0]
    assert (len(row.people), row.more) == (NAMED_PER_ROW, 3)
    entry = client.get(f"/audit/{act.pk}/").context["act"]
    assert ({person.person_id for person in entry.people}, entry.more) == (set(people), 0)


def test_an_auditor_sees_what_changed_in_the_rows_and_a_supervisor_does_not(
    client_for: ClientFor, actor_of: ActorOf, world: dict[str, Any]
) -> None:
    person, supervisor, request = (
        PersonFactory(home_unit=world["north"]),
        actor_of(Role.SUPERVISOR),
        uuid.uuid4(),
    )
    act = ActFactory(user_id=supervisor.user_id, subjects=[person.pk], request_id=request, kind="alter")
    with as_owner():
        Change.objects.create(
            at=NOON,
            table_name="persons_person",
            row_id=str(person.pk),
            operation="UPDATE",
            subject=person.pk,
            before={"given_names": "Sam"},
            after={"given_names": "Samuel"},
            database_role="iom_police",
            request_id=request,
        )

    changes = client_for(Role.AUDITOR).get(f"/audit/{act.pk}/").context["found"].changes
    assert [(f.field, f.before, f.after) for change in changes for f in change.fields] == [
        ("given_names", "Sam", "Samuel")
    ]
    assert client_for(supervisor).get(f"/audit/{act.pk}/").context["found"].changes == ()
    with pytest.raises(ProgrammingError, match="permission denied"), as_actor(supervisor):
        Change.objects.exists()


def test_the_list_takes_the_same_queries_however_many_acts(
    client_for: ClientFor, world: dict[str, Any]
) -> None:
    client = client_for(Role.AUDITOR)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            rows(client)
        return len(captured)

    ActFactory(subjects=[PersonFactory(home_unit=world["north"]).pk])
    few = queries()
    for _ in range(PAGE_SIZE):
        ActFactory(subjects=[PersonFactory(home_unit=world["north"]).pk])
    assert queries() == few


def test_a_date_that_was_left_empty_is_no_chosen_filter(client_for: ClientFor) -> None:
    text = (
        client_for(Role.AUDITOR)
        .get("/audit/?user=Amy&since_day=30&since_month=6&since_year=2026")
        .content.decode()
    )

    assert text.count("moj-filter__tag") == 2
    assert "30 June 2026" in text
