"""Unusual access is found, told to whoever answers for the user, and never to the user (SHR-3)."""

import html
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.models import User
from iom.accounts.rules import Role
from iom.agencies.models import Membership
from iom.audit.models import Act, Verification
from iom.audit.rules import LONDON
from iom.kernel.errors import Invalid, NotFound, Refused
from iom.notifications.models import Notification
from iom.oversight.models import AuditReview, Finding
from iom.oversight.permissions import reviews_visible_to, visible_to
from iom.oversight.rules import Limits, month_before, review_due_on, sentence_of
from iom.oversight.services import nightly
from iom.oversight.services.finding import QUESTIONS, find_unusual
from iom.oversight.services.nightly import open_reviews, tell_of, verify_and_tell
from iom.oversight.services.reviewing import decide_finding, sign_review
from iom.persons.models import Address
from tests.audit.factories import ActFactory
from tests.cohorts.factories import CaseFactory
from tests.factories import IomFactory, MembershipFactory, PersonFactory, TeamFactory

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]
ClientFor = Callable[..., Client]
DAY = datetime.now(tz=LONDON).date() - timedelta(days=1)
NOW = datetime.now(tz=UTC)


class AddressFactory(IomFactory):
    class Meta:
        model = Address


LIMITS = Limits(many=3, hours=3, denied=3, export=5)


def moment(hour: int = 11, day: date = DAY) -> datetime:
    return datetime.combine(day, time(hour, 30), tzinfo=LONDON)


def opened(by: Actor, *people: Any, hour: int = 11, day: date = DAY, kind: str = "consult") -> None:
    for person in people:
        ActFactory(
            user_id=by.user_id, user_name=by.name, subjects=[person.pk], at=moment(hour, day), kind=kind
        )


def found(kind: str, limits: Limits = LIMITS) -> list[Finding]:
    with as_service():
        return [one for one in find_unusual(DAY, at=NOW, limits=limits) if one.kind == kind]


def rename(actor: Actor, name: str) -> None:
    with as_owner():
        User.objects.filter(pk=actor.user_id).update(name=name)


def test_every_kind_has_its_question_and_its_sentence() -> None:
    assert set(QUESTIONS) == set(
        Finding._meta.get_field("kind").choices and dict(Finding._meta.get_field("kind").choices)
    )
    assert (
        sentence_of("colleague", {"people": 1})
        == "Opened the record of a person with the name of another user."
    )
    assert sentence_of("denied", {"acts": 12}) == "Was denied 12 times in one day."


def test_many_records_outside_own_cases_against_own_history_and_the_team(
    actor_of: ActorOf, world: dict[str, Any]
) -> None:
    people = [PersonFactory(home_unit=world["north"]) for _ in range(4)]
    manager, steady, owner = (actor_of(Role.OFFENDER_MANAGER) for _ in range(3))
    for person in people:
        CaseFactory(person=person, manager_id=owner.user_id)
    opened(manager, *people)
    opened(owner, *people)
    for days in range(5):
        opened(steady, *people, day=DAY - timedelta(days=days))

    assert found("many", Limits(many=5)) == []
    [finding] = found("many")

    assert (finding.user_id, finding.act_count, len(finding.acts)) == (manager.user_id, 4, 4)
    assert finding.sentence.startswith("Opened 4 records outside their own cases; their own daily mean")


@pytest.mark.parametrize("rank", ["", "PC "])
def test_own_name_a_colleagues_name_and_the_own_family_name(
    actor_of: ActorOf, world: dict[str, Any], rank: str
) -> None:
    curious, colleague = actor_of(Role.OFFENDER_MANAGER), actor_of(Role.OFFENDER_MANAGER)
    rename(curious, f"{rank}Robin Quiller")
    rename(colleague, f"{rank}Ash Vantongeren")
    namesake = PersonFactory(home_unit=world["north"], given_names="Robin James", family_name="Quiller")
    worker = PersonFactory(home_unit=world["north"], given_names="Ash", family_name="Vantongeren")
    brother = PersonFactory(home_unit=world["north"], given_names="Terry", family_name="Quiller")
    opened(curious, namesake, worker)
    opened(curious, brother)

    assert [one.user_id for one in found("own_name")] == [curious.user_id]
    with as_owner():
        kinds = set(Finding.objects.values_list("kind", flat=True))
        assert kinds == {"own_name", "colleague", "family", "many"}
        for kind, whose in (("own_name", namesake), ("colleague", worker), ("family", brother)):
            [act] = Finding.objects.get(kind=kind).acts
            assert Act.objects.get(pk=act).subjects == [whose.pk]


def test_a_case_manager_may_have_a_case_with_their_family_name(
    actor_of: ActorOf, world: dict[str, Any]
) -> None:
    manager = actor_of(Role.OFFENDER_MANAGER)
    rename(manager, "Robin Quiller")
    person = PersonFactory(home_unit=world["north"], given_names="Terry", family_name="Quiller")
    CaseFactory(person=person, manager_id=manager.user_id)
    opened(manager, person)

    assert found("family") == []


def test_the_address_of_a_namesake(actor_of: ActorOf, world: dict[str, Any]) -> None:
    curious = actor_of(Role.OFFENDER_MANAGER)
    rename(curious, "Robin Quiller")
    namesake = PersonFactory(home_unit=world["north"], given_names="Robin", family_name="Quiller")
    flatmate = PersonFactory(home_unit=world["north"], given_names="Terry", family_name="Other")
    for person in (namesake, flatmate):
        AddressFactory(person=person, line="1 Mill Street", postcode="NM1 1AA")
    opened(curious, flatmate)

    [finding] = found("address")
    assert finding.user_id == curious.user_id


def test_out_of_hours_denials_and_large_exports(actor_of: ActorOf, world: dict[str, Any]) -> None:
    people = [PersonFactory(home_unit=world["north"]) for _ in range(6)]
    late, early, usual = (actor_of(Role.OFFENDER_MANAGER) for _ in range(3))
    opened(late, *people[:3], hour=23)
    opened(early, *people[:2], hour=5)
    for _ in range(3):
        ActFactory(user_id=early.user_id, kind="denied", at=moment())
    for who in (late, usual):
        ActFactory(user_id=who.user_id, kind="export", at=moment(), subjects=[p.pk for p in people])
    ActFactory(
        user_id=usual.user_id,
        kind="export",
        at=moment(day=DAY - timedelta(days=9)),
        subjects=[p.pk for p in people],
    )

    [hours] = found("hours")
    assert hours.sentence == "Opened 3 records between 22:00 and 06:00."
    with as_owner():
        assert [f.user_id for f in Finding.objects.filter(kind="denied")] == [early.user_id]
        assert [f.user_id for f in Finding.objects.filter(kind="export")] == [late.user_id]


def test_access_to_a_district_one_has_left(actor_of: ActorOf, world: dict[str, Any]) -> None:
    mover = actor_of(Role.OFFENDER_MANAGER, unit="south")
    with as_owner():
        user = User.objects.get(pk=mover.user_id)
    old = MembershipFactory(user=user, team=TeamFactory(agency=world["police"], unit=world["north"]))
    with as_owner():
        Membership.objects.filter(pk=old.pk).update(ends_on=DAY - timedelta(days=3))
    opened(mover, PersonFactory(home_unit=world["north"]), PersonFactory(home_unit=world["south"]))

    [finding] = found("moved")
    assert finding.sentence == "Opened a person of a district they left within the last 14 days."


def test_asked_again_nothing_is_found_twice(actor_of: ActorOf, world: dict[str, Any]) -> None:
    actor = actor_of(Role.OFFENDER_MANAGER)
    for _ in range(3):
        ActFactory(user_id=actor.user_id, kind="denied", at=moment())

    assert len(found("denied")) == 1
    with as_service():
        assert find_unusual(DAY, at=NOW + timedelta(hours=1), limits=LIMITS) == []


def a_finding(about: Actor) -> Finding:
    with as_owner():
        return Finding.objects.create(
            kind="denied",
            user_id=about.user_id,
            for_date=DAY,
            found_at=NOW,
            sentence="Was denied.",
            act_count=1,
        )


def both_layers(actor: Actor) -> tuple[bool, bool]:
    with as_actor(actor):
        return visible_to(actor).exists(), Finding.objects.exists()


def test_those_above_see_it_and_the_user_and_their_equals_do_not(actor_of: ActorOf) -> None:
    sergeant = actor_of(Role.SUPERVISOR)
    a_finding(sergeant)

    assert both_layers(actor_of(Role.INSPECTOR)) == (True, True)
    assert both_layers(actor_of(Role.CENTRAL_SPOC)) == (True, True)
    assert both_layers(actor_of(Role.AUDITOR)) == (True, True)
    for other in (
        sergeant,
        actor_of(Role.SUPERVISOR),
        actor_of(Role.OFFENDER_MANAGER),
        actor_of(Role.INSPECTOR, unit="south"),
    ):
        assert both_layers(other) == (False, False)


def test_an_auditor_does_not_see_what_is_about_themselves(actor_of: ActorOf) -> None:
    auditor = actor_of(Role.AUDITOR)
    finding = a_finding(auditor)

    assert both_layers(auditor) == (False, False)
    with as_actor(auditor), pytest.raises(NotFound):
        decide_finding(finding.pk, outcome="explained", note="It was for work.", by=auditor, at=NOW)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR])
def test_a_finding_is_decided_once_by_another_with_a_note(actor_of: ActorOf, role: Role) -> None:
    finding, reviewer = a_finding(actor_of(Role.OFFENDER_MANAGER)), actor_of(role)

    with as_actor(reviewer):
        with pytest.raises(Invalid):
            decide_finding(finding.pk, outcome="explained", note="short", by=reviewer, at=NOW)
        decide_finding(finding.pk, outcome="spoken_to", note="Talked it through.", by=reviewer, at=NOW)
        with pytest.raises(Refused):
            decide_finding(finding.pk, outcome="explained", note="Talked it through.", by=reviewer, at=NOW)

    with as_owner():
        finding.refresh_from_db()
        act = Act.objects.get(action="oversight.finding.reviewed")
    assert (finding.status, finding.outcome, finding.reviewed_by_id) == (
        "reviewed",
        "spoken_to",
        reviewer.user_id,
    )
    assert (act.kind, act.user_id, act.reason) == ("review", reviewer.user_id, "Talked it through.")


def test_the_database_refuses_a_finding_decided_by_its_own_user(actor_of: ActorOf) -> None:
    finding = a_finding(actor_of(Role.SUPERVISOR))

    with as_owner(), pytest.raises(IntegrityError, match="by_another"), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(
            status="reviewed", outcome="explained", reviewed_by_id=finding.user_id, reviewed_at=NOW
        )


def test_supervisors_are_told_and_the_user_is_not(actor_of: ActorOf) -> None:
    manager, sergeant, elsewhere = (
        actor_of(Role.OFFENDER_MANAGER),
        actor_of(Role.SUPERVISOR),
        actor_of(Role.SUPERVISOR, unit="south"),
    )
    partner, auditor = actor_of(Role.PARTNER_PRACTITIONER), actor_of(Role.AUDITOR)
    with as_service():
        tell_of([a_finding(manager), a_finding(partner)], at=NOW)

    with as_owner():
        told = Notification.objects.filter(key__startswith="oversight:finding:")
        assert {row.user_id for row in told} == {sergeant.user_id, auditor.user_id}
        assert not told.filter(user_id__in=[manager.user_id, elsewhere.user_id]).exists()
        assert all(manager.name not in row.subject + row.body for row in told)


def test_each_auditors_month_is_reviewed_by_another(actor_of: ActorOf) -> None:
    first, second, spoc = actor_of(Role.AUDITOR), actor_of(Role.AUDITOR), actor_of(Role.CENTRAL_SPOC)
    month = month_before(NOW.date())
    ActFactory(user_id=first.user_id, at=datetime(month.year, month.month, 3, 12, tzinfo=UTC))
    with as_service():
        open_reviews(NOW.date(), at=NOW)
        open_reviews(NOW.date(), at=NOW)
    with as_owner():
        review = AuditReview.objects.get(reviewed_id=first.user_id)
        assert AuditReview.objects.count() == 2
    assert (review.figures, review.due_on) == ({"consult": 1}, review_due_on(month))

    with as_actor(first), pytest.raises(Refused, match="another"):
        sign_review(review.pk, outcome="in_order", note="I did nothing wrong.", by=first, at=NOW)
    with as_actor(actor_of(Role.SUPERVISOR)) as _, pytest.raises(NotFound):
        sign_review(
            review.pk, outcome="in_order", note="Looked through it.", by=actor_of(Role.SUPERVISOR), at=NOW
        )
    for reader, count in ((first, 2), (second, 2), (spoc, 2), (actor_of(Role.INSPECTOR), 0)):
        with as_actor(reader):
            assert reviews_visible_to(reader).count() == AuditReview.objects.count() == count
    with as_actor(second):
        sign_review(review.pk, outcome="in_order", note="Looked through it.", by=second, at=NOW)
    with as_owner():
        review.refresh_from_db()
    assert (review.reviewer_id, review.outcome) == (second.user_id, "in_order")
    with as_owner(), pytest.raises(IntegrityError, match="by_another"), transaction.atomic():
        AuditReview.objects.filter(pk=review.pk).update(reviewer_id=first.user_id)


def test_an_overdue_review_reaches_the_point_of_contact_urgently(actor_of: ActorOf) -> None:
    auditor, spoc = actor_of(Role.AUDITOR), actor_of(Role.CENTRAL_SPOC)
    month = month_before(NOW.date())
    with as_service():
        open_reviews(NOW.date().replace(day=1), at=NOW)
        open_reviews(review_due_on(month) + timedelta(days=1), at=NOW)

    with as_owner():
        rows = Notification.objects.filter(kind="oversight")
        assert {(row.user_id, row.urgent) for row in rows} == {(spoc.user_id, False), (spoc.user_id, True)}
        assert not rows.filter(user_id=auditor.user_id).exists()


def test_broken_seals_are_told_to_auditors_and_administrators_at_once(
    actor_of: ActorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor, administrator = actor_of(Role.AUDITOR), actor_of(Role.ADMINISTRATOR)
    with as_service():
        assert verify_and_tell(at=NOW).passed
    with as_owner():
        assert not Notification.objects.filter(kind="audit").exists()
    with as_service():
        broken = nightly.verify()
    broken.problems.append("Seal 3 itself was altered.")
    monkeypatch.setattr(nightly, "verify", lambda: broken)
    with as_service():
        verify_and_tell(at=NOW)

    with as_owner():
        rows = Notification.objects.filter(kind="audit")
        assert {(row.user_id, row.urgent) for row in rows} == {
            (auditor.user_id, True),
            (administrator.user_id, True),
        }
        assert [row.passed for row in Verification.objects.order_by("id")] == [True, False]


def test_the_pages_of_findings_reviews_and_seals(
    client_for: ClientFor, actor_of: ActorOf, world: dict[str, Any]
) -> None:
    manager, sergeant, auditor = (
        actor_of(Role.OFFENDER_MANAGER),
        actor_of(Role.SUPERVISOR),
        actor_of(Role.AUDITOR),
    )
    person = PersonFactory(home_unit=world["north"], family_name="Visible")
    act = ActFactory(user_id=manager.user_id, subjects=[person.pk], at=moment())
    finding = a_finding(manager)
    with as_owner():
        Finding.objects.filter(pk=finding.pk).update(acts=[act.pk])
        AuditReview.objects.create(reviewed_id=auditor.user_id, month=DAY.replace(day=1), due_on=DAY)
    boss, reader = client_for(sergeant), client_for(auditor)

    assert manager.name in boss.get("/audit/findings/").content.decode()
    assert "Visible" in boss.get(f"/audit/findings/{finding.pk}/").content.decode()
    answer = boss.post(
        f"/audit/findings/{finding.pk}/", {"outcome": "explained", "note": "Was on the board."}
    )
    assert answer.status_code == 302
    assert "Explained" in reader.get("/audit/findings/?status=reviewed").content.decode()
    assert client_for(manager).get("/audit/findings/").status_code == 403
    assert boss.get("/audit/seals/").status_code == 403
    assert reader.get("/audit/seals/").status_code == 200
    assert reader.get("/audit/seals/anchor.json").status_code == 404
    assert "your own month" in reader.get(f"/audit/reviews/{last_review()}/").content.decode()


def last_review() -> int:
    with as_owner():
        return AuditReview.objects.latest("id").pk


def test_who_has_looked_is_told_to_those_who_answer_for_the_record(
    client_for: ClientFor, actor_of: ActorOf, world: dict[str, Any]
) -> None:
    person = PersonFactory(home_unit=world["north"], managing_unit=world["south"])
    partner = actor_of(Role.PARTNER_PRACTITIONER)
    ActFactory(
        user_id=partner.user_id, user_name="Pat Probation", subjects=[person.pk], at=NOW, reason="Joint visit"
    )
    ActFactory(user_name="Kit Auditor", role="auditor", subjects=[person.pk], at=NOW)
    url = f"/audit/people/{person.nominal_ref}/"

    for role, unit in ((Role.SUPERVISOR, "north"), (Role.INSPECTOR, "south")):
        text = client_for(role, unit=unit).get(url).content.decode()
        assert "Pat Probation" in text
        assert "Joint visit" in text
        assert "Kit Auditor" not in text
    assert "Kit Auditor" in client_for(Role.AUDITOR).get(url).content.decode()
    assert client_for(Role.OFFENDER_MANAGER).get(url).status_code == 403
    elsewhere = PersonFactory(home_unit=world["south"])
    assert client_for(Role.SUPERVISOR).get(f"/audit/people/{elsewhere.nominal_ref}/").status_code == 404


def test_what_waits_for_a_reviewer_is_on_their_first_page_until_it_is_done(
    client_for: ClientFor, actor_of: ActorOf, world: dict[str, Any]
) -> None:
    manager, auditor = actor_of(Role.OFFENDER_MANAGER), actor_of(Role.AUDITOR)
    finding = a_finding(manager)
    with as_owner():
        User.objects.filter(pk=manager.user_id).update(name="PC Nosy Parker")
        another = MembershipFactory(role=Role.AUDITOR, team=TeamFactory(agency=world["police"])).user
        for user in (auditor.user_id, another.pk):
            AuditReview.objects.create(reviewed_id=user, month=DAY.replace(day=1), due_on=DAY)
    boss = client_for(Role.SUPERVISOR)

    waiting = boss.get("/").content.decode()
    own = client_for(manager).get("/").content.decode()
    months = client_for(auditor).get("/").content.decode()

    assert f'href="/audit/findings/{finding.pk}/"' in waiting
    assert "PC Nosy Parker" in waiting
    assert "Unusual access" not in own
    assert "Auditors to review (1)" in months
    assert another.name in months
    boss.post(f"/audit/findings/{finding.pk}/", {"outcome": "explained", "note": "Was on the board."})
    assert "Unusual access to review" not in boss.get("/").content.decode()


def test_a_months_review_leads_to_what_was_done_in_that_month(
    actor_of: ActorOf, client_for: Callable[..., Client]
) -> None:
    auditor = actor_of(Role.AUDITOR)
    for day, reason in (
        (date(2026, 2, 1), "first day"),
        (date(2026, 2, 28), "last day"),
        (date(2026, 3, 1), "after"),
    ):
        ActFactory(
            user_id=auditor.user_id, user_name=auditor.name, reason=reason,
            at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
        )  # fmt: skip
    with as_owner():
        AuditReview.objects.create(reviewed_id=auditor.user_id, month=date(2026, 2, 1), due_on=DAY)
    reader = client_for(actor_of(Role.AUDITOR))

    page = reader.get(f"/audit/reviews/{last_review()}/").content.decode()
    link = html.unescape(re.findall(r'href="([^"]+)">Read what they did', page)[0])
    listed = reader.get(link).content.decode()

    assert [words in listed for words in ("first day", "last day", ">after<")] == [True, True, False]
