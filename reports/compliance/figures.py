"""What the compliance report holds: plain values that page, CSV, JSON and PDF all show (CMP-8, RPT-1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from cohorts.rules.deadlines import DeadlineKind
from iom.working_days.review_windows import Reading, Verdict
from reports.rules import REQUIREMENTS, Counts, Requirement, seal, total

FORCE = "force"
FORCE_NAME = "Whole force"
SEAL_VERSION = 1


@dataclass(frozen=True, slots=True)
class District:
    """A district or the Prison Hub."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Who manages the cases counted, and in which team; nobody where no manager has been allocated."""

    manager_id: int | None
    manager: str
    team_id: int | None
    team: str


@dataclass(frozen=True, slots=True)
class Cell:
    """The finest count: one requirement at one desk in one district."""

    district: District
    desk: Desk
    kind: DeadlineKind
    counts: Counts


@dataclass(frozen=True, slots=True)
class ReadingFigures:
    """How one reading of the review rule was kept: people on the tab by verdict, and the windows behind it."""

    kept: int = 0
    failed: int = 0
    not_judged: int = 0
    windows: int = 0
    windows_failed: int = 0

    def __add__(self, other: "ReadingFigures") -> "ReadingFigures":
        return ReadingFigures(
            self.kept + other.kept,
            self.failed + other.failed,
            self.not_judged + other.not_judged,
            self.windows + other.windows,
            self.windows_failed + other.windows_failed,
        )

    @property
    def stays(self) -> int:
        return self.kept + self.failed + self.not_judged

    def of(self, verdict: Verdict) -> int:
        return {Verdict.KEPT: self.kept, Verdict.FAILED: self.failed, Verdict.NOT_JUDGED: self.not_judged}[
            verdict
        ]


@dataclass(frozen=True, slots=True)
class TabFigures:
    """The emerging-threat tab of one district in the period, by both readings, and when a review is due next."""

    calendar: ReadingFigures = ReadingFigures()
    working: ReadingFigures = ReadingFigures()
    on_tab_now: int = 0
    overdue_now: int = 0
    next_due_on: date | None = None

    def __add__(self, other: "TabFigures") -> "TabFigures":
        due = [d for d in (self.next_due_on, other.next_due_on) if d is not None]
        return TabFigures(
            self.calendar + other.calendar,
            self.working + other.working,
            self.on_tab_now + other.on_tab_now,
            self.overdue_now + other.overdue_now,
            min(due, default=None),
        )

    @property
    def stays(self) -> int:
        return self.calendar.stays

    def of(self, reading: Reading) -> ReadingFigures:
        return self.calendar if reading is Reading.CALENDAR else self.working


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: what it is about, its count, and the query that leads to its cases."""

    name: str
    counts: Counts
    query: tuple[tuple[str, str], ...]
    district: District | None = None
    requirement: Requirement | None = None
    desk: Desk | None = None


@dataclass(frozen=True)
class ComplianceReport:
    """Every requirement of CMP in one period, for one district or for all that its maker may see."""

    from_on: date
    to_on: date
    on: date
    district: District | None
    districts: tuple[District, ...]
    cells: tuple[Cell, ...]
    tabs: tuple[tuple[District, TabFigures], ...]

    @property
    def district_code(self) -> str:
        return self.district.code if self.district else FORCE

    @property
    def district_name(self) -> str:
        return self.district.name if self.district else FORCE_NAME

    def counts(self, *, district: District | None = None, kind: DeadlineKind | None = None) -> Counts:
        """The sum over one district, one requirement, both or neither."""
        return total(
            counts
            for (unit_id, which), counts in self._by_district_and_kind.items()
            if (district is None or unit_id == district.id) and (kind is None or which is kind)
        )

    @cached_property
    def _by_district_and_kind(self) -> dict[tuple[int, DeadlineKind], Counts]:
        made: dict[tuple[int, DeadlineKind], Counts] = {}
        for cell in self.cells:
            key = cell.district.id, cell.kind
            made[key] = made.get(key, Counts()) + cell.counts
        return made

    @cached_property
    def all(self) -> Counts:
        return self.counts()

    @cached_property
    def tab(self) -> TabFigures:
        return added(figures for _, figures in self.tabs)

    @cached_property
    def by_requirement(self) -> tuple[Row, ...]:
        return tuple(
            Row(r.words, self.counts(kind=r.kind), (("requirement", r.kind.value),), requirement=r)
            for r in REQUIREMENTS
        )

    @cached_property
    def by_district(self) -> tuple[Row, ...]:
        return tuple(
            Row(d.name, self.counts(district=d), (("at", d.code),), district=d) for d in self.districts
        )

    @cached_property
    def by_district_and_requirement(self) -> tuple[Row, ...]:
        return tuple(
            Row(
                d.name,
                self.counts(district=d, kind=r.kind),
                (("at", d.code), ("requirement", r.kind.value)),
                district=d,
                requirement=r,
            )
            for r in REQUIREMENTS
            for d in self.districts
        )

    @cached_property
    def by_desk(self) -> tuple[Row, ...]:
        """By team and manager in each district."""
        desks: dict[tuple[District, Desk], Counts] = {}
        for cell in self.cells:
            key = cell.district, cell.desk
            desks[key] = desks.get(key, Counts()) + cell.counts
        return tuple(
            Row(
                desk.manager,
                counts,
                (("at", d.code), ("manager", str(desk.manager_id or 0))),
                district=d,
                desk=desk,
            )
            for (d, desk), counts in sorted(
                desks.items(),
                key=lambda one: (
                    one[0][0].name,
                    one[0][1].team,
                    one[0][1].manager,
                    one[0][1].manager_id or 0,
                ),
            )
        )

    @cached_property
    def sealed(self) -> dict[str, object]:
        """All figures, the period and the district; not who made the report or when. `seal` is made from it."""
        return {
            "report": "compliance",
            "version": SEAL_VERSION,
            "district": self.district_code,
            "from": self.from_on.isoformat(),
            "to": self.to_on.isoformat(),
            "deadlines": [
                {
                    "district": cell.district.code,
                    "manager": cell.desk.manager_id or 0,
                    "requirement": cell.kind.value,
                    "counts": list(cell.counts.by_outcome),
                    "extended": list(cell.counts.extended_by_outcome),
                }
                for cell in self.cells
            ],
            "tab": [_tab_as_plain(district, figures) for district, figures in self.tabs],
        }

    @cached_property
    def seal(self) -> str:
        return seal(self.sealed)

    @property
    def seal_words(self) -> str:
        """The seal in groups of eight, which people can compare."""
        return " ".join(self.seal[i : i + 8] for i in range(0, len(self.seal), 8))


def added(figures: Iterable[TabFigures]) -> TabFigures:
    """The sum; nothing at all gives zeros."""
    made = TabFigures()
    for one in figures:
        made += one
    return made


def _tab_as_plain(district: District, figures: TabFigures) -> dict[str, object]:
    return {
        "district": district.code,
        **{
            reading.value: {
                "kept": one.kept,
                "failed": one.failed,
                "not_judged": one.not_judged,
                "windows": one.windows,
                "windows_failed": one.windows_failed,
            }
            for reading, one in ((reading, figures.of(reading)) for reading in Reading)
        },
        "on_tab_now": figures.on_tab_now,
        "overdue_now": figures.overdue_now,
        "next_due_on": figures.next_due_on.isoformat() if figures.next_due_on else "",
    }
