"""Where the fields of this app belong: the force and its partners, and nobody who is managed."""

from iom.kernel.compartments import classify

classify("agencies.Agency", structure="id code name kind")
classify("agencies.AgencyGroup", system="id agency group")
classify("agencies.Unit", structure="id code name kind")
classify("agencies.Prison", structure="id code name hub in_area")
classify("agencies.Team", structure="id name agency unit location contact_email contact_phone")
classify("agencies.Membership", structure="id user team role is_contact starts_on ends_on")
classify(
    "agencies.SharingAgreement",
    structure=(
        "id agency reference title purposes data_classes legal_basis parties document_reference review_on starts_on"
        " ends_on series recorded_by recorded_at amendment_reason ended_by ended_at end_reason"
    ),
)
