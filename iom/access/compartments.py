"""Where the fields of this app belong."""

from iom.kernel.compartments import classify

classify("access.AgencyAccess", plan="id person agency starts_on ends_on reason granted_by")
classify(
    "access.PersonUserGrant",
    operations="id content_object user expires_on reason granted_by",
    system="permission",
)
