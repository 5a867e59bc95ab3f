"""The acts scoring may record."""

from iom.audit.actions import register

MODEL_LOADED = register("scoring.score_model.loaded", "loaded the score models shipped with the product")
MODEL_APPROVED = register("scoring.score_model.approved", "approved a score model for use")
MODEL_SHADOWED = register(
    "scoring.score_model.shadowed", "put a score model beside the active one for comparison"
)
ALERT_CLOSED = register("scoring.threat_alert.closed", "reviewed and closed an emerging-threat alert")
ALERT_REVIEWED = register("scoring.threat_alert.reviewed", "reviewed an emerging-threat entry")
THREAT_NUMBERS_SET = register("scoring.threat_numbers.set", "set numbers of the emerging-threat rule")
