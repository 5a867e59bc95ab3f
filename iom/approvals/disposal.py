"""What becomes of a person's rows on disposal: that two people decided stays, about whom and why does not."""

from iom.kernel.disposal import blank

blank(
    "approvals.Approval",
    "Two people decided something; the record it was about is gone.",
    {
        "person_id": "NULL",
        "payload": "'{}'::jsonb",
        "reason": "'The record was disposed of.'",
        "decision_reason": "''",
    },
    by="person_id",
)
