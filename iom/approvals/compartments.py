"""Where the fields of this app belong: what is asked for is the police's own business."""

from iom.kernel.compartments import classify

classify(
    "approvals.Approval",
    operations=(
        "id kind person_id unit_id payload reason asked_by asked_at lapses_at"
        " status decided_by decided_at decision_reason"
    ),
    system="decider_class",
)
