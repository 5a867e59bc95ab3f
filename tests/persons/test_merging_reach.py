"""Nobody comes to see more when two records become one, and nothing closed since opens when they are two again (PER-1).

The oracle is the reach itself: whoever sees the person after a merge saw each of the two records before it.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iom.access.actor import Actor
from iom.access.models import AgencyAccess, PersonUserGrant
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.rules import Role
from iom.audit.selectors import Filters, acts
from iom.feeds.services import take_touched
from iom.kernel.errors import Refused
from iom.persons import services
from iom.persons.models import Duplicate, Merge, Person, Restriction
from iom.persons.permissions import access_person, merges_visible_to, visible_to
from iom.records.models import AgencyNoteAudience
from iom.retention.models import LegalHold
from iom.working_days.rules import local_date
from scoring.models import Event, EventVersion
from tests.access.factories import GrantFactory
from tests.factories import AgencyAccessFactory, PersonFactory, SharingAgreementFactory, UserFactory
from tests.feeds.conftest import CRIME, load, store_of_its_own, write  # noqa: F401
from tests.persons.test_merging import WHY, _merge, _pair_of, _unmerge, pair, supervisor  # noqa: F401
from tests.records.factories import AudienceFactory, NoteFactory
from tests.retention.factories import LegalHoldFactory, proved

pytestmark = pytest.mark.django_db
TODAY = local_date(datetime.now(UTC))
DAY = timedelta(days=1)
PARTS = ("plan", "risk", "custody")
Pair = tuple[Person, Person]


def _parts(access: AgencyAccess) -> list[str] | None:
    access.refresh_from_db()
    return access.data_classes


def _runs(access: AgencyAccess) -> bool:
    """Whether the share stands today or is still to begin."""
    access.refresh_from_db()
    return access.ends_on is None or access.ends_on > max(access.starts_on, TODAY)


class TestShares:
    """What of a share of the kept record stands, by what the agency had of the other."""

    @pytest.mark.parametrize(
        ("kept", "other", "until"),
        [
            ({"starts_on": TODAY + 5 * DAY}, None, "never"),
            ({}, {"starts_on": TODAY + 5 * DAY}, "never"),
            ({}, {"ends_on": TODAY}, "never"),
            ({}, {"ends_on": TODAY + 10 * DAY}, TODAY + 10 * DAY),
            ({"ends_on": TODAY + 3 * DAY}, {"ends_on": TODAY + 10 * DAY}, TODAY + 3 * DAY),
            ({}, {}, None),
        ],
    )
    def test_by_its_days(
        self,
        pair: Pair,  # noqa: F811
        world: dict[str, Any],
        supervisor: Actor,  # noqa: F811
        kept: dict[str, Any],
        other: dict[str, Any] | None,
        until: Any,
    ) -> None:
        share = AgencyAccessFactory(person=pair[0], agency=world["drugs"], **kept)
        if other is not None:
            AgencyAccessFactory(person=pair[1], agency=world["drugs"], **other)

        merge = _merge(*pair, supervisor)

        with as_owner():
            assert _runs(share) is (until != "never")
            assert until == "never" or share.ends_on == until
        _unmerge(merge, supervisor)
        with as_owner():
            share.refresh_from_db()
        assert share.ends_on == kept.get("ends_on")

    def test_by_the_agreement_that_covered_the_other_record(
        self,
        pair: Pair,  # noqa: F811
        world: dict[str, Any],
        supervisor: Actor,  # noqa: F811
    ) -> None:
        agency = world["drugs"]
        wide = SharingAgreementFactory(agency=agency)
        narrow = SharingAgreementFactory(
            agency=agency, data_classes=["core", "plan"], ends_on=TODAY + 9 * DAY
        )
        share = AgencyAccessFactory(person=pair[0], agency=agency, agreement=wide)
        AgencyAccessFactory(person=pair[1], agency=agency, agreement=narrow)

        merge = _merge(*pair, supervisor)

        with as_owner():
            assert (_parts(share), share.ends_on) == (["core", "plan"], TODAY + 9 * DAY)
        _unmerge(merge, supervisor)
        with as_owner():
            assert (_parts(share), share.ends_on) == (None, None)

    def test_an_agreement_that_is_over_showed_nothing(
        self,
        pair: Pair,  # noqa: F811
        world: dict[str, Any],
        supervisor: Actor,  # noqa: F811
    ) -> None:
        over = SharingAgreementFactory(agency=world["drugs"], ends_on=TODAY - DAY)
        share = AgencyAccessFactory(
            person=pair[0], agency=world["drugs"], agreement=SharingAgreementFactory(agency=world["drugs"])
        )
        AgencyAccessFactory(person=pair[1], agency=world["drugs"], agreement=over)

        _merge(*pair, supervisor)

        with as_owner():
            assert not _runs(share)


SHARE = st.sampled_from(["", "open", "ended", "later", "over"])
NAMED = st.sampled_from(["", "named", "search", "ended"])


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    shares=st.tuples(SHARE, SHARE),
    grants=st.tuples(NAMED, NAMED),
    restricted=st.booleans(),
    homes=st.tuples(st.sampled_from(["north", "south"]), st.sampled_from(["north", "south"])),
)
def test_whoever_sees_the_person_saw_both_records_before(
    world: dict[str, Any],
    actor_of: Callable[..., Actor],
    shares: tuple[str, str],
    grants: tuple[str, str],
    restricted: bool,
    homes: tuple[str, str],
) -> None:
    central = actor_of(Role.CENTRAL_SPOC)
    sergeant = actor_of(Role.SUPERVISOR, unit=homes[0])
    number = UserFactory().pk
    people = [PersonFactory(home_unit=world[homes[n]], nominal_ref=f"{'AB'[n]}{number}") for n in (0, 1)]
    named, partner = actor_of(Role.OFFENDER_MANAGER, unit="hub"), actor_of(Role.PARTNER_PRACTITIONER)
    for n, person in enumerate(people):
        _share(person, world["probation"], shares[n])
        _grant(person, named, grants[n])
    if restricted:
        with as_owner():
            Person.objects.filter(pk=people[0].pk).update(is_restricted=True)
        GrantFactory(content_object=people[0], user_id=central.user_id)
        GrantFactory(content_object=people[0], user_id=sergeant.user_id)
        GrantFactory(content_object=people[0], user_id=partner.user_id)
    readers = (named, partner, central, sergeant)
    before = {reader.user_id: _sees(reader, people) for reader in readers}

    try:
        merge = _merge(people[0], people[1], central)
    except Refused:
        assert {reader.user_id: _sees(reader, people) for reader in readers} == before
        return

    after = {reader.user_id: _sees(reader, people) for reader in readers}
    outside = (named, partner, *((sergeant,) if restricted else ()))
    for reader in outside:
        assert before[reader.user_id] == {0, 1} or after[reader.user_id] == set(), before
    assert all(1 not in seen for seen in after.values())
    _unmerge(merge, central)
    assert {reader.user_id: _sees(reader, people) for reader in readers} == before


def _share(person: Person, agency: Any, how: str) -> None:
    if how:
        kept: dict[str, Any] = {"ended": {"ends_on": TODAY}, "later": {"starts_on": TODAY + DAY}}.get(how, {})
        if how == "over":
            kept = {"agreement": SharingAgreementFactory(agency=agency, ends_on=TODAY)}
        AgencyAccessFactory(person=person, agency=agency, **kept)


def _grant(person: Person, actor: Actor, how: str) -> None:
    if how:
        now = datetime.now(UTC)
        kept = {"search": {"kind": "search", "expires_at": now + DAY}, "ended": {"ended_at": now}}.get(
            how, {}
        )
        GrantFactory(content_object=person, user_id=actor.user_id, **kept)


def _sees(actor: Actor, people: list[Person]) -> set[int]:
    with as_actor(actor):
        seen = set(visible_to(actor).filter(pk__in=[p.pk for p in people]).values_list("pk", flat=True))
        raw = set(Person.objects.filter(pk__in=[p.pk for p in people]).values_list("pk", flat=True))
    assert seen == raw
    return {n for n, person in enumerate(people) if person.pk in seen}


def test_a_record_that_was_only_opened_is_not_merged_by_the_reader(
    world: dict[str, Any],
    actor_of: Callable[..., Actor],
    supervisor: Actor,  # noqa: F811
) -> None:
    north = PersonFactory(home_unit=world["north"], nominal_ref="NV1")
    south = PersonFactory(home_unit=world["south"], nominal_ref="SV1")
    GrantFactory(content_object=south, user_id=supervisor.user_id, kind="search",
                 expires_at=datetime.now(UTC) + DAY)  # fmt: skip
    found = _pair_of(north, south, actor_of(Role.CENTRAL_SPOC))

    with as_actor(supervisor), pytest.raises(Refused, match="opened to you to be read"):
        services.name_pair("NV1", "SV1", by=supervisor, at=datetime.now(UTC), reason=WHY)
    with as_actor(supervisor), pytest.raises(Refused, match="opened to you to be read"):
        services.decide_pair(found.pk, by=supervisor, at=datetime.now(UTC), same=True, keep="NV1", reason=WHY)
    with as_owner():
        assert not Merge.objects.exists()


def test_who_restricts_must_stay_named_on_what_is_kept(
    world: dict[str, Any],
    actor_of: Callable[..., Actor],
) -> None:
    central, local = actor_of(Role.CENTRAL_SPOC), actor_of(Role.SUPERVISOR)
    kept = PersonFactory(home_unit=world["north"], nominal_ref="NV1")
    other = PersonFactory(home_unit=world["south"], nominal_ref="SV1")
    found = _pair_of(kept, other, central)
    for user in (central, local):
        GrantFactory(content_object=kept, user_id=user.user_id)
    with as_owner():
        Person.objects.filter(pk=kept.pk).update(is_restricted=True)
        Duplicate.objects.filter(pk=found.pk).update(status="open")

    _merge(kept, other, central)

    with as_actor(local):
        assert list(visible_to(local)) == []
    with as_actor(central):
        assert access_person(central, "SV1") == kept


def test_a_child_and_an_adult_are_not_merged_before_the_birth_is_known(
    pair: Pair,  # noqa: F811
    supervisor: Actor,  # noqa: F811
) -> None:
    with as_owner():
        Person.objects.filter(pk=pair[1].pk).update(date_of_birth=TODAY - 15 * 365 * DAY)

    with pytest.raises(Refused, match="of a child and the other of an adult"):
        _merge(*pair, supervisor)


def test_a_merge_that_was_taken_back_is_told_only_to_who_sees_both(
    world: dict[str, Any],
    actor_of: Callable[..., Actor],
    supervisor: Actor,  # noqa: F811
) -> None:
    central, partner = actor_of(Role.CENTRAL_SPOC), actor_of(Role.PARTNER_PRACTITIONER)
    north = PersonFactory(home_unit=world["north"], nominal_ref="NV1")
    south = PersonFactory(home_unit=world["south"], nominal_ref="SV1")
    AgencyAccessFactory(person=north, agency=world["probation"])
    merge = _merge(north, south, central)
    with as_actor(supervisor):
        assert list(merges_visible_to(supervisor)) == [merge]

    _unmerge(merge, central)

    for reader, told in ((supervisor, []), (partner, []), (central, [merge])):
        with as_actor(reader):
            assert list(Merge.objects.all()) == told
            assert list(merges_visible_to(reader)) == told


class TestTakenBack:
    """What was done while the records were one, when they are two again."""

    @pytest.fixture
    def merge(self, pair: Pair, world: dict[str, Any], supervisor: Actor) -> Merge:  # noqa: F811
        """Merged while the drugs service saw both records and probation the kept one alone."""
        for person in pair:
            AgencyAccessFactory(person=person, agency=world["drugs"])
        AgencyAccessFactory(person=pair[0], agency=world["probation"])
        return _merge(*pair, supervisor)

    def test_sharing_that_was_stopped_stays_stopped_for_both(
        self,
        pair: Pair,  # noqa: F811
        merge: Merge,
        world: dict[str, Any],
        supervisor: Actor,  # noqa: F811
        actor_of: Callable[..., Actor],
    ) -> None:
        with as_owner():
            AgencyAccess.objects.filter(agency=world["drugs"], person=pair[0]).update(ends_on=TODAY)

        _unmerge(merge, supervisor)

        drugs, probation = (
            actor_of(Role.PARTNER_PRACTITIONER, agency="drugs"),
            actor_of(Role.PARTNER_PRACTITIONER),
        )
        assert _sees(drugs, list(pair)) == set()
        assert _sees(probation, list(pair)) == {0}

    def test_a_share_given_anew_stands_beside_the_one_that_was_ended(
        self,
        pair: Pair,  # noqa: F811
        merge: Merge,
        world: dict[str, Any],
        supervisor: Actor,  # noqa: F811
    ) -> None:
        anew = AgencyAccessFactory(person=pair[0], agency=world["probation"], starts_on=TODAY)

        _unmerge(merge, supervisor)

        with as_owner():
            assert _runs(anew)
            assert AgencyAccess.objects.filter(person=pair[0], agency=world["probation"]).count() == 2

    def test_a_restriction_since_keeps_both_closed(
        self,
        pair: Pair,  # noqa: F811
        merge: Merge,
        supervisor: Actor,  # noqa: F811
        actor_of: Callable[..., Actor],
    ) -> None:
        inspector, other = actor_of(Role.INSPECTOR), actor_of(Role.SUPERVISOR)
        with as_owner():
            Person.objects.filter(pk=pair[0].pk).update(is_restricted=True)
            Restriction.objects.create(
                person=pair[0],
                kind="conflict",
                reason=WHY,
                set_by_id=inspector.user_id,
                set_at=datetime.now(UTC),
            )
        for user in (inspector, supervisor):
            GrantFactory(content_object=pair[0], user_id=user.user_id)

        _unmerge(merge, supervisor)

        assert _sees(other, list(pair)) == set()
        assert _sees(inspector, list(pair)) == {0, 1}
        with as_owner():
            assert Restriction.objects.filter(person=pair[1], lifted_at=None).count() == 1

    def test_a_naming_that_was_ended_since_does_not_come_back(
        self,
        pair: Pair,  # noqa: F811
        world: dict[str, Any],
        supervisor: Actor,  # noqa: F811
        actor_of: Callable[..., Actor],
    ) -> None:
        named = actor_of(Role.OFFENDER_MANAGER, unit="hub")
        for person in pair:
            GrantFactory(content_object=person, user_id=named.user_id)
        merge = _merge(*pair, supervisor)
        assert _sees(named, list(pair)) == {0}
        with as_owner():
            PersonUserGrant.objects.filter(content_object=pair[0]).update(ended_at=datetime.now(UTC))

        _unmerge(merge, supervisor)

        assert _sees(named, list(pair)) == set()

    def test_a_hold_since_holds_both_and_an_earlier_one_only_its_own(
        self,
        pair: Pair,  # noqa: F811
        supervisor: Actor,  # noqa: F811
    ) -> None:
        earlier = LegalHoldFactory(person=pair[1], authority="Earlier")
        merge = _merge(*pair, supervisor)
        with as_owner():
            assert LegalHold.objects.get(pk=earlier.pk).person_id == pair[0].pk
        LegalHoldFactory(person=pair[0], authority="Since")

        _unmerge(merge, supervisor)

        with as_owner():
            held = sorted(LegalHold.objects.values_list("person__nominal_ref", "authority"))
        assert held == [("NV1", "Since"), ("NV2", "Earlier"), ("NV2", "Since")]

    def test_what_was_added_to_a_row_goes_back_with_it(
        self,
        pair: Pair,  # noqa: F811
        world: dict[str, Any],
        supervisor: Actor,  # noqa: F811
    ) -> None:
        note = NoteFactory(person=pair[1], agency=world["drugs"])
        merge = _merge(*pair, supervisor)
        told = AudienceFactory(note=note, person=pair[0], owner=world["drugs"], agency=world["probation"])

        _unmerge(merge, supervisor)

        with as_owner():
            note.refresh_from_db()
            assert AgencyNoteAudience.objects.get(pk=told.pk).person_id == note.person_id == pair[1].pk

    def test_what_a_file_brought_for_the_old_reference_goes_back_and_is_read_anew(
        self,
        pair: Pair,  # noqa: F811
        supervisor: Actor,  # noqa: F811
        load: Any,  # noqa: F811
        write: Any,  # noqa: F811
    ) -> None:
        said = {**CRIME, "nominal_ref": "NV2"}
        row = {"nominal_ref": "NV2", "family_name": "Nayler", "sex": "M", "home_unit": "north"}
        load("crimes", write("crimes", said, name="a.csv"))
        merge = _merge(*pair, supervisor)
        load("crimes", write("crimes", {**said, "ho_code": "03401"}, name="b.csv"))
        load("crimes", write("crimes", {**said, "crime_ref": "NM2"}, {**said, "crime_ref": "NM3", "nominal_ref": "NV1"},
                             name="c.csv"))  # fmt: skip
        load("persons", write("persons", {**row, "address_line": "2 Moor End"}, name="d.csv"))

        _unmerge(merge, supervisor)
        again = load(
            "persons",
            write("persons", {**row, "address_line": "2 Moor End"}, name="e.csv", encoding="utf-8-sig"),
        )

        with as_owner():
            of = dict(Event.objects.values_list("source_ref", "person__nominal_ref"))
            assert {who for ref, who in of.items() if "NM3" in ref} == {"NV1"}
            assert {who for ref, who in of.items() if "NM3" not in ref} == {"NV2"}
            assert any("NM2600001" in ref for ref in of)
            assert any(ref.startswith("NM2") and "NM2600001" not in ref for ref in of)
            assert {v.person_id for v in EventVersion.objects.all()} == {pair[1].pk}
            assert pair[1].addresses.filter(line="2 Moor End", lived_to=None).exists()
        assert again.updated == 1
        with as_service():
            assert take_touched(people=10, before=datetime.now(UTC)) == [p.pk for p in pair]

    def test_the_newer_of_two_merges_goes_back_first(
        self,
        pair: Pair,  # noqa: F811
        world: dict[str, Any],
        merge: Merge,
        supervisor: Actor,  # noqa: F811
    ) -> None:
        newer = _merge(pair[0], PersonFactory(home_unit=world["north"], nominal_ref="NV3"), supervisor)

        with pytest.raises(Refused, match="Another record was merged into this one since"):
            _unmerge(merge, supervisor)
        _unmerge(newer, supervisor)
        _unmerge(merge, supervisor)

    def test_an_answer_put_together_from_both_is_finished_first(
        self,
        pair: Pair,  # noqa: F811
        merge: Merge,
        supervisor: Actor,  # noqa: F811
    ) -> None:
        proved(person=pair[0], status="deciding", assembled_at=datetime.now(UTC))

        with pytest.raises(Refused, match="being answered"):
            _unmerge(merge, supervisor)


def test_the_audit_of_a_merged_record_is_found_with_the_person_that_is_kept(
    pair: Pair,  # noqa: F811
    supervisor: Actor,  # noqa: F811
    client_for: Any,
    actor_of: Callable[..., Actor],
) -> None:
    client_for(supervisor).get("/people/NV2/")
    _merge(*pair, supervisor)
    auditor = actor_of(Role.AUDITOR)

    with as_actor(auditor):
        found = [
            {act.pk for act in acts(auditor, Filters(person=reference)) if pair[1].pk in act.subjects}
            for reference in ("NV1", "NV2")
        ]

    assert found[0] == found[1]
    assert len(found[0]) >= 2


def test_in_an_emergency_the_old_reference_opens_the_person_that_is_kept(
    pair: Pair,  # noqa: F811
    supervisor: Actor,  # noqa: F811
    actor_of: Callable[..., Actor],
) -> None:
    _merge(*pair, supervisor)
    away = actor_of(Role.INSPECTOR, unit="south")

    with as_actor(away):
        opened = services.break_glass("NV2", by=away, reason=WHY, at=datetime.now(UTC))
        assert access_person(away, "NV2") == pair[0]

    assert opened is not None
    assert _sees(away, list(pair)) == {0}
