"""Reviews, holds, who came back, disposals and the schedule in the browser (SHR-4)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.agencies.models import Unit
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.pagination import page_of
from iom.kernel.reads import reads_nobody
from iom.kernel.step_up import step_up
from iom.persons.subjects import typed_reference
from iom.retention import forms
from iom.retention.permissions import access_disposal, access_hold, access_returned, access_review
from iom.retention.rules.groups import latest_next_review
from iom.retention.rules.schedule import schedules
from iom.retention.rules.statuses import ANSWERS, CRITERIA
from iom.retention.selectors import pages
from iom.retention.selectors.facts import schedule_for
from iom.retention.services.grounds import why_not
from iom.retention.services.holds import lift_hold, set_hold
from iom.retention.services.returned import decide_returned
from iom.retention.services.review import ask_disposal, retain
from iom.retention.views.doors import actor_with, form_page

PLACES = (
    ("queue", "Reviews"),
    ("holds", "Holds"),
    ("returned", "Came back"),
    ("disposals", "Disposals"),
    ("schedule", "Schedule"),
)


def reader(request: HttpRequest) -> Actor:
    return actor_with(request, Power.RETAIN, Power.SEE_RETENTION)


def places(current: str) -> list[dict[str, object]]:
    return [
        {"label": label, "url": reverse(f"retention:{name}"), "current": name == current}
        for name, label in PLACES
    ]


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Whose record is due for review, the longest due first, with the reason in a sentence."""
    actor, today = reader(request), clock.today()
    units = Unit.objects.filter(pk__in=actor.unit_ids).exclude(kind="force").values_list("code", "name")
    form = forms.QueueFilterForm(request.GET or None, units=list(units))
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    page = page_of(pages.queue(actor, **given), request.GET.get("page"))
    look(request, subjects=[row.person_id for row in page.rows], what="retention queue")
    context = {
        "filters": form,
        "page": page,
        "lines": pages.review_lines(actor, page.rows, on=today),
        "places": places("queue"),
    }
    return render(request, "retention/queue.html", context)


@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One review: the facts, what stands against disposal, and what was decided."""
    actor, today = reader(request), clock.today()
    found = access_review(actor, pk)
    look(request, subjects=[found.person_id], what="retention review")
    [line] = pages.review_lines(actor, [found], on=today)
    context = {
        "review": found,
        "line": line,
        "against": why_not(found.person_id, on=today),
        "holds": pages.holds_of(actor, found.person_id),
        "answers": [
            (one.words, ANSWERS.get(found.answers.get(one.code, ""), "")) for one in CRITERIA if found.answers
        ],
        "may_decide": actor.may(Power.RETAIN) and found.status == "open",
        "crumbs": [{"label": "Reviews", "url": reverse("retention:queue")}],
    }
    return render(request, "retention/review.html", context)


@require_http_methods(["GET", "POST"])
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide that the record is kept, and until when."""
    actor, today = actor_with(request, Power.RETAIN), clock.today()
    found = access_review(actor, pk, decide=True)
    look(request, subjects=[found.person_id], what="retention review")
    latest = latest_next_review(
        schedule_for(today).groups[found.group], today, born=found.person.date_of_birth
    )
    form = forms.KeepForm(request.POST or None, latest=latest)
    return form_page(
        request,
        form,
        lambda: retain(
            pk,
            answers=form.answers(),
            reason=form.cleaned_data["reason"],
            next_on=form.cleaned_data["next_on"],
            by=actor,
            on=today,
            at=clock.now(),
        ),
        heading=f"Keep the record of {found.person.full_name}",
        submit="Keep the record",
        back=reverse("retention:review", args=[pk]),
        done="The record is kept. The next review is set.",
    )


@step_up("disclosure")
@require_http_methods(["GET", "POST"])
def dispose(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a second person to sign that the record goes."""
    actor, today = actor_with(request, Power.RETAIN), clock.today()
    found = access_review(actor, pk, decide=True)
    look(request, subjects=[found.person_id], what="retention review")
    form = forms.DisposeForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda: ask_disposal(
            pk, answers=form.answers(), reason=form.cleaned_data["reason"], by=actor, on=today, at=clock.now()
        ),
        heading=f"Dispose of the record of {found.person.full_name}",
        submit="Ask for a second signature",
        back=reverse("retention:review", args=[pk]),
        done="A second person was asked to sign. Nothing is deleted before that.",
        intro="Everything that is held about the person is deleted, in every part of the product. It cannot be undone.",
    )


@require_safe
def holds(request: HttpRequest) -> HttpResponse:
    """Records that may not be disposed of, and why."""
    actor = reader(request)
    lifted = request.GET.get("lifted") == "1"
    page = page_of(pages.holds(actor, lifted=lifted), request.GET.get("page"))
    look(request, subjects=[row.person_id for row in page.rows], what="legal holds")
    context = {"page": page, "lifted": lifted, "places": places("holds"), "may_hold": actor.may(Power.RETAIN)}
    return render(request, "retention/holds.html", context)


@reads_nobody("says back the reference that was typed; what is recorded names the person")
@require_http_methods(["GET", "POST"])
def hold_add(request: HttpRequest) -> HttpResponse:
    """Hold a record."""
    actor = actor_with(request, Power.RETAIN)
    form = forms.HoldForm(request.POST or None, initial={"person": request.GET.get("person", "")})

    def act() -> None:
        given = form.cleaned_data
        set_hold(
            typed_reference(actor, given["person"]),
            reason=given["reason"],
            authority=given["authority"],
            review_on=given["review_on"],
            by=actor,
            on=clock.today(),
            at=clock.now(),
        )

    return form_page(
        request,
        form,
        act,
        heading="Hold a record",
        submit="Hold the record",
        back=reverse("retention:holds"),
        done="The record is held: nothing of it can be disposed of.",
    )


@require_http_methods(["GET", "POST"])
def hold_lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Lift a hold, with the reason."""
    actor = actor_with(request, Power.RETAIN)
    found = access_hold(actor, pk, decide=True)
    look(request, subjects=[found.person_id], what="legal hold")
    form = forms.LiftForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda: lift_hold(pk, reason=form.cleaned_data["reason"], by=actor, at=clock.now()),
        heading=f"Lift the hold on {found.person.full_name}",
        submit="Lift the hold",
        back=reverse("retention:holds"),
        done="The hold is lifted.",
        intro=f"Set for {found.authority}: {found.reason}",
    )


@require_safe
def returned(request: HttpRequest) -> HttpResponse:
    """People whom a feed brought back after their record had been disposed of."""
    actor = reader(request)
    page = page_of(pages.came_back(actor), request.GET.get("page"))
    look(request, subjects=[row.person_id for row in page.rows], what="people who came back")
    context = {"page": page, "places": places("returned"), "may_decide": actor.may(Power.RETAIN)}
    return render(request, "retention/returned.html", context)


@require_http_methods(["GET", "POST"])
def returned_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide whether the new record stands or is put before a review at once."""
    actor = actor_with(request, Power.RETAIN)
    found = access_returned(actor, pk, decide=True)
    look(request, subjects=[found.person_id], what="person who came back")
    form = forms.ReturnedForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda: decide_returned(
            pk,
            outcome=form.cleaned_data["outcome"],
            reason=form.cleaned_data["reason"],
            by=actor,
            on=clock.today(),
            at=clock.now(),
        ),
        heading=f"{found.person.full_name} came back",
        submit="Save the decision",
        back=reverse("retention:returned"),
        done="The decision is recorded.",
        intro="A feed brought back a reference whose record had been disposed of.",
    )


@require_safe
def disposals(request: HttpRequest) -> HttpResponse:
    """What was disposed of, by whose decision and signature; it names nobody whose record it was."""
    actor = reader(request)
    page = page_of(pages.disposals(actor), request.GET.get("page"))
    return render(request, "retention/disposals.html", {"page": page, "places": places("disposals")})


@require_safe
def disposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One disposal with the rows of each table."""
    found = access_disposal(reader(request), pk)
    crumbs = [{"label": "Disposals", "url": reverse("retention:disposals")}]
    context = {"disposal": found, "counts": pages.rows_by_table(found), "crumbs": crumbs}
    return render(request, "retention/disposal.html", context)


@require_safe
def schedule(request: HttpRequest) -> HttpResponse:
    """The schedule in force, its groups, categories and sources."""
    reader(request)
    context = {
        "schedule": schedule_for(clock.today()),
        "versions": schedules(),
        "listed": [
            (n, [c.replace("_", " ") for c in schedule_for(clock.today()).in_group(n)]) for n in (1, 2)
        ],
        "places": places("schedule"),
    }
    return render(request, "retention/schedule.html", context)
