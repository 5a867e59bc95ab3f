"""Making a local calculation: kept with its inputs, audited, within reach, never part of a score (SCO-6)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from iom.access.actor import SYSTEM, Actor
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.rules import Role
from iom.audit.models import Act
from iom.kernel.errors import Forbidden, Invalid, NotFound
from iom.persons.models import Person
from scoring.instruments.models import LocalCalculation
from scoring.instruments.permissions import visible_to
from scoring.instruments.rules.ogrs3 import Ogrs3Inputs
from scoring.instruments.rules.predictors import PredictorInputs
from scoring.instruments.selectors import calculation_rows, calculations_of, latest_in
from scoring.instruments.services import calculate_ogrs3, calculate_predictors
from scoring.models import CurrentScore, Event
from tests.factories import AgencyAccessFactory, PersonFactory
from tests.scoring.factories import model_in_use
from tests.scoring.instruments.cases import OGRS3, PREDICTORS
from tests.today import scored

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 29, 23, 30, tzinfo=UTC)
TODAY = date(2026, 6, 30)


@pytest.fixture
def manager(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of(Role.OFFENDER_MANAGER)


@pytest.fixture
def person(world: dict[str, Any]) -> Person:
    return PersonFactory(home_unit=world["north"])


def ogrs3_of(person: Person, by: Actor, given: Ogrs3Inputs = OGRS3) -> LocalCalculation:
    with as_actor(by):
        return calculate_ogrs3(person.nominal_ref, by=by, at=AT, given=given)


def predicted(person: Person, by: Actor, given: PredictorInputs = PREDICTORS) -> list[LocalCalculation]:
    with as_actor(by):
        return calculate_predictors(person.nominal_ref, by=by, at=AT, given=given)


def test_ogrs3_is_kept_with_its_inputs_version_band_and_author(person: Person, manager: Actor) -> None:
    ogrs3_of(person, manager)

    with as_owner():
        row = LocalCalculation.objects.get()
    assert (row.person_id, row.instrument, row.band, row.calculated_by_id, row.calculated_on) == (
        person.pk,
        "OGRS3",
        "MEDIUM",
        manager.user_id,
        TODAY,
    )
    assert row.version == "1.0, published code 52792f49"
    assert row.result == {"one_year_pct": "35", "two_year_pct": "52"}
    assert row.inputs == {
        "sex": "M",
        "born_on": "1975-04-29",
        "convicted_on": "2009-02-19",
        "followed_from": "2020-01-14",
        "sanctions": 22,
        "first_age": 17,
        "ho_code": "09230",
    }


def test_the_three_predictors_are_kept_each_in_a_row(person: Person, manager: Actor) -> None:
    predicted(person, manager)

    with as_owner():
        rows = {row.instrument: row for row in LocalCalculation.objects.all()}
    assert {code: row.result["two_year_pct"] for code, row in rows.items()} == {
        "SVRP": "0.17",
        "VRP": "2.82",
        "ARP": "4.90",
    }
    assert rows["ARP"].result["two_year_fraction"].startswith("0.04898152")
    assert {row.version for row in rows.values()} == {"static, published code 016919c5"}
    assert all(row.inputs["assessed_on"] == "2025-10-03" for row in rows.values())


def test_a_calculation_is_an_act_of_the_audit_and_its_row_a_change(person: Person, manager: Actor) -> None:
    rows = predicted(person, manager)

    with as_owner():
        act = Act.objects.latest("id")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM audit_change WHERE table_name = 'instruments_calculation'")
            changes = cursor.fetchone()[0]
    assert (act.action, act.subjects, act.user_id) == (
        "instruments.local_calculation.made",
        [person.pk],
        manager.user_id,
    )
    assert act.detail == {
        "instruments": ["SVRP", "VRP", "ARP"],
        "calculations": [row.pk for row in rows],
    }
    assert changes == 3


def test_what_is_wrong_is_said_at_its_fields_and_nothing_is_kept(person: Person, manager: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        ogrs3_of(person, manager, replace(OGRS3, first_age=40, ho_code="08800"))

    assert set(refused.value.fields) == {"first_age", "ho_code"}
    with pytest.raises(Invalid):
        predicted(person, manager, replace(PREDICTORS, violent_sanctions=9))
    with as_owner():
        assert not LocalCalculation.objects.exists()


def test_who_may_not_calculate_is_refused(person: Person, actor_of: Callable[..., Actor]) -> None:
    for role in (Role.ANALYST, Role.AUDITOR, Role.PARTNER_PRACTITIONER, Role.ADMINISTRATOR):
        with pytest.raises(Forbidden):
            ogrs3_of(person, actor_of(role))
    with pytest.raises(NotFound):
        ogrs3_of(person, actor_of(Role.OFFENDER_MANAGER, unit="south"))
    with pytest.raises(Forbidden), as_service():
        calculate_ogrs3(person.nominal_ref, by=SYSTEM, at=AT, given=OGRS3)


def test_where_the_deployment_has_them_off_there_are_none(
    person: Person, manager: Actor, settings: Any
) -> None:
    ogrs3_of(person, manager)
    settings.LOCAL_INSTRUMENTS = False

    with pytest.raises(NotFound):
        ogrs3_of(person, manager)
    with as_actor(manager):
        assert calculations_of(manager, person.pk, on=TODAY) == []


def test_only_police_and_auditors_reach_them_and_only_of_whom_they_reach(
    person: Person, manager: Actor, world: dict[str, Any], actor_of: Callable[..., Actor]
) -> None:
    """By the queryset and, without it, by the row policy alone."""
    ogrs3_of(person, manager)
    AgencyAccessFactory(person=person, agency=world["probation"])

    for who, seen in (
        (manager, 1),
        (actor_of(Role.ANALYST), 1),
        (actor_of(Role.AUDITOR), 1),
        (actor_of(Role.OFFENDER_MANAGER, unit="south"), 0),
    ):
        with as_actor(who):
            assert (who.role, visible_to(who).count(), LocalCalculation.objects.count()) == (
                who.role,
                seen,
                seen,
            )
    partner = actor_of(Role.PARTNER_PRACTITIONER)
    with as_actor(partner):
        assert not visible_to(partner).exists()
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            LocalCalculation.objects.count()


def test_nobody_changes_or_removes_one(person: Person, manager: Actor) -> None:
    row = ogrs3_of(person, manager)

    with as_actor(manager):
        for act in (
            lambda: LocalCalculation.objects.filter(pk=row.pk).update(band="LOW"),
            lambda: LocalCalculation.objects.filter(pk=row.pk).delete(),
        ):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                act()


def test_beside_the_partners_assessments_stands_the_newest_of_each(person: Person, manager: Actor) -> None:
    ogrs3_of(person, manager, replace(OGRS3, sanctions=2))
    ogrs3_of(person, manager)
    predicted(person, manager)

    with as_actor(manager):
        shown = {
            one.instrument: one
            for one in latest_in(calculation_rows(manager, person.pk), on=date(2026, 7, 12))
        }
        assert len(calculations_of(manager, person.pk, on=TODAY)) == 5
    assert set(shown) == {"OGRS3", "ARP", "VRP", "SVRP"}
    assert shown["OGRS3"].said == "35% in one year, 52% in two years"
    assert shown["OGRS3"].days_old == 12
    assert shown["ARP"].said == "4.90% in two years"
    assert shown["OGRS3"].inputs_said[:2] == [("Sex", "Male"), ("Date of birth", "29 April 1975")]


def test_a_calculation_touches_no_score(person: Person, manager: Actor) -> None:
    scored(person, model_in_use())
    with as_owner():
        before = [list(CurrentScore.objects.values()), list(Event.objects.values())]

    ogrs3_of(person, manager)
    predicted(person, manager)

    with as_owner():
        assert [list(CurrentScore.objects.values()), list(Event.objects.values())] == before
