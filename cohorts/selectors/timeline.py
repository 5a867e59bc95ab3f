"""One timeline per person, put together from what each app knows and the reader may see (PER-6)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from cohorts.models import CaseStage, Engagement, Placement, Plan
from cohorts.permissions import children_visible_to, referrals_visible_to
from iom.access.actor import Actor
from iom.access.readers import sees
from iom.accounts.rules import DbClass
from iom.feeds.selectors import origins
from iom.kernel.compartments import Compartment
from iom.persons.models import CustodyPeriod
from iom.working_days.rules import LONDON


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


Source = Callable[[Actor, int], Iterable[Entry]]
KINDS: dict[str, str] = {}
_sources: dict[str, tuple[Source, Compartment]] = {}


def register_source(
    kind: str, label: str, source: Source, compartment: Compartment = Compartment.PLAN
) -> None:
    """Add a source; it gets the actor and the person's id and answers with what that actor may see."""
    KINDS[kind] = label
    _sources[kind] = source, compartment


def kinds_for(actor: Actor) -> dict[str, str]:
    """The kinds a reader can choose among: none of what the reader may not see."""
    return {kind: words for kind, words in KINDS.items() if sees(actor, _sources[kind][1])}


def timeline(actor: Actor, person_id: int, kinds: Iterable[str] = ()) -> list[Entry]:
    """Everything known of the person that the actor may see, latest first; of these kinds, or of all."""
    may_see = kinds_for(actor)
    wanted = [kind for kind in kinds if kind in may_see] or list(may_see)
    entries = [entry for kind in wanted for entry in _sources[kind][0](actor, person_id)]
    return sorted(entries, key=lambda e: (e.at, e.kind, e.title), reverse=True)


def day(on: date) -> datetime:
    """The moment an entry that has only a date is placed at."""
    return datetime.combine(on, time.min, LONDON)


def _referrals(actor: Actor, person_id: int) -> Iterable[Entry]:
    for row in (
        referrals_visible_to(actor).filter(person=person_id).select_related("referring_agency", "referred_by")
    ):
        yield Entry(
            at=row.submitted_at,
            kind="referral",
            title=f"Referred by {row.referring_agency.name}",
            text=f"{row.get_ground_display()}. {row.get_status_display()}.",
            by=row.referred_by.name if row.referred_by else "",
            source=row.referring_agency.name,
            url=f"/referrals/{row.pk}/",
        )


def _stages(actor: Actor, person_id: int) -> Iterable[Entry]:
    titles = {"active": "Selected for management", "deselecting": "Deselected", "closed": "Deregistered"}
    for row in children_visible_to(actor, CaseStage).filter(case__person=person_id).select_related("by"):
        yield Entry(
            at=row.at,
            kind="case",
            title=titles[row.to_status],
            text="" if actor.is_partner else row.note,
            by=row.by.name if row.by else "",
            source="Case",
            url=f"/cases/{row.case_id}/",
        )


def _placements(actor: Actor, person_id: int) -> Iterable[Entry]:
    for row in children_visible_to(actor, Placement).filter(case__person=person_id).select_related("by"):
        yield Entry(
            at=row.recorded_at,
            kind="cohort",
            title=f"Placed in {row.cohort_name}: {row.category_name}",
            text="" if actor.is_partner else row.rationale,
            by=row.by.name if row.by else "",
            source=row.get_scheme_display(),
            url=f"/cases/{row.case_id}/",
        )


def _engagements(actor: Actor, person_id: int) -> Iterable[Entry]:
    rows = (
        children_visible_to(actor, Engagement)
        .filter(case__person=person_id)
        .select_related("by", "with_agency")
    )
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


def _plans(actor: Actor, person_id: int) -> Iterable[Entry]:
    rows = children_visible_to(actor, Plan).filter(case__person=person_id)
    for row in rows.select_related("completed_by", "endorsed_by"):
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


def _custody(actor: Actor, person_id: int) -> Iterable[Entry]:
    rows = list(CustodyPeriod.objects.filter(person=person_id).select_related("prison"))
    is_police = actor.db_class == DbClass.POLICE
    found = origins((row.feed_file_id, row.feed_line) for row in rows) if is_police else {}
    for row in rows:
        origin = found.get((row.feed_file_id, row.feed_line))
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


register_source("referral", "Referrals", _referrals)
register_source("case", "Case", _stages)
register_source("cohort", "Cohorts", _placements)
register_source("engagement", "Engagements", _engagements)
register_source("plan", "Plan", _plans)
register_source("custody", "Custody", _custody, Compartment.CORE)
