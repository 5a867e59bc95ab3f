"""What becomes of a person's rows on disposal."""

from iom.kernel.disposal import delete

delete("feeds.Touched", by="person_id")
