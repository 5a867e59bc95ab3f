"""What becomes of a person's rows on disposal."""

from iom.kernel.disposal import delete

delete(
    "records.AgencyNote",
    "records.AgencyNoteAudience",
    "records.ExploitationRecord",
    "records.IntelligenceItem",
    "records.IntelligenceSource",
    "records.OperationalTactic",
    "records.VictimRecord",
    "records.YouthRecord",
)
