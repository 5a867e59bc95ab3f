"""Where the fields of this app belong: police operations; who answers for a child is a child's detail."""

from iom.kernel.compartments import classify

classify("tagging.Device", operations="id serial kind unit state state_since cost acquired_on")
classify("tagging.DeviceEvent", operations="id device from_state to_state unit on recorded_at by reason")
classify(
    "tagging.Wearing",
    operations="id person device purposes consent_on starts_on review_on ends_on end_reason end_note"
    " guardian_consent_on guardian_present fitted_by ended_by recorded_at",
    youth="guardian_name",
)
