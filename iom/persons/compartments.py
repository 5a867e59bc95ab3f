"""Where the fields of this app belong."""

from iom.kernel.compartments import classify

classify(
    "persons.Person",
    core="nominal_ref family_name given_names date_of_birth sex prison_no crn home_unit managing_unit is_managed"
    " is_restricted",
    identifier="pnc_id cro_no",
    system="id search_name row_hash created_at feed_file_id feed_line merged_into",
)
classify(
    "persons.Restriction",
    operations="id person kind reason set_by set_at lifted_by lifted_at lifted_reason",
)
classify(
    "persons.Duplicate",
    operations="id left right kind percent status proposed_at proposed_by decided_by decided_at reason",
)
classify(
    "persons.Merge",
    operations="id survivor merged kept_no done_by done_at reason undone_by undone_at undone_reason",
    core="merged_ref merged_name merged_born merged_prison_no merged_crn",
    identifier="merged_pnc merged_cro",
)
classify("persons.MergedRow", system="id merge table_name row_id column_name before after")
classify("persons.Alias", core="person family_name given_names", system="id search_name")
classify("persons.Address", core="person line town postcode lived_from lived_to", system="id")
classify("persons.EqualityRecord", equality="id person ethnicity")
classify(
    "persons.CustodyPeriod",
    core="person prison held_from held_to sentence expected_release_on is_recall licence_conditions",
    system="id source_ref row_hash feed_file_id feed_line",
)
classify(
    "persons.StatutoryStatus",
    core="person kind mappa_category mappa_level conditions starts_on ends_on",
    system="id",
)
classify("persons.Marker", core="person kind text recorded_on ends_on", system="id")
classify(
    "persons.Assessment",
    core="person instrument value band assessed_on agency entered_by",
    system="id",
)
