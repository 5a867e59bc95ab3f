"""The acts scoring may record."""

from iom.audit.actions import register

MODEL_LOADED = register("scoring.score_model.loaded", "loaded the score models shipped with the product")
MODEL_DRAFTED = register("scoring.score_model.drafted", "began a draft of a score model")
MODEL_CHANGED = register("scoring.score_model.changed", "changed a draft of a score model")
MODEL_COMPARED = register(
    "scoring.score_model.compared", "asked for a version of a score model to be compared with the active one"
)
MODEL_WITHDRAWN = register("scoring.score_model.withdrawn", "withdrew a version of a score model")
RUN_REPLAYED = register("scoring.score_run.replayed", "asked for a run of the scores to be worked out again")
MODEL_APPROVED = register("scoring.score_model.approved", "approved a score model for use")
MODEL_SHADOWED = register(
    "scoring.score_model.shadowed", "put a score model beside the active one for comparison"
)
ALERT_CLOSED = register("scoring.threat_alert.closed", "reviewed and closed an emerging-threat alert")
ALERT_REVIEWED = register("scoring.threat_alert.reviewed", "reviewed an emerging-threat entry")
THREAT_NUMBERS_SET = register("scoring.threat_numbers.set", "set numbers of the emerging-threat rule")
