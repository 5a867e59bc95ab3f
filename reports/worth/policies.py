"""Figures are police information; people are there while they are counted, for the service and the counting alone."""

from iom.kernel.policies import TablePolicy, custom

_COUNTED = (
    "evaluation_id, person_id, unit_id, was_ranked, is_listed, score_rank, offences_rank, last_rank, score_place,"
    " offences_place, last_place, any_on, proven_on, standing_now, is_alerted, is_selected, points"
)

TABLES = [
    TablePolicy(
        "worth_evaluation",
        {"police": "SELECT,INSERT", "auditor": "SELECT", "service": "SELECT,INSERT,UPDATE"},
        custom(
            {"police": "true", "auditor": "true"},
            adding={"police": "asked_by_id = authz.user_id() AND status = 'waiting' AND month IS NULL"},
        ),
        subject="",
    ),
    TablePolicy(
        "worth_person",
        {"service": "SELECT,INSERT,UPDATE,DELETE", "fairness": f"SELECT ({_COUNTED})"},
        custom({"fairness": "true"}),
        audited=False,
        unaudited_because="Worked out from events and gone when it is counted; nobody reads it.",
    ),
]
