"""Where the fields of this app belong. What is written about a person here is read by few: see `policies.py`."""

from iom.kernel.compartments import classify

classify(
    "retention.Review",
    operations="person group due_on clear_until opened_on status answers reason next_on decided_by decided_at"
    " decided_on approved_by schedule_version",
    system="id approval_id",
)
classify(
    "retention.LegalHold",
    operations="person reason authority set_by set_at review_on lifted_by lifted_at lift_reason",
    system="id",
)
classify(
    "retention.Disposal",
    audit="id review_no approval_no decided_by approved_by at unit group schedule_version counts audit_rows files",
)
classify("retention.DisposedReference", system="id digest disposal")
classify(
    "retention.Returned",
    operations="person disposal found_on outcome reason decided_by decided_at",
    system="id",
)
classify("retention.Tally", structure="id unit year figure number")
classify(
    "retention.AccessRequest",
    operations="id person received_on asked_for identity_asked_on identity_proved_on identity_how identity_by"
    " first_due_on due_on extended_on extension_reason status handler entered_by entered_at assembled_at asked_by"
    " signed_by ended_on ended_reason",
    system="terms_version approval_id signed_digest",
)
classify(
    "retention.AccessItem",
    operations="id request section seq title on compartment proposed ground locked outcome reason"
    " decided_by decided_at",
    # The words of an item belong to the compartment that the item names; only who reads the strictest sees them here.
    intelligence="text proposed_marked marked",
)
classify(
    "retention.Bundle",
    operations="id request made_at sha256 pages given redacted withheld released_by released_at released_how",
    intelligence="pdf document",
)
classify(
    "retention.Correction",
    operations="id person received_on due_on what entered_by entered_at outcome outcome_reason decided_by decided_on",
)
