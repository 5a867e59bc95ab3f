"""What scoring and documents add to a person's timeline and to the research pack (PER-6, REF-2)."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q

from cohorts.selectors.research import register_part
from cohorts.selectors.timeline import Entry, Source, day, register_source
from iom.access.actor import Actor
from iom.documents.models import Document
from iom.documents.selectors import documents_of
from iom.feeds.selectors import Origins
from iom.kernel.compartments import Compartment
from iom.persons.models import Person
from scoring.models import Event
from scoring.permissions import events_visible_to, sees_scores
from scoring.rules.vocabulary import in_words
from scoring.selectors.events import told
from scoring.selectors.lists import scores_of
from scoring.selectors.lists import timeline as events_of

YEAR = timedelta(days=365)
FIVE_YEARS = timedelta(days=5 * 365 + 1)


def _scores(actor: Actor, person: Person, on: date) -> list[dict[str, Any]]:
    found = scores_of(actor, [person.pk]).get(person.pk, {})
    return [
        {
            "model": s.model_code,
            "version": s.model_version,
            "published": s.published,
            "band_name": s.band_name,
        }
        for s in found.values()
    ]


def _history(actor: Actor, person: Person, on: date) -> list[dict[str, Any]]:
    """Events as suspect or offender by kind: in the last year, in five."""
    if not sees_scores(actor):
        return []
    rows = events_visible_to(actor).filter(person=person, role__in=("suspect", "offender"))
    counted = (
        rows.order_by()
        .values("family")
        .annotate(
            year=Count("pk", filter=Q(occurred_on__gt=on - YEAR)),
            five_years=Count("pk", filter=Q(occurred_on__gt=on - FIVE_YEARS)),
        )
    )
    return [
        {"kind": in_words(row["family"]).capitalize(), "year": row["year"], "five_years": row["five_years"]}
        for row in counted.order_by("family")
    ]


def _events(actor: Actor, rows: Iterable[Event], came_from: Origins) -> Iterable[Entry]:
    for one in told(rows, came_from):
        event = one.event
        stage = f" ({in_words(event.status)})" if event.status else ""
        role = "" if event.role in ("suspect", "offender") else f", as {event.role}"
        yield Entry(
            at=day(event.occurred_on),
            kind="police",
            title=f"{event.summary or in_words(event.category)}{stage}{role}",
            source=in_words(event.source).capitalize(),
            whole_day=True,
            provenance=one.provenance,
        )


def _documents(actor: Actor, rows: Iterable[Document], came_from: Origins) -> Iterable[Entry]:
    """The documents the actor may see, in the versions of today."""
    for document in rows:
        yield Entry(
            at=document.uploaded_at,
            kind="document",
            title=f"{document.get_type_display()}: {document}",
            text="Withdrawn." if document.withdrawn_at else "",
            by=document.uploaded_by.name if document.uploaded_by else "",
            source=document.owner_agency.name,
            url=f"/documents/{document.pk}/",
        )


register_part("scores", _scores)
register_part("history", _history)
register_source("document", "Documents", Source(documents_of, _documents))
register_source("police", "Police records", Source(events_of, _events, Compartment.OPERATIONS))
