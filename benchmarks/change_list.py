"""Django admin's change lists of the rows that our lists show: what to be compared with, and nowhere else to be had."""

from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin, ShowFacets
from django.db.models import QuerySet, Subquery
from django.db.models.expressions import OuterRef
from django.http import HttpRequest, HttpResponse

from cohorts.models import Case, Deadline, Placement
from iom.audit.services import look
from iom.kernel import clock
from iom.persons.models import CustodyPeriod, Person
from scoring.models import CurrentScore


class Site(AdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        return True


class ReadOnly(ModelAdmin):  # type: ignore[type-arg]
    """Whoever has signed in reads; row policies stand under it as under every page."""

    show_facets = ShowFacets.NEVER
    list_per_page = 25

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        look(request, subjects=[], what="change list")
        return super().changelist_view(request, extra_context)


class CaseAdmin(ReadOnly):
    """The columns, filters and order of the case list; what Django cannot show by itself is asked row by row."""

    list_display = (
        *("person", "unit", "manager", "status", "selected_on", "review_on"),
        *("cohort", "next_due", "overdue", "held", "score"),
    )
    list_filter = ("status", "unit", "manager")
    ordering = ("person__family_name", "person__given_names", "id")
    search_fields = ("person__family_name", "person__given_names", "person__nominal_ref")

    def cohort(self, case: Case) -> str:
        row = Placement.objects.filter(case=case, scheme="three_cohort").order_by("-starts_on").first()
        return row.cohort if row else ""

    def next_due(self, case: Case) -> Any:
        row = Deadline.objects.running(clock.today()).filter(case=case).order_by("due_on").first()
        return row.due_on if row else None

    def overdue(self, case: Case) -> int:
        return Deadline.objects.overdue(clock.today()).filter(case=case).count()

    def held(self, case: Case) -> bool:
        return CustodyPeriod.objects.filter(person=case.person_id, held_to__isnull=True).exists()

    def score(self, case: Case) -> int | None:
        row = CurrentScore.objects.filter(person=case.person_id, score_model__code="ROR").first()
        return row.published if row else None


class PersonAdmin(ReadOnly):
    """People with a score, the greatest first, as the prioritised list has them: admin lists no scores itself."""

    list_per_page = 50
    list_display = ("published", "family_name", "given_names", "home_unit", "is_managed", "latest_on")
    list_filter = ("home_unit", "is_managed")
    ordering = ("-published",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        score = CurrentScore.objects.filter(
            person=OuterRef("pk"), score_model__code="ROR", score_model__status="active"
        )
        return Person.objects.annotate(
            published=Subquery(score.values("published")), latest_on=Subquery(score.values("latest_on"))
        ).filter(published__gt=0)

    def published(self, person: Any) -> int:
        return int(person.published)

    def latest_on(self, person: Any) -> Any:
        return person.latest_on


site = Site()
site.register(Case, CaseAdmin)
site.register(Person, PersonAdmin)
