"""The demo's stock of tags: some worn by managed people, some charging, broken, lost or lent (TAG-1, TAG-2)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from django.db.models import Exists, OuterRef

from cohorts.models import Case
from iom.access.actor import Actor, actor_for
from iom.access.scope import as_actor
from iom.accounts.models import User
from iom.agencies.models import Unit
from iom.demo.force import DISTRICTS
from iom.demo.words import TAG_STATES
from iom.persons.models import CustodyPeriod
from iom.working_days.rules import LONDON
from tagging.models import Device
from tagging.rules import ADULT_AGE, DeviceKind, Fitting, Purpose
from tagging.services import add_device, change_state, fit_device, remove_device

STOCK = 14
WORN = 5
TAKEN_OFF = (("completed", "available"), ("withdrew", "idle"))
KINDS = (DeviceKind.GPS, DeviceKind.GPS, DeviceKind.GPS_TWO_PIECE, DeviceKind.BEACON)
COSTS = {DeviceKind.GPS: "412.50", DeviceKind.GPS_TWO_PIECE: "468.00", DeviceKind.BEACON: "139.00"}


@dataclass(frozen=True)
class Wearer:
    """A managed adult outside prison, for a while in the scheme."""

    ref: str
    unit: str
    selected_on: date


def wearers(*, on: date) -> list[Wearer]:
    """Whom a tag may be fitted to, the longest managed first."""
    inside = CustodyPeriod.objects.filter(person=OuterRef("person"), held_to__isnull=True)
    rows = (
        Case.objects.filter(
            ~Exists(inside),
            status="active",
            selected_on__lt=on - timedelta(days=60),
            person__date_of_birth__lt=on - timedelta(days=366 * (ADULT_AGE + 4)),
        )
        .order_by("selected_on", "id")
        .values_list("person__nominal_ref", "person__home_unit__code", "selected_on")
    )
    return [Wearer(ref, unit, selected_on) for ref, unit, selected_on in rows]


def make_tags(*, on: date, seed: int) -> None:
    """Buy the stock, fit some of it, take two off again, and put the rest into every other state."""
    rng = Random(seed)
    people = wearers(on=on)
    chosen = rng.sample(people, min(len(people), WORN + len(TAKEN_OFF)))
    districts = [unit.code for unit in DISTRICTS]
    units = {unit.code: unit.pk for unit in Unit.objects.all()}
    staff = {code: _sergeant(code, on) for code in districts}
    for number in range(STOCK):
        who = chosen[number] if number < len(chosen) else None
        code = who.unit if who else districts[number % len(districts)]
        by, bought = staff[code], on - timedelta(days=rng.randint(380, 560))
        with as_actor(by):
            kind = KINDS[number % len(KINDS)]
            device = add_device(
                serial=f"NMT-{2401 + number}",
                kind=kind,
                unit_id=units[code],
                cost=Decimal(COSTS[kind]),
                acquired_on=bought,
                by=by,
                on=bought,
                at=_at(bought),
            )
            if who:
                _wear(device, who, by, rng, on=on, ended=TAKEN_OFF[number - WORN] if number >= WORN else None)
            elif number - WORN - len(TAKEN_OFF) < len(TAG_STATES):
                to, reason = TAG_STATES[number - WORN - len(TAKEN_OFF)]
                day = on - timedelta(days=rng.randint(3, 120))
                change_state(device.pk, to=to, reason=reason, by=by, on=day, at=_at(day))


def _wear(
    device: Device, who: Wearer, by: Actor, rng: Random, *, on: date, ended: tuple[str, str] | None
) -> None:
    """Fitted with consent, with a review each month; of those who still wear one, a review may be late."""
    since = on - timedelta(days=rng.randint(8, 50))
    fitting = Fitting(
        starts_on=since,
        review_on=since + timedelta(days=28),
        consent_on=since - timedelta(days=rng.randint(0, 3)),
        purposes=rng.sample([purpose.value for purpose in Purpose], 2),
    )
    wearing = fit_device(device.pk, nominal_ref=who.ref, fitting=fitting, by=by, on=since, at=_at(since))
    if ended:
        day = since + timedelta(days=rng.randint(3, 7))
        remove_device(wearing.pk, ends_on=day, reason=ended[0], to_state=ended[1], by=by, on=day, at=_at(day))


def _sergeant(unit: str, on: date) -> Actor:
    user = User.objects.filter(memberships__team__unit__code=unit, memberships__role="supervisor")
    actor = actor_for(user.order_by("id")[0], on=on)
    assert actor is not None
    return actor


def _at(day: date) -> datetime:
    return datetime.combine(day, time(14), LONDON)
