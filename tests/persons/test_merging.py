"""Two records of one person: proposed, compared, merged, and taken back to the last value (PER-1)."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iom.access.actor import Actor
from iom.access.models import AgencyAccess, PersonUserGrant
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.rules import Role
from iom.feeds.services import take_touched
from iom.jobs.services import run_now
from iom.kernel.errors import Forbidden, Invalid, NotFound, Refused
from iom.kernel.merging import staying
from iom.persons.matching import KIND, has_library
from iom.persons.merge_graph import moving, naming_a_person, steps
from iom.persons.models import (
    Address,
    Alias,
    Duplicate,
    EqualityRecord,
    Merge,
    Person,
)
from iom.persons.permissions import access_person, visible_to
from iom.persons.selectors import search
from iom.persons.services import decide_pair, name_pair, unmerge
from scoring.models import Event
from tests.access.factories import GrantFactory
from tests.cohorts.factories import CaseFactory, ReferralFactory
from tests.documents.factories import DocumentFactory
from tests.factories import (
    AgencyAccessFactory,
    CustodyPeriodFactory,
    PersonFactory,
    PrisonFactory,
    UserFactory,
)
from tests.feeds.conftest import CRIME, load, store_of_its_own, write  # noqa: F401
from tests.meetings.factories import MeetingCaseFactory, MeetingFactory
from tests.records.factories import one_of_each
from tests.retention.factories import AccessRequestFactory, LegalHoldFactory
from tests.scoring.factories import EventFactory
from tests.tagging.factories import WearingFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 7, 1, 9, tzinfo=UTC)
TODAY = date(2026, 7, 1)
WHY = "Checked against the custody photographs."
OURS = "persons_|scoring_|cohorts_|records_|documents_|sharing_|tagging_|meetings_|retention_|access_|notifications_"
NOT_COMPARED = ("persons_merge", "persons_merged_row", "persons_duplicate")


@pytest.fixture
def pair(world: dict[str, Any]) -> tuple[Person, Person]:
    """Two records in the same district; the second has a number that the first lacks."""
    born = date(1990, 6, 15)
    return (
        PersonFactory(home_unit=world["north"], nominal_ref="NV1", family_name="Naylor", date_of_birth=born),
        PersonFactory(
            home_unit=world["north"],
            nominal_ref="NV2",
            family_name="Nayler",
            search_name="nayler",
            date_of_birth=born,
            pnc_id="2002/0073319Z",
        ),
    )


@pytest.fixture
def supervisor(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of(Role.SUPERVISOR)


def _pair_of(first: Person, second: Person, by: Actor) -> Duplicate:
    with as_actor(by):
        return name_pair(first.nominal_ref, second.nominal_ref, by=by, at=AT, reason=WHY)


def _merge(first: Person, second: Person, by: Actor) -> Merge:
    """The second merged into the first."""
    found = _pair_of(first, second, by)
    with as_actor(by):
        merge = decide_pair(found.pk, by=by, at=AT, same=True, keep=first.nominal_ref, reason=WHY)
    assert merge is not None
    return merge


def _unmerge(merge: Merge, by: Actor) -> None:
    with as_actor(by):
        unmerge(merge.pk, by=by, at=AT, reason=WHY)


def _contents() -> dict[str, list[str]]:
    """Every row of every table that merges may touch, as text."""
    found = {}
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND relname ~ %s ORDER BY 1",
            [f"^({OURS})"],
        )
        for (table,) in cursor.fetchall():
            if table not in NOT_COMPARED:
                cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
                found[table] = [row for (row,) in cursor.fetchall()]
    return found


def _hang_on(person: Person, world: dict[str, Any], what: set[str], number: int) -> None:
    """Rows of these kinds about a person."""
    if "events" in what:
        EventFactory.create_batch(3, person=person)
    if "custody" in what:
        CustodyPeriodFactory(person=person, prison=PrisonFactory(hub=world["hub"]))
    if "records" in what:
        one_of_each(person, world["police"])
    if "documents" in what:
        DocumentFactory(person=person, owner_agency=world["police"])
    if "case" in what:
        CaseFactory(person=person)
        with as_owner():
            Person.objects.filter(pk=person.pk).update(is_managed=True, managing_unit=world["north"])
    if "referral" in what:
        ReferralFactory(person=person)
    if "meeting" in what:
        MeetingCaseFactory(person=person)
    if "share" in what:
        AgencyAccessFactory(person=person, agency=world["probation"])
    if "named" in what:
        GrantFactory(content_object=person, user=UserFactory())
    if "retention" in what:
        LegalHoldFactory(person=person)
        AccessRequestFactory(person=person)
    if "equality" in what:
        with as_owner():
            EqualityRecord.objects.create(person=person, ethnicity="W1")
    if "tags" in what:
        WearingFactory(person=person)
    if "address" in what:
        with as_owner():
            Address.objects.create(person=person, line=f"{number} Mill Bank")
            Alias.objects.create(person=person, family_name="Other", search_name=f"other{number}")


KINDS = (
    *(
        "events",
        "custody",
        "records",
        "documents",
        "case",
        "referral",
        "meeting",
        "share",
        "named",
        "retention",
    ),
    *("equality", "tags", "address"),
)


def test_every_table_that_names_a_person_moves_or_says_why_it_stays() -> None:
    labels = {model._meta.label for model in naming_a_person()}

    assert labels == {model._meta.label for model in moving()} | (set(staying()) & labels)
    assert set(staying()) <= labels
    assert len(list(steps())) > 30


def test_everything_moves_and_the_old_reference_finds_the_person(
    pair: tuple[Person, Person], world: dict[str, Any], supervisor: Actor
) -> None:
    first, second = pair
    _hang_on(second, world, set(KINDS), 2)

    _merge(first, second, supervisor)

    with as_owner():
        left = {
            model._meta.label
            for model, columns in naming_a_person().items()
            if model._meta.label not in staying()
            for column in columns
            if model._default_manager.filter(**{column: second.pk}).exists()
        }
        first.refresh_from_db()
    assert left == set()
    assert (first.pnc_id, first.is_managed, first.managing_unit_id) == (
        "2002/0073319Z",
        True,
        world["north"].pk,
    )
    with as_actor(supervisor):
        assert [p.pk for p in visible_to(supervisor)] == [first.pk]
        assert access_person(supervisor, "NV2") == first
        assert list(search(supervisor, "NV2", on=TODAY)) == [first]
        assert list(search(supervisor, "Nayler", on=TODAY)) == [first]
        assert list(search(supervisor, "02/73319z", on=TODAY)) == [first]


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(on_first=st.sets(st.sampled_from(KINDS)), on_second=st.sets(st.sampled_from(KINDS)))
def test_a_merge_that_is_taken_back_leaves_every_table_as_it_was(
    world: dict[str, Any],
    actor_of: Callable[..., Actor],
    on_first: set[str],
    on_second: set[str],
) -> None:
    on_second -= {"case"} & on_first
    supervisor = actor_of(Role.SUPERVISOR)
    number = UserFactory().pk
    first = PersonFactory(home_unit=world["north"], nominal_ref=f"A{number}")
    second = PersonFactory(home_unit=world["north"], nominal_ref=f"B{number}", cro_no="000001/90A")
    _hang_on(first, world, on_first, 1)
    _hang_on(second, world, on_second, 2)
    before = _contents()

    merge = _merge(first, second, supervisor)
    merged = _contents()
    _unmerge(merge, supervisor)

    after = _contents()
    assert merged["persons_person"] != before["persons_person"]
    assert {table: rows for table, rows in after.items() if rows != before[table]} == {}
    assert after.keys() == before.keys()


def test_rows_that_may_not_stand_twice_stay_and_come_back(
    pair: tuple[Person, Person], world: dict[str, Any], supervisor: Actor
) -> None:
    first, second = pair
    meeting = MeetingFactory()
    for person in pair:
        MeetingCaseFactory(person=person, meeting=meeting)
        with as_owner():
            EqualityRecord.objects.create(person=person, ethnicity="W1")
    MeetingCaseFactory(person=second, meeting=MeetingFactory())
    before = _contents()

    merge = _merge(first, second, supervisor)
    with as_owner():
        held = list(EqualityRecord.objects.filter(person=second))
    _unmerge(merge, supervisor)

    assert len(held) == 1
    assert _contents() == before


def test_what_was_written_after_the_merge_stays_with_the_record_that_was_kept(
    pair: tuple[Person, Person], supervisor: Actor
) -> None:
    first, second = pair
    moved = EventFactory(person=second)
    merge = _merge(first, second, supervisor)
    written = EventFactory(person=first)

    _unmerge(merge, supervisor)

    for event in (moved, written):
        with as_owner():
            event.refresh_from_db()
    assert (moved.person_id, written.person_id) == (second.pk, first.pk)


def test_both_records_are_scored_again_after_a_merge_and_after_it_is_taken_back(
    pair: tuple[Person, Person], supervisor: Actor
) -> None:
    merge = _merge(*pair, supervisor)
    with as_service():
        assert take_touched(people=10, before=AT) == [person.pk for person in pair]

    _unmerge(merge, supervisor)

    with as_service():
        assert take_touched(people=10, before=AT) == [person.pk for person in pair]


def test_later_rows_for_the_old_reference_arrive_at_the_record_that_was_kept(
    pair: tuple[Person, Person],
    supervisor: Actor,
    load: Any,  # noqa: F811
    write: Any,  # noqa: F811
) -> None:
    first, _ = pair
    row = {"nominal_ref": "NV2", "family_name": "Neilor", "sex": "M", "home_unit": "north"}
    known = load("persons", write("persons", {**row, "address_line": "1 Mill Bank"}, name="a.csv"))
    _merge(*pair, supervisor)

    people = load("persons", write("persons", {**row, "address_line": "2 Moor End"}, name="b.csv"))
    again = load(
        "persons", write("persons", {**row, "address_line": "2 Moor End"}, {**row, "nominal_ref": "NV4"})
    )
    crimes = load("crimes", write("crimes", {**CRIME, "nominal_ref": "NV2"}))

    assert (known.updated, people.updated, again.unchanged, crimes.inserted) == (1, 1, 1, 1)
    with as_owner():
        assert [event.person_id for event in Event.objects.all()] == [first.pk]
        assert {a.line: a.person_id for a in Address.objects.filter(lived_to=None)} == {
            "2 Moor End": first.pk
        }
        assert Alias.objects.get(search_name="neilor").person == first


class TestWhoSees:
    """Nobody comes to see more by a merge."""

    def test_an_agency_that_had_one_record_sees_neither_and_one_that_had_both_sees_the_person(
        self, pair: tuple[Person, Person], world: dict[str, Any], supervisor: Actor, actor_of: Any
    ) -> None:
        first, second = pair
        AgencyAccessFactory(person=first, agency=world["probation"])
        AgencyAccessFactory(person=first, agency=world["drugs"])
        AgencyAccessFactory(person=second, agency=world["drugs"])
        probation = actor_of(Role.PARTNER_PRACTITIONER)
        drugs = actor_of(Role.PARTNER_PRACTITIONER, agency="drugs")
        with as_actor(probation):
            assert visible_to(probation).count() == 1

        merge = _merge(first, second, supervisor)

        with as_actor(probation):
            assert list(visible_to(probation)) == []
        with as_actor(drugs):
            assert list(visible_to(drugs)) == [first]
            assert access_person(drugs, "NV2") == first
        _unmerge(merge, supervisor)
        with as_actor(probation):
            assert list(visible_to(probation)) == [first]

    def test_of_two_shares_the_narrower_parts_stay_shared(
        self, pair: tuple[Person, Person], world: dict[str, Any], supervisor: Actor
    ) -> None:
        first, second = pair
        AgencyAccessFactory(person=first, agency=world["drugs"])
        AgencyAccessFactory(person=second, agency=world["drugs"], data_classes=["core", "plan"])

        merge = _merge(first, second, supervisor)

        with as_owner():
            assert AgencyAccess.objects.get(person=first).data_classes == ["core", "plan"]
        _unmerge(merge, supervisor)
        with as_owner():
            assert AgencyAccess.objects.get(person=first).data_classes is None

    def test_who_was_named_on_the_record_that_goes_sees_nothing_by_it(
        self, pair: tuple[Person, Person], supervisor: Actor, actor_of: Any
    ) -> None:
        other = actor_of(Role.OFFENDER_MANAGER, unit="south")
        GrantFactory(content_object=pair[1], user_id=other.user_id)

        merge = _merge(*pair, supervisor)

        with as_actor(other):
            assert list(visible_to(other)) == []
        _unmerge(merge, supervisor)
        with as_actor(other):
            assert list(visible_to(other)) == [pair[1]]
        with as_owner():
            assert PersonUserGrant.objects.get().ended_at is None

    def test_a_pair_with_a_side_that_is_not_seen_is_never_told_of(
        self, world: dict[str, Any], pair: tuple[Person, Person], supervisor: Actor, client_for: Any
    ) -> None:
        elsewhere = PersonFactory(home_unit=world["south"], nominal_ref="SV1")
        with as_owner():
            hidden = Duplicate.objects.create(left=pair[0], right=elsewhere, kind="likely", proposed_at=AT)
        client = client_for(supervisor)

        with as_actor(supervisor), pytest.raises(Invalid, match="no record with this reference"):
            name_pair("NV1", "SV1", by=supervisor, at=AT, reason=WHY)
        with as_actor(supervisor), pytest.raises(NotFound):
            decide_pair(hidden.pk, by=supervisor, at=AT, same=False, reason=WHY)

        assert "NV1" not in client.get("/people/duplicates/").content.decode()
        assert client.get(f"/people/duplicates/{hidden.pk}/").status_code == 404

    def test_a_merge_is_taken_back_only_by_who_reached_both(
        self, world: dict[str, Any], actor_of: Any
    ) -> None:
        north = PersonFactory(home_unit=world["north"], nominal_ref="NV1")
        south = PersonFactory(home_unit=world["south"], nominal_ref="SV1")
        merge = _merge(north, south, actor_of(Role.CENTRAL_SPOC))
        local = actor_of(Role.SUPERVISOR)

        with as_actor(local), pytest.raises(NotFound):
            unmerge(merge.pk, by=local, at=AT, reason=WHY)

        _unmerge(merge, actor_of(Role.CENTRAL_SPOC))


class TestRefusals:
    """What forbids a merge, each with its sentence and nothing changed."""

    @pytest.fixture
    def refused(self, pair: tuple[Person, Person], supervisor: Actor) -> Callable[[], str]:
        def run() -> str:
            before = _contents()
            with pytest.raises(Refused) as found:
                _merge(*pair, supervisor)
            assert _contents() == before
            return found.value.sentence

        return run

    def test_two_open_cases(self, pair: tuple[Person, Person], refused: Any) -> None:
        for person in pair:
            CaseFactory(person=person)

        assert "Both records have an open case" in refused()

    def test_the_same_number_with_another_date_of_birth(
        self, pair: tuple[Person, Person], refused: Any
    ) -> None:
        with as_owner():
            Person.objects.filter(pk=pair[0].pk).update(
                pnc_id="2002/0073319Z", date_of_birth=date(1991, 1, 1)
            )

        assert "is a conflict" in refused()

    def test_a_restricted_record_is_the_one_that_is_kept(
        self, pair: tuple[Person, Person], supervisor: Actor, refused: Any
    ) -> None:
        GrantFactory(content_object=pair[1], user_id=supervisor.user_id)
        with as_owner():
            Person.objects.filter(pk=pair[1].pk).update(is_restricted=True)

        assert "is restricted: keep that one" in refused()
        assert _merge(pair[1], pair[0], supervisor).survivor_id == pair[1].pk

    def test_without_the_power_or_a_reason(
        self, pair: tuple[Person, Person], supervisor: Actor, actor_of: Any
    ) -> None:
        manager = actor_of(Role.OFFENDER_MANAGER)
        found = _pair_of(*pair, supervisor)

        with as_actor(manager), pytest.raises(Forbidden):
            decide_pair(found.pk, by=manager, at=AT, same=True, keep="NV1", reason=WHY)
        with as_actor(supervisor), pytest.raises(Invalid):
            decide_pair(found.pk, by=supervisor, at=AT, same=True, keep="NV1", reason="ok")
        with as_actor(supervisor), pytest.raises(Invalid):
            decide_pair(found.pk, by=supervisor, at=AT, same=True, keep="NV9", reason=WHY)

    def test_an_earlier_merge_is_taken_back_after_the_later_one(
        self, pair: tuple[Person, Person], world: dict[str, Any], supervisor: Actor
    ) -> None:
        third = PersonFactory(home_unit=world["north"], nominal_ref="NV3")
        before = _contents()
        earlier = _merge(*pair, supervisor)
        later = _merge(third, pair[0], supervisor)
        with as_actor(supervisor):
            assert access_person(supervisor, "NV2") == third

        with pytest.raises(Refused, match="take that back first"):
            _unmerge(earlier, supervisor)
        _unmerge(later, supervisor)
        _unmerge(earlier, supervisor)

        assert _contents() == before
        with pytest.raises(Refused, match="taken back already"):
            _unmerge(earlier, supervisor)


class TestProposals:
    """Pairs that the background finds."""

    def _find(self) -> dict[frozenset[str], str]:
        with as_service():
            run_now(KIND, date(2026, 7, 4), at=AT, again=True)
        with as_owner():
            rows = Duplicate.objects.select_related("left", "right")
            return {frozenset((r.left.nominal_ref, r.right.nominal_ref)): r.kind for r in rows}

    def test_the_same_number_is_proposed_and_with_another_birth_shown_as_a_conflict(
        self, world: dict[str, Any]
    ) -> None:
        for ref, born in (("NV1", "1990-06-15"), ("NV2", "1990-06-15"), ("NV3", "1971-01-01")):
            PersonFactory(
                home_unit=world["north"],
                nominal_ref=ref,
                family_name=f"Family{ref}",
                given_names=f"Given{ref}",
                date_of_birth=date.fromisoformat(born),
                pnc_id="2002/0073319Z",
            )

        found = self._find()

        assert found == {
            frozenset(("NV1", "NV2")): "identifier",
            frozenset(("NV1", "NV3")): "conflict",
            frozenset(("NV2", "NV3")): "conflict",
        }
        assert self._find() == found

    @pytest.mark.skipif(not has_library(), reason="the extra for matching is not installed")
    def test_misspelt_and_swapped_records_are_proposed_and_a_brother_is_not(
        self, world: dict[str, Any]
    ) -> None:
        said = {
            "A1": ("Abernathy", "Jolyon", "1984-03-05", "NM1 1AA"),
            "A2": ("Abernethy", "Jolyon", "1984-03-05", "NM1 1AA"),
            "B1": ("Okonkwo", "Chidi", "1979-11-02", "NM2 2BB"),
            "B2": ("Chidi", "Okonkwo", "1979-11-02", ""),
            "C1": ("Wrigley", "Tamsin", "1992-04-07", "NM3 3CC"),
            "C2": ("Wrigley", "Tamsin", "1992-07-04", "NM3 3CC"),
            "D1": ("Pettigrew", "Callum", "1999-01-09", "NM4 4DD"),
            "D2": ("Pettigrew", "Rory", "2001-10-21", "NM4 4DD"),
        }
        for ref, (family, names, born, postcode) in said.items():
            person = PersonFactory(
                home_unit=world["north"],
                nominal_ref=ref,
                family_name=family,
                given_names=names,
                date_of_birth=date.fromisoformat(born),
            )
            with as_owner():
                Address.objects.create(person=person, line="1 Mill Bank", postcode=postcode)

        found = self._find()

        assert found == {
            frozenset(("A1", "A2")): "likely",
            frozenset(("B1", "B2")): "likely",
            frozenset(("C1", "C2")): "likely",
        }

    def test_a_decided_pair_is_not_proposed_again(
        self, pair: tuple[Person, Person], supervisor: Actor
    ) -> None:
        with as_owner():
            Person.objects.update(pnc_id="2002/0073319Z")
        found = _pair_of(*pair, supervisor)
        with as_actor(supervisor):
            decide_pair(found.pk, by=supervisor, at=AT, same=False, reason=WHY)

        self._find()

        with as_owner():
            assert Duplicate.objects.get().status == "not_same"


def test_the_pages_compare_decide_and_take_back(
    pair: tuple[Person, Person], client_for: Callable[..., Client], world: dict[str, Any]
) -> None:
    client = client_for(Role.SUPPORT)
    AgencyAccessFactory(person=pair[0], agency=world["probation"])

    place = client.post("/people/duplicates/new/", {"first": "nv1", "second": "NV2", "reason": WHY})[
        "Location"
    ]
    side_by_side = client.get(place).content.decode()
    undecided = client.post(place, {"decision": "same", "reason": WHY}).content.decode()
    merged = client.post(
        place, {"decision": "same", "keep": "NV1", "reason": WHY}, follow=True
    ).content.decode()
    with as_owner():
        merge = Merge.objects.get()
    old = client.get("/people/NV2/")
    back = client.post(f"/people/merges/{merge.pk}/back/", {"reason": WHY}, follow=True).content.decode()

    assert "Nayler" in side_by_side
    assert "Differs" in side_by_side
    assert "Agrees" in side_by_side
    assert "no longer see the person" in side_by_side
    assert "Choose which record is kept" in undecided
    assert "The records were merged." in merged
    assert old.status_code in (200, 302)
    assert "both records stand as before" in back
    assert client_for(Role.OFFENDER_MANAGER).get("/people/duplicates/").status_code == 403
