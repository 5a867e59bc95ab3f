"""What of a person is shown to whom: on the page, in the API and by search (SHR-2)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from iom.access.models import AgencyAccess
from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import Role
from iom.persons.models import Address
from tests.factories import AgencyAccessFactory, AgencyFactory, PersonFactory
from tests.today import TODAY

PNC = "2002/0073319Z"
CHILD = TODAY - timedelta(days=16 * 365)


@pytest.fixture
def shared(world: dict[str, Any]) -> Any:
    """A person of North with PNC and CRO, shared with every agency of the world and a youth justice service."""
    world["youth"] = AgencyFactory(code="youth", name="Youth justice", kind="youth_justice", agreement=True)
    world["housing"] = AgencyFactory(code="housing", name="Homes", kind="housing", agreement=True)
    person = PersonFactory(home_unit=world["north"], nominal_ref="NV5000001", pnc_id=PNC, cro_no="1234/01Z")
    for agency in ("probation", "drugs", "youth", "housing"):
        AgencyAccessFactory(person=person, agency=world[agency])
    return person


@pytest.mark.parametrize(
    ("role", "agency", "sees"),
    [
        (Role.OFFENDER_MANAGER, None, True),
        (Role.ANALYST, None, True),
        (Role.PARTNER_PRACTITIONER, "probation", True),
        (Role.PARTNER_PRACTITIONER, "youth", True),
        (Role.PARTNER_PRACTITIONER, "drugs", False),
        (Role.PARTNER_MANAGER, "housing", False),
        (Role.AUDITOR, None, False),
    ],
)
def test_police_identifiers_are_for_police_and_criminal_justice_agencies(
    role: Role, agency: str | None, sees: bool, shared: Any, client_for: Callable[..., Any]
) -> None:
    client = client_for(role, **({"agency": agency} if agency else {}))

    page = client.get("/people/NV5000001/").content.decode()
    answer = client.get("/api/v1/persons/NV5000001/").json()["person"]
    found = client.get("/api/v1/persons/", {"q": PNC}).json()["count"]
    by_cro = client.get("/api/v1/persons/", {"q": "1234/01Z"}).json()["count"]

    assert (PNC in page) is sees
    assert ("PNC" in page.split("not shown")[0]) is sees
    assert (answer.get("pnc_id") == PNC, "cro_no" in answer) == (sees, sees)
    assert (found, by_cro) == ((1, 1) if sees else (0, 0))


@pytest.mark.parametrize("parts", [["core", "plan"], ["core", "identifier"]])
def test_identifiers_left_out_of_one_share_are_not_shown_of_that_person(
    shared: Any, world: dict[str, Any], client_for: Callable[..., Any], parts: list[str]
) -> None:
    with as_owner():
        AgencyAccess.objects.filter(person=shared, agency=world["probation"]).update(data_classes=parts)
    client, told = client_for(Role.PARTNER_PRACTITIONER), "identifier" in parts

    page = client.get("/people/NV5000001/").content.decode()
    file = client.get("/api/v1/persons/NV5000001/").json()["person"]
    (line,) = client.get("/api/v1/persons/", {"q": "NV5000001"}).json()["results"]
    form = client.get("/referrals/new/", {"person": "NV5000001"}).content.decode()

    assert (PNC in page, PNC in form) == (told, told)
    for answer in (file, line["person"]):
        assert ("pnc_id" in answer, "cro_no" in answer) == (told, told)
    for number in (PNC, "1234/01Z"):
        assert client.get("/api/v1/persons/", {"q": number}).json()["count"] == int(told)


@pytest.mark.parametrize(
    ("born", "agency", "told"),
    [
        (date(1990, 6, 15), "drugs", True),
        (CHILD, "drugs", False),
        (CHILD, "probation", False),
        (CHILD, "youth", True),
        (None, "drugs", True),
    ],
)
def test_where_a_child_lives_is_told_to_youth_justice_alone_among_partners(
    born: date | None, agency: str, told: bool, shared: Any, client_for: Callable[..., Any]
) -> None:
    with as_owner():
        Address.objects.create(person=shared, line="12 Hiddenmarker Lane")
        type(shared).objects.filter(pk=shared.pk).update(date_of_birth=born)
    client = client_for(Role.PARTNER_PRACTITIONER, agency=agency)

    page = client.get("/people/NV5000001/").content.decode()
    answer = client.get("/api/v1/persons/NV5000001/").json()

    assert ("Hiddenmarker" in page) is told
    assert ("addresses" in answer) is told


def test_the_database_itself_hides_where_a_child_lives(shared: Any, actor_of: Callable[..., Any]) -> None:
    with as_owner():
        Address.objects.create(person=shared, line="12 Hidden Lane")
        type(shared).objects.filter(pk=shared.pk).update(date_of_birth=CHILD)

    seen = {}
    for agency in ("drugs", "youth"):
        with as_actor(actor_of(Role.PARTNER_PRACTITIONER, agency=agency)):
            seen[agency] = Address.objects.count()

    assert seen == {"drugs": 0, "youth": 1}


def test_a_partner_is_told_the_same_of_everybody_about_what_is_not_shown(
    shared: Any, client_for: Callable[..., Any]
) -> None:
    partner = client_for(Role.PARTNER_PRACTITIONER, agency="drugs")
    manager = client_for(Role.OFFENDER_MANAGER)

    told = partner.get("/people/NV5000001/").content.decode()
    assert "Information about victims is not shown to partner agencies." in told
    assert "not shown to" not in manager.get("/people/NV5000001/").content.decode()
