"""What a transparency record says of how the score turned out: from the latest report, and nothing else (SCO-7)."""

from iom.access.actor import Actor
from iom.kernel.wording import date_uk
from reports.worth.models import ScoreEvaluation
from reports.worth.permissions import evaluations_visible_to
from reports.worth.rules.cells import LISTED, false_alarm, hit, later, not_later, on_list, place_list
from reports.worth.rules.questions import Outcome, Rule, main_outcomes
from reports.worth.selectors import words
from reports.worth.selectors.tables import everybody
from scoring.models import ScoreModel

NO_REPORT = (
    "No report on how this version turned out was made yet."
    " One is made every month once there is a past to look back on."
)
TOO_FEW = "Left out, for some of the figures are of fewer than 10 people."
NOBODY = "Nothing that can score was known of anybody by the day looked back to, so there is nothing to say."


def performance(actor: Actor, row: ScoreModel) -> list[tuple[str, str]]:
    """Performance, precision and false alarms by the latest report on this very version."""
    rows = evaluations_visible_to(actor).filter(score_model=row, status=ScoreEvaluation.Status.DONE)
    last = rows.order_by("-reported_on", "-pk").first()
    if last is None:
        return [("Performance", NO_REPORT)]
    if not everybody(last):
        return [("Performance", NOBODY)]
    outcome = main_outcomes(last.months)[0]
    return [
        ("Performance", " ".join([_of_what(last), *words.in_words(last)])),
        ("Precision of lists", _precision(last, outcome)),
        ("Right and wrong calls of the list", _calls(last, outcome)),
        ("What it does not show", " ".join(words.NOT_SHOWN)),
    ]


def _of_what(evaluation: ScoreEvaluation) -> str:
    return (
        f"Looking back to {date_uk(evaluation.as_of)} from {date_uk(evaluation.reported_on)} (seal"
        f" {evaluation.digest[:12]})."
    )


def _precision(evaluation: ScoreEvaluation, outcome: Outcome) -> str:
    counts, told = everybody(evaluation), []
    for size in evaluation.list_sizes:
        name = place_list(Rule.SCORE, size)
        if None in (counts.get(on_list(name)), counts.get(hit(name, outcome))):
            continue
        right = words.share(counts.get(hit(name, outcome)), counts.get(on_list(name)))
        told.append(f"first {size} of each district: {right} of {words.said(counts.get(on_list(name)))}")
    if not told:
        return TOO_FEW
    return f"{outcome.words}, of those listed: {'; '.join(told)}."


def _calls(evaluation: ScoreEvaluation, outcome: Outcome) -> str:
    """How many the list was right and wrong about, and how many it left out."""
    counts = everybody(evaluation)
    listed, right = counts.get(on_list(LISTED)), counts.get(hit(LISTED, outcome))
    wrong, others = counts.get(false_alarm(LISTED, outcome)), counts.get(not_later(outcome))
    if None in (listed, right, wrong, others):
        return TOO_FEW
    return (
        f"On the list by the score alone: {words.said(listed)} people. {words.share(right, listed)} offended later"
        f" (true positives). {words.said(wrong)} did not (false positives: {words.percent(wrong, others)} of the"
        f" {words.said(others)} who did not offend later). {words.said(counts.get(later(outcome)))} people offended"
        " later in all."
    )
