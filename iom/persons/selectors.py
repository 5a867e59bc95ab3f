"""Reading persons for pages, API and reports; every answer starts from `visible_to`."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from iom.access.actor import Actor
from iom.access.readers import limit, sees
from iom.kernel.compartments import Compartment
from iom.persons.alerts import PersonAlert, alerts_for
from iom.persons.models import (
    Address,
    Alias,
    Assessment,
    CustodyPeriod,
    Marker,
    Merge,
    Person,
    StatutoryStatus,
)
from iom.persons.permissions import read_of, reads_of, visible_to
from iom.persons.rules import check_pnc, search_name
from iom.persons.whereabouts import Place, Stay, place_on

FUZZY_FROM = 4


def search(actor: Actor, text: str, *, on: date) -> QuerySet[Person]:
    """People whose reference, identifier, name or alias is what was typed; the closest kind of match wins.

    References and identifiers are compared whole, names by how they begin, and only then anywhere within.
    """
    people = (
        visible_to(actor)
        .select_related("home_unit", "managing_unit")
        .order_by("family_name", "given_names", "pk")
    )
    typed = text.strip()
    if not typed:
        return people.none()
    code = typed.upper().replace(" ", "")
    whole = Q(nominal_ref=code) | Q(prison_no=code) | Q(crn=code)
    if sees(actor, Compartment.IDENTIFIER):
        pnc = check_pnc(code, on=on).canonical
        numbers = Q(cro_no=code) | (Q(pnc_id=pnc) if pnc else Q())
        whole |= numbers & (limit(actor, Compartment.IDENTIFIER, "pk") or Q())
    if any(c.isdigit() for c in code):
        return people.filter(whole | Q(pk__in=_known_before(actor, code, on=on)))
    forward = search_name(typed, "")
    if not forward:
        return people.none()
    first, _, rest = forward.partition(" ")
    begins = Q(search_name__startswith=forward)
    if rest:
        begins |= Q(search_name__startswith=f"{rest} {first}")
    aliases = Alias.objects.filter(search_name__startswith=forward).values("person_id")
    begins |= Q(pk__in=aliases)
    found = people.filter(begins)
    if found.exists() or len(forward) < FUZZY_FROM:
        return found
    return people.filter(search_name__contains=forward)


def _known_before(actor: Actor, code: str, *, on: date) -> QuerySet[Merge, Any]:
    """The records that are kept, by a reference or number of one that was merged into them."""
    known = Q(merged_ref=code) | Q(merged_prison_no=code) | Q(merged_crn=code)
    if sees(actor, Compartment.IDENTIFIER):
        pnc = check_pnc(code, on=on).canonical
        numbers = Q(merged_cro=code) | (Q(merged_pnc=pnc) if pnc else Q())
        known |= numbers & (limit(actor, Compartment.IDENTIFIER, "survivor_id") or Q())
    return Merge.objects.filter(known, undone_at__isnull=True).values("survivor_id")


@dataclass(frozen=True)
class PersonFile:
    """What is held of one person beside their cases and scores."""

    person: Person
    place: Place
    age: int | None
    aliases: QuerySet[Alias]
    addresses: QuerySet[Address]
    custody: list[CustodyPeriod]
    statutory: list[StatutoryStatus]
    warnings: list[Marker]
    vulnerabilities: list[Marker]
    assessments: QuerySet[Assessment]
    identifiers: bool = False
    """Whether the reader is shown this person's PNC and CRO numbers."""
    alerts: tuple[PersonAlert, ...] = ()
    """What whoever may see it reads before anything else."""

    @property
    def is_child(self) -> bool:
        return self.age is not None and self.age < 18


def age_on(born: date | None, day: date) -> int | None:
    """Age in completed years; somebody born on 29 February turns on 1 March."""
    if born is None:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def stays_of(periods: list[CustodyPeriod]) -> list[Stay]:
    """Custody periods, with their prisons loaded, as plain values."""
    return [
        Stay(p.held_from, p.held_to, p.prison.name, p.prison.in_area, p.expected_release_on) for p in periods
    ]


def person_file(person: Person, *, on: date, reader: Actor | None = None) -> PersonFile:
    """Everything the profile shows of the person alone, in a query a kind; what the actor may not see is absent.

    What only the profile shows is read when it is shown; the head of a page needs custody, status and markers.
    """
    custody = list(person.custody_periods.select_related("prison"))
    markers = [m for m in person.markers.all() if m.ends_on is None or m.ends_on > on]
    return PersonFile(
        person=person,
        place=place_on(stays_of(custody), on),
        age=age_on(person.date_of_birth, on),
        aliases=person.aliases.all(),
        addresses=person.addresses.all(),
        custody=custody,
        statutory=[s for s in person.statutory.all() if s.ends_on is None or s.ends_on > on],
        warnings=[m for m in markers if m.kind == "warning"],
        vulnerabilities=[m for m in markers if m.kind == "vulnerability"],
        assessments=person.assessments.select_related("agency"),
        identifiers=reader is not None and reads_of(reader, Compartment.IDENTIFIER, person.pk),
        alerts=alerts_for(reader, person, on) if reader else (),
    )


@dataclass(frozen=True)
class PersonLine:
    """A person as one line of a list."""

    person: Person
    place: Place
    age: int | None
    identifiers: bool
    """Whether the reader is shown this person's PNC and CRO numbers."""


def lines(actor: Actor, people: list[Person], *, on: date) -> list[PersonLine]:
    """Lines for one page of people as the actor sees them, with where each is; two queries at most."""
    held: dict[int, list[CustodyPeriod]] = {}
    current = CustodyPeriod.objects.filter(person__in=[p.pk for p in people], held_from__lte=on)
    for period in current.exclude(held_to__lte=on).select_related("prison"):
        held.setdefault(period.person_id, []).append(period)
    numbered = read_of(actor, Compartment.IDENTIFIER, [p.pk for p in people])
    return [
        PersonLine(
            p, place_on(stays_of(held.get(p.pk, [])), on), age_on(p.date_of_birth, on), p.pk in numbered
        )
        for p in people
    ]
