"""Where the fields of this app belong."""

from iom.kernel.compartments import classify

classify(
    "feeds.FeedFile",
    structure="id kind name size_bytes status problem received_at loaded_at loaded_by bulk_load read inserted updated"
    " unchanged rejected withdrawn withdraws newest_on source sender accept_rejects reason",
    system="sha256 is_stored attempts woken_at",
)
classify("feeds.FeedReject", structure="id file line column reason")
classify("feeds.FeedRejectedRow", operations="id file line raw")
classify(
    "feeds.Sender",
    structure="id name kinds made_by made_at reason expires_on ended_at ended_by ended_reason last_used_at",
    system="key_digest",
)
classify("feeds.Progress", structure="file_no stage rows started_at at")
classify("feeds.Rhythm", structure="id kind every_hours set_by set_at reason")
classify("feeds.Touched", system="id person_id file")
