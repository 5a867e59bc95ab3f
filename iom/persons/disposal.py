"""What becomes of a person's rows on disposal."""

from iom.kernel.disposal import delete

delete(
    "persons.Person",
    "persons.Alias",
    "persons.Address",
    "persons.EqualityRecord",
    "persons.CustodyPeriod",
    "persons.StatutoryStatus",
    "persons.Marker",
    "persons.Assessment",
    "persons.Restriction",
    "persons.Duplicate",
    "persons.Merge",
    "persons.MergedRow",
)
