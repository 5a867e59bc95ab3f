"""Where the fields of this app belong."""

from iom.kernel.compartments import classify

classify(
    "access.AgencyAccess",
    plan="id person agency starts_on ends_on reason purpose necessity agreement data_classes granted_by",
)
classify(
    "access.PersonUserGrant",
    operations="id content_object user kind basis expires_on expires_at reason granted_by granted_at ended_at unit"
    " reviewed_by reviewed_at review_note",
    system="permission",
)
