"""What of a person stays with a merged record."""

from iom.kernel.merging import stays

stays(
    "persons.Restriction",
    "A restricted record is the one that is kept: only restrictions of long ago are left.",
)
stays("persons.Duplicate", "A pair is of the two records that were compared.")
