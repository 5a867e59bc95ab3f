"""What this app writes to the audit; those marked are written by functions of the database (iom/access/reach.sql)."""

from iom.audit.actions import register

SEARCHED_ELSEWHERE = register("persons.elsewhere.searched", "searched other districts")  # by the database
OPENED_ELSEWHERE = register(
    "persons.elsewhere.opened", "opened another district's record of {person}"
)  # likewise
NOT_OPENED = register(
    "persons.elsewhere.not_opened", "asked for a record that is not there to open"
)  # likewise
OPENED_IN_EMERGENCY = register(
    "persons.emergency.opened", "opened a record in an emergency: {person}"
)  # likewise
RESTRICTED = register("persons.record.restricted", "restricted the record of {person}")
LIFTED = register("persons.restriction.lifted", "lifted the restriction on the record of {person}")
DUPLICATE_NAMED = register("persons.duplicate.named", "named two records as one person: {person}")
NOT_SAME = register("persons.duplicate.not_same", "decided that two records are not one person: {person}")
MERGED = register("persons.record.merged", "merged another record into that of {person}")
UNMERGED = register("persons.record.unmerged", "took back a merge of the record of {person}")
NAMED = register("persons.user.named", "named somebody on the record of {person}")
NAMING_ENDED = register("persons.naming.ended", "ended a naming on the record of {person}")
OPENING_REVIEWED = register("persons.opening.reviewed", "reviewed an opening of the record of {person}")
