"""What every part of the making of cases stands on: the rows to be written, the day, and who is there to do things."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from iom.accounts.models import User
from iom.accounts.rules import Role
from iom.agencies.models import Agency, Membership, Unit
from iom.working_days.rules import add
from iom.working_days.selectors import calendar

LONDON = ZoneInfo("Europe/London")


@dataclass
class Rows:
    """Everything to be written, by model, in the order in which it is written."""

    by_model: dict[type, list[Any]] = field(default_factory=dict)

    def add(self, row: Any) -> Any:
        self.by_model.setdefault(type(row), []).append(row)
        return row


class Maker:
    """Gathers rows for chosen people, seeded; nothing is written before all of them are made."""

    def __init__(self, *, on: date, seed: int) -> None:
        self.on, self.rng, self.rows = on, Random(seed), Rows()
        self.days = calendar()
        self.agencies = {agency.code: agency for agency in Agency.objects.all()}
        self.police = self.agencies["northmoor-police"]
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.staff: dict[tuple[str, str], list[User]] = {}
        self.partners: dict[str, list[User]] = {}
        for row in Membership.objects.select_related("user", "team__unit", "team__agency").order_by("id"):
            unit = row.team.unit.code if row.team.unit else ""
            self.staff.setdefault((unit, row.role), []).append(row.user)
            if row.role == Role.PARTNER_PRACTITIONER:
                self.partners.setdefault(f"{row.team.agency.code}/{unit}", []).append(row.user)
                self.partners.setdefault(row.team.agency.code, []).append(row.user)

    # when and who

    def at(self, day: date, hour: int | None = None) -> datetime:
        hour = self.rng.randint(9, 16) if hour is None else hour
        moment = datetime.combine(day, time(hour, self.rng.randrange(60)), LONDON)
        return min(moment, datetime.combine(self.on, time(0, 5), LONDON)) if day >= self.on else moment

    def working(self, day: date) -> date:
        return add(self.days, day, 0) if day.weekday() < 5 else day - timedelta(days=day.weekday() - 4)

    def supervisor(self, unit: str) -> User:
        role = Role.PRISON_SUPERVISOR if unit == "prison-hub" else Role.SUPERVISOR
        return self.rng.choice(self.staff[unit, role])

    def manager(self, unit: str) -> User:
        role = Role.PRISON_OFFICER if unit == "prison-hub" else Role.OFFENDER_MANAGER
        return self.rng.choice(self.staff[unit, role])
