"""The demo's records of long ago: due, kept, held, disposed of and back again; and people who ask (SHR-4)."""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from cohorts.models import Case
from iom.access.actor import Actor, actor_for
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.models import User
from iom.accounts.rules import Role
from iom.agencies.models import Membership
from iom.approvals.services import approve
from iom.persons.models import Person
from iom.retention.models import AccessItem, Bundle, Review
from iom.retention.rules.statuses import CRITERIA
from iom.retention.selectors.facts import schedule_for
from iom.retention.services.assembling import assemble_next
from iom.retention.services.bundle import ask_release, make_next
from iom.retention.services.corrections import enter_correction
from iom.retention.services.disposal import dispose_next
from iom.retention.services.holds import set_hold
from iom.retention.services.items import confirm_section
from iom.retention.services.queue import open_due_reviews
from iom.retention.services.requests import ask_assembling, enter_request, prove_identity
from iom.retention.services.returned import note_returned
from iom.retention.services.review import ask_disposal, retain
from iom.working_days.rules import LONDON
from scoring.models import Event, ThreatAlert

YEAR = timedelta(days=365)
A_DISTRICT = 6
# Category, outcome and how many years ago it was last heard of.
PASTS = (
    ("shoplifting", "convicted", 7),
    ("robbery_personal", "charged", 11),
    ("criminal_damage", "nfa", 8),
    ("rape", "acquitted", 12),
    ("other_theft", "convicted", 6),
    ("weapon_bladed", "convicted", 10),
)
ANSWERS = {one.code: "no" for one in CRITERIA}


def make_retention(*, on: date, at: datetime, seed: int) -> None:
    """Give some people of every district only a distant past, and let each step of retention be seen once or twice."""
    rng = Random(seed)
    with as_owner():
        old = _of_long_ago(on, rng)
    with as_service():
        open_due_reviews(schedule_for(on), on=on)
    with as_owner():
        district = old[0].home_unit_id
        inspector, spoc = _one(Role.INSPECTOR, on, district), _one(Role.CENTRAL_SPOC, on)
        due = list(Review.objects.filter(status="open", person__home_unit=district).order_by("pk"))
    _decide(due, inspector, spoc, on=on, at=at)
    _requests(old, inspector, spoc, on=on, at=at)


def is_made() -> bool:
    return Bundle.objects.exists()


def _of_long_ago(on: date, rng: Random) -> list[Person]:
    """People without a case, an alert or a recent offence become people of long ago."""
    busy = set(Case.objects.values_list("person_id", flat=True)) | set(
        ThreatAlert.objects.values_list("person_id", flat=True)
    )
    recent = set(Event.objects.values_list("person_id", flat=True))
    chosen: list[Person] = []
    units: dict[int, int] = {}
    for person in Person.objects.exclude(pk__in=busy | recent).order_by("pk"):
        if units.get(person.home_unit_id, 0) < A_DISTRICT:
            units[person.home_unit_id] = units.get(person.home_unit_id, 0) + 1
            chosen.append(person)
    for number, person in enumerate(chosen):
        category, status, years = PASTS[number % len(PASTS)]
        day = on - years * YEAR - timedelta(days=rng.randrange(20, 200))
        moment = datetime.combine(day, time(10), LONDON)
        Person.objects.filter(pk=person.pk).update(created_at=moment)
        Event.objects.create(
            person=person, family="crime", category=category, occurred_on=day, recorded_at=moment, status=status,
            status_on=day + timedelta(days=14), source="demo", source_ref=f"LONG-AGO-{person.pk}", bulk_load=True,
            occurrence_ref=f"NV/{day:%y}/{person.pk:05d}", summary=f"{category.replace('_', ' ').capitalize()}",
        )  # fmt: skip
    return chosen


def _one(role: Role, on: date, unit_id: int | None = None) -> Actor:
    rows = Membership.objects.filter(role=role.value, ends_on__isnull=True).order_by("pk")
    if unit_id:
        rows = rows.filter(team__unit=unit_id)
    found = rows.first() or Membership.objects.filter(role=role.value).order_by("pk").first()
    assert found is not None
    actor = actor_for(User.objects.get(pk=found.user_id), on=on, membership_id=found.pk)
    assert actor is not None
    return actor


def _decide(due: list[Review], inspector: Actor, spoc: Actor, *, on: date, at: datetime) -> None:
    """One kept, one held, one that waits for a signature, one disposed of and back by a feed; the rest stay due."""
    if len(due) < 5:
        return
    kept, held, waiting, gone = due[:4]
    with as_owner():
        reference = {row.pk: row.person.nominal_ref for row in (held, gone)}
        left: dict[str, Any] = {
            "nominal_ref": reference[gone.pk],
            "family_name": gone.person.family_name,
            "given_names": gone.person.given_names,
            "search_name": gone.person.search_name,
            "date_of_birth": gone.person.date_of_birth,
            "home_unit_id": gone.person.home_unit_id,
        }
    with as_actor(inspector):
        retain(
            kept.pk, answers={**ANSWERS, "patterns": "yes"}, next_on=on + 2 * YEAR, by=inspector, on=on, at=at,
            reason="Named in an inquiry into a group that is still active.",
        )  # fmt: skip
        set_hold(
            reference[held.pk], authority="Legal services, claim 26/114", review_on=on + timedelta(days=180),
            reason="A civil claim against the force is open; nothing may be destroyed.", by=inspector, on=on, at=at,
        )  # fmt: skip
        ask_disposal(
            waiting.pk, answers=ANSWERS, by=inspector, on=on, at=at,
            reason="One offence long ago; nothing relevant has come to notice since.",
        )  # fmt: skip
        asked = ask_disposal(
            gone.pk, answers=ANSWERS, by=inspector, on=on, at=at,
            reason="One offence long ago; nothing relevant has come to notice since.",
        )  # fmt: skip
    with as_actor(spoc):
        approve(asked.approval_id or 0, by=spoc, at=at, reason="Read the record; agreed.")
    with as_service():
        dispose_next(at)
    with as_owner():
        Person.objects.create(**left)
    with as_service():
        note_returned(since=at - YEAR, on=on)


def _requests(people: list[Person], inspector: Actor, spoc: Actor, *, on: date, at: datetime) -> None:
    """One that waits for proof of identity, one to decide, one that is ready to give; and a correction."""
    with as_owner():
        mine = Case.objects.filter(unit__in=inspector.unit_ids).select_related("person").order_by("pk")
        references = [case.person.nominal_ref for case in mine[:3]]
    if len(references) < 3:
        return
    for number, reference in enumerate(references):
        received = on - timedelta(days=6 * number + 2)
        with as_actor(inspector):
            found = enter_request(
                reference,
                received_on=received,
                asked_for="",
                ask_identity=number == 0,
                by=inspector,
                on=on,
                at=at,
            )
            if number == 0:
                continue
            prove_identity(
                found.pk,
                how="Photograph and address checked at the counter",
                proved_on=received,
                by=inspector,
                on=on,
            )
            ask_assembling(found.pk, by=inspector)
        with as_service():
            assemble_next(at)
        if number == 2:
            _ready(found.pk, inspector, spoc, at=at)
    with as_actor(inspector):
        enter_correction(
            references[0], received_on=on - timedelta(days=3), by=inspector, on=on, at=at,
            what="Says that the address in Mill Street was never theirs.",
        )  # fmt: skip


def _ready(request_id: int, inspector: Actor, spoc: Actor, *, at: datetime) -> None:
    with as_actor(inspector):
        seen = AccessItem.objects.filter(request=request_id, outcome="").values_list("section", flat=True)
        for code in sorted(set(seen)):
            confirm_section(request_id, code, by=inspector, at=at)
        asked = ask_release(request_id, reason="Every item was read against the rules.", by=inspector, at=at)
    with as_actor(spoc):
        approve(asked.approval_id or 0, by=spoc, at=at, reason="Read every item.")
    with as_service():
        make_next(at)
