"""Factories for the foundation; each app adds its own in `tests/<app>/factories.py` on `IomFactory`."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from datetime import date, timedelta
from typing import Any

import factory
from django.utils import timezone

from iom.access.models import AgencyAccess
from iom.access.scope import as_owner
from iom.accounts.models import User
from iom.agencies.models import Agency, Membership, Prison, SharingAgreement, Team, Unit
from iom.agencies.rules import DataClass
from iom.persons.models import CustodyPeriod, Person

LONG_AGO = date(2020, 1, 1)


_owning: ContextVar[bool] = ContextVar("owning", default=False)


@contextmanager
def owning() -> Iterator[None]:
    """Many rows in one scope, made by factories alone: each takes the scope of the block and none of its own."""
    with as_owner():
        token = _owning.set(True)
        try:
            yield
        finally:
            _owning.reset(token)


class IomFactory(factory.django.DjangoModelFactory):
    """Makes rows as the owner of the tables, past the row policies."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: type, *args: Any, **kwargs: Any) -> Any:
        with nullcontext() if _owning.get() else as_owner():
            return super()._create(model_class, *args, **kwargs)


class UserFactory(IomFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"Alex Person{n}")
    email = factory.LazyAttribute(lambda o: f"{o.username}@northmoor.example")
    password = "!"


class UnitFactory(IomFactory):
    class Meta:
        model = Unit

    code = factory.Sequence(lambda n: f"unit{n}")
    name = factory.Sequence(lambda n: f"Unit {n}")
    kind = "district"


class AgencyFactory(IomFactory):
    class Meta:
        model = Agency
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"agency{n}")
    name = factory.Sequence(lambda n: f"Agency {n}")
    kind = "probation"

    @factory.post_generation
    def agreement(obj: Agency, create: bool, extracted: bool, **kwargs: Any) -> None:  # noqa: N805
        if extracted:
            SharingAgreementFactory(agency=obj)

    @factory.post_generation
    def lapsed_agreement(obj: Agency, create: bool, extracted: bool, **kwargs: Any) -> None:  # noqa: N805
        if extracted:
            SharingAgreementFactory(agency=obj, ends_on=timezone.localdate())


class SharingAgreementFactory(IomFactory):
    class Meta:
        model = SharingAgreement

    agency = factory.SubFactory(AgencyFactory)
    reference = factory.Sequence(lambda n: f"ISA-{n:03d}")
    title = "Integrated offender management"
    starts_on = LONG_AGO
    data_classes = factory.LazyFunction(lambda: [code.value for code in DataClass])


class TeamFactory(IomFactory):
    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"Team {n}")
    agency = factory.SubFactory(AgencyFactory)


class MembershipFactory(IomFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    team = factory.SubFactory(TeamFactory)
    role = "supervisor"
    starts_on = LONG_AGO


class PrisonFactory(IomFactory):
    class Meta:
        model = Prison

    code = factory.Sequence(lambda n: f"p{n}")
    name = factory.Sequence(lambda n: f"HMP Example {n}")


class PersonFactory(IomFactory):
    class Meta:
        model = Person

    nominal_ref = factory.Sequence(lambda n: f"NV{n:07d}")
    family_name = factory.Sequence(lambda n: f"Family{chr(97 + n % 26)}")
    given_names = "Sam"
    search_name = factory.LazyAttribute(lambda o: f"{o.family_name} {o.given_names}".lower())
    date_of_birth = date(1990, 6, 15)
    sex = "M"
    home_unit = factory.SubFactory(UnitFactory)


class CustodyPeriodFactory(IomFactory):
    class Meta:
        model = CustodyPeriod

    person = factory.SubFactory(PersonFactory)
    prison = factory.SubFactory(PrisonFactory)
    held_from = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=30))


class AgencyAccessFactory(IomFactory):
    class Meta:
        model = AgencyAccess

    person = factory.SubFactory(PersonFactory)
    agency = factory.SubFactory(AgencyFactory)
    starts_on = LONG_AGO
    reason = "Joint case"
