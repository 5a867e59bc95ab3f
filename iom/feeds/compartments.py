"""Where the fields of this app belong."""

from iom.kernel.compartments import classify

classify(
    "feeds.FeedFile",
    structure="id kind name size_bytes status problem received_at loaded_at loaded_by bulk_load read inserted updated"
    " unchanged rejected newest_on",
    system="sha256",
)
classify("feeds.FeedReject", structure="id file line column reason")
classify("feeds.FeedRejectedRow", operations="id file line raw")
classify("feeds.Touched", system="id person_id file")
