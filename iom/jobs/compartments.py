"""Where the fields of this app belong: the state of background work, shown to nobody."""

from iom.kernel.compartments import classify

classify(
    "jobs.Run",
    system="id kind for_date status created_at planned_at finished_at attempts last_error summary",
)
classify(
    "jobs.Chunk",
    system="id run seq payload status attempts last_error created_at dispatched_at done_at",
)
classify("jobs.Heartbeat", system="name at")
