"""Disposal takes two people, leaves nothing of the person and a log that verifies; a held record stays (SHR-4)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cohorts.models import Case
from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.rules import Role
from iom.approvals import services as approvals
from iom.approvals.models import Approval
from iom.audit.anchors import last_anchor
from iom.audit.keys import SigningKey
from iom.audit.models import Act, Change
from iom.audit.services import record, verify
from iom.feeds.models import FeedFile, FeedRejectedRow
from iom.kernel.disposal import Rule, Way, rules
from iom.kernel.errors import Forbidden, Invalid, NotFound, Refused
from iom.persons.models import Alias, Assessment, Person
from iom.persons.services import decide_pair, name_pair
from iom.retention import audit, graph
from iom.retention.guards import ASKED_TO_SEE, HELD, IN_CUSTODY, OPEN_CASE, UNDECIDED
from iom.retention.models import Disposal, DisposedReference, LegalHold, Returned, Review, Tally
from iom.retention.rules.statuses import CRITERIA
from iom.retention.services.disposal import dispose, dispose_next
from iom.retention.services.holds import lift_hold, set_hold
from iom.retention.services.returned import decide_returned, note_returned
from iom.retention.services.review import ask_disposal, reopen_refused, retain
from scoring.models import Event
from tests.audit.test_seals import key, seal  # noqa: F401
from tests.cohorts.factories import CaseFactory, DeadlineFactory, PlacementFactory, ReferralFactory
from tests.factories import AgencyFactory, CustodyPeriodFactory, PersonFactory
from tests.meetings.factories import MeetingCaseFactory
from tests.retention.factories import LegalHoldFactory, ReviewFactory, proved
from tests.scoring.factories import EventFactory
from tests.tagging.factories import WearingFactory

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
NO = {one.code: "no" for one in CRITERIA}
WHY = "Nothing has come to notice since 2015."


@pytest.fixture
def inspector(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of(Role.INSPECTOR)


@pytest.fixture
def spoc(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of(Role.CENTRAL_SPOC)


@pytest.fixture
def review(world: dict[str, Any]) -> Review:
    """A thief of North of long ago, due for review, with something in every app."""
    person = PersonFactory(home_unit=world["north"], family_name="Goneaway", nominal_ref="NV5000001")
    EventFactory(person=person, category="shoplifting", occurred_on=date(2015, 3, 1))
    case = CaseFactory(
        person=person,
        referral=ReferralFactory(
            person=person, family_name="Goneaway", status="selected", decided_on=date(2015, 4, 1)
        ),
        selected_on=date(2015, 4, 1),
        review_on=date(2015, 5, 1),
        status="closed",
        deselected_on=date(2015, 10, 1),
        closed_on=date(2015, 10, 8),
    )
    PlacementFactory(case=case, starts_on=date(2015, 4, 1))
    DeadlineFactory(
        case=case, started_on=date(2015, 4, 1), first_due_on=date(2015, 4, 14), due_on=date(2015, 4, 14),
        met_on=date(2015, 4, 13), met_at=datetime(2015, 4, 13, tzinfo=UTC),
    )  # fmt: skip
    CustodyPeriodFactory(person=person, held_from=date(2015, 1, 1), held_to=date(2015, 2, 1))
    MeetingCaseFactory(person=person)
    WearingFactory(
        person=person, consent_on=date(2015, 5, 1), starts_on=date(2015, 5, 1), review_on=date(2015, 6, 1),
        ends_on=date(2015, 7, 1), end_reason="period_over",
    )  # fmt: skip
    with as_owner():
        Alias.objects.create(person=person, family_name="Goneaway-Smith", search_name="goneaway smith")
        Assessment.objects.create(
            person=person,
            instrument="OGRS3",
            value="60",
            assessed_on=date(2015, 1, 1),
            agency=AgencyFactory(),
        )
    return ReviewFactory(person=person)  # type: ignore[no-any-return]


def asked(review: Review, by: Actor) -> Review:
    with as_actor(by):
        return ask_disposal(review.pk, answers=NO, reason=WHY, by=by, on=ON, at=AT)


def signed(review: Review, by: Actor, second: Actor) -> Review:
    found = asked(review, by)
    with as_actor(second):
        approvals.approve(found.approval_id or 0, by=second, at=AT)
    return found


# Keeping


def test_a_record_is_kept_with_a_reason_and_a_next_date(review: Review, inspector: Actor) -> None:
    with as_actor(inspector):
        kept = retain(
            review.pk,
            answers=NO,
            reason="Still named in an inquiry.",
            next_on=date(2029, 1, 1),
            by=inspector,
            on=ON,
            at=AT,
        )

    assert (kept.status, kept.next_on) == ("retained", date(2029, 1, 1))
    with as_owner():
        assert Act.objects.filter(action=audit.RETAINED.code, subjects=[review.person_id]).exists()


@pytest.mark.parametrize("next_on", [ON, date(2031, 11, 24)])
def test_the_next_review_is_in_the_future_and_not_later_than_the_schedule(
    review: Review, inspector: Actor, next_on: date
) -> None:
    with as_actor(inspector), pytest.raises(Invalid) as refused:
        retain(review.pk, answers=NO, reason=WHY, next_on=next_on, by=inspector, on=ON, at=AT)

    assert list(refused.value.fields) == ["next_on"]


def test_every_criterion_is_answered_and_a_reason_is_given(review: Review, inspector: Actor) -> None:
    with as_actor(inspector), pytest.raises(Invalid) as refused:
        ask_disposal(review.pk, answers={"harm": "no"}, reason="short", by=inspector, on=ON, at=AT)

    assert set(refused.value.fields) == {one.code for one in CRITERIA[1:]} | {"reason"}


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.INSPECTOR, Role.CENTRAL_SPOC)])
def test_nobody_else_decides(review: Review, actor_of: Callable[..., Actor], role: Role) -> None:
    other = actor_of(role)

    with as_actor(other), pytest.raises((NotFound, Forbidden)):
        ask_disposal(review.pk, answers=NO, reason=WHY, by=other, on=ON, at=AT)


def test_an_inspector_of_another_district_finds_no_such_review(
    review: Review, actor_of: Callable[..., Actor]
) -> None:
    other = actor_of(Role.INSPECTOR, unit="south")

    with as_actor(other), pytest.raises(NotFound):
        ask_disposal(review.pk, answers=NO, reason=WHY, by=other, on=ON, at=AT)


# Two people


def test_asking_deletes_nothing_and_the_asker_cannot_sign(review: Review, inspector: Actor) -> None:
    found = asked(review, inspector)

    with as_actor(inspector), pytest.raises((Refused, Forbidden)):
        approvals.approve(found.approval_id or 0, by=inspector, at=AT)
    with as_service():
        assert not dispose_next(AT)
    with as_owner():
        assert Person.objects.filter(pk=review.person_id).exists()


def test_a_refused_signature_opens_the_review_again(review: Review, inspector: Actor, spoc: Actor) -> None:
    found = asked(review, inspector)
    with as_actor(spoc):
        approvals.refuse(found.approval_id or 0, by=spoc, at=AT, reason="The inquiry is still running.")

    with as_service():
        assert reopen_refused() == 1
    with as_owner():
        assert Review.objects.get(pk=review.pk).status == "open"


def test_the_database_takes_no_review_signed_by_its_own_decider(review: Review, inspector: Actor) -> None:
    with pytest.raises(DatabaseError), as_owner():
        Review.objects.filter(pk=review.pk).update(
            status="approved", decided_by_id=inspector.user_id, approved_by_id=inspector.user_id, reason=WHY
        )


# What is left


def everything_about(person_id: int) -> dict[str, int]:
    """Rows left per table, by every way that leads to the person."""
    tables = graph.leading_to_a_person()
    left = {}
    with as_owner(), connection.cursor() as cursor:
        for model in tables:
            rule = rules().get(model._meta.label, Rule("", Way.DELETE))
            if rule.way == Way.KEEP:
                continue
            where = graph.condition(model, tables, person=str(person_id))
            cursor.execute(f"SELECT count(*) FROM {model._meta.db_table} WHERE {where}")
            if number := cursor.fetchone()[0]:
                left[model._meta.label] = number
    return left


def test_disposal_leaves_no_row_that_leads_to_the_person_and_figures_without_them(
    review: Review, inspector: Actor, spoc: Actor
) -> None:
    other = EventFactory(category="shoplifting")
    before = everything_about(review.person_id)
    signed(review, inspector, spoc)

    with as_service():
        assert dispose_next(AT)

    assert {
        "persons.Alias",
        "scoring.Event",
        "cohorts.Deadline",
        "meetings.MeetingCase",
        "tagging.Wearing",
    } <= set(before)
    assert everything_about(review.person_id) == {}
    with as_owner():
        disposal = Disposal.objects.get()
        figures = {t.figure: t.number for t in Tally.objects.filter(year=2015)}
        assert Event.objects.filter(pk=other.pk).exists()
    assert figures == {"cases selected": 1, "cases closed": 1, "engagement met": 1}
    assert (disposal.decided_by_id, disposal.approved_by_id) == (inspector.user_id, spoc.user_id)
    assert (disposal.review_no, disposal.group, disposal.schedule_version) == (review.pk, 3, "MOPI-1")
    assert disposal.counts["persons_person"] == 1
    assert disposal.counts["scoring_event"] == 1


def test_a_record_that_was_merged_into_the_persons_goes_with_it(
    review: Review, inspector: Actor, spoc: Actor, world: dict[str, Any]
) -> None:
    merged = PersonFactory(home_unit=world["north"], family_name="Goneawey", nominal_ref="NV5000002")
    EventFactory(person=merged, category="shoplifting", occurred_on=date(2015, 3, 2))
    with as_actor(inspector):
        pair = name_pair("NV5000001", "NV5000002", by=inspector, at=AT, reason=WHY)
        decide_pair(pair.pk, by=inspector, at=AT, same=True, keep="NV5000001", reason=WHY)
    signed(review, inspector, spoc)

    with as_service():
        assert dispose_next(AT)

    assert everything_about(review.person_id) == {}
    assert everything_about(merged.pk) == {}
    with as_owner():
        disposal = Disposal.objects.get()
        assert DisposedReference.objects.filter(disposal=disposal).count() == 2
    assert (disposal.counts["persons_person"], disposal.counts["scoring_event"]) == (2, 2)


def test_nothing_of_the_person_is_left_in_log_or_signature_and_the_log_verifies(
    review: Review,
    inspector: Actor,
    spoc: Actor,
    key: SigningKey,  # noqa: F811
) -> None:
    with as_owner():
        record(audit.HELD, by=inspector, subjects=[review.person_id], reason="Goneaway was seen.")
        record(audit.HELD, by=inspector, detail={"path": "/people/NV5000001/"}, kind="denied")
        Alias.objects.filter(person=review.person_id).update(family_name="Goneaway-Jones")
    signed(review, inspector, spoc)
    seal(key)
    with as_service():
        printed = last_anchor()
        dispose_next(AT)

    with as_owner(), connection.cursor() as cursor:
        words = ""
        for table in (
            "audit_act",
            "audit_change",
            "approvals_approval",
            "retention_disposal",
            "retention_tally",
        ):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            words += cursor.fetchone()[0]
        assert Approval.objects.get().person_id is None
    for secret in ("Goneaway", "goneaway", "NV5000001", WHY):
        assert secret not in words
    with as_service():
        found = verify(anchor=printed, key_id=key.key_id)
    assert found.problems == []
    assert (found.seals, found.disposed > 10) == (1, True)


def test_the_log_of_somebody_with_a_longer_reference_is_left_alone(
    review: Review, inspector: Actor, spoc: Actor
) -> None:
    with as_owner():
        for path in ("/people/NV50000012/", "/people/XNV5000001/", "/people/NV5000001/"):
            record(audit.HELD, by=inspector, detail={"path": path}, kind="denied")
        record(audit.HELD, by=inspector, reason="Asked about nv5000001 by telephone.")
    signed(review, inspector, spoc)

    with as_service():
        dispose_next(AT)

    with as_owner():
        left = Act.objects.filter(kind="denied").order_by("id").values_list("detail", flat=True)
        assert list(left) == [{"path": "/people/NV50000012/"}, {"path": "/people/XNV5000001/"}, {}]
        assert not Act.objects.filter(reason__icontains="nv5000001").exists()


def test_rows_of_a_feed_that_were_never_loaded_are_thrown_away_as_well(
    review: Review, inspector: Actor, spoc: Actor
) -> None:
    rows = [["NV5000001", "Goneaway"], [" nv5000001 ", "x"], ["NV50000012", "Somebody else"]]
    with as_owner():
        file = FeedFile.objects.create(
            kind="nominals",
            name="a.csv",
            sha256="0" * 64,
            size_bytes=1,
            status="parked",
            received_at=AT,
            rejected=3,
        )
        for line, raw in enumerate(rows, start=2):
            FeedRejectedRow.objects.create(file=file, line=line, raw=raw)
    signed(review, inspector, spoc)

    with as_service():
        dispose_next(AT)

    with as_owner():
        assert [row.raw for row in FeedRejectedRow.objects.all()] == [rows[2]]
        assert Disposal.objects.get().counts["feeds_feedrejectedrow"] == 2


def test_a_stop_midway_leaves_the_record_whole(
    review: Review, inspector: Actor, spoc: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed(review, inspector, spoc)
    before = everything_about(review.person_id)
    monkeypatch.setattr(Disposal.objects, "create", _fail)

    with pytest.raises(RuntimeError), as_service():
        dispose_next(AT)

    assert everything_about(review.person_id) == before


def _fail(**kwargs: Any) -> None:
    raise RuntimeError("the light went out")


# What stands against it


def hold(review: Review) -> None:
    LegalHoldFactory(person=review.person)


def open_case(review: Review) -> None:
    with as_owner():
        Case.objects.filter(person=review.person).update(status="deselecting", closed_on=None)


def custody(review: Review) -> None:
    CustodyPeriodFactory(person=review.person)


def request(review: Review) -> None:
    proved(person=review.person)


@pytest.mark.parametrize(
    ("stands", "sentence"),
    [(hold, HELD), (open_case, OPEN_CASE), (custody, IN_CUSTODY), (request, ASKED_TO_SEE)],
)
def test_disposal_is_refused_when_asked_when_signed_and_by_the_database(
    review: Review, inspector: Actor, spoc: Actor, stands: Callable[[Review], None], sentence: str
) -> None:
    found = asked(review, inspector)
    stands(review)

    with as_actor(spoc), pytest.raises(Refused, match=sentence):
        approvals.approve(found.approval_id or 0, by=spoc, at=AT)
    with as_owner():
        Review.objects.filter(pk=review.pk).update(status="approved", approved_by_id=spoc.user_id)
    with as_service(), pytest.raises(Refused, match=sentence):
        dispose(review.pk, at=AT)
    with (
        as_service(),
        pytest.raises(DatabaseError, match=sentence),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT authz.dispose_person(%s, %s)", [review.person_id, review.pk])
    with as_service():
        assert dispose_next(AT)  # stopped: the review is open again and its decider is told
    with as_owner():
        assert Review.objects.get(pk=review.pk).status == "open"
        assert Person.objects.filter(pk=review.person_id).exists()


def test_not_even_the_owner_deletes_a_held_person(review: Review) -> None:
    hold(review)

    with (
        as_owner(),
        pytest.raises(DatabaseError, match=HELD),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM persons_person WHERE id = %s", [review.person_id])


def test_the_database_disposes_of_nobody_without_a_signed_review(review: Review) -> None:
    with (
        as_service(),
        pytest.raises(DatabaseError, match=UNDECIDED),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT authz.dispose_person(%s, %s)", [review.person_id, review.pk])


@pytest.mark.parametrize("role", [Role.CENTRAL_SPOC, Role.AUDITOR, Role.ADMINISTRATOR, Role.PARTNER_MANAGER])
def test_no_role_may_call_the_function(review: Review, actor_of: Callable[..., Actor], role: Role) -> None:
    with (
        as_actor(actor_of(role)),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT authz.dispose_person(%s, %s)", [review.person_id, review.pk])


# Holds


def test_a_hold_is_set_with_reason_authority_and_date_and_lifted_by_an_act(
    review: Review, inspector: Actor
) -> None:
    with as_actor(inspector):
        with pytest.raises(Invalid) as wrong:
            set_hold("NV5000001", reason="x", authority=" ", review_on=ON, by=inspector, on=ON, at=AT)
        held = set_hold(
            "NV5000001", reason="Civil claim against the force.", authority="Legal services",
            review_on=ON + timedelta(90), by=inspector, on=ON, at=AT,
        )  # fmt: skip
        with pytest.raises(Refused, match=HELD):
            ask_disposal(review.pk, answers=NO, reason=WHY, by=inspector, on=ON, at=AT)
        lift_hold(held.pk, reason="The claim was settled.", by=inspector, at=AT)
        ask_disposal(review.pk, answers=NO, reason=WHY, by=inspector, on=ON, at=AT)

    assert set(wrong.value.fields) == {"reason", "authority", "review_on"}
    with as_owner():
        acts = Act.objects.filter(subjects=[review.person_id]).values_list("action", flat=True)
        assert {audit.HELD.code, audit.LIFTED.code} <= set(acts)
        assert LegalHold.objects.get().lifted_by_id == inspector.user_id


# Who comes back


def test_somebody_who_comes_back_is_recognised_and_put_to_a_person(
    review: Review, inspector: Actor, spoc: Actor, world: dict[str, Any]
) -> None:
    signed(review, inspector, spoc)
    with as_service():
        dispose_next(AT)
    again = PersonFactory(home_unit=world["north"], nominal_ref="NV5000001")
    PersonFactory(home_unit=world["north"], nominal_ref="NV5000002")

    with as_service():
        found = [note_returned(since=datetime(2000, 1, 1, tzinfo=UTC), on=ON) for _ in range(2)]

    assert found == [1, 0]
    with as_owner():
        row = Returned.objects.get()
        assert row.person_id == again.pk
        assert "NV5000001" not in str(list(DisposedReference.objects.values()))
    with as_actor(inspector):
        decide_returned(
            row.pk, outcome="again", reason="The feed sent an old row.", by=inspector, on=ON, at=AT
        )
        assert Review.objects.get(person=again).status == "open"


# The rules are whole


def test_every_table_that_leads_to_a_person_has_a_rule_and_the_steps_end_with_the_person() -> None:
    assert list(graph.problems()) == []
    assert graph.steps()[-1][0] is Person


@pytest.mark.parametrize(
    "label", ["scoring.Event", "cohorts.DeadlineMove", "approvals.Approval", "persons.Alias"]
)
def test_a_table_without_a_rule_fails_the_checks(monkeypatch: pytest.MonkeyPatch, label: str) -> None:
    left = {name: rule for name, rule in rules().items() if name != label}
    monkeypatch.setattr(graph, "rules", lambda: left)

    assert [p for p in graph.problems() if p.startswith(label)]


def test_a_rule_that_keeps_rows_hanging_on_deleted_ones_fails_the_checks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    changed = {**rules(), "cohorts.Plan": Rule("cohorts.Plan", Way.KEEP, "by mistake")}
    monkeypatch.setattr(graph, "rules", lambda: changed)

    assert any("cohorts.Plan is kept whole" in problem for problem in graph.problems())


def test_changes_of_rows_that_name_nobody_are_blanked_as_well(
    review: Review, inspector: Actor, spoc: Actor
) -> None:
    signed(review, inspector, spoc)

    with as_service():
        dispose_next(AT)

    with as_owner():
        left = Change.objects.filter(table_name="approvals_approval").exclude(before=None, after=None)
        assert [row for row in left if "Goneaway" in str(row.before) or WHY in str(row.before)] == []
