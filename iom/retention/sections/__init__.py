"""Every part of the answer to a person, and the tables that are in none of them with the reason (SHR-4)."""

from iom.retention.sections import cases, compartments, core, looks, police, sharing
from iom.retention.sections.drafts import Draft, Proposal, Section, Subject, propose, text_of

SECTIONS: tuple[Section, ...] = (
    *core.SECTIONS,
    *police.SECTIONS,
    *cases.SECTIONS,
    *compartments.SECTIONS,
    *sharing.SECTIONS,
    *looks.SECTIONS,
)
LABELS = {section.code: section.label for section in SECTIONS}
NOT_IN_THE_ANSWER = {
    "access.PersonUserGrant": "Names staff, not the person.",
    "access.Opening": "Names staff; the look itself is among the looks.",
    "approvals.Approval": "The act that was signed for is in its own section.",
    "audit.Act": "Told by role and month under the looks.",
    "audit.Change": "Earlier states of what the other sections hold.",
    "cohorts.Reminder": "A message to staff about a duty that is told under management.",
    "feeds.Touched": "A mark that a score is to be worked out again.",
    "meetings.MeetingCaseGroupGrant": "Told by the ledger of what was given to whom.",
    "notifications.Notification": "Messages to staff about what the other sections hold.",
    "persons.Duplicate": "A comparison with another record, which may be another person's.",
    "persons.MergedRow": "The list by which a merge can be taken back; the rows are told in their sections.",
    "persons.Restriction": "Who of the staff may open the record.",
    "sharing.DocumentGroupGrant": "Told by the ledger of what was given to whom.",
    "sharing.IntelligenceItemGroupGrant": "Told by the ledger of what was given to whom.",
    "sharing.SharingReview": "A task of staff; what was shared is told in its own section.",
    "sharing.SharingReviewLine": "A task of staff; what was shared is told in its own section.",
    "retention.AccessItem": "Copies of what the other sections hold.",
    "retention.Bundle": "An earlier answer: the person has it.",
    "retention.Returned": "A mark that an earlier record was disposed of.",
    "worth.EvaluatedPerson": "Working rows of a report that names nobody, gone when its figures are counted.",
}

__all__ = [
    "LABELS",
    "NOT_IN_THE_ANSWER",
    "SECTIONS",
    "Draft",
    "Proposal",
    "Section",
    "Subject",
    "propose",
    "text_of",
]
