"""What becomes of a person's rows on disposal."""

from iom.kernel.disposal import delete

delete("notifications.Notification", by="person_id")
