"""Where the fields of this app belong."""

from iom.kernel.compartments import classify

classify(
    "notifications.Notification",
    plan="id kind subject body url person_id due_on urgent created_at read_at",
    structure="user",
    system="key mailed_as",
)
classify(
    "notifications.Outbox",
    plan="subject body",
    account="to_email",
    structure="user",
    system="id key state attempts last_error created_at try_at sent_at",
)
