"""Where the fields of this app belong: a document's own compartment decides who sees its row, so that its fields
need no more than the person's own.
"""

from iom.kernel.compartments import classify

classify(
    "documents.Document",
    core="id person about_kind about_id type title marking handling compartment owner_agency uploaded_by uploaded_at"
    " original_name size detected_type cleaned scan_state scan_engine scanned_at version version_of withdrawn_at"
    " withdrawn_by withdrawn_reason file_removed_at disposed_at",
    system="stored_name sha256 received_sha256 scan_note scan_attempts scan_after missing_at"
    " disposal_decision",
)
classify(
    "documents.DocumentAudience", core="person document agency owner_agency added_by added_at", system="id"
)
