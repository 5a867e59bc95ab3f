"""The demo's meetings of the last three months: boards that selected, weekly groups, the force's own (MTG-1..4)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from cohorts.models import Case, SelectionDecision
from iom.access.actor import Actor, actor_for
from iom.access.scope import as_actor
from iom.accounts.models import User
from iom.agencies.models import Agency, Unit
from iom.demo.force import AGENCIES, DISTRICTS
from iom.demo.words import BOARD_OUTCOMES, MEETING_DECISIONS
from iom.persons.models import CustodyPeriod
from iom.working_days.rules import LONDON, Calendar, add
from iom.working_days.selectors import calendar
from meetings.rules import MeetingKind, Section
from meetings.services import decide_case, record_meeting

SPAN = timedelta(days=90)
WEEK = timedelta(days=7)
SPOC = "ci.thorne"
OF_THE_BOARD = {"northmoor-police", "probation", "council"}
LAPSED = {agency.code for agency in AGENCIES if agency.lapsed}


@dataclass(frozen=True)
class Item:
    """One decision to record: about whom, under which section of the agenda."""

    ref: str
    section: Section
    decision: str
    rationale: str


class MeetingMaker:
    """Records meetings through the service, as the person of the district who kept the minutes."""

    def __init__(self, *, on: date, seed: int) -> None:
        self.on, self.rng, self.days = on, Random(seed), calendar()
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.agencies = {
            agency.code: agency.pk for agency in Agency.objects.all() if agency.code not in LAPSED
        }

    def boards(self) -> None:
        """A selection board on every day on which one decided, with the agencies that its decisions name."""
        held: dict[tuple[str, date], list[SelectionDecision]] = defaultdict(list)
        rows = SelectionDecision.objects.filter(decided_on__gt=self.on - SPAN, decided_on__lt=self.on)
        related = rows.select_related("referral__person", "referral__unit", "by")
        for row in related.prefetch_related("participants").order_by("decided_on", "id"):
            held[row.referral.unit.code, row.decided_on].append(row)
        for (unit, day), decisions in held.items():
            came = {agency.agency_id for row in decisions for agency in row.participants.all()}
            items = [
                Item(
                    row.referral.person.nominal_ref,
                    Section.NOMINATIONS,
                    BOARD_OUTCOMES[row.outcome],
                    row.rationale,
                )
                for row in decisions
                if row.referral.person
            ]
            self._record(MeetingKind.SELECTION_BOARD, unit, day, decisions[0].chair, came, items)

    def groups(self, *, weekly_in: int) -> None:
        """The working groups of the districts, each on a working day of its own: some each week, others each month."""
        for place, unit in enumerate(unit.code for unit in DISTRICTS):
            managed, inside, leaving = _managed(unit)
            every = 1 if place < weekly_in else 4
            for week in range(1, int(SPAN / WEEK) + 1, every):
                day = _weekday(self.days, self.on - week * WEEK, place)
                if day >= self.on:
                    continue
                items = [
                    self._item(ref, Section.MANAGED)
                    for ref in self._some([ref for ref, since in managed if since < day], 2)
                ]
                items += [self._item(ref, Section.RELEASES) for ref in self._some(inside, 1)]
                items += [
                    self._item(ref, Section.DEREGISTRATIONS)
                    for ref, decided in leaving
                    if day - every * WEEK < decided <= day
                ]
                came = {code for code in self.agencies if self.rng.random() < 0.6} | {
                    "northmoor-police",
                    "probation",
                }
                self._record(
                    MeetingKind.OPERATIONAL_GROUP,
                    unit,
                    day,
                    "",
                    {self.agencies[code] for code in came},
                    items,
                )

    def force_boards(self) -> None:
        """The Operational IOM Board of the whole force, once a month; it speaks of no single person."""
        for month in (1, 2, 3):
            day = add(self.days, self.on, 0) - timedelta(days=28 * month)
            came = {code for code in self.agencies if self.rng.random() < 0.8} | OF_THE_BOARD
            self._record(
                MeetingKind.OPERATIONAL_BOARD, "force", day, "", {self.agencies[code] for code in came}, []
            )

    def _some(self, refs: list[str], count: int) -> list[str]:
        return self.rng.sample(refs, min(count, len(refs)))

    def _item(self, ref: str, section: Section) -> Item:
        return Item(ref, section, *self.rng.choice(MEETING_DECISIONS[section]))

    def _record(
        self, kind: MeetingKind, unit: str, day: date, chair: str, came: set[int], items: list[Item]
    ) -> None:
        user = _minutes_of(unit)
        by = actor_for(user, on=self.on)
        assert by is not None
        at = datetime.combine(day, time(15, 30), LONDON)
        expected = set(self.agencies.values()) if kind != MeetingKind.SELECTION_BOARD else came
        with as_actor(by):
            meeting = record_meeting(
                kind=kind,
                unit_id=self.units[unit].pk,
                held_on=day,
                chair=chair or user.name,
                place="Force headquarters" if unit == "force" else f"{self.units[unit].name} police station",
                attendance={pk: "present" if pk in came else "apologies" for pk in expected | came},
                disclosure_read=True,
                by=by,
                at=at,
            )
            for item in items:
                _decide(meeting.pk, item, by, day, at)


def _decide(meeting_id: int, item: Item, by: Actor, day: date, at: datetime) -> None:
    decide_case(
        meeting_id,
        nominal_ref=item.ref,
        section=item.section,
        decision=item.decision,
        rationale=item.rationale,
        by=by,
        on=day,
        at=at,
    )


def _minutes_of(unit: str) -> User:
    if unit == "force":
        return User.objects.get(username=SPOC)
    return User.objects.filter(memberships__team__unit__code=unit, memberships__role="supervisor").order_by(
        "id"
    )[0]


def _managed(unit: str) -> tuple[list[tuple[str, date]], list[str], list[tuple[str, date]]]:
    """Of a district: who is managed since when, who of them is in prison, and who left when."""
    cases = Case.objects.filter(person__home_unit__code=unit).order_by("id")
    active = list(cases.filter(status="active").values_list("person__nominal_ref", "selected_on"))
    held = CustodyPeriod.objects.filter(held_to__isnull=True).values("person")
    inside = list(
        cases.filter(status="active", person__in=held).values_list("person__nominal_ref", flat=True)
    )
    left = cases.filter(deselected_on__isnull=False).values_list("person__nominal_ref", "deselected_on")
    return active, inside, [(ref, decided) for ref, decided in left if decided]


def _weekday(days: Calendar, day: date, place: int) -> date:
    """The working day of that week on which the district meets."""
    return add(days, day - timedelta(days=day.weekday()) + timedelta(days=place % 5), 0)


def make_meetings(*, on: date, seed: int, weekly_in: int) -> None:
    """All meetings; in so many districts a group meets each week."""
    maker = MeetingMaker(on=on, seed=seed)
    maker.boards()
    maker.groups(weekly_in=weekly_in)
    maker.force_boards()
