"""What the record says of every score, whatever the model; what differs comes from the model (SCO-7)."""

from collections.abc import Mapping

STANDARD = "Algorithmic Transparency Recording Standard, version 3.0"
NOT_GIVEN = "Not given yet"
SUPPLIER = (
    "None in deciding or running: the score is worked out on the force's own machines by the product it runs. No data"
    " leaves the force for it, and no supplier has access to it."
)

PURPOSES: Mapping[str, str] = {
    "ROR": "puts people with recent recorded offending in an order and a grade, so that those whose offending asks"
    " for joint management by police, probation and other services are looked at by a person first",
    "DA": "puts people recorded as suspects of domestic abuse in an order, so that those whose recorded abuse is"
    " gravest and latest are looked at by a person first",
    "CSE": "puts people recorded as suspects of exploiting children in an order, so that they are looked at by a"
    " person first",
    "FIREARMS": "puts people with recorded offending with firearms in an order, so that they are looked at by a"
    " person first",
    "OCG": "puts people with recorded offending in organised crime in an order, so that they are looked at by a"
    " person first",
}
ANY_PURPOSE = (
    "puts people in an order by recorded events, so that a person looks first where that asks for it"
)

BENEFITS = (
    "Everybody with recorded events is looked at by the same rule every night, whoever knows them; a rise is seen the"
    " next morning; each point can be followed to the event it comes from."
)
BEFORE = "Lists kept by hand in each district from crime reports and from what officers remembered."
ALTERNATIVES = (
    "A count of recent offences, and the score of the month before: both are held against this score in every report"
    " on how it turned out. A statistical or learnt model: left aside, because its reasons cannot be read line by line."
)
IN_THE_PROCESS = (
    "The score gives an order in which supervisors read records, and points to rises (the emerging-threat list). A"
    " meeting of the partners decides on each person from partner information and professional judgement. Nothing is"
    " selected, deselected, tasked or flagged by a score."
)
SHOWN_TO_PEOPLE = (
    "Points, grade where the model has grades, the change in 28 days, and every line behind it: event, points,"
    " outcome, age, caps, what did not count and why, what runs out soon, how fresh each source is, and doubts about"
    " the data. No probability and no percentage is shown for a person."
)
HUMAN_DECISIONS = (
    "A supervisor decides whether to bring a person before the meeting, and the meeting decides. Anybody can be"
    " selected at any score or with none. Decisions are kept beside what the score said, so that those which went"
    " against it can be studied. An alert is closed only by a named supervisor with an outcome and the reason."
)
TRAINING = (
    "Before being given a role that sees scores: what counts and what never does, why the score is a guide, and how to"
    " have a wrong event put right. The user guide holds it; the force keeps who was trained."
)
APPEALS = (
    "Anybody may ask what is held about them and have what is wrong put right (Data Protection Act 2018, Part 3). A"
    " wrong event is corrected at its source, and the score is worked out again from what is then known; a score itself"
    " is never edited. A decision of the meeting can be looked at again by it. Complaints: the contact above, then the"
    " Information Commissioner."
)
ARCHITECTURE = (
    "A PostgreSQL database and a web application on the force's own machines. The score reads one view of events and"
    " the decay table, under a database role that can read nothing else; it is whole-number arithmetic, worked out"
    " every night and after each file that brings something new."
)
MAINTENANCE = (
    "A version in use is never changed. A change is a new version: compared with the one in use over everybody, with"
    " who would move and what that means by sex, ethnicity and age, and signed by a second person. How the score"
    " turned out is reported every month."
)
PROCESSING = (
    "Files of the force's own systems are checked line by line; what cannot be read is put aside and reported. Offence"
    " codes are put into categories by a table that the force keeps. Of one offence the latest outcome counts, so that"
    " no crime, no further action and acquittal cancel what came before."
)
ACCESS = (
    "Police roles that the force gives it to, each within its district, and auditors. Partners see no score. Each look"
    " at a person's score is recorded. Scores are kept, reviewed and disposed of with the record of the person."
)
NEVER_READ = (
    "Never read, by right of the database role and by test: age, disability, gender reassignment, marriage or civil"
    " partnership, pregnancy, race, religion or belief, sex, sexual orientation; nationality, language, immigration"
    " status, name, photograph; where somebody lives or was arrested; work, housing, benefits, health, family and"
    " associates; being a victim or missing; stop and search without an outcome; social media, free text, complaints"
    " against the police; whether somebody took up a voluntary service; another agency's assessment. A test changes"
    " everybody's sex, ethnicity, birth date and postcode and asks for identical scores. Age decides only that nobody"
    " under 18 is ranked."
)
FOR_FAIRNESS = (
    "Sex, ethnicity and age are counted in the monthly report alone, by a part of the product that reads no name and no"
    " score of anybody; figures of fewer than 10 people are left out."
)

COLUMNS: Mapping[str, str] = {
    "event_id": "the event's number",
    "person_id": "the person's number, which says nothing about them",
    "family": "what kind of event it is",
    "category": "its category",
    "da_category": "its category where it is domestic abuse",
    "occurred_on": "the day it happened",
    "recorded_at": "when it became known",
    "role": "that the person was a suspect or offender in it",
    "status": "the outcome of the offence for this person",
    "status_on": "the day of that outcome",
    "occurrence_ref": "which offences belong together",
    "intel_grade": "the grading of intelligence",
    "victim_key": "a number that tells victims apart and names none",
    "bulk_load": "whether it came with old records",
}
"""Every column that a score may read, in words; `packed` is the same columns once more, in bytes."""

FAMILIES: Mapping[str, str] = {
    "crime": "crimes",
    "arrest_other": "other arrests",
    "incident": "incidents",
    "breach": "breaches",
    "intelligence": "graded intelligence",
    "substance": "drug tests",
    "custody": "releases and recalls",
    "conviction": "earlier convictions",
}

RISKS: tuple[tuple[str, str], ...] = (
    (
        "The order is taken for the decision",
        "The fixed words on every page, no decision filled in before, partner information and a reason asked for before"
        " the grade is shown, and the study of decisions that went against the score.",
    ),
    (
        "What the police look for is what they find: recording differs between places and groups",
        "Suspicion counts less than a charge, intelligence is graded and capped, a cancelled outcome cancels the"
        " points; shares and errors by group are reported every month and before a new version is adopted.",
    ),
    (
        "Old or wrong records",
        "Points halve with time and end; doubts about the data stand beside the score; a correction changes the score"
        " by the next night.",
    ),
    (
        "A score follows somebody who has stopped",
        "With nothing new a score can only fall; the page says what it will be in 90 days.",
    ),
    (
        "Intelligence inflates scores",
        "It counts by its grading, halves within months and is capped.",
    ),
)
