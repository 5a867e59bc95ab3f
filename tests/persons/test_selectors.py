"""Finding people and reading their file, within one's reach (PER-1, PER-3, SHR-2)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import Role
from iom.persons.models import Alias, Marker, Person
from iom.persons.selectors import age_on, lines, person_file, search
from tests.factories import (
    AgencyAccessFactory,
    CustodyPeriodFactory,
    IomFactory,
    PersonFactory,
    PrisonFactory,
)

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]
TODAY = date.today()


class AliasFactory(IomFactory):
    class Meta:
        model = Alias


class MarkerFactory(IomFactory):
    class Meta:
        model = Marker


def found(actor: Actor, text: str) -> list[str]:
    with as_actor(actor):
        return [person.nominal_ref for person in search(actor, text, on=TODAY)]


@pytest.fixture
def people(world: dict[str, Any]) -> dict[str, Any]:
    sam = PersonFactory(
        home_unit=world["north"],
        nominal_ref="NV0000001",
        family_name="O'Brien",
        given_names="Sam Lee",
        search_name="obrien sam lee",
        pnc_id="2001/0000001X",
        prison_no="A1234BC",
        crn="X123456",
        cro_no="123456/01A",
    )
    kim = PersonFactory(
        home_unit=world["north"],
        nominal_ref="NV0000002",
        family_name="Brandt",
        given_names="Kim",
        search_name="brandt kim",
    )
    far = PersonFactory(
        home_unit=world["south"],
        nominal_ref="NV0000003",
        family_name="O'Brien",
        given_names="Pat",
        search_name="obrien pat",
    )
    AliasFactory(person=kim, family_name="Smith", given_names="Kimberley", search_name="smith kimberley")
    return {"sam": sam, "kim": kim, "far": far}


@pytest.mark.parametrize(
    ("typed", "refs"),
    [
        ("NV0000001", ["NV0000001"]),
        ("nv 0000001", ["NV0000001"]),
        ("a1234bc", ["NV0000001"]),
        ("x123456", ["NV0000001"]),
        ("123456/01A", ["NV0000001"]),
        ("NV000000", []),
        ("O'Brien", ["NV0000001"]),
        ("obr", ["NV0000001"]),
        ("OBRIEN SAM", ["NV0000001"]),
        ("Sam Lee O'Brien", []),
        ("sam obrien", ["NV0000001"]),
        ("smith", ["NV0000002"]),
        ("kimb", []),
        ("rand", ["NV0000002"]),
        ("ran", []),
        ("", []),
        ("   ", []),
        ("%", []),
        ("_______", []),
        ("NV0000003", []),
    ],
)
def test_search_finds_by_whole_reference_by_beginning_of_name_by_alias_and_last_within(
    people: dict[str, Any], actor_of: ActorOf, typed: str, refs: list[str]
) -> None:
    assert found(actor_of(Role.SUPERVISOR), typed) == refs


def test_each_reader_finds_only_whom_they_may_see(
    people: dict[str, Any], world: dict[str, Any], actor_of: ActorOf
) -> None:
    partner, other = actor_of(Role.PARTNER_PRACTITIONER), actor_of(Role.PARTNER_PRACTITIONER, agency="drugs")
    AgencyAccessFactory(person=people["sam"], agency=world["probation"])
    AgencyAccessFactory(person=people["far"], agency=world["probation"], ends_on=TODAY)

    assert found(actor_of(Role.CENTRAL_SPOC), "obrien") == ["NV0000003", "NV0000001"]
    assert found(actor_of(Role.SUPERVISOR, unit="south"), "obrien") == ["NV0000003"]
    assert found(partner, "obrien") == ["NV0000001"]
    assert found(partner, "NV0000003") == []
    assert found(other, "obrien") == []
    assert found(actor_of(Role.ADMINISTRATOR), "obrien") == []


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 6, 30), date(2026, 6, 29), 17),
        (date(2008, 6, 30), date(2026, 6, 30), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (None, date(2026, 3, 1), None),
    ],
)
def test_age_is_in_completed_years(born: date | None, day: date, age: int | None) -> None:
    assert age_on(born, day) == age


def test_the_file_holds_what_is_in_force_and_where_the_person_is(
    people: dict[str, Any], actor_of: ActorOf
) -> None:
    sam, reader = people["sam"], actor_of(Role.SUPERVISOR)
    CustodyPeriodFactory(person=sam, prison=PrisonFactory(name="HMP Elm", in_area=True))
    MarkerFactory(person=sam, kind="warning", recorded_on=TODAY)
    MarkerFactory(person=sam, kind="warning", recorded_on=TODAY, ends_on=TODAY)
    MarkerFactory(person=sam, kind="vulnerability", recorded_on=TODAY, ends_on=TODAY + timedelta(1))

    with as_actor(reader):
        file = person_file(sam, on=TODAY)
        line = lines(reader, [sam, people["kim"]], on=TODAY)

        assert (len(file.warnings), len(file.vulnerabilities)) == (1, 1)
        assert file.place.words == "In custody: HMP Elm"
        assert [one.place.words for one in line] == ["In custody: HMP Elm", "In the community"]
        assert list(file.aliases) == []


@pytest.mark.parametrize("text", ["smi", "smith", "o'b", "100%", "a_", "z", "\u00e9", ""])
def test_a_beginning_is_told_as_a_span_that_holds_what_begins_so_and_nothing_else(
    db: None, text: str
) -> None:
    names = [
        "sm",
        "smi",
        "smith anna",
        "smj",
        "o'brien",
        "o'c",
        "100%",
        "1000",
        "a_b",
        "ab",
        "z\U0010fffd",
        "\u00e9a",
    ]
    for name in names:
        PersonFactory(family_name=name, search_name=name)

    with as_owner():
        found = Person.objects.filter(search_name__begins=text).values_list("search_name", flat=True)

        assert sorted(found) == sorted(name for name in names if name.startswith(text))


def test_under_row_policies_the_index_of_names_answers_a_span_and_not_like(
    world: dict[str, Any], actor_of: Callable[..., Actor]
) -> None:
    with as_actor(actor_of(Role.SUPERVISOR)), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        span = Person.objects.filter(search_name__begins="smith").explain()
        like = Person.objects.filter(search_name__startswith="smith").explain()

    assert "persons_search_name" in span
    assert "persons_search_name" not in like
