"""Where the fields of this app belong: what was disclosed is named, never repeated, except in the signed words."""

from iom.kernel.compartments import classify

_GRANT = (
    "id content_object person agreement purpose necessity reason granted_by granted_at approved_by approved_at"
    " expires_on revoked_at revoked_by revoke_reason"
)
for _model in ("IntelligenceItemGroupGrant", "DocumentGroupGrant"):
    classify(f"sharing.{_model}", plan=_GRANT, disclosed="disclosed_text", system="group permission")
classify(
    "sharing.Disclosure",
    plan=(
        "id person agency recipient medium what data_classes purpose necessity agreement by by_name"
        " approved_by_name at until"
    ),
    system="item_ref request_id",
)
classify(
    "sharing.Consent", plan="id person agency purpose status said_on how evidence recorded_by recorded_at"
)
classify("sharing.SharingReview", plan="id person unit owner cause opened_at opened_by due_on done_at")
classify("sharing.SharingReviewLine", plan="id review person access outcome note decided_by decided_at")
