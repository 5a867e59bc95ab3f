"""Several queries read by one statement give what each alone gives."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Count, Exists, F, Model, OuterRef, Prefetch, QuerySet
from django.test.utils import CaptureQueriesContext

from cohorts.models import Case, Deadline
from iom.access.actor import memberships_today
from iom.access.scope import as_actor, as_owner
from iom.agencies.models import Agency, Membership, SharingAgreement, Team, Unit
from iom.kernel.together import Number, read_together
from iom.persons.models import Person
from iom.persons.permissions import visible_to
from tests.scene import Scene
from tests.today import TODAY


def asked(*reads: Any) -> int:
    """How many statements reading them together takes."""
    with CaptureQueriesContext(connection) as captured:
        read_together(*reads)
    return len(captured)


def values_of(row: Model) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name != "_state"}


def models_with_rows() -> list[type[Model]]:
    return [model for model in apps.get_models() if model._meta.managed and model._default_manager.exists()]


def first_of(model: type[Model]) -> QuerySet[Any]:
    return model._default_manager.order_by("pk")[:7]


def test_rows_of_every_table_are_read_as_they_are_read_alone(scene: Scene) -> None:
    with as_owner():
        models = models_with_rows()
        together = {model: first_of(model) for model in models}

        statements = asked(*together.values())

        assert statements == 1
        assert len(models) > 60
        for model, rows in together.items():
            alone = [values_of(row) for row in first_of(model)]
            assert [values_of(row) for row in rows] == alone, model
            assert [{n: type(v) for n, v in values_of(row).items()} for row in rows] == [
                {n: type(v) for n, v in one.items()} for one in alone
            ], model


def test_joined_rows_annotations_and_bare_values_are_read_too(scene: Scene) -> None:
    with as_owner():
        late = Deadline.objects.filter(case=OuterRef("pk"), due_on__lt=TODAY)

        def reads() -> list[QuerySet[Any, Any]]:
            return [
                Case.objects.select_related("person__home_unit", "manager").annotate(
                    late=Exists(late), deadlines_held=Count("deadlines"), born=F("person__date_of_birth")
                ),
                Unit.objects.order_by("-name").values_list("code", flat=True),
                Person.objects.order_by("pk").values("pk", "is_managed", "date_of_birth"),
                Team.objects.order_by("agency__name", "name").values_list("name", "agency__name").distinct(),
                memberships_today(scene.actors["supervisor"].user_id or 0, on=TODAY),
                Agency.objects.prefetch_related(Prefetch("agreements")),
            ]

        together, alone = reads(), reads()
        read_together(*together)

        for one, other in zip(together, alone, strict=True):
            assert list(one) == list(other)
        cases = list(zip(together[0], alone[0], strict=True))
        assert [(a.late, a.deadlines_held, a.born, a.person, a.manager) for a, _ in cases] == [
            (b.late, b.deadlines_held, b.born, b.person, b.manager) for _, b in cases
        ]
        assert {a.late for a, _ in cases} <= {True, False}
        assert [a.every_unit for a in together[4]] == [b.every_unit for b in alone[4]]


def test_numbers_are_counted_in_the_same_statement(scene: Scene) -> None:
    with as_owner():
        units, people = Number(Unit.objects.all()), Number(Person.objects.filter(is_managed=True))
        nobody, agencies = Number(Person.objects.none()), Agency.objects.order_by("code")

        statements = asked(units, people, nobody, agencies)

        assert statements == 1
        assert (units.value, people.value, nobody.value) == (
            Unit.objects.count(),
            Person.objects.filter(is_managed=True).count(),
            0,
        )
        assert [agency.code for agency in agencies] == sorted(Agency.objects.values_list("code", flat=True))


def test_what_is_read_or_can_have_no_rows_or_is_named_twice_is_not_asked_again(scene: Scene) -> None:
    with as_owner():
        units, nobody, agencies = Unit.objects.all(), Person.objects.filter(pk__in=[]), Agency.objects.all()
        read_together(units, agencies)

        assert asked(units, agencies, nobody, None) == 0
        assert list(nobody) == []
        teams, held = Team.objects.all(), Membership.objects.all()
        assert asked(teams, held, teams) == 1
        assert len(teams) == Team.objects.count()


def test_one_alone_is_read_as_ever_and_a_query_made_from_it_asks_anew(scene: Scene) -> None:
    with as_owner():
        units, agreements = Unit.objects.order_by("pk"), SharingAgreement.objects.all()
        assert asked(units) == 1
        read_together(agreements, Team.objects.all())

        fewer = agreements.filter(agency__code="probation")

        assert 0 < len(fewer) < len(agreements)
        assert len(agreements.all()) == len(agreements)


@pytest.mark.parametrize("who", ["supervisor", "partner_share", "partner_lapsed", "auditor"])
def test_each_reader_gets_together_what_they_get_alone(scene: Scene, who: str) -> None:
    actor = scene.actors[who]
    with as_actor(actor):
        people, everybody = visible_to(actor).order_by("pk"), Person.objects.order_by("pk")

        read_together(people, everybody)

        assert list(people) == list(visible_to(actor).order_by("pk"))
        assert list(everybody) == list(Person.objects.order_by("pk").all())
