"""The rules of reach in plain Python, written from the design and not from the product (security.md, check 3).

Nothing of the product is imported here. What is agreed: a link holds from its first day until the day before its last;
without a current agreement that covers it an agency sees nothing; a restricted record is seen by who is named on it.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

MANAGES = {
    "offender_manager",
    "supervisor",
    "inspector",
    "central_spoc",
    "prison_officer",
    "prison_supervisor",
}
SUPERVISES = {"supervisor", "inspector", "central_spoc", "prison_supervisor"}
POLICE = MANAGES | {"support", "analyst"}
PARTNERS = {"partner_practitioner", "partner_manager"}
READS_INTELLIGENCE = MANAGES | {"support"}
WRITES_NOTES = MANAGES | {"support"}
KEEPS_DOCUMENTS = MANAGES | {"support"}


@dataclass(frozen=True)
class Link:
    """Something of somebody from a day until before another."""

    starts: date
    ends: date | None

    def holds(self, on: date) -> bool:
        return self.starts <= on and (self.ends is None or on < self.ends)


@dataclass(frozen=True)
class Member:
    pk: int
    user: int
    role: str
    agency: int
    unit: int | None
    time: Link


@dataclass(frozen=True)
class Agreement:
    series: int
    """The agreement that this one continues; its own number when it is the first."""
    agency: int
    covers: frozenset[str]
    time: Link


@dataclass(frozen=True)
class Share:
    person: int
    agency: int
    time: Link
    covers: frozenset[str] | None = None
    """The parts that are shared; None for all that the agreement covers."""
    series: int | None = None
    """The agreement it stands on, where one is named."""


@dataclass(frozen=True)
class Disclosure:
    """One item opened to one agency until a day."""

    kind: str
    pk: int
    agency: int
    series: int
    last_day: date
    revoked: bool


@dataclass(frozen=True)
class Naming:
    user: int
    person: int
    last_day: date | None
    until: datetime | None
    ended: datetime | None


@dataclass(frozen=True)
class Human:
    pk: int
    home: int
    managing: int | None
    restricted: bool


@dataclass(frozen=True)
class Held:
    """One row of a compartment: whose, which agency's, which other agencies it names, whether it was ended."""

    pk: int
    kind: str
    person: int
    agency: int | None = None
    named: frozenset[int] = frozenset()
    ended: bool = False
    compartment: str = ""


@dataclass
class World:
    today: date
    now: datetime
    force_units: set[int] = field(default_factory=set)
    agency_kinds: dict[int, str] = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)
    namings: list[Naming] = field(default_factory=list)
    people: list[Human] = field(default_factory=list)
    managers: set[tuple[int, int]] = field(default_factory=set)
    """User and person of each open case."""
    held: list[Held] = field(default_factory=list)
    disclosures: list[Disclosure] = field(default_factory=list)

    def disclosed(self, row: "Held", agency: int) -> bool:
        """Whether this very row is opened to the agency today, under an agreement and a share that hold such rows."""
        return self.shared(row.person, agency, "disclosed") and any(
            (one.kind, one.pk, one.agency) == (row.kind, row.pk, agency)
            and not one.revoked
            and self.today < one.last_day
            and self.covers(agency, "disclosed", one.series)
            for one in self.disclosures
        )

    def covers(self, agency: int, what: str, series: int | None = None) -> bool:
        """Whether an agreement in force covers this part; of one series where that is asked."""
        return any(
            one.agency == agency
            and what in one.covers
            and one.time.holds(self.today)
            and series in (None, one.series)
            for one in self.agreements
        )

    def shared(self, person: int, agency: int, what: str) -> bool:
        """Whether this part of the person is shared with the agency today, under an agreement that covers it."""
        return any(
            one.person == person
            and one.agency == agency
            and one.time.holds(self.today)
            and (one.covers is None or what in one.covers)
            and self.covers(agency, what, one.series)
            for one in self.shares
        )

    def named(self, user: int, person: int) -> bool:
        return any(
            one.user == user
            and one.person == person
            and one.ended is None
            and (one.last_day is None or self.today < one.last_day)
            and (one.until is None or self.now < one.until)
            for one in self.namings
        )

    def sees(self, who: Member, one: Human) -> bool:
        """Whether a member in this role sees the person at all."""
        if not who.time.holds(self.today):
            return False
        named = self.named(who.user, one.pk)
        if who.role in PARTNERS:
            return self.shared(one.pk, who.agency, "core") and (named or not one.restricted)
        if who.role in POLICE or who.role == "auditor":
            own = who.unit in self.force_units or who.unit in (one.home, one.managing)
            return named or (own and not one.restricted)
        return False

    def people_of(self, who: Member) -> set[int]:
        return {one.pk for one in self.people if self.sees(who, one)}

    def reads(self, who: Member, compartment: str, person: int) -> bool:
        """Whether the member reads a compartment of a person within reach."""
        own_case = (who.user, person) in self.managers
        if who.role in PARTNERS:
            kind = self.agency_kinds[who.agency]
            open_to = {"youth": {"youth_justice"}, "exploitation": {"youth_justice"}}
            if compartment not in ("core", "plan", "note", "youth", "exploitation"):
                return False
            shared = self.shared(person, who.agency, compartment)
            return shared and kind in open_to.get(compartment, {kind})
        if who.role == "auditor":
            return compartment in ("core", "plan", "operations")
        if who.role not in POLICE:
            return False
        match compartment:
            case "core" | "plan" | "operations":
                return True
            case "intelligence" | "disclosed":
                return who.role in READS_INTELLIGENCE
            case "victim" | "youth":
                return who.role in SUPERVISES or (who.role in MANAGES and own_case)
            case "note":
                return who.role in WRITES_NOTES
            case "exploitation":
                return who.role in MANAGES
        return False

    def shows(self, who: Member, row: Held, reach: Collection[int]) -> bool:
        """Whether the member sees this row."""
        if row.person not in reach:
            return False
        if row.kind == "intelligenceitem":
            if who.role in PARTNERS:
                return self.disclosed(row, who.agency) and not row.ended
            return self.reads(who, "disclosed", row.person)
        if row.kind == "document":
            return self._shows_document(who, row)
        if not self.reads(who, row.compartment, row.person):
            return False
        if row.compartment == "note":
            return who.agency == row.agency or who.agency in row.named
        return True

    def _shows_document(self, who: Member, row: Held) -> bool:
        reads = self.reads(who, row.compartment, row.person)
        if who.role == "auditor":
            return reads
        if who.role not in KEEPS_DOCUMENTS | PARTNERS:
            return False
        if who.role in PARTNERS and self.disclosed(row, who.agency) and row.compartment != "victim":
            return True
        named = who.agency in row.named and row.compartment not in ("intelligence", "victim")
        return reads and (who.agency == row.agency or named)

    def rows_of(self, who: Member, kind: str) -> set[int]:
        reach = self.people_of(who)
        return {row.pk for row in self.held if row.kind == kind and self.shows(who, row, reach)}
