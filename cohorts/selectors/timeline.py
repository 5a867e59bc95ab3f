"""One timeline per person, put together from what each app knows and the reader may see (PER-6)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from cohorts.models import CaseStage, Engagement, Placement, Plan, Referral
from cohorts.permissions import children_visible_to, referrals_visible_to
from iom.access.actor import Actor
from iom.access.readers import sees
from iom.accounts.rules import DbClass
from iom.feeds.selectors import Origins, origins
from iom.kernel.compartments import Compartment
from iom.kernel.together import read_together
from iom.persons.models import CustodyPeriod
from iom.working_days.rules import LONDON

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Entry:
    """One thing that happened: when, what kind, a title, more words, by whom, from where, and where to read on."""

    at: datetime
    kind: str
    title: str
    text: str = ""
    by: str = ""
    source: str = ""
    url: str = ""
    whole_day: bool = False
    provenance: str = ""
    """For the police: the file and line that gave it, and when."""


Rows = Callable[[Actor, int], QuerySet[Any, Any]]
Told = Callable[[Actor, Iterable[Any], Origins], Iterable[Entry]]


@dataclass(frozen=True)
class Source:
    """One kind of entry: the rows of a person that an actor may see, and what is told of them.

    `told` is given where each row came from too: nothing for who is not of the police.
    """

    rows: Rows
    told: Told
    compartment: Compartment = Compartment.PLAN


KINDS: dict[str, str] = {}
_sources: dict[str, Source] = {}


def register_source(kind: str, label: str, source: Source) -> None:
    """Add a source; its rows are read together with those of the others."""
    KINDS[kind] = label
    _sources[kind] = source


def kinds_for(actor: Actor) -> dict[str, str]:
    """The kinds a reader can choose among: none of what the reader may not see."""
    return {kind: words for kind, words in KINDS.items() if sees(actor, _sources[kind].compartment)}


def timeline_rows(actor: Actor, person_id: int, kinds: Iterable[str] = ()) -> dict[str, QuerySet[Any, Any]]:
    """What is known of the person that the actor may see, by kind, of these kinds or of all: queries, not read yet."""
    may_see = kinds_for(actor)
    wanted = [kind for kind in kinds if kind in may_see] or list(may_see)
    return {kind: _sources[kind].rows(actor, person_id) for kind in wanted}


def entries_of(actor: Actor, rows: Mapping[str, QuerySet[Any, Any]]) -> list[Entry]:
    """What the rows tell, latest first; one query more says where those came from that files brought."""
    read_together(*rows.values())
    is_police = actor.db_class == DbClass.POLICE
    brought = (row for found in rows.values() for row in found if hasattr(row, "feed_file_id"))
    came_from = origins((row.feed_file_id, row.feed_line) for row in brought) if is_police else {}
    entries = [e for kind, found in rows.items() for e in _sources[kind].told(actor, found, came_from)]
    return sorted(entries, key=lambda e: (e.at, e.kind, e.title), reverse=True)


def timeline(actor: Actor, person_id: int, kinds: Iterable[str] = ()) -> list[Entry]:
    """Everything known of the person that the actor may see, latest first; of these kinds, or of all."""
    return entries_of(actor, timeline_rows(actor, person_id, kinds))


def day(on: date) -> datetime:
    """The moment an entry that has only a date is placed at."""
    return datetime.combine(on, time.min, LONDON)


def _referral_rows(actor: Actor, person_id: int) -> QuerySet[Referral]:
    rows = referrals_visible_to(actor).filter(person=person_id)
    return rows.select_related("referring_agency", "referred_by")


def _referrals(actor: Actor, rows: Iterable[Referral], came_from: Origins) -> Iterable[Entry]:
    for row in rows:
        yield Entry(
            at=row.submitted_at,
            kind="referral",
            title=f"Referred by {row.referring_agency.name}",
            text=f"{row.get_ground_display()}. {row.get_status_display()}.",
            by=row.referred_by.name if row.referred_by else "",
            source=row.referring_agency.name,
            url=f"/referrals/{row.pk}/",
        )


def _of_cases(model: type[M], *beside: str) -> Rows:
    """The rows of a model that hangs on a case, of all the person's cases."""

    def rows(actor: Actor, person_id: int) -> QuerySet[M]:
        return children_visible_to(actor, model).filter(case__person=person_id).select_related(*beside)

    return rows


def _stages(actor: Actor, rows: Iterable[CaseStage], came_from: Origins) -> Iterable[Entry]:
    titles = {"active": "Selected for management", "deselecting": "Deselected", "closed": "Deregistered"}
    for row in rows:
        yield Entry(
            at=row.at,
            kind="case",
            title=titles[row.to_status],
            text="" if actor.is_partner else row.note,
            by=row.by.name if row.by else "",
            source="Case",
            url=f"/cases/{row.case_id}/",
        )


def _placements(actor: Actor, rows: Iterable[Placement], came_from: Origins) -> Iterable[Entry]:
    for row in rows:
        yield Entry(
            at=row.recorded_at,
            kind="cohort",
            title=f"Placed in {row.cohort_name}: {row.category_name}",
            text="" if actor.is_partner else row.rationale,
            by=row.by.name if row.by else "",
            source=row.get_scheme_display(),
            url=f"/cases/{row.case_id}/",
        )


def _engagements(actor: Actor, rows: Iterable[Engagement], came_from: Origins) -> Iterable[Entry]:
    for row in rows:
        at = row.held_at or row.planned_at
        if at is not None:
            yield Entry(
                at=at,
                kind="engagement",
                title=f"{row.get_kind_display()}: {row.get_attended_display().lower()}",
                text=row.notes or row.next_step,
                by=row.by.name if row.by else "",
                source=row.with_agency.name if row.with_agency else "Case",
                url=f"/cases/{row.case_id}/",
            )


def _plans(actor: Actor, rows: Iterable[Plan], came_from: Origins) -> Iterable[Entry]:
    for row in rows:
        steps = (
            ("completed", row.completed_at, row.completed_by),
            ("endorsed", row.endorsed_at, row.endorsed_by),
        )
        for words, at, by in steps:
            if at is not None:
                yield Entry(
                    at=at,
                    kind="plan",
                    title=f"Plan version {row.version} {words}",
                    by=by.name if by else "",
                    source="Case",
                    url=f"/cases/{row.case_id}/",
                )


def _custody_rows(actor: Actor, person_id: int) -> QuerySet[CustodyPeriod]:
    return CustodyPeriod.objects.filter(person=person_id).select_related("prison")


def _custody(actor: Actor, rows: Iterable[CustodyPeriod], came_from: Origins) -> Iterable[Entry]:
    for row in rows:
        origin = came_from.get((row.feed_file_id, row.feed_line))
        provenance = origin.said if origin else ""
        yield Entry(
            day(row.held_from),
            "custody",
            f"Held in {row.prison.name}",
            row.sentence,
            whole_day=True,
            source="Custody",
            provenance=provenance,
        )
        if row.held_to is not None:
            yield Entry(
                day(row.held_to),
                "custody",
                f"Left {row.prison.name}",
                whole_day=True,
                source="Custody",
                provenance=provenance,
            )


register_source("referral", "Referrals", Source(_referral_rows, _referrals))
register_source("case", "Case", Source(_of_cases(CaseStage, "by"), _stages))
register_source("cohort", "Cohorts", Source(_of_cases(Placement, "by"), _placements))
register_source("engagement", "Engagements", Source(_of_cases(Engagement, "by", "with_agency"), _engagements))
register_source("plan", "Plan", Source(_of_cases(Plan, "completed_by", "endorsed_by"), _plans))
register_source("custody", "Custody", Source(_custody_rows, _custody, Compartment.CORE))
