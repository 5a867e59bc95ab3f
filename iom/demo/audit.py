"""The demo's audit: looks of the last weeks, some out of the ordinary, and the reviews of the auditors (SHR-3)."""

from datetime import date, datetime, timedelta
from random import Random

from iom.accounts.models import User
from iom.accounts.rules import Role
from iom.agencies.models import Membership
from iom.audit.models import Act
from iom.audit.rules import day_begins
from iom.oversight.models import AuditReview, Finding
from iom.oversight.rules import OUTCOMES, month_before, review_due_on
from iom.oversight.services.finding import find_unusual
from iom.oversight.services.nightly import limits, open_reviews, summary_of
from iom.persons.models import Person

WEEKS = 4


def make_audit(*, on: date, at: datetime, seed: int) -> None:
    """Acts back to four weeks ago, what the nights would have found in them, and last month's reviews, one signed."""
    rng = Random(seed)
    members = list(
        Membership.objects.filter(ends_on__isnull=True).select_related("user", "team__agency").order_by("id")
    )
    people = list(Person.objects.filter(is_managed=True).order_by("id")[:300]) or list(
        Person.objects.all()[:300]
    )
    managers = [m for m in members if m.role == Role.OFFENDER_MANAGER]
    rows: list[Act] = []
    for ago in range(WEEKS * 7, 0, -1):
        day = on - timedelta(days=ago)
        for member in members:
            rows += [
                _look(member, rng.choice(people), day, 8 + rng.random() * 9) for _ in range(rng.randint(0, 4))
            ]
    if len(managers) >= 2 and people:
        curious, late = managers[0], managers[1]
        rows += [_look(curious, rng.choice(people), on - timedelta(days=3), 9 + n / 8) for n in range(60)]
        rows += [_look(late, rng.choice(people), on - timedelta(days=2), 22.1 + n / 10) for n in range(14)]
        rows += [_denied(late, on - timedelta(days=2), 21 + n / 30) for n in range(12)]
        namesake = _of_the_name(curious.user, people)
        if namesake is not None:
            rows += [_look(curious, namesake, on - timedelta(days=1), 12.5)]
    rows.sort(key=lambda act: act.at)
    Act.objects.bulk_create(rows, batch_size=2000)
    for ago in range(4, 0, -1):
        find_unusual(on - timedelta(days=ago), at=at - timedelta(days=ago - 1), limits=limits())
    _decide_one(on=on, at=at)
    _reviews(on=on, at=at)


def _look(member: Membership, person: Person, day: date, hour: float) -> Act:
    return _act(member, day, hour, kind="consult", action="look:profile", subjects=[person.pk])


def _denied(member: Membership, day: date, hour: float) -> Act:
    return _act(member, day, hour, kind="denied", action="access.request.denied", subjects=[])


def _act(member: Membership, day: date, hour: float, *, kind: str, action: str, subjects: list[int]) -> Act:
    return Act(
        at=day_begins(day) + timedelta(hours=hour),
        kind=kind,
        action=action,
        user_id=member.user_id,
        user_name=member.user.name,
        role=member.role,
        agency=member.team.agency.name,
        subjects=subjects,
        detail={"path": "/people/"},
    )


def _of_the_name(user: User, people: list[Person]) -> Person | None:
    """Somebody on the list with the user's family name, where chance made one."""
    family = user.name.rpartition(" ")[2].lower()
    return next((person for person in people if person.family_name.lower() == family), None)


def _decide_one(*, on: date, at: datetime) -> None:
    """One finding is reviewed, so that the page shows both states."""
    finding = Finding.objects.filter(status="open").order_by("for_date", "id").first()
    boss = Membership.objects.filter(role=Role.CENTRAL_SPOC, ends_on__isnull=True).first()
    if finding is None or boss is None or boss.user_id == finding.user_id:
        return
    finding.status, finding.outcome = "reviewed", next(iter(OUTCOMES))
    finding.note = "Prepared the quarterly board for the whole district; the board's list was checked."
    finding.reviewed_by_id, finding.reviewed_at = boss.user_id, at - timedelta(hours=20)
    finding.save()


def _reviews(*, on: date, at: datetime) -> None:
    """Last month waits; the month before is signed by the other auditor."""
    open_reviews(on, at=at)
    last = month_before(on)
    earlier = month_before(last)
    auditors = sorted(AuditReview.objects.filter(month=last).values_list("reviewed_id", flat=True))
    for reviewed, reviewer in zip(auditors, [*auditors[1:], *auditors[:1]], strict=True):
        if reviewed != reviewer:
            AuditReview.objects.create(
                reviewed_id=reviewed,
                month=earlier,
                due_on=review_due_on(earlier),
                figures=summary_of(reviewed, earlier),
                reviewer_id=reviewer,
                signed_at=at - timedelta(days=12),
                outcome="in_order",
                note="Read thirty of the looks at random: each belongs to a commissioned audit.",
            )
