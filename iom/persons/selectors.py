"""Reading persons for pages, API and reports; every answer starts from `visible_to`."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q, QuerySet

from iom.access.actor import Actor
from iom.access.readers import limit, sees
from iom.kernel.compartments import Compartment
from iom.kernel.together import Asked, read_together
from iom.persons.alerts import AlertRows, PersonAlert, alert_rows, alerts_in
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
from iom.persons.permissions import read_of, readable, visible_to
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
    begins = Q(search_name__begins=forward)
    if rest:
        begins |= Q(search_name__begins=f"{rest} {first}")
    aliases = Alias.objects.filter(search_name__begins=forward).order_by().values("person_id")
    begins |= Q(pk__any_of=ArraySubquery(aliases))
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


@dataclass(frozen=True)
class PersonRows:
    """What is read of a person for their pages, as queries, to be read together with what else a page shows."""

    custody: QuerySet[CustodyPeriod]
    markers: QuerySet[Marker]
    statutory: QuerySet[StatutoryStatus]
    aliases: QuerySet[Alias]
    addresses: QuerySet[Address]
    assessments: QuerySet[Assessment]
    numbered: QuerySet[Person, int] | frozenset[int]
    """The person, by number, if the reader is shown their PNC and CRO numbers."""
    alerts: AlertRows

    @property
    def head(self) -> list[Asked]:
        """What the head of every page of the person needs."""
        found: list[Asked] = [self.custody, self.markers, self.statutory, *self.alerts.values()]
        return [*found, self.numbered] if isinstance(self.numbered, QuerySet) else found

    @property
    def whole(self) -> list[Asked]:
        """The same and what the profile alone shows."""
        return [*self.head, self.aliases, self.addresses, self.assessments]


def person_rows(person: Person, *, reader: Actor | None = None) -> PersonRows:
    """The queries of a person's pages; what the reader may not see has no rows."""
    numbered = readable(reader, Compartment.IDENTIFIER, [person.pk]) if reader else frozenset()
    return PersonRows(
        custody=person.custody_periods.select_related("prison"),
        markers=person.markers.all(),
        statutory=person.statutory.all(),
        aliases=person.aliases.all(),
        addresses=person.addresses.all(),
        assessments=person.assessments.select_related("agency"),
        numbered=numbered,
        alerts=alert_rows(reader, person) if reader else {},
    )


def person_file(
    person: Person, *, on: date, reader: Actor | None = None, rows: PersonRows | None = None
) -> PersonFile:
    """Everything the profile shows of the person alone; what the actor may not see is absent.

    What only the profile shows is read when it is shown; the head of a page is read in one, unless `rows` have been.
    """
    rows = rows or person_rows(person, reader=reader)
    read_together(*rows.head)
    markers = [m for m in rows.markers if m.ends_on is None or m.ends_on > on]
    return PersonFile(
        person=person,
        place=place_on(stays_of(list(rows.custody)), on),
        age=age_on(person.date_of_birth, on),
        aliases=rows.aliases,
        addresses=rows.addresses,
        custody=list(rows.custody),
        statutory=[s for s in rows.statutory if s.ends_on is None or s.ends_on > on],
        warnings=[m for m in markers if m.kind == "warning"],
        vulnerabilities=[m for m in markers if m.kind == "vulnerability"],
        assessments=rows.assessments,
        identifiers=bool(rows.numbered),
        alerts=alerts_in(rows.alerts),
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
