"""Reaching a record of another district: by an exact search with a reason, and in an emergency (SHR-2, SHR-3)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from iom.access.actor import Actor
from iom.access.models import PersonUserGrant
from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import Power, Role
from iom.audit.models import Act
from iom.kernel.errors import Forbidden, Invalid, NotFound, Refused
from iom.notifications.models import Notification
from iom.persons import services
from iom.persons.models import Alias, Person
from iom.persons.permissions import visible_to
from iom.persons.rules import Typed, typed_elsewhere
from iom.persons.services import Opened
from tests.access.factories import GrantFactory
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]
WHY = "A witness names him in Northmoor."
NOW = datetime(2026, 11, 23, 2, 49, tzinfo=UTC)


@pytest.fixture
def southerner(world: dict[str, Any]) -> Person:
    return PersonFactory(
        home_unit=world["south"], nominal_ref="NV2000001", family_name="Vale", given_names="Robin Jo"
    )


def sees(actor: Actor) -> set[int]:
    with as_actor(actor):
        found = set(visible_to(actor).values_list("pk", flat=True))
        assert found == set(Person.objects.values_list("pk", flat=True))
    return found


def find(actor: Actor, text: str, **values: Any) -> list[str]:
    typed = typed_elsewhere(text, on=NOW.date())
    with as_actor(actor):
        found = services.search_elsewhere(typed, by=actor, **{"born": None, "reason": WHY, **values})
    return [one.nominal_ref for one in found]


def acts(action: str) -> list[Act]:
    with as_owner():
        return list(Act.objects.filter(action=action).order_by("id"))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("NV2000001", True),
        ("nv 2000001", True),
        ("Vale Robin Jo", True),
        ("robin jo VALE", True),
        ("Robin Vale", False),
        ("Vale Rob", False),
        ("NV200000", False),
    ],
)
def test_a_search_elsewhere_finds_only_what_is_typed_in_full(
    world: dict[str, Any], actor_of: ActorOf, southerner: Person, typed: str, found: bool
) -> None:
    assert find(actor_of(Role.OFFENDER_MANAGER), typed) == (["NV2000001"] if found else [])


def test_one_word_is_no_name_to_search_for(actor_of: ActorOf, southerner: Person) -> None:
    with pytest.raises(Invalid):
        find(actor_of(Role.OFFENDER_MANAGER), "Vale")


def test_an_alias_is_found_and_a_date_of_birth_narrows(actor_of: ActorOf, southerner: Person) -> None:
    with as_owner():
        Alias.objects.create(person=southerner, family_name="Hill", search_name="hill robin")
    actor = actor_of(Role.OFFENDER_MANAGER)

    assert find(actor, "Robin Hill") == ["NV2000001"]
    assert find(actor, "Robin Hill", born=southerner.date_of_birth) == ["NV2000001"]
    assert find(actor, "Robin Hill", born=southerner.date_of_birth + timedelta(days=1)) == []


def test_twenty_people_at_most_are_shown(world: dict[str, Any], actor_of: ActorOf) -> None:
    for _ in range(21):
        PersonFactory(home_unit=world["south"], family_name="Lee", given_names="Ann", search_name="lee ann")

    assert len(find(actor_of(Role.OFFENDER_MANAGER), "Ann Lee")) == 20


def test_a_search_leaves_its_reason_and_whom_it_showed(actor_of: ActorOf, southerner: Person) -> None:
    actor = actor_of(Role.OFFENDER_MANAGER)

    find(actor, "NV2000001")
    find(actor, "NV9999999")

    first, second = acts("persons.elsewhere.searched")
    assert (first.user_id, first.kind, first.reason) == (actor.user_id, "search", WHY)
    assert (first.subjects, second.subjects) == ([southerner.pk], [])
    assert first.detail["codes"] == ["NV2000001"]


def test_a_restricted_record_answers_like_one_that_is_not_there(
    world: dict[str, Any], actor_of: ActorOf, southerner: Person
) -> None:
    with as_owner():
        Person.objects.filter(pk=southerner.pk).update(is_restricted=True)
    actor = actor_of(Role.OFFENDER_MANAGER)

    assert find(actor, "NV2000001") == find(actor, "Robin Jo Vale") == []
    for reference in ("NV2000001", "NV9999999"):
        with pytest.raises(NotFound), as_actor(actor):
            services.open_elsewhere(reference, by=actor, reason=WHY)


def test_who_opens_another_districts_record_sees_it_until_the_hours_are_over(
    actor_of: ActorOf, southerner: Person, settings: Any
) -> None:
    settings.SEARCH_ELSEWHERE_HOURS = 4
    actor = actor_of(Role.OFFENDER_MANAGER)
    assert sees(actor) == set()

    with as_actor(actor):
        services.open_elsewhere("NV2000001", by=actor, reason=WHY)

    assert sees(actor) == {southerner.pk}
    with as_owner():
        grant = PersonUserGrant.objects.get()
        assert (grant.kind, grant.granted_by_id, grant.unit_id) == (
            "search",
            actor.user_id,
            southerner.home_unit_id,
        )
        assert grant.expires_at is not None
        assert grant.expires_at - grant.granted_at == timedelta(hours=4)
        PersonUserGrant.objects.update(expires_at=grant.granted_at)
    assert sees(actor) == set()
    assert [act.subjects for act in acts("persons.elsewhere.opened")] == [[southerner.pk]]


def test_what_is_within_reach_is_not_opened(world: dict[str, Any], actor_of: ActorOf) -> None:
    PersonFactory(home_unit=world["north"], nominal_ref="NV2000002")
    actor = actor_of(Role.SUPERVISOR)

    with as_actor(actor):
        assert services.open_elsewhere("NV2000002", by=actor, reason=WHY) == Opened("NV2000002", None)
        assert services.break_glass("NV2000002", by=actor, reason=WHY, at=NOW) == Opened("NV2000002", None)
        assert not PersonUserGrant.objects.exists()


@pytest.mark.parametrize("reason", ["", "         ", "because   "])
def test_without_a_reason_nothing_is_searched_or_opened(
    actor_of: ActorOf, southerner: Person, reason: str
) -> None:
    actor = actor_of(Role.SUPERVISOR)
    for act in (
        lambda: services.search_elsewhere(Typed(("NV2000001",)), by=actor, born=None, reason=reason),
        lambda: services.open_elsewhere("NV2000001", by=actor, reason=reason),
        lambda: services.break_glass("NV2000001", by=actor, reason=reason, at=NOW),
    ):
        with pytest.raises(Invalid), as_actor(actor):
            act()
    assert sees(actor) == set()


@pytest.mark.parametrize(
    ("function", "power"),
    [
        ("SELECT authz.search_elsewhere('{NV2000001}', '{}', NULL, %s)", Power.SEARCH_ELSEWHERE),
        ("SELECT authz.open_elsewhere('NV2000001', %s, 24, 20)", Power.SEARCH_ELSEWHERE),
        ("SELECT authz.break_glass('NV2000001', %s, 3, 5)", Power.BREAK_GLASS),
    ],
)
@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_the_database_itself_asks_who_may(
    actor_of: ActorOf, southerner: Person, role: Role, function: str, power: Power
) -> None:
    actor = actor_of(role)
    allowed = actor.may(power)

    with as_actor(actor), connection.cursor() as cursor:
        if allowed:
            cursor.execute(function, [WHY])
            assert cursor.fetchone()
        else:
            with pytest.raises(Exception, match=r"This role may not do that|permission denied"):
                cursor.execute(function, [WHY])
            connection.set_rollback(True)
    if not allowed and not actor.force_wide:
        assert sees(actor) == set()


def test_only_so_many_records_can_be_opened_in_a_day(
    world: dict[str, Any], actor_of: ActorOf, settings: Any
) -> None:
    settings.SEARCH_ELSEWHERE_DAILY = settings.BREAK_GLASS_DAILY = 2
    for n in range(3):
        PersonFactory(home_unit=world["south"], nominal_ref=f"NV300000{n}")
    actor = actor_of(Role.SUPERVISOR)

    with as_actor(actor):
        for n in range(2):
            services.open_elsewhere(f"NV300000{n}", by=actor, reason=WHY)
        with pytest.raises(Refused, match="as many records"):
            services.open_elsewhere("NV3000002", by=actor, reason=WHY)
        services.break_glass("NV3000002", by=actor, reason=WHY, at=NOW)


def test_an_opening_counts_against_the_limit_for_a_whole_day(
    actor_of: ActorOf, southerner: Person, world: dict[str, Any], settings: Any
) -> None:
    settings.BREAK_GLASS_DAILY = 1
    other, actor = PersonFactory(home_unit=world["south"]), actor_of(Role.SUPERVISOR)
    with as_actor(actor):
        services.break_glass("NV2000001", by=actor, reason=WHY, at=NOW)

    def aged(hours: int) -> None:
        moment = timezone.now() - timedelta(hours=hours)
        with as_owner():
            PersonUserGrant.objects.update(granted_at=moment, expires_at=moment + timedelta(hours=3))

    aged(23)
    with as_actor(actor), pytest.raises(Refused, match="as many records"):
        services.break_glass(other.nominal_ref, by=actor, reason=WHY, at=NOW)
    aged(25)
    with as_actor(actor):
        assert services.break_glass(other.nominal_ref, by=actor, reason=WHY, at=NOW)


@pytest.mark.parametrize(("function", "most"), [("break_glass", 12), ("open_elsewhere", 72)])
def test_the_database_opens_nothing_for_longer_than_its_own_bound(
    actor_of: ActorOf, southerner: Person, function: str, most: int
) -> None:
    actor = actor_of(Role.SUPERVISOR)
    with as_actor(actor), connection.cursor() as cursor:
        cursor.execute(f"SELECT authz.{function}('NV2000001', %s, 1000, 5)", [WHY])

    with as_owner():
        grant = PersonUserGrant.objects.get()
    assert grant.expires_at == grant.granted_at + timedelta(hours=most)


@pytest.mark.parametrize("named_before", [False, True])
def test_the_banner_of_an_opening_stands_although_a_naming_is_over(
    actor_of: ActorOf, southerner: Person, client_for: Callable[..., Client], named_before: bool
) -> None:
    actor = actor_of(Role.SUPERVISOR)
    if named_before:
        today = timezone.localdate()
        GrantFactory(content_object=southerner, user_id=actor.user_id, expires_on=today)
    with as_actor(actor):
        services.break_glass("NV2000001", by=actor, reason=WHY, at=NOW)

    page = client_for(actor).get("/people/NV2000001/").content.decode()

    assert "Opened in an emergency until" in page


def test_breaking_the_glass_opens_a_restricted_record_and_tells_both_supervisions(
    world: dict[str, Any], actor_of: ActorOf, southerner: Person
) -> None:
    with as_owner():
        Person.objects.filter(pk=southerner.pk).update(is_restricted=True)
    actor = actor_of(Role.SUPERVISOR)
    own, theirs, other = (
        actor_of(Role.INSPECTOR),
        actor_of(Role.SUPERVISOR, unit="south"),
        actor_of(Role.PRISON_SUPERVISOR),
    )

    with as_actor(actor):
        opened = services.break_glass("NV2000001", by=actor, reason=WHY, at=NOW)

    assert opened is not None
    assert sees(actor) == {southerner.pk}
    with as_owner():
        told = set(
            Notification.objects.filter(kind="emergency", urgent=True).values_list("user_id", flat=True)
        )
        bodies = "".join(Notification.objects.values_list("subject", flat=True))
    assert {own.user_id, theirs.user_id} <= told
    assert not told & {actor.user_id, other.user_id}
    assert "Vale" not in bodies
    (act,) = acts("persons.emergency.opened")
    assert (act.kind, act.subjects, act.reason) == ("break_glass", [southerner.pk], WHY)
    assert sees(theirs) == set()


def test_an_emergency_reference_that_is_nobodys_is_written_down_and_told(
    world: dict[str, Any], actor_of: ActorOf
) -> None:
    actor, inspector = actor_of(Role.SUPERVISOR), actor_of(Role.INSPECTOR)

    with as_actor(actor):
        assert services.break_glass("NV9999999", by=actor, reason=WHY, at=NOW) is None

    assert [act.subjects for act in acts("persons.emergency.opened")] == [[]]
    with as_owner():
        assert Notification.objects.filter(user_id=inspector.user_id, kind="emergency").exists()


def test_openings_are_reviewed_by_another_who_answers_for_the_reader_or_the_person(
    world: dict[str, Any], actor_of: ActorOf, southerner: Person
) -> None:
    reader = actor_of(Role.SUPERVISOR)
    grant = GrantFactory(
        content_object=southerner,
        user_id=reader.user_id,
        kind="break_glass",
        unit=world["south"],
        expires_at=timezone.now() + timedelta(hours=1),
    )
    theirs, stranger = actor_of(Role.SUPERVISOR, unit="south"), actor_of(Role.PRISON_SUPERVISOR)

    def review(actor: Actor) -> None:
        with as_actor(actor):
            services.review_opening(grant.pk, by=actor, at=NOW, note="It was right to do so.")

    with pytest.raises(Refused, match="Somebody else"):
        review(reader)
    with pytest.raises(NotFound):
        review(stranger)
    with pytest.raises(Forbidden):
        review(actor_of(Role.OFFENDER_MANAGER))
    with pytest.raises(Forbidden):
        review(actor_of(Role.AUDITOR))
    review(theirs)
    with pytest.raises(Refused, match="reviewed already"):
        review(actor_of(Role.INSPECTOR))
    with as_owner():
        grant.refresh_from_db()
    assert (grant.reviewed_by_id, grant.review_note) == (theirs.user_id, "It was right to do so.")
    assert [act.kind for act in acts("persons.opening.reviewed")] == ["review"]


def test_the_pages_lead_from_nothing_found_to_the_record_and_its_banner(
    world: dict[str, Any], actor_of: ActorOf, client_for: Callable[..., Client], southerner: Person
) -> None:
    browser = client_for(Role.OFFENDER_MANAGER)

    page = browser.get("/people/?q=Robin Jo Vale").content.decode()
    assert "/people/elsewhere/?q=Robin+Jo+Vale" in page
    page = browser.post("/people/elsewhere/", {"q": "Robin Jo Vale", "reason": WHY}).content.decode()
    assert "/people/NV2000001/open/" in page
    assert "1990" in page
    assert "15 June" not in page
    assert browser.get("/people/NV2000001/").status_code == 404
    answer = browser.post("/people/NV2000001/open/", {"reason": WHY}, follow=True)
    assert answer.redirect_chain[-1][0] == "/people/NV2000001/"
    assert "Another district’s record, open to you until" in answer.content.decode()


def test_an_absent_reference_and_a_restricted_one_give_the_same_page(
    world: dict[str, Any], client_for: Callable[..., Client], southerner: Person
) -> None:
    with as_owner():
        Person.objects.filter(pk=southerner.pk).update(is_restricted=True)
    browser = client_for(Role.OFFENDER_MANAGER)

    answers = [
        browser.post(f"/people/{reference}/open/", {"reason": WHY})
        for reference in ("NV2000001", "NV9999999")
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    bodies = [re.sub(r'NV\d+|(nonce|value)="[^"]*"', "", answer.content.decode()) for answer in answers]
    assert bodies[0] == bodies[1]


def test_a_supervisor_sees_their_team_s_openings_without_the_name_of_whom_they_do_not_see(
    world: dict[str, Any], actor_of: ActorOf, client_for: Callable[..., Client], southerner: Person
) -> None:
    reader = actor_of(Role.OFFENDER_MANAGER)
    GrantFactory(
        content_object=southerner,
        user_id=reader.user_id,
        kind="search",
        unit=world["south"],
        expires_at=timezone.now() + timedelta(hours=1),
    )

    own = client_for(Role.SUPERVISOR).get("/people/openings/").content.decode()
    theirs = client_for(Role.SUPERVISOR, unit="south").get("/people/openings/").content.decode()
    other = client_for(Role.PRISON_SUPERVISOR).get("/people/openings/").content.decode()
    first = client_for(Role.SUPERVISOR).get("/").content.decode()

    assert reader.name in own
    assert "Vale" not in own
    assert "Openings of records to review (1)" in first
    assert reader.name in first
    assert "Vale" not in first
    assert "Vale" in theirs
    assert reader.name not in other


def test_supervision_of_the_reader_reviews_an_opening_of_a_person_they_do_not_see(
    world: dict[str, Any], actor_of: ActorOf, client_for: Callable[..., Client], southerner: Person
) -> None:
    grant = GrantFactory(
        content_object=southerner,
        user_id=actor_of(Role.OFFENDER_MANAGER).user_id,
        kind="search",
        unit=world["south"],
        expires_at=timezone.now() + timedelta(hours=1),
    )
    sergeant = client_for(Role.SUPERVISOR)

    answer = sergeant.post(f"/people/openings/{grant.pk}/", {"note": "Asked her; it was right."})

    assert answer.status_code == 302
    assert "Openings of records to review" not in sergeant.get("/").content.decode()
    with as_owner():
        assert PersonUserGrant.objects.get(pk=grant.pk).review_note == "Asked her; it was right."
