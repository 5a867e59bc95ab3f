"""What this app writes to the audit."""

from iom.audit.actions import register

RECORD_ADDED = register("records.record.added", "added a record to {person}")
RECORD_CORRECTED = register("records.record.corrected", "corrected a record of {person}")
RECORD_ENDED = register("records.record.ended", "ended a record of {person}")
ITEM_SANITISED = register(
    "records.intelligence.sanitised", "prepared an intelligence item about {person} for partners"
)
NOTE_ADDRESSED = register("records.note.addressed", "addressed a note about {person} to other agencies")
