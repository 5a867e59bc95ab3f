"""What a look back says in plain English, and what it does not show (SCO-7)."""

from decimal import ROUND_HALF_UP, Decimal

from iom.kernel.wording import date_uk
from reports.worth.models import ScoreEvaluation
from reports.worth.rules.questions import COUNTED_MONTHS, RULE_NAMES, Outcome, Rule, main_outcomes

LEFT_OUT = "Left out"
NOT_ONE_PERSON = (
    "These figures are of many people together. They are no evidence about one person: they do not say what anybody"
    " will do, and must not be given as a reason for or against selecting anyone."
)
HOW_COUNTED = (
    "Everybody of 18 and over of whom something that can score was known by the end of that day is put in order as the"
    " list of that day would have had them, by the version of the model named above and the production pricing. What"
    " was recorded later is left out.",
    "Offending later means an offence after that day, within the months named, whose latest outcome is an arrest, a"
    " charge, a conviction or an out-of-court disposal; proven means one of the last two. Suspicion alone does not"
    " count, and an outcome that was cancelled (no crime, eliminated, no further action, acquitted) does not either."
    " Offences are those the model knows: all crime for Risk of Reoffending, its own kind of harm for the others.",
    "A pair is somebody who offended later and somebody who did not. The share of pairs in which the first stood"
    " higher is the area under the ROC curve; a pair that stood level counts half. 50 of 100 is what tossing a coin"
    " gives. The interval is that of DeLong, DeLong and Clarke-Pearson and covers the true share 95 times in 100.",
    f"Offences in {COUNTED_MONTHS} months counts what had come to an arrest or further and was recorded by that day."
    " People with as many stand in the order of their latest offence.",
    "The first 25 of each district means the first 25 of the list of each district together. Nobody stands on a list"
    " with nothing to their name.",
    "A figure of fewer than 10 people is left out, and others with it where sums would give it away.",
)
NOT_SHOWN = (
    "It shows who came to notice again, not who offended: what the police looked for is what they found, and people on"
    " a list are looked at more.",
    "It does not show what would have happened without the work done with people who were managed meanwhile.",
    "People in prison, abroad or dead during the months after could not offend, and count as not having offended.",
    "District is that of today, for where people lived then is not held.",
    "A force whose records begin later than the day, or were loaded in bulk since, has little to look back on: what was"
    " loaded later was not known that day.",
    "A difference between groups does not say where it comes from. Compare with people arrested, not with residents.",
)


def title(evaluation: ScoreEvaluation) -> str:
    return f"Worth of {evaluation.score_model}, looking back to {date_uk(evaluation.as_of)}"


def facts(evaluation: ScoreEvaluation) -> list[tuple[str, str]]:
    """What the figures are of, by what they were made, and what they were sealed with."""
    figures, row = evaluation.figures, evaluation
    return [
        ("Model", f"{row.score_model}, fingerprint {row.config_hash[:12]}"),
        ("Day looked back to", date_uk(row.as_of)),
        ("Offending looked for", f"in the {row.months} months after it, from what is known now"),
        ("Day of the report", date_uk(row.reported_on)),
        ("Made", made_words(row)),
        ("Score a month before", last_words(row)),
        (
            "Recorded only after that day, left out",
            f"{said(figures['late'])} events ({said(figures['late_bulk'])} in bulk)",
        ),
        ("Offended later and not known that day", f"{said(figures['not_known'])} people"),
        ("Code", row.code_version),
        ("Seal of the figures", row.digest),
    ]


def made_words(evaluation: ScoreEvaluation) -> str:
    """Why it was made."""
    if evaluation.month:
        return f"the report of {evaluation.month:%B %Y}"
    return f"because {evaluation.asked_by.name} asked" if evaluation.asked_by else "by command"


def last_words(evaluation: ScoreEvaluation) -> str:
    """What was taken for the score of the month before."""
    last = evaluation.figures["last"]
    if last["run"]:
        return f"as published on the night of {last['as_of']} (run {last['run']})"
    return f"worked out again as at {last['as_of']}, for no list of that month was kept"


def said(number: int | None) -> str:
    return LEFT_OUT if number is None else f"{number:,}"


def share(part: int | None, whole: int | None) -> str:
    """ "12 (4.0%)", half up; the whole says of how many."""
    if part is None or whole is None:
        return LEFT_OUT
    return f"{part:,} ({percent(part, whole)})" if whole else f"{part:,}"


def percent(part: int | None, whole: int | None) -> str:
    """ "4.0%", half up; empty of nobody."""
    if part is None or whole is None:
        return LEFT_OUT
    if not whole:
        return ""
    return f"{(Decimal(100 * part) / whole).quantize(Decimal('0.1'), rounding=ROUND_HALF_UP)}%"


def area(told: list[str | None] | None) -> str:
    """ "0.712 (0.690 to 0.734)"."""
    if not told:
        return LEFT_OUT
    value, low, high = told
    return f"{value} ({low} to {high})" if low else f"{value} (no interval)"


def of_hundred(value: str) -> str:
    """An area as so many of a hundred pairs."""
    return f"{(Decimal(value) * 100).quantize(Decimal('1'), rounding=ROUND_HALF_UP)}"


def in_words(evaluation: ScoreEvaluation) -> list[str]:
    """The result in sentences: what the score did, and whether the simple rules did as well."""
    outcome = main_outcomes(evaluation.months)[0]
    found = evaluation.figures["areas"].get("all", {}).get("", {}).get(outcome.code)
    if not found or not found["score"]:
        return ["Too few people offended later, or too few did not, for anything to be said of the order."]
    value, low, high = found["score"]
    between = f" (between {of_hundred(low)} and {of_hundred(high)}, 95 times in 100)" if low else ""
    sentences = [
        f"Of 100 pairs of somebody who was arrested, charged or convicted for a new offence within {outcome.months}"
        f" months and somebody who was not, the score had put the first one higher in {of_hundred(value)}{between}."
        f" {_verdict(value, low)}"
    ]
    return [*sentences, *(_ahead(evaluation, outcome, rule) for rule in (Rule.OFFENCES, Rule.LAST))]


def _verdict(value: str, low: str | None) -> str:
    """Whether the order says anything: a plain word for a figure near that of a coin."""
    if low is None or Decimal(low) <= Decimal("0.5"):
        return "A coin would have done as well, as far as these figures can tell."
    return (
        "Tossing a coin gives 50."
        if Decimal(value) >= Decimal("0.6")
        else "That is little better than a coin's 50."
    )


def _ahead(evaluation: ScoreEvaluation, outcome: Outcome, rule: Rule) -> str:
    told = evaluation.figures["ahead"].get(outcome.code, {}).get(rule.value)
    name = RULE_NAMES[rule].lower()
    if not told or told[1] is None:
        return f"Whether that is more or less than by “{name}” cannot be said."
    value, low, high = (Decimal(part) for part in told)
    span = f"{value:+} of the area, between {low:+} and {high:+}"
    if low > 0:
        return f"That is better than by “{name}” ({span})."
    if high < 0:
        return f"That is worse than by “{name}” ({span})."
    return f"That is not shown to differ from “{name}” ({span})."
