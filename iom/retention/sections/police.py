"""What police systems told and what was worked out from it: events, scores, alerts, tags."""

from collections.abc import Iterable
from datetime import timedelta

from iom.kernel.compartments import Compartment
from iom.kernel.wording import date_uk, points
from iom.retention.rules.groups import STATUS_WORDS
from iom.retention.sections.drafts import Draft, Section, Subject, withheld
from scoring.instruments.models import LocalCalculation
from scoring.instruments.rules.vocabulary import NAMES
from scoring.instruments.rules.wording import inputs_said, result_said
from scoring.models import ComparedScore, CurrentScore, Event, ScoreHistory, ThreatAlert, ThreatReview
from scoring.rules.vocabulary import INTELLIGENCE, in_words
from tagging.models import Wearing

# An offence that nobody has been told of may still be under investigation for so long.
UNDER_INVESTIGATION = timedelta(days=366)
# As the sentences of a review say it, where it stands alone, and two outcomes that end what counts for a review.
OUTCOMES = {status: words.removesuffix(", offence of") for status, words in STATUS_WORDS.items()} | {
    "eliminated": "you were eliminated",
    "no_crime": "recorded as no crime",
}


def events(subject: Subject) -> Iterable[Draft]:
    for row in Event.objects.filter(person=subject.person).order_by("occurred_on", "pk"):
        lines = (
            ("Kind", in_words(row.family)),
            ("Category", in_words(row.category)),
            ("Your part", row.role),
            ("Outcome", OUTCOMES.get(row.status or "", in_words(row.status or ""))),
            ("Outcome on", row.status_on),
            ("Reference", row.occurrence_ref),
            ("Summary", row.summary),
            ("From", f"police system: {in_words(row.source)}"),
        )
        title = f"{in_words(row.family).capitalize()}: {in_words(row.category)}"
        if row.family == INTELLIGENCE:
            yield withheld("Intelligence log", "intelligence", lines=lines, on=row.occurred_on,
                           compartment=Compartment.INTELLIGENCE)  # fmt: skip
        elif row.status in (None, "suspect") and row.role in ("suspect", "offender") and (
            row.family == "crime" and row.occurred_on > subject.on - UNDER_INVESTIGATION
        ):  # fmt: skip
            yield withheld(title, "operation", lines=lines, on=row.occurred_on)
        else:
            yield Draft(title, lines, row.occurred_on, Compartment.OPERATIONS)


def scores(subject: Subject) -> Iterable[Draft]:
    for row in CurrentScore.objects.filter(person=subject.person).select_related("score_model"):
        past = ScoreHistory.objects.filter(person=subject.person, score_model=row.score_model).order_by(
            "as_of"
        )
        yield withheld(
            f"Score: {row.score_model.code}",
            "opinion",
            lines=(
                ("Model", f"{row.score_model.code} {row.score_model.version}"),
                ("Score", points(row.raw_hundredths)),
                ("Band", row.band),
                ("Made from", "the offences listed under events, each by its kind, its outcome and its age"),
                ("Latest event counted", row.latest_on),
                ("Recorded offences of the last 90 days", row.crimes_90),
                *((f"On {date_uk(one.as_of)}", one.published) for one in past),
            ),
            on=row.latest_on,
        )
    tried = ComparedScore.objects.filter(person=subject.person)
    for one in tried.select_related("comparison__score_model").order_by("comparison_id"):
        yield withheld(
            f"Score in a comparison: {one.comparison.score_model.code}",
            "opinion",
            lines=(
                ("Version tried", str(one.comparison.score_model)),
                ("Score under it", one.new_published),
                ("Score under the version in use then", one.old_published),
                ("Used for", "comparing two versions of the score; nothing was decided from it"),
            ),
            on=one.comparison.as_of,
        )


def local_calculations(subject: Subject) -> Iterable[Draft]:
    for row in LocalCalculation.objects.filter(person=subject.person).order_by("calculated_at", "pk"):
        yield withheld(
            f"Local calculation: {row.instrument}",
            "opinion",
            lines=(
                ("Instrument", f"{NAMES[row.instrument]}, {row.version}"),
                ("Result", result_said(row.result)),
                ("Band", row.get_band_display()),
                *inputs_said(row.inputs),
            ),
            on=row.calculated_on,
        )


def alerts(subject: Subject) -> Iterable[Draft]:
    for row in ThreatAlert.objects.filter(person=subject.person).order_by("opened_on"):
        reviews = ThreatReview.objects.filter(alert=row).order_by("reviewed_at")
        yield withheld(
            "Emerging threat",
            "operation",
            lines=(
                ("Opened", row.opened_on),
                ("Score", row.score),
                ("Outcome", row.get_outcome_display() if row.outcome else ""),
                ("Rationale", row.rationale),
                *((f"Reviewed {date_uk(one.reviewed_on)}", one.rationale) for one in reviews),
            ),
            on=row.opened_on,
        )


def tags(subject: Subject) -> Iterable[Draft]:
    for row in Wearing.objects.filter(person=subject.person).select_related("device").order_by("starts_on"):
        yield Draft(
            "Tag worn by consent",
            (
                ("Device", row.device.serial),
                ("Purposes", ", ".join(row.purpose_labels)),
                ("Consent given", row.consent_on),
                ("From", row.starts_on),
                ("To", row.ends_on),
                ("Why it ended", row.get_end_reason_display() if row.end_reason else ""),
                ("Note", row.end_note),
                ("Guardian", row.guardian_name),
                ("Guardian consented", row.guardian_consent_on),
            ),
            row.starts_on,
            Compartment.OPERATIONS,
            names=(row.guardian_name,),
        )


SECTIONS = (
    Section("events", "Offences and events", events, ("scoring.Event",)),
    Section("local_calculations", "Local calculations of published instruments", local_calculations,
            ("instruments.LocalCalculation",)),
    Section("scores", "Scores", scores,
            ("scoring.CurrentScore", "scoring.ScoreHistory", "scoring.ComparedScore")),
    Section("alerts", "Alerts", alerts,
            ("scoring.ThreatAlert", "scoring.ThreatReview", "scoring.AlertFiring")),
    Section("tags", "Tags", tags, ("tagging.Wearing",)),
)  # fmt: skip
