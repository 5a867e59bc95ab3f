"""Every component once, at /design/: to look at, and for the accessibility test. Not there in production."""

from datetime import UTC, date, datetime

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from iom.kernel.charts import Series, bar_chart, line_chart, stacked_bar_chart
from iom.kernel.forms import GovukFilterForm, GovukForm, date_field
from iom.kernel.states import STATES

DISTRICTS = ("North", "South", "East", "West", "Coast")


class ExampleForm(GovukForm):
    """One field of each kind."""

    family_name = forms.CharField(label="Family name", max_length=80)
    pnc_id = forms.CharField(
        label="PNC ID", help_text="For example, 2019/0123456X", required=False, max_length=20
    )
    seen_on = date_field("Date last seen", "For example, 27 3 2026", past_only=True)
    attempts = forms.IntegerField(label="Number of attempts", min_value=0, max_value=99)
    district = forms.ChoiceField(
        label="District", choices=[("", "Choose a district"), *((d.lower(), d) for d in DISTRICTS)]
    )
    outcome = forms.ChoiceField(
        label="What do you want to do?",
        choices=[("refer", "Refer"), ("watch", "Keep watching"), ("decline", "No further action")],
        widget=forms.RadioSelect,
    )
    decline_reason = forms.CharField(label="Why no further action?", required=False, max_length=200)
    agencies = forms.MultipleChoiceField(
        label="Agencies present",
        choices=[("police", "Police"), ("probation", "Probation"), ("drugs", "Drug service")],
        widget=forms.CheckboxSelectMultiple,
    )
    rationale = forms.CharField(label="Rationale", widget=forms.Textarea(attrs={"rows": 4}), max_length=500)
    confirmed = forms.BooleanField(label="I have read the disclosure statement")
    evidence = forms.FileField(label="Upload the research pack", required=False)

    reveals = {"outcome": {"decline": ["decline_reason"]}}
    choice_hints = {"outcome": {"watch": "Looked at again at the next review"}}


class ExampleFilter(GovukFilterForm):
    name = forms.CharField(label="Name or reference")
    district = forms.MultipleChoiceField(
        label="District", choices=[(d.lower(), d) for d in DISTRICTS], widget=forms.CheckboxSelectMultiple
    )
    due_before = date_field("Due before")


@login_not_required
@require_http_methods(["GET", "POST"])
def components(request: HttpRequest) -> HttpResponse:
    """The page of all components."""
    if "flash" in request.GET:
        messages.success(request, "Referral sent to North district")
        messages.warning(request, "The sharing agreement ends on 30 June 2026")
    form = ExampleForm(request.POST or None, request.FILES or None)
    return render(request, "kernel/components.html", example_context(request, form))


def example_context(request: HttpRequest, form: ExampleForm) -> dict[str, object]:
    filters = ExampleFilter(request.GET or None)
    page = Paginator(range(1, 400), 25).get_page(request.GET.get("page"))
    months = ("Jan 2026", "Feb 2026", "Mar 2026", "Apr 2026", "May 2026", "Jun 2026")
    on_time, late, missed = (41, 38, 22, 17, 9), (6, 3, 8, 0, 2), (2, 5, 1, 1, 0)
    return {
        "form": form,
        "filters": filters,
        "page": page,
        "today": date(2026, 6, 30),
        "rows": [
            ("Ash, Kieran", "NM000123", date(2026, 6, 30), "overdue", "red", 85_53),
            ("Okafor, Daniel", "NM000456", date(2026, 7, 2), "due_soon", "amber", 64_10),
            ("Price, Joanne", "NM000789", date(2026, 7, 9), "open", "green", 1_204_05),
        ],
        "states": STATES,
        "details": [
            ("Born", "3 May 1994"),
            ("PNC ID", "2019/0123456X"),
            ("Manager", "PC Dale Ives"),
            ("ROR", "855"),
        ],
        "badges": [("MAPPA 2", "purple"), ("GPS tag", "blue"), ("Warning: weapons", "red")],
        "actions": [{"label": "Record a contact", "url": "#"}, {"label": "Change manager", "url": "#"}],
        "tasks": [
            {
                "title": "Make the plan",
                "url": "#plan",
                "hint": "Due 9 July 2026",
                "kind": "deadline",
                "state": "due_soon",
            },
            {
                "title": "Tell the person",
                "url": "#tell",
                "hint": "Due 30 June 2026",
                "kind": "deadline",
                "state": "overdue",
            },
            {"title": "Flag on PNC", "url": "", "hint": "", "kind": "task", "state": "done"},
        ],
        "happened": [
            {
                "title": "Home visit",
                "by": "PC Dale Ives, Northmoor Police",
                "at": datetime(2026, 6, 29, 2, 49, tzinfo=UTC),
                "text": "Not in. Card left.\nNeighbour says he left on Sunday.",
                "kind": "task",
                "state": "done",
            },
            {"title": "Selected", "by": "North board", "at": date(2026, 6, 20), "text": "Cohort: Fixed."},
        ],
        "sections": [
            {"label": "Overview", "url": "#", "current": True},
            {"label": "Emerging threat", "url": "#", "count": 12},
            {"label": "Timeline", "url": "#"},
        ],
        "chart": stacked_bar_chart(
            "Deadlines by district",
            DISTRICTS,
            [Series("Met in time", on_time), Series("Met late", late), Series("Missed", missed)],
        ),
        "chart_heads": ("District", "Met in time", "Met late", "Missed"),
        "chart_rows": list(zip(DISTRICTS, on_time, late, missed, strict=True)),
        "bars": bar_chart("Share of plans made in time", DISTRICTS, (97, 88.5, 71, 100, 64), unit="%"),
        "bar_rows": list(zip(DISTRICTS, ("97%", "88.5%", "71%", "100%", "64%"), strict=True)),
        "bar_heads": ("District", "Share made in time"),
        "line_heads": ("Month", "Kieran Ash", "District average"),
        "line": line_chart(
            "ROR score by month",
            months,
            [
                Series("Kieran Ash", (310, 420, 480, 700, None, 855)),
                Series("District average", (300, 310, 305, 320, 330, 325)),
            ],
        ),
        "line_rows": list(
            zip(months, (310, 420, 480, 700, "No score", 855), (300, 310, 305, 320, 330, 325), strict=True)
        ),
    }
