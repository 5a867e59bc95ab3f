"""Keeping agreements: added, amended by a new row, ended with a reason, by one role alone (SHR-1)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.rules import Role
from iom.agencies import services
from iom.agencies.models import SharingAgreement
from iom.agencies.rules import DATA_CLASS_LABELS, DataClass, next_version, reminder_owed
from iom.agencies.services import Terms
from iom.audit.models import Act, Change
from iom.kernel.compartments import Compartment
from iom.kernel.errors import Forbidden, Invalid, NotFound, Refused
from iom.notifications.models import Notification
from tests.today import TODAY

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]
NOW = datetime.combine(TODAY, time(12), UTC)
TERMS = Terms(
    title="Working together",
    purposes="Reducing reoffending",
    legal_basis="Crime and Disorder Act 1998, section 115",
    starts_on=TODAY,
    ends_on=TODAY + timedelta(days=700),
    review_on=TODAY + timedelta(days=365),
    document_reference="Legal/2026/14",
    data_classes=["core", "plan"],
)


def but(**changes: Any) -> Terms:
    return Terms(**{**TERMS.__dict__, **changes})


@pytest.fixture
def keeper(actor_of: ActorOf) -> Actor:
    return actor_of(Role.CENTRAL_SPOC)


def added(keeper: Actor, world: dict[str, Any], terms: Terms = TERMS) -> SharingAgreement:
    with as_actor(keeper):
        return services.add_agreement(world["lapsed"].pk, terms, reference="ISA-12", by=keeper, at=NOW)


def test_every_class_of_data_is_a_compartment_and_has_its_words() -> None:
    assert {code.value for code in DataClass} <= {code.value for code in Compartment}
    assert set(DATA_CLASS_LABELS) == set(DataClass)


def test_the_keeper_adds_an_agreement_and_it_is_recorded(keeper: Actor, world: dict[str, Any]) -> None:
    agreement = added(keeper, world)

    with as_owner():
        act = Act.objects.get(action="agencies.agreement.added")
    assert (agreement.reference, agreement.data_classes) == ("ISA-12", ["core", "plan"])
    assert act.detail["agreement"] == "ISA-12"


@pytest.mark.parametrize("role", [r for r in Role if r != Role.CENTRAL_SPOC])
def test_nobody_else_keeps_agreements_not_even_an_administrator(
    actor_of: ActorOf, keeper: Actor, world: dict[str, Any], role: Role
) -> None:
    agreement, other = added(keeper, world), actor_of(role)

    with as_actor(other):
        with pytest.raises(Forbidden):
            services.add_agreement(world["drugs"].pk, TERMS, reference="ISA-13", by=other, at=NOW)
        with pytest.raises(Forbidden):
            services.amend_agreement(agreement.pk, TERMS, reason="Because of that", by=other, at=NOW)
        with pytest.raises(Forbidden):
            services.end_agreement(agreement.pk, ends_on=TODAY, reason="Because of that", by=other, at=NOW)
        with pytest.raises(ProgrammingError), transaction.atomic():
            SharingAgreement.objects.filter(pk=agreement.pk).update(ends_on=TODAY)


def test_what_was_agreed_cannot_be_rewritten_even_by_the_keeper(keeper: Actor, world: dict[str, Any]) -> None:
    agreement = added(keeper, world)

    for change in ({"data_classes": ["core", "youth"]}, {"starts_on": TODAY}, {"purposes": "Other"}):
        with pytest.raises(ProgrammingError, match="permission denied"), as_actor(keeper):
            SharingAgreement.objects.filter(pk=agreement.pk).update(**change)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"purposes": ""}, "purposes"),
        ({"legal_basis": ""}, "legal_basis"),
        ({"document_reference": ""}, "document_reference"),
        ({"data_classes": ["plan"]}, "data_classes"),
        ({"data_classes": ["core", "victim"]}, "data_classes"),
        ({"starts_on": TODAY - timedelta(days=1)}, "starts_on"),
        ({"ends_on": TODAY}, "ends_on"),
        ({"review_on": None}, "review_on"),
        ({"review_on": TODAY}, "review_on"),
        ({"review_on": TODAY + timedelta(days=701)}, "review_on"),
    ],
)
def test_an_agreement_says_everything_it_must(
    keeper: Actor, world: dict[str, Any], changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused, as_actor(keeper):
        services.add_agreement(world["drugs"].pk, but(**changes), reference="ISA-13", by=keeper, at=NOW)

    assert list(refused.value.fields) == [field]


def test_police_need_none_and_a_reference_is_used_once(keeper: Actor, world: dict[str, Any]) -> None:
    added(keeper, world)

    for agency, reference in (("police", "ISA-99"), ("drugs", "ISA-12"), ("drugs", " ")):
        with pytest.raises(Invalid), as_actor(keeper):
            services.add_agreement(world[agency].pk, TERMS, reference=reference, by=keeper, at=NOW)


@pytest.mark.parametrize("codes", [["plan"], ["core", "victim"], []])
def test_the_database_knows_which_classes_there_are(world: dict[str, Any], codes: list[str]) -> None:
    with pytest.raises(IntegrityError, match="covers_known_classes"), as_owner():
        SharingAgreement.objects.filter(agency=world["drugs"]).update(data_classes=codes)


def test_an_amendment_ends_the_old_row_and_keeps_it_as_it_was(keeper: Actor, world: dict[str, Any]) -> None:
    agreement = added(keeper, world)
    later = but(starts_on=TODAY + timedelta(days=10), data_classes=["core"])

    with as_actor(keeper):
        amended = services.amend_agreement(
            agreement.pk, later, reason="The plan is not needed", by=keeper, at=NOW
        )
        again = services.amend_agreement(
            amended.pk,
            but(starts_on=TODAY + timedelta(days=20)),
            reason="The plan is needed after all",
            by=keeper,
            at=NOW,
        )
    with as_owner():
        old = SharingAgreement.objects.get(pk=agreement.pk)
        captured = Change.objects.filter(table_name="agencies_sharingagreement", operation="UPDATE").count()

    assert (old.data_classes, old.ends_on) == (["core", "plan"], later.starts_on)
    assert old.end_reason == "Amended. The plan is not needed"
    assert (amended.reference, again.reference) == ("ISA-12/2", "ISA-12/3")
    assert amended.first_id == again.first_id == agreement.pk
    assert captured == 2


def test_what_was_amended_or_is_over_is_not_amended_again(keeper: Actor, world: dict[str, Any]) -> None:
    agreement = added(keeper, world)
    with as_owner():
        over = SharingAgreement.objects.get(agency=world["lapsed"], starts_on=date(2020, 1, 1))

    with as_actor(keeper):
        services.amend_agreement(agreement.pk, TERMS, reason="A change of words", by=keeper, at=NOW)
        for pk in (agreement.pk, over.pk):
            with pytest.raises(Refused):
                services.amend_agreement(pk, TERMS, reason="A change of words", by=keeper, at=NOW)
            with pytest.raises(Refused):
                services.end_agreement(pk, ends_on=TODAY, reason="It is over now", by=keeper, at=NOW)
        with pytest.raises(NotFound):
            services.end_agreement(0, ends_on=TODAY, reason="It is over now", by=keeper, at=NOW)


def test_an_agreement_ends_on_its_day_for_a_reason_and_can_end_sooner(
    keeper: Actor, world: dict[str, Any]
) -> None:
    agreement, soon = added(keeper, world), TODAY + timedelta(days=30)

    with as_actor(keeper):
        for ends_on, reason in (
            (TODAY - timedelta(days=1), "The agency left"),
            (TODAY, "short"),
            (TODAY + timedelta(days=999), "The agency left"),
        ):
            with pytest.raises(Invalid):
                services.end_agreement(agreement.pk, ends_on=ends_on, reason=reason, by=keeper, at=NOW)
        services.end_agreement(agreement.pk, ends_on=soon, reason="The agency leaves", by=keeper, at=NOW)
        services.end_agreement(agreement.pk, ends_on=TODAY, reason="It leaves today", by=keeper, at=NOW)
    with as_owner():
        assert SharingAgreement.objects.get(pk=agreement.pk).ends_on == TODAY


@pytest.mark.parametrize(
    ("days", "owed"), [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (1, 7), (0, 0), (-5, 0)]
)
def test_of_the_reminders_the_last_one_is_owed(days: int, owed: int | None) -> None:
    assert reminder_owed(TODAY + timedelta(days=days), on=TODAY) == owed


def test_keepers_are_reminded_once_of_each_date(keeper: Actor, world: dict[str, Any]) -> None:
    added(keeper, world, but(review_on=TODAY + timedelta(days=60), ends_on=TODAY + timedelta(days=70)))

    sent = []
    with as_service():
        for days in (0, 0, 10, 30, 53, 60):
            sent.append(services.remind_keepers(on=TODAY + timedelta(days=days), at=NOW))
    with as_owner():
        told = set(Notification.objects.filter(kind="agreement").values_list("user_id", flat=True))

    assert sent == [1, 0, 1, 1, 2, 1]
    assert told == {keeper.user_id}


def test_versions_are_counted_on() -> None:
    assert [next_version(r) for r in ("ISA-1", "ISA-1/2", "ISA/9/10", "ISA/a")] == [
        "ISA-1/2",
        "ISA-1/3",
        "ISA/9/11",
        "ISA/a/2",
    ]
