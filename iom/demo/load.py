"""Filling an empty product with the fictional force: every step can be begun again where a stop left it."""

import time as clock_time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle
from pathlib import Path
from random import Random

from django.db import connection

from cohorts.models import Case, SelectionDecision
from cohorts.services.beside import keep_scores
from cohorts.services.chasing import chase
from cohorts.services.tab_chasing import chase_reviews
from iom.access.actor import SYSTEM, actor_for
from iom.access.scope import as_owner, as_service
from iom.accounts.models import User
from iom.agencies.models import Agency
from iom.demo.audit import make_audit
from iom.demo.boards import make_meetings
from iom.demo.cases import CaseMaker
from iom.demo.documents import has_documents, make_documents
from iom.demo.force import AGENCIES, DISTRICTS
from iom.demo.people import Candidate, candidates
from iom.demo.population import generate
from iom.demo.reach import is_there, make_reach
from iom.demo.records import make_records
from iom.demo.retention import is_made, make_retention
from iom.demo.senders import has_senders, make_senders
from iom.demo.sharing import make_sharing
from iom.demo.structure import make_force
from iom.demo.tags import make_tags
from iom.demo.words import REVIEWS
from iom.feeds import registry
from iom.feeds.models import Touched
from iom.feeds.services import Outcome, import_file
from iom.jobs.rules import night_due
from iom.jobs.services import run_now
from iom.kernel.errors import Refused
from iom.oversight.models import AuditReview
from iom.persons.models import Person
from iom.records.models import AgencyNote
from iom.sharing.models import Disclosure
from iom.sharing.rules import Medium
from iom.working_days.rules import local_date
from meetings.models import Meeting
from scoring.models import ScoreModel, ScoreRun, ThreatAlert, ThreatReview
from scoring.rules.nights import NIGHTLY
from scoring.services.models import load_shipped_models
from scoring.services.runs import recompute
from tagging.models import Device

SPOC = "ci.thorne"
# Days from one review to the next: often enough, just enough, too seldom, never.
REVIEWED_EVERY = (2, 3, 5, None, 8)
Say = Callable[[str], None]


@dataclass(frozen=True)
class Scale:
    """How large the demo is: people, events, cases, and the earlier nights that give the scores a history."""

    persons: int
    events: int
    cases: int
    referrals: int
    nights_ago: tuple[int, ...]
    weekly_meetings_in: int


SCALES = {
    "small": Scale(600, 8_000, 25, 12, (28, 7, 3), 1),
    "full": Scale(20_000, 400_000, 300, 48, (28, 14, 6, 3), 2),
}


def load(scale: Scale, *, seed: int, on: date, at: datetime, data_dir: Path, password: str, say: Say) -> bool:
    """Load the demo; False when it is there already. Refuses a product that holds something else."""
    with as_owner():
        foreign = Person.objects.exists() or Agency.objects.exists()
        ours = (
            Agency.objects.filter(code=AGENCIES[0].code).exists()
            and User.objects.filter(username=SPOC).exists()
        )
        done = ThreatReview.objects.exists() and Case.objects.exists()
    if foreign and not ours:
        raise Refused("This product holds data already: the demo is only loaded into an empty one.")
    if done:
        return False
    if not ours:
        with _timed("agencies, units and people who use it", say), as_owner():
            make_force(on=on, password=password)
    _models(on, at)
    _files(scale, seed=seed, on=on, at=at, folder=data_dir / "demo-extracts", say=say)
    with _timed("systems that post files", say), as_service():
        if not has_senders():
            make_senders(on=on, at=at)
    with _timed("statistics for the planner", say):
        _tidy()
    with _timed("scores of earlier nights", say):
        _history(scale, on=on, at=at)
    with _timed("managed people", say), as_owner():
        if not Case.objects.exists():
            _cases(scale, on=on, seed=seed)
    with _timed("records of people who are managed", say), as_owner():
        if not AgencyNote.objects.exists():
            make_records(on=on, seed=seed + 6)
    with _timed("tags", say), as_owner():
        if not Device.objects.exists():
            make_tags(on=on, seed=seed + 4)
    with _timed("meetings", say), as_owner():
        if not Meeting.objects.exists():
            make_meetings(on=on, seed=seed + 5, weekly_in=scale.weekly_meetings_in)
    with _timed("agreements, consent and disclosures", say):
        with as_owner():
            told = Disclosure.objects.filter(medium=Medium.CASE).exists()
        if not told:
            make_sharing(on=on, at=at, seed=seed + 6)
    with _timed("restricted and opened records", say):
        with as_owner():
            reached = is_there()
        if not reached:
            make_reach(on=on, at=at)
    with as_owner():
        filed = has_documents()
    if not filed:
        with _timed("documents", say):
            make_documents(on=on, at=at, seed=seed + 7)
    with _timed("scores of last night", say), as_service():
        run_now(NIGHTLY, night_due(at), at=at)
        Touched.objects.all().delete()  # everybody has been scored
    with _timed("scores beside the boards' decisions", say), as_service():
        _scores_beside_decisions(scale, on=on)
    with _timed("reminders of today", say), as_service():
        chase(on=on, at=at)
    with _timed("records of long ago and people who ask", say):
        with as_owner():
            made = is_made()
        if not made:
            make_retention(on=on, at=at, seed=seed + 6)
    with _timed("looks, unusual access and its review", say), as_owner():
        if not AuditReview.objects.exists():
            make_audit(on=on, at=at, seed=seed + 6)
    with _timed("reviews of the emerging-threat tab", say), as_owner():
        _reviews(on=on, at=at, seed=seed)
    with _timed("reminders of reviews", say), as_service():
        chase_reviews(on=on, at=at)
    return True


@contextmanager
def _timed(what: str, say: Say) -> Iterator[None]:
    began = clock_time.monotonic()
    yield
    say(f"{what}: {clock_time.monotonic() - began:.1f} s")


def _models(on: date, at: datetime) -> None:
    """The shipped score models, approved by the force's own point of contact more than a year ago."""
    with as_owner():
        if ScoreModel.objects.filter(status="active").exists():
            return
        actor = actor_for(User.objects.get(username=SPOC), on=on)
    with as_service():
        load_shipped_models(by=actor or SYSTEM, on=on - timedelta(days=400), at=at - timedelta(days=400))


def _files(scale: Scale, *, seed: int, on: date, at: datetime, folder: Path, say: Say) -> None:
    """Write the extracts, unless an earlier try did, and load them by the import that a real force uses."""
    finished = folder / "complete"
    if not finished.exists():
        with _timed("extract files", say):
            generate(
                folder, persons=scale.persons, events=scale.events, seed=seed, as_of=on, with_faults=True
            )
            finished.touch()
    for kind in registry.kinds():
        path = folder / f"{kind.name}.csv"
        if path.exists():
            with _timed(f"import of {kind.title.lower()}", say), as_service():
                _require(import_file(kind.name, path, by=SYSTEM, at=at, on=on))


def _tidy() -> None:
    """What autovacuum would do in its own time; not possible inside a transaction."""
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE) scoring_event, persons_person")


def _require(outcome: Outcome) -> None:
    if not outcome.is_good:
        raise Refused(f"The demo's own file {outcome.name} was not loaded: {outcome.problem}")


def _scores_beside_decisions(scale: Scale, *, on: date) -> None:
    """What the scores said at each decision since the first scored night, as recording it would have kept."""
    if not scale.nights_ago:
        return
    since = on - timedelta(days=max(scale.nights_ago))
    rows = SelectionDecision.objects.filter(decided_on__gte=since, scores__isnull=True)
    for decision in rows.select_related("referral"):
        if decision.referral.person_id is not None:
            keep_scores(decision, decision.referral.person_id, by=SYSTEM)


def _history(scale: Scale, *, on: date, at: datetime) -> None:
    """Nights on which scores were worked out, oldest first; one that is done is not done again."""
    with as_owner():
        done = set(ScoreRun.objects.filter(finished_at__isnull=False).values_list("as_of", flat=True))
    for ago in scale.nights_ago:
        night = on - timedelta(days=ago)
        if night not in done:
            recompute(night, at=at - timedelta(days=ago))


def _cases(scale: Scale, *, on: date, seed: int) -> None:
    """Choose people and give them cases: in all cohorts, open and closed, old and of this week."""
    rng, maker = Random(seed + 1), CaseMaker(on=on, seed=seed + 2)
    with_alert = set(ThreatAlert.objects.filter(status="open").values_list("person_id", flat=True))
    people = [person for person in candidates(on=on) if person.person_id not in with_alert]
    chosen = _choose(people, scale.cases, rng)
    for number, (who, kind) in enumerate(chosen):
        _one_case(maker, rng, who, kind, number, on)
    taken = {who.person_id for who, _ in chosen}
    spare = [p for p in people if p.person_id not in taken and not p.is_child and p.ror > 60]
    maker.open_referrals(rng.sample(spare, min(scale.referrals, len(spare))))
    for who, kind in chosen:
        maker.surroundings(who, kind)
    maker.write()


def _choose(people: list[Candidate], count: int, rng: Random) -> list[tuple[Candidate, str]]:
    """Who fits which cohort: mostly by score, some by MAPPA, some children, some women."""
    adults = [p for p in people if not p.is_child and p.date_of_birth is not None]
    by_ror = sorted(adults, key=lambda p: -p.ror)
    by_da = sorted((p for p in adults if p.da > 100), key=lambda p: -p.da)
    children = sorted((p for p in people if p.is_child), key=lambda p: -p.ror)
    women = [p for p in by_ror if p.sex == "F"]
    inside = [p for p in by_ror if p.in_hub_prison]
    anyone = rng.sample(adults, len(adults))
    shares: tuple[tuple[list[Candidate], tuple[str, ...], float], ...] = (
        (children, ("vehicle", "volume", "acquisitive"), 0.03),
        (women, ("volume", "acquisitive"), 0.09),
        (inside, ("acquisitive", "vehicle"), 0.12),
        (by_da, ("domestic",), 0.18),
        (anyone, ("rso", "mappa"), 0.09),
        (anyone, ("organised", "exploitation", "firearms"), 0.08),
        (by_ror, ("acquisitive", "acquisitive", "vehicle", "volume"), 1.0),
    )
    chosen: dict[int, tuple[Candidate, str]] = {}
    for pool, kinds, share in shares:
        wanted = count - len(chosen) if share == 1.0 else max(1, round(count * share))
        free = iter([p for p in pool if p.person_id not in chosen])
        for _ in range(wanted):
            who = next(free, None)
            if who is None:
                break
            chosen[who.person_id] = (who, rng.choice(kinds))
    result = list(chosen.values())
    rng.shuffle(result)
    return result


def _one_case(maker: CaseMaker, rng: Random, who: Candidate, kind: str, number: int, on: date) -> None:
    """By turns: of this week and last, of months ago, on the way out, closed, back for a second time."""
    turn = number % 25
    if turn < 3:
        maker.case(who, kind, on - timedelta(days=rng.randint(0, 12)))
    elif turn < 18:
        case = maker.case(who, kind, on - timedelta(days=rng.randint(20, 900)))
        if turn == 17 and (on - case.selected_on).days > 60:
            status = "proposed" if number % 2 else "turned_down"
            maker.deselect(case, who, status, maker.working(on - timedelta(days=rng.randint(2, 20))))
    elif turn == 18:
        days = rng.choice((3, 6, 16))
        proposed = maker.working(on - timedelta(days=days + 3))
        case = maker.case(
            who, kind, on - timedelta(days=rng.randint(200, 700)), status="deselecting", ended_on=proposed
        )
        maker.deselect(case, who, "agreed", proposed)
    else:
        closed = maker.working(on - timedelta(days=rng.randint(15, 700)))
        proposed = maker.working(closed - timedelta(days=rng.choice((5, 6, 8, 9, 16))))
        first = closed - timedelta(days=rng.randint(150, 600))
        case = maker.case(who, kind, first, status="closed", ended_on=proposed)
        maker.deselect(case, who, "deregistered", proposed, closed)
        if turn == 24 and (on - closed).days > 60:
            maker.case(who, kind, closed + timedelta(days=rng.randint(30, (on - closed).days - 5)))


def _reviews(*, on: date, at: datetime, seed: int) -> None:
    """Supervisors looked at the tab: older entries were taken off; on each, some are looked at in time, some late."""
    rng, rows, closed = Random(seed + 3), [], []
    for unit in DISTRICTS:
        alerts = ThreatAlert.objects.filter(status="open", unit__code=unit.code).order_by("opened_on", "id")
        reviewer = User.objects.filter(
            memberships__team__unit__code=unit.code, memberships__role="supervisor"
        ).first()
        habits = cycle(REVIEWED_EVERY)
        for alert in alerts:
            stay = (on - alert.opened_on).days
            ends = stay > 14 or (stay > 5 and rng.random() < 0.2)
            every = next(habits) if not ends else rng.choice((2, 3))
            ago = [] if every is None else [stay - days for days in range(every, min(stay, 15), every)]
            days = sorted({*ago, 0} if ends else set(ago), reverse=True)
            rows += [
                _review(alert, reviewer, at - timedelta(days=n), rng, last=ends and n == 0) for n in days
            ]
            if ends:
                alert.status, alert.outcome, alert.rationale = "closed", rows[-1].outcome, rows[-1].rationale
                alert.closed_at, alert.closed_by = at, reviewer
                closed.append(alert)
    ThreatReview.objects.bulk_create(rows)
    ThreatAlert.objects.bulk_update(
        closed, ["status", "outcome", "rationale", "closed_at", "closed_by"], batch_size=200
    )


def _review(
    alert: ThreatAlert, by: User | None, moment: datetime, rng: Random, *, last: bool
) -> ThreatReview:
    return ThreatReview(
        alert=alert,
        person_id=alert.person_id,
        reviewed_on=local_date(moment),
        reviewed_at=moment,
        by=by,
        outcome="not_discuss" if last or rng.random() < 0.5 else "discuss",
        rationale="Nothing further has been recorded; off the tab." if last else rng.choice(REVIEWS),
        took_off=last,
    )
