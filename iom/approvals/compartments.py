"""Where the fields of this app belong: what is asked for is the police's own business.

The payload may hold the very words that are to go out, so whoever may not read those does not read it in the audit.
"""

from iom.kernel.compartments import classify

classify(
    "approvals.Approval",
    operations=(
        "id kind person_id unit_id reason asked_by asked_at lapses_at"
        " status decided_by decided_at decision_reason"
    ),
    disclosed="payload",
    system="decider_class",
)
