"""The demo's audit: looks of the last weeks, some out of the ordinary, and the reviews of the auditors (SHR-3)."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from random import Random

from django.db.models import Q

from iom.access.models import AgencyAccess
from iom.accounts.models import User
from iom.accounts.rules import ROLES, DbClass, Role
from iom.agencies.models import Agency, Membership, SharingAgreement
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
        Membership.objects.filter(ends_on__isnull=True)
        .select_related("user", "team__agency", "team__unit")
        .order_by("id")
    )
    people = _People(on)
    rows: list[Act] = []
    for ago in range(WEEKS * 7, 0, -1):
        day = on - timedelta(days=ago)
        for member in members:
            known = people.of(member)
            rows += [
                _look(member, rng.choice(known), day, 8 + rng.random() * 9)
                for _ in range(rng.randint(0, 4))
                if known
            ]
    rows += _out_of_the_ordinary([m for m in members if m.role == Role.OFFENDER_MANAGER], people, rng, on=on)
    rows.sort(key=lambda act: act.at)
    Act.objects.bulk_create(rows, batch_size=2000)
    for ago in range(4, 0, -1):
        find_unusual(on - timedelta(days=ago), at=at - timedelta(days=ago - 1), limits=limits())
    _decide_one(on=on, at=at)
    _reviews(on=on, at=at)


class _People:
    """Whom a member could have looked at: those managed in their unit, those shared with their agency, or everybody."""

    def __init__(self, on: date) -> None:
        self.all = list(Person.objects.filter(is_managed=True, is_restricted=False).order_by("id")[:300])
        self.of_unit: dict[int, list[Person]] = defaultdict(list)
        self.of_agency: dict[int, list[Person]] = defaultdict(list)
        for person in self.all:
            self.of_unit[person.managing_unit_id or person.home_unit_id].append(person)
        current = Q(ends_on__isnull=True) | Q(ends_on__gt=on)
        lapsed = Agency.objects.exclude(
            agreements__in=SharingAgreement.objects.filter(current, starts_on__lte=on)
        )
        shares = AgencyAccess.objects.filter(current, starts_on__lte=on - timedelta(weeks=WEEKS))
        for share in (
            shares.exclude(agency__in=lapsed).filter(person__is_restricted=False).select_related("person")
        ):
            self.of_agency[share.agency_id].append(share.person)

    def of(self, member: Membership) -> list[Person]:
        db_class = ROLES[Role(member.role)].db_class
        if db_class == DbClass.PARTNER:
            return self.of_agency[member.team.agency_id]
        if db_class == DbClass.AUDITOR or member.team.unit is None or member.team.unit.kind == "force":
            return [] if db_class == DbClass.ADMIN else self.all
        return self.of_unit[member.team.unit_id or 0]

    def living_in(self, member: Membership) -> list[Person]:
        """Also those whom nobody manages."""
        rows = Person.objects.filter(home_unit=member.team.unit_id, is_restricted=False).order_by("id")
        return list(rows.filter(Q(managing_unit__isnull=True) | Q(managing_unit=member.team.unit_id))[:200])


def _out_of_the_ordinary(managers: list[Membership], people: _People, rng: Random, *, on: date) -> list[Act]:
    """One who looks at many, one who looks at night and at what is refused, and one who looks for their own name."""
    if len(managers) < 2:
        return []
    curious, late = managers[0], managers[1]
    many, some = people.living_in(curious), people.living_in(late)
    rows = [
        _look(curious, person, on - timedelta(days=3), 9 + n / 8)
        for n, person in enumerate(rng.sample(many, min(60, len(many))))
    ]
    rows += [
        _look(late, person, on - timedelta(days=2), 22.1 + n / 10)
        for n, person in enumerate(rng.sample(some, min(14, len(some))))
    ]
    rows += [_denied(late, on - timedelta(days=2), 21 + n / 30) for n in range(12)]
    for member in managers:
        namesake = _of_the_name(member.user, people.living_in(member))
        if namesake is not None:
            return [*rows, _look(member, namesake, on - timedelta(days=4), 12.5)]
    return rows


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
    finding = Finding.objects.filter(status="open", kind="many").order_by("for_date", "id").first()
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
                note="The product was not yet in use in this month: nothing to read.",
            )
