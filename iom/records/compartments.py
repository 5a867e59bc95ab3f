"""Where the fields of this app belong: each table is a compartment, but for what of an item can be disclosed."""

from iom.kernel.compartments import classify

RECORD = "id person recorded_at recorded_by ended_at ended_by end_reason replaces"

classify(
    "records.IntelligenceItem",
    disclosed="id person recorded_at occurred_on sanitised",
    intelligence="recorded_by ended_at ended_by end_reason replaces sanitised_at sanitised_by",
)
classify(
    "records.IntelligenceSource",
    intelligence="id item person title content source_evaluation information_evaluation handling handling_instructions"
    " provenance unit review_on",
)
classify(
    "records.VictimRecord",
    victim=f"{RECORD} victim_name relation address contact safeguarding wishes no_contact",
)
classify("records.AgencyNote", note=f"{RECORD} agency kind text")
classify("records.AgencyNoteAudience", note="id note person owner agency added_at added_by withdrawn_at")
classify(
    "records.YouthRecord",
    youth=f"{RECORD} school worker guardian guardian_contact care_status court_orders transition starts_on ends_on",
)
classify(
    "records.ExploitationRecord",
    exploitation=f"{RECORD} kind indicators nrm_status nrm_referred_on nrm_reference tactics safeguarding_lead",
)
classify("records.OperationalTactic", operations=f"{RECORD} kind text valid_from valid_to")
