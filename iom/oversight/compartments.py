"""Where the fields of this app belong."""

from iom.kernel.compartments import classify

classify(
    "oversight.Finding",
    audit="id kind user for_date found_at sentence acts act_count status outcome note reviewed_by reviewed_at",
)
classify("oversight.AuditReview", audit="id reviewed month due_on figures reviewer signed_at outcome note")
