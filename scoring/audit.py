"""The acts scoring may record."""

from iom.audit.actions import register

MODEL_LOADED = register("scoring.score_model.loaded", "loaded the score models shipped with the product")
MODEL_APPROVED = register("scoring.score_model.approved", "approved a score model for use")
MODEL_SHADOWED = register(
    "scoring.score_model.shadowed", "put a score model beside the active one for comparison"
)
CODES_PROPOSED = register("scoring.codes.proposed", "proposed another mapping of offence codes")
CODES_APPROVED = register("scoring.codes.approved", "approved a mapping of offence codes")
CODES_DECLINED = register("scoring.codes.declined", "declined a mapping of offence codes")
ALERT_CLOSED = register("scoring.threat_alert.closed", "reviewed and closed an emerging-threat alert")
ALERT_REVIEWED = register("scoring.threat_alert.reviewed", "reviewed an emerging-threat entry")
