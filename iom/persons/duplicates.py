"""Two records side by side, for whoever decides whether they are one person (PER-1)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from iom.access.actor import Actor
from iom.access.models import AgencyAccess
from iom.accounts.rules import Power
from iom.agencies.models import in_force_on
from iom.feeds.selectors import Origin, origins
from iom.kernel.compartments import Compartment
from iom.kernel.wording import date_uk
from iom.persons.models import Duplicate, Merge, Person
from iom.persons.permissions import duplicates_visible_to, merges_visible_to, read_of

AGREES, DIFFERS, MISSING = "agrees", "differs", "missing"


@dataclass(frozen=True)
class Compared:
    """One thing that the two records say, and whether they agree; missing when one of them says nothing."""

    label: str
    left: str
    right: str

    @property
    def state(self) -> str:
        if not self.left or not self.right:
            return MISSING
        return AGREES if self.left.casefold() == self.right.casefold() else DIFFERS


@dataclass(frozen=True)
class Side:
    """One record of the pair: who, what hangs on it, and where it came from."""

    person: Person
    addresses: int
    aliases: int
    stays: int
    origin: Origin | None


@dataclass(frozen=True)
class Comparison:
    """A pair as its page shows it."""

    pair: Duplicate
    left: Side
    right: Side
    lines: list[Compared]
    one_sided_shares: list[str]
    """The agencies that see one of the two records only, and would see neither after a merge."""

    @property
    def people(self) -> list[int]:
        return [self.left.person.pk, self.right.person.pk]


def open_pairs(actor: Actor) -> QuerySet[Duplicate]:
    """The pairs that wait for a decision, the surest first."""
    actor.require(Power.MERGE_PEOPLE)
    return duplicates_visible_to(actor).filter(status="open").order_by("kind", "-percent", "pk")


def decided_pairs(actor: Actor) -> QuerySet[Duplicate]:
    """What was decided to be two people, the latest first."""
    actor.require(Power.MERGE_PEOPLE)
    return duplicates_visible_to(actor).filter(status="not_same").order_by("-decided_at")


def merges(actor: Actor) -> QuerySet[Merge]:
    """The merges done and taken back, the latest first."""
    actor.require(Power.MERGE_PEOPLE)
    return merges_visible_to(actor)


def compare(actor: Actor, pair: Duplicate, *, on: date) -> Comparison:
    """What the two records say, line by line; numbers only where the reader may see those of both."""
    found = origins((p.feed_file_id, p.feed_line) for p in (pair.left, pair.right))
    numbers = len(read_of(actor, Compartment.IDENTIFIER, [pair.left_id, pair.right_id])) == 2
    return Comparison(
        pair=pair,
        left=_side(pair.left, found),
        right=_side(pair.right, found),
        lines=_lines(pair.left, pair.right, numbers),
        one_sided_shares=_one_sided(pair, on),
    )


def _side(person: Person, found: dict[tuple[int | None, int | None], Origin]) -> Side:
    return Side(
        person=person,
        addresses=person.addresses.count(),
        aliases=person.aliases.count(),
        stays=person.custody_periods.count(),
        origin=found.get((person.feed_file_id, person.feed_line)),
    )


def _lines(left: Person, right: Person, numbers: bool) -> list[Compared]:
    said = [
        ("Family name", left.family_name, right.family_name),
        ("Given names", left.given_names, right.given_names),
        ("Date of birth", _day(left.date_of_birth), _day(right.date_of_birth)),
        ("Sex", left.get_sex_display(), right.get_sex_display()),
        ("Address", _address(left), _address(right)),
        ("Other names", _names(left), _names(right)),
        ("Prison number", left.prison_no, right.prison_no),
        ("Probation reference", left.crn, right.crn),
        ("District", left.home_unit.name, right.home_unit.name),
    ]
    if numbers:
        said += [
            ("PNC number", left.pnc_id, right.pnc_id),
            ("CRO number", left.cro_no, right.cro_no),
        ]
    return [Compared(*line) for line in said]


def _day(value: date | None) -> str:
    return date_uk(value) if value else ""


def _address(person: Person) -> str:
    row = person.addresses.filter(lived_to__isnull=True).first()
    return ", ".join(part for part in (row.line, row.town, row.postcode) if part) if row else ""


def _names(person: Person) -> str:
    return ", ".join(f"{a.given_names} {a.family_name}".strip() for a in person.aliases.order_by("pk"))


def _one_sided(pair: Duplicate, on: date) -> list[str]:
    rows = AgencyAccess.objects.filter(in_force_on(on), person__in=[pair.left_id, pair.right_id])
    seen: dict[str, set[int]] = {}
    for name, person_id in rows.values_list("agency__name", "person_id"):
        seen.setdefault(name, set()).add(person_id)
    return sorted(name for name, people in seen.items() if len(people) == 1)
