"""Who may read and write what scoring keeps. Events and scores are police information: no partner sees them."""

from iom.kernel.policies import NO_ROWS_POLICY, VIA_PERSON, TablePolicy, also, custom, via

_READ = {"police": "SELECT", "auditor": "SELECT"}
_DERIVED = "Worked out every night from events and a model, and can be worked out again for any night."

# What the views `score_event` and `score_event_told` show, and no column more (scoring.md 2.2): the class `scoring`
# reads those alone. `packed` is the other columns again, in bytes.
_PRICED = (
    "person_id, family, category, da_category, occurred_on, recorded_at, role, status, status_on, occurrence_ref,"
    " intel_grade, victim_key, bulk_load, revised_at"
)
# Whoever asked adds the row; from then on the service alone does the work.
_ASKED = {"police": "SELECT,INSERT", "auditor": "SELECT", "service": "SELECT,INSERT,UPDATE"}
_ASKED_ROWS = custom(
    {"police": "true", "auditor": "true"},
    adding={"police": "asked_by_id = authz.user_id() AND status = 'waiting'"},
)

TABLES = [
    TablePolicy(
        "scoring_event",
        {
            **_READ,
            "service": "SELECT,INSERT,UPDATE,DELETE",
            "scoring": f"SELECT (id, {_PRICED}, packed)",
            "fairness": "SELECT (person_id, family, occurred_on, role, status)",
        },
        also(VIA_PERSON, "scoring", "fairness"),
        audited=False,
        unaudited_because="Comes from source systems by the file, which is kept with its lines; nobody types it.",
    ),
    TablePolicy(
        "scoring_event_version",
        {
            **_READ,
            "service": "SELECT,INSERT,UPDATE,DELETE",
            "scoring": f"SELECT (event_id, {_PRICED}, superseded_at)",
        },
        also(VIA_PERSON, "scoring"),
        audited=False,
        unaudited_because="An event as it was, kept by the file that corrected it; nobody types or changes it.",
    ),
    # Approving a model with a new half-life adds its numbers; none is ever changed.
    TablePolicy(
        "scoring_decay",
        {"police": "SELECT,INSERT", "auditor": "SELECT", "service": "SELECT,INSERT", "scoring": "SELECT"},
        NO_ROWS_POLICY,
    ),
    TablePolicy("scoring_offence_code", {**_READ, "service": "SELECT,INSERT,UPDATE"}, NO_ROWS_POLICY),
    TablePolicy("scoring_offence_list", {**_READ, "service": "SELECT,INSERT,UPDATE,DELETE"}, NO_ROWS_POLICY),
    TablePolicy("scoring_offence_list_row", {**_READ, "service": "SELECT,INSERT,UPDATE"}, NO_ROWS_POLICY),
    TablePolicy(
        "scoring_score_model",
        {
            "police": "SELECT,INSERT,UPDATE",
            "auditor": "SELECT",
            "admin": "SELECT",
            "service": "SELECT,INSERT,UPDATE",
        },
        NO_ROWS_POLICY,
        audited=True,
        subject="",
    ),
    TablePolicy(
        "scoring_run", {**_READ, "admin": "SELECT", "service": "SELECT,INSERT,UPDATE"}, NO_ROWS_POLICY
    ),
    TablePolicy("scoring_comparison", _ASKED, _ASKED_ROWS, subject=""),
    TablePolicy("scoring_replay", _ASKED, _ASKED_ROWS, subject=""),
    TablePolicy(
        "scoring_compared",
        {
            **_READ,
            "service": "SELECT,INSERT,UPDATE,DELETE",
            "fairness": "SELECT (comparison_id, person_id, old_band, new_band)",
        },
        also(VIA_PERSON, "fairness"),
        audited=False,
        unaudited_because=_DERIVED,
    ),
    TablePolicy(
        "scoring_current",
        {**_READ, "service": "SELECT,INSERT,UPDATE,DELETE"},
        VIA_PERSON,
        audited=False,
        unaudited_because=_DERIVED,
    ),
    TablePolicy(
        "scoring_history",
        {**_READ, "service": "SELECT,INSERT,UPDATE"},
        VIA_PERSON,
        audited=False,
        unaudited_because=_DERIVED,
    ),
    TablePolicy(
        "scoring_threat_alert",
        {"police": "SELECT,UPDATE", "auditor": "SELECT", "service": "SELECT,INSERT,UPDATE"},
        VIA_PERSON,
    ),
    TablePolicy(
        "scoring_threat_numbers",
        {"police": "SELECT,INSERT", "auditor": "SELECT", "service": "SELECT"},
        NO_ROWS_POLICY,
    ),
    TablePolicy(
        "scoring_threat_review",
        {"police": "SELECT,INSERT", "auditor": "SELECT", "service": "SELECT,INSERT"},
        VIA_PERSON,
    ),
    TablePolicy(
        "scoring_alert_firing",
        {**_READ, "service": "SELECT,INSERT"},
        via("alert_id", "scoring_threat_alert"),
        audited=False,
        unaudited_because=_DERIVED,
    ),
]
